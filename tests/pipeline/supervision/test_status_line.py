"""The numbers of all loops in one line, over their restarts."""

from datetime import UTC, datetime

from pipeline.status_file import PartStatus, read_status, write_status
from pipeline.supervision.status_line import Tally, status_line

AT = datetime(2026, 1, 1, tzinfo=UTC)


def status(part, pid, **counts):
    return PartStatus(part, pid, AT, "running", counts)


def test_the_line_names_what_a_person_asks_for():
    counts = {"feeds_ok": 25, "feeds_failing": 3, "articles": 132, "incidents": 12, "alerts": 5, "lag": 7}
    assert status_line(counts, {}, {}) == (
        "feeds 25 ok, 3 failing; articles 132; incidents 12; alerts 5; lag 7"
    )


def test_the_line_fits_a_narrow_terminal_after_a_busy_day():
    counts = {
        "feeds_ok": 180,
        "feeds_failing": 20,
        "articles": 99999,
        "incidents": 9999,
        "alerts": 999,
        "lag": 9999,
    }
    assert len(status_line(counts, {}, {})) < 80


def test_a_part_that_is_down_is_named():
    assert status_line({}, {"process": 4}, {}).endswith("; lag 0; process DOWN, again in 4 s")


def test_counts_go_on_over_a_restart_and_levels_do_not():
    tally = Tally()
    for word in (
        status("collect", 1, feeds_ok=5, articles=10),
        status("process", 2, alerts=3, lag=100),
        status("collect", 1, feeds_ok=6, articles=12),
        status("process", 9, alerts=1, lag=40),
    ):
        tally.note(word)
    assert tally.counts() == {"feeds_ok": 6, "articles": 12, "alerts": 4, "lag": 40}


def test_a_status_is_read_as_it_was_written(tmp_path):
    write_status(tmp_path / "status", status("collect", 1, articles=3))
    assert read_status(tmp_path / "status", "collect") == status("collect", 1, articles=3)
    assert [p.name for p in (tmp_path / "status").iterdir()] == ["collect.json"]


def test_a_status_that_cannot_be_read_is_none(tmp_path):
    for content in (b"", b"{", b"[]", b"3", b'{"pid": 1}', b'{"at": 1, "counts": []}', b"\xff"):
        (tmp_path / "collect.json").write_bytes(content)
        assert read_status(tmp_path, "collect") is None
    assert read_status(tmp_path, "notify") is None


def test_a_running_part_that_says_nothing_is_named():
    assert status_line({}, {}, {"notify": 70}).endswith("; lag 0; notify SILENT for 70 s")
