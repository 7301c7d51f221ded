from datetime import UTC, datetime

from connectors.feeds.feed_pauses import FeedPauses
from connectors.feeds.feed_states import FeedStates
from pipeline.database import migrate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://a.example/"


def test_a_pause_is_kept_until_it_is_taken_back_and_each_counts_once(url):
    migrate(url)
    access = FeedStates.access_to(url)
    pauses = FeedPauses(access)
    assert pauses.pause(URL, NOON)
    assert not pauses.pause(URL, NOON)
    assert pauses.since() == {URL: NOON}
    assert pauses.resume(URL)
    assert not pauses.resume(URL)
    assert pauses.since() == {}
    access.close()
