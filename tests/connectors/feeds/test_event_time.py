"""Dates that feeds claim, as seen in the wild: whatever they say, each entry comes once and none is missed.

Readers that remember the newest date they saw repeat or miss entries when dates are days without a time,
stand still, come from the future or are not there at all. Here no date decides what is new.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.connectors.feeds.polled import polled

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stamped(moment):
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


# the date of the entry that comes as number `n` of 12, as it reads when hour `h` is asked
DATES = {
    "a day without a time": lambda n, h: "2026-03-01",
    "a day without a time, the next one from noon on": lambda n, h: f"2026-03-0{1 + n // 6}",
    "one date for all": lambda n, h: "Sun, 01 Mar 2026 11:00:00 GMT",
    "dates that stand still for hours": lambda n, h: stamped(START + timedelta(hours=n // 4 * 4)),
    "older ones later": lambda n, h: stamped(START - timedelta(days=n)),
    "no date": lambda n, h: None,
    "no date for every other": lambda n, h: None if n % 2 else stamped(START + timedelta(hours=n)),
    "an empty date": lambda n, h: "",
    "nonsense": lambda n, h: "Sometime in spring",
    "a day that there is not": lambda n, h: "Sun, 31 Feb 2026 11:00:00 GMT",
    "no zone": lambda n, h: f"2026-03-01 {n:02}:00:00",
    "a date that moves with each poll": lambda n, h: stamped(START + timedelta(hours=h)),
    "the epoch": lambda n, h: "Thu, 01 Jan 1970 00:00:00 GMT",
    "a first one from tomorrow": lambda n, h: stamped(START + timedelta(hours=20 if n == 0 else n)),
    "a first one from 2036": lambda n, h: stamped(
        START + (timedelta(days=3650) if n == 0 else n * timedelta(hours=1))
    ),
    "a first one from the year 9999": lambda n, h: (
        "Fri, 31 Dec 9999 23:59:59 GMT" if n == 0 else "2026-03-01"
    ),
}


def feed_at(hour, dates, *, newest_first=True):
    """Return the feed as it is that many hours after the start: an entry each hour, the last eight shown."""
    items = []
    for number in range(max(0, hour - 7), hour + 1):
        date = dates(number, hour)
        pub_date = "" if date is None else f"<pubDate>{date}</pubDate>"
        items.append(f"<item><title>Entry {number}</title><guid>{number}</guid>{pub_date}</item>")
    items = items[::-1] if newest_first else items
    return f'<rss version="2.0"><channel><title>A</title>{"".join(items)}</channel></rss>'.encode()


@pytest.mark.parametrize("newest_first", [True, False], ids=["newest first", "oldest first"])
@pytest.mark.parametrize("name", DATES)
def test_each_entry_comes_once_whatever_its_date(name, newest_first):
    async def run():
        async with polled() as one:
            for hour in range(12):
                one.server.answer("/feed", body=feed_at(hour, DATES[name], newest_first=newest_first))
                state = await one.poll_for(timedelta(hours=1))
            return state.state, [a.title for a in one.sinks.articles], one.sinks.dead

    assert asyncio.run(run()) == ("ok", [f"Entry {n}" for n in range(12)], [])


def test_a_feed_that_is_empty_at_first_or_for_a_while_breaks_nothing():
    async def run():
        async with polled() as one:
            empty = b'<rss version="2.0"><channel><title>A</title></channel></rss>'
            two = feed_at(1, DATES["no date"])
            for body in (empty, empty, two, empty, two, feed_at(2, DATES["no date"])):
                one.server.answer("/feed", body=body)
                await one.poll()
            return [a.title for a in one.sinks.articles]

    assert sorted(asyncio.run(run())) == ["Entry 0", "Entry 1", "Entry 2"]


def one_article(date, tag="pubDate"):
    async def run():
        async with polled() as one:
            item = f"<item><title>One</title><guid>1</guid><{tag}>{date}</{tag}></item>"
            one.server.answer("/feed", body=f'<rss version="2.0"><channel>{item}</channel></rss>'.encode())
            state, _ = await one.poll()
            [article] = one.sinks.articles
            return article, state

    return asyncio.run(run())


@pytest.mark.parametrize(
    "claimed",
    ["Thu, 28 Feb 2036 12:00:00 GMT", "Sun, 31 Feb 2026 11:00:00 GMT", "Sometime in spring", "9" * 60],
)
def test_a_date_that_cannot_be_believed_is_kept_apart_and_moves_nothing(claimed):
    article, state = one_article(claimed)
    assert (article.published, article.updated, article.claimed) == (None, None, claimed)
    assert article.stated_at == article.fetched == state.last_entry == START


def test_what_was_claimed_and_what_we_know_are_kept_apart():
    article, _ = one_article("Sun, 01 Mar 2026 10:00:00 +0100")
    assert (article.published, article.claimed) == (datetime(2026, 3, 1, 9, tzinfo=UTC), "")
    assert (article.fetched, article.updated) == (START, None)


def test_an_entry_from_the_future_never_makes_a_later_one_history():
    async def run():
        async with polled() as one:
            future = lambda n, h: "Fri, 28 Feb 2036 12:00:00 GMT" if n == 0 else stamped(one.time.now)  # noqa: E731
            for hour in range(3):
                one.server.answer("/feed", body=feed_at(hour, future))
                await one.poll_for(timedelta(hours=1))
            return [(a.title, a.historical) for a in one.sinks.articles]

    assert asyncio.run(run()) == [("Entry 0", True), ("Entry 1", False), ("Entry 2", False)]
