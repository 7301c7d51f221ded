"""Labels come from closed sets and are all there from the start."""

import pytest

from pipeline import metrics


def sample(name, **labels):
    return metrics.REGISTRY.get_sample_value(f"missionwire_{name}", labels)


@pytest.mark.parametrize(
    ("verdict", "counter"),
    [("kept", "records_out"), ("fired", "records_out"), ("folded", "folded"), ("quiet", "quiet")],
)
def test_a_verdict_counts_as_in_and_as_what_became_of_it(verdict, counter):
    before = sample("records_in_total", stage="evaluate"), sample(f"{counter}_total", stage="evaluate")
    metrics.count_disposition("evaluate", verdict, "whatever")
    after = sample("records_in_total", stage="evaluate"), sample(f"{counter}_total", stage="evaluate")
    assert after == (before[0] + 1, before[1] + 1)


def test_a_reason_that_nobody_knows_makes_no_new_label():
    before = sample("dead_total", stage="decode", reason="other")
    metrics.count_disposition("decode", "dead", "<script>")
    assert sample("dead_total", stage="decode", reason="other") == before + 1
    assert b"script" not in metrics.exposition()


def test_strange_labels_are_never_made():
    before = metrics.exposition().count(b"\n")
    metrics.count_disposition("guess", "kept", "new")
    metrics.count_dead("guess", "failed")
    metrics.count_suppressed("guess")
    metrics.count_notification("pigeon", "sent")
    metrics.show_feeds({"ok": 2, "lost": 5})
    assert metrics.exposition().count(b"\n") == before
    assert metrics.totals().feeds_ok == 2


def test_every_label_is_there_before_anything_happened():
    text = metrics.exposition().decode()
    for line in (
        'missionwire_dead_total{reason="newer-schema",stage="decode"}',
        'missionwire_feeds{state="gone"}',
        'missionwire_notifications_total{outcome="failed",receiver="email"}',
        'missionwire_lag_records{topic="alerts"}',
        "missionwire_fetch_to_notify_seconds_count",
        "missionwire_publish_to_notify_seconds_bucket",
    ):
        assert line in text


def test_what_deduplication_judges_was_passed_on_by_decode():
    before = sample("records_in_total", stage="decode"), sample("records_out_total", stage="decode")
    metrics.count_disposition("deduplicate", "folded", "repeat")
    after = sample("records_in_total", stage="decode"), sample("records_out_total", stage="decode")
    assert after == (before[0] + 1, before[1] + 1)
