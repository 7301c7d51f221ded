"""Labels come from closed sets and are all there from the start; freshness is told as moments."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.receivers.settings import TerminalReceiver
from connectors.feeds.feed import Feed, FeedState, State
from connectors.log.interface import LogError
from pipeline import collect_metrics, metrics, notify_metrics
from pipeline.collect import sinks
from transforms.records import DeadLetter

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://feed.example/", "Example")
COLLECT_REASONS = metrics.DEAD_REASONS["collect"]
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_look_stays():
    yield
    metrics.before_reading(None)


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


def letter_of(reason):
    return DeadLetter(
        id="1", stage="collect", reason=reason, error="", value=b"", at=NOON, code_version="test", headers={}
    )


@pytest.mark.parametrize(
    ("reason", "label"),
    [("not-a-feed", "not-a-feed"), ("parse-timeout", "parse-timeout"), ("parse-crash", "parse-crash"),
     ("no-text", "no-text"), ("no-identity", "no-identity"), ("<script>", "other")],
)  # fmt: skip
def test_a_dead_letter_of_the_collector_is_counted_by_its_reason_when_it_is_written(reason, label):
    written = []
    before = {label: sample("dead_total", stage="collect", reason=label) for label in COLLECT_REASONS}
    sinks(SimpleNamespace(append=written.extend)).dead_letters([letter_of(reason)] * 2)
    after = {label: sample("dead_total", stage="collect", reason=label) for label in COLLECT_REASONS}
    assert after == before | {label: before[label] + 2}
    assert len(written) == 2


def test_a_letter_that_the_log_did_not_take_is_not_counted():
    def away(records):
        raise LogError("appending to dead-letters", "disk full", retryable=True)

    before = sample("dead_total", stage="collect", reason="no-text")
    with pytest.raises(LogError):
        sinks(SimpleNamespace(append=away)).dead_letters([letter_of("no-text")])
    assert sample("dead_total", stage="collect", reason="no-text") == before


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


def all_shown():
    metrics.show_job(running=True, restarts=0)
    metrics.show_checkpoint(NOON, 1, A_MINUTE, 0)
    metrics.show_feeds({}, 0, NOON)
    metrics.show_dead_letters(0)
    metrics.FEEDS_PAUSED.set(0)
    metrics.CONFIG_OK.set(1)
    metrics.show_progress(NOON)
    metrics.NEWEST_ARTICLE.set_moment(NOON)


def series():
    return [line for line in metrics.exposition().splitlines() if not line.startswith(b"#")]


@given(word=st.text(max_size=30), number=st.integers(0, 9))
def test_no_word_of_a_stranger_makes_another_series(word, number):
    all_shown()
    collecting = collect_metrics.CountingObserver(lambda: NOON)
    collecting.polled(Feed(word, word), word, A_MINUTE)
    collecting.appended(Feed(word, word), number)
    metrics.count_dead("collect", word, number)
    collecting.oddity(Feed(word, word), word, number)
    collecting.sink_waits(word, A_MINUTE)
    collecting.states({word: FeedState(word, polls=1, state=word, reason=word, last_success=NOON)})
    collecting.look()
    notifying = notify_metrics.CountingObserver([TerminalReceiver(word)])
    notifying.notified(word, number, None)
    notifying.suppressed(word)
    notifying.failed(word, word)
    notifying.failed(word)
    metrics.count_disposition(word, word, word)
    metrics.count_disposition("extract", "dead", word)
    metrics.count_dead("notify", word)
    metrics.count_notification(word, "sent")
    metrics.count_wait(word)
    metrics.count_skipped(word)
    metrics.count_dropped(word)
    assert len(series()) == 283


def test_the_states_of_feeds_are_those_that_a_feed_can_be_in():
    assert metrics.FEED_STATES == get_args(State) == ("ok", "empty", "quiet", "failing", "moved", "gone")


def test_what_only_one_loop_knows_is_absent_where_that_loop_does_not_run():
    names = "job_running|checkpoint_|newest_|progress_|dead_letters|feeds_paused|config_"
    code = "import re; from pipeline.metrics import exposition; "
    code += f"print(re.findall('^missionwire_(?:{names}).*', exposition().decode(), re.M))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_job_is_shown_with_its_checkpoint():
    metrics.show_job(running=True, restarts=3)
    metrics.show_checkpoint(NOON, 4096, timedelta(milliseconds=250), 2)
    assert sample("job_running") == 1
    assert sample("job_restarts") == 3
    assert sample("checkpoint_timestamp_seconds") == 1772366400
    assert sample("checkpoint_size_bytes") == 4096
    assert sample("checkpoint_duration_seconds") == 0.25
    assert sample("checkpoints_failed") == 2


def test_failures_are_shown_before_the_first_checkpoint_completed():
    metrics.show_checkpoint(NOON, 4096, A_MINUTE, 0)
    metrics.show_checkpoint(None, 0, timedelta(0), 7)
    assert sample("checkpoints_failed") == 7
    assert sample("checkpoint_timestamp_seconds") == 1772366400


def state(**fields):
    return FeedState("https://feed.example/", **{"polls": 9, **fields})


@pytest.mark.parametrize(
    ("feed", "stale"),
    [
        (state(last_success=NOON - 30 * A_MINUTE, interval=A_MINUTE), False),
        (state(last_success=NOON - 31 * A_MINUTE, interval=A_MINUTE), True),
        (state(last_success=NOON - 90 * A_MINUTE, interval=30 * A_MINUTE), False),
        (state(last_success=NOON - 91 * A_MINUTE, interval=30 * A_MINUTE), True),
        (state(last_success=NOON - 31 * A_MINUTE), True),
        (state(last_success=NOON - 99 * AN_HOUR, interval=A_MINUTE, state="gone"), False),
        (state(failures=2, state="failing"), False),
        (state(failures=3, state="failing"), True),
    ],
)
def test_a_feed_is_stale_without_a_good_answer_for_three_of_its_polls(feed, stale):
    assert collect_metrics.is_stale(feed, NOON) is stale


def test_the_feeds_are_looked_at_when_the_metrics_are_read():
    now = [NOON]
    observer = collect_metrics.CountingObserver(lambda: now[0])
    states = {
        "a": state(last_success=NOON - A_MINUTE, interval=A_MINUTE),
        "b": state(last_success=NOON - AN_HOUR, interval=A_MINUTE, state="failing"),
        "c": FeedState("never polled"),
    }
    observer.states(states)
    text = metrics.exposition().decode()
    assert 'missionwire_feeds{state="ok"} 1.0' in text
    assert 'missionwire_feeds{state="failing"} 1.0' in text
    assert "missionwire_feeds_stale 1.0" in text
    assert sample("newest_poll_timestamp_seconds") == (NOON - A_MINUTE).timestamp()
    now[0] += AN_HOUR
    assert "missionwire_feeds_stale 2.0" in metrics.exposition().decode()
    states["a"] = state(last_success=now[0], interval=A_MINUTE)
    assert "missionwire_feeds_stale 2.0" in metrics.exposition().decode()
    now[0] += A_MINUTE
    assert "missionwire_feeds_stale 1.0" in metrics.exposition().decode()
    assert metrics.totals().feeds_ok == 1


def test_articles_leave_the_moment_when_they_were_put_onto_the_log():
    now = [NOON]
    observer = collect_metrics.CountingObserver(lambda: now[0])
    observer.appended(FEED, 1)
    now[0] += AN_HOUR
    observer.appended(FEED, 0)
    assert sample("newest_article_timestamp_seconds") == NOON.timestamp()


@pytest.mark.parametrize(
    ("reason", "on"), [("LogError", "log"), ("locked", "log"), ("StoreUnavailableError", "feed_states")]
)
def test_a_write_that_is_tried_again_is_counted_by_what_it_waits_for(reason, on):
    before = sample("waits_total", on=on)
    collect_metrics.CountingObserver().sink_waits(reason, A_MINUTE)
    assert sample("waits_total", on=on) == before + 1


def test_the_readme_documents_every_metric_and_none_that_is_not():
    all_shown()
    kinds = {"counter": "_total", "gauge": "", "histogram": ""}
    shown = {m.name + kinds[m.type] for m in metrics.REGISTRY.collect()}
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    section = readme.split("\n## Metrics and health\n")[1].split("\n## ")[0]
    assert set(re.findall(r"`(missionwire_\w+)`", section)) == shown


@pytest.mark.parametrize(("field", "label"), [("site", "site"), ("<script>", "other")])
def test_a_field_without_words_for_it_is_counted(field, label):
    before = sample("fields_dropped_total", field=label)
    metrics.count_dropped(field)
    assert sample("fields_dropped_total", field=label) == before + 1


@pytest.mark.parametrize(("kind", "label"), [("lie", "lie"), ("<script>", "other")])
def test_what_is_strange_about_feeds_is_counted(kind, label):
    before = sample("feed_oddities_total", kind=label)
    collect_metrics.CountingObserver().oddity(FEED, kind, 2)
    assert sample("feed_oddities_total", kind=label) == before + 2


def test_articles_that_came_too_late_are_counted():
    before = sample("articles_historical_total")
    collect_metrics.CountingObserver().caught_up(FEED, 500, 499)
    assert sample("articles_historical_total") == before + 499


@pytest.mark.parametrize(("reason", "label"), [("denied", "denied"), ("<script>", "other")])
def test_what_kept_a_mention_from_being_an_event_is_counted(reason, label):
    before = sample("mentions_skipped_total", reason=label)
    metrics.count_skipped(reason)
    assert sample("mentions_skipped_total", reason=label) == before + 1
