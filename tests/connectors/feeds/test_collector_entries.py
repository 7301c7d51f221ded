"""What a poll makes of a feed's entries, and of bodies that are none."""

from datetime import timedelta

from tests.connectors.feeds.collector_bench import FEED, Bench, content, rss


def test_new_entries_are_appended_once():
    bench = Bench(content(rss("one")), content(rss("two", "one")), content(rss("two", "one")))
    bench.polls(4)
    assert bench.sinks.titles() == ["one", "two"]
    assert bench.seen.outcomes == ["entries", "entries", "unchanged", "unchanged"]


def test_a_restart_remembers_what_was_appended():
    bench = Bench(content(rss("one"), etag='"1"'), content(rss("two", "one")))
    bench.polls(1)
    bench.polls(1)
    assert bench.sinks.titles() == ["one", "two"]
    assert bench.fetch.asked == [(FEED.url, None), (FEED.url, '"1"')]


def test_a_revised_entry_is_a_new_article():
    bench = Bench(content(rss("one")), content(rss("one").replace(b">one<", b">one, corrected<")))
    bench.polls(2)
    assert bench.sinks.titles() == ["one", "one, corrected"]


def test_content_that_is_no_feed_is_one_dead_letter_for_each_change():
    html = content(b"<html>log in</html>")
    bench = Bench(content(rss("one")), html, html, content(b"<html>again</html>"), content(rss("one")))
    bench.polls(5)
    assert [(letter.stage, letter.reason, letter.value) for letter in bench.sinks.dead] == [
        ("collect", "not-a-feed", b"<html>log in</html>"),
        ("collect", "not-a-feed", b"<html>again</html>"),
    ]
    assert bench.sinks.titles() == ["one"]
    assert [(change.state, change.reason) for change in bench.sinks.health] == [
        ("ok", ""),
        ("failing", "not-a-feed"),
        ("ok", ""),
    ]


def test_an_entry_that_makes_no_article_is_one_dead_letter():
    body = rss("one").replace(b"</channel>", b"<item><link>https://a.org/x</link></item></channel>")
    bench = Bench(content(body), content(body + b" "))
    bench.polls(2)
    assert [(letter.reason, letter.headers["feed"]) for letter in bench.sinks.dead] == [
        ("no-text", FEED.url),
    ]


def test_an_odd_feed_is_used_and_counted():
    bench = Bench(content(rss("one")[:-12]))
    bench.polls(1)
    assert bench.sinks.titles() == ["one"]
    assert bench.seen.oddities == [("bozo", 1)]


def test_old_entries_of_a_first_poll_are_history():
    old = rss("old").replace(b"01 Mar", b"01 Feb")
    bench = Bench(content(old), content(rss("one") + b" " + old[:0]))
    bench.polls(2)
    assert [(a.title, a.historical) for a in bench.sinks.articles] == [("old", True), ("one", False)]


def test_a_first_poll_and_the_end_of_an_outage_are_told_with_how_much_is_history():
    old = rss("old").replace(b"01 Mar", b"01 Feb")
    bench = Bench(content(old), content(rss("two", "one")), content(rss("three", "two", "one")))
    bench.polls(2)
    bench.time.now += timedelta(hours=6)
    bench.polls(1)
    assert bench.seen.caught == [(1, 1), (1, 0)]
