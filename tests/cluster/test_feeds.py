"""The feed of the local cluster tells its story as if it were now."""

from datetime import UTC, datetime

from tests.cluster.feeds import SEEDS, told_at


def test_the_last_change_is_now_and_everything_else_as_long_before_as_it_was():
    feed = told_at(datetime(2026, 11, 23, 0, 10, tzinfo=UTC), (SEEDS / "orbit-ledger-1.xml").read_text())
    assert "<updated>2026-11-23T00:10:00Z</updated>" in feed
    assert "<published>2026-11-23T00:00:00Z</published>" in feed
    assert "at 23:45 UTC" in feed
    assert "planned for 03:02 UTC" in feed
    assert "2021-" not in feed
