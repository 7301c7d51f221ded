"""What a server says from poll to poll, for hours, days or a week."""

import asyncio
from datetime import timedelta

from tests.connectors.feeds.answer_scripts import HTML, NO_ENTRIES, redirected, rss
from tests.connectors.feeds.polled import SERVER, polled
from tests.connectors.feeds.scripted_server import head


def test_a_name_that_changes_its_address_between_two_polls_is_refused():
    async def run():
        async with polled(host="news.example") as one:
            one.names.addresses["news.example"] = [SERVER, "127.0.0.1"]
            one.server.answer("/feed", body=rss())
            first, _ = await one.poll()
            one.fetcher._session.connector.clear_dns_cache()
            second, _ = await one.poll()
            return first.state, second.reason, len(one.server.asked)

    assert asyncio.run(run()) == ("ok", "refused-address", 1)


def test_a_permanent_redirect_is_believed_after_a_day_and_given_up_when_the_old_address_is_back():
    async def run():
        async with polled() as one:
            redirected(301)(one.server)
            told = []
            for _ in range(10):
                state = await one.poll_for(timedelta(hours=3))
                told.append((state.state, state.address is not None))
            one.server.asked.clear()
            await one.poll()
            assert [path for path, _ in one.server.asked] == ["/there"]
            one.server.answer("/there", 404)
            one.server.answer("/feed", body=rss("It is back"))
            await one.poll()
            state, _ = await one.poll()
            told.append((state.state, state.address is not None))
            return told, [change.state for change in one.sinks.health]

    told, health = asyncio.run(run())
    assert told == [("ok", False)] * 8 + [("moved", True)] * 2 + [("ok", False)]
    assert health == ["ok", "moved", "failing", "ok"]


def test_a_temporary_redirect_is_never_believed():
    async def run():
        async with polled() as one:
            redirected(302)(one.server)
            return await one.poll_for(timedelta(days=3))

    state = asyncio.run(run())
    assert (state.state, state.address, state.moving_seen) == ("ok", None, 0)


def test_a_validator_that_lies_for_a_week_is_found_out_within_24_polls():
    """A server whose ETag never changes says 304 to whoever sends it, while an entry comes each hour."""

    async def run():
        async with polled() as one:
            conditional = []

            async def script(writer, asked):
                hours = int((one.time.now - began).total_seconds() // 3600)
                conditional.append("if-none-match" in asked)
                if conditional[-1]:
                    writer.write(head(304, ETag='"never-changes"'))
                else:
                    items = "".join(
                        f"<item><title>Hour {n}</title><guid>{n}</guid></item>" for n in range(hours + 1)
                    )
                    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
                    writer.write(head(200, length=len(body), ETag='"never-changes"') + body)

            began = one.time.now
            one.server.scripts["/feed"] = script
            state = await one.poll_for(timedelta(days=7))
            late = [article.fetched - began for article in one.sinks.articles]
            return state, conditional, late, one.seen.oddities

    state, conditional, late, oddities = asyncio.run(run())
    assert conditional.index(False, 1) == 23
    assert conditional[24:] == [False] * len(conditional[24:])
    assert len(late) == 24 * 7
    after = [at - timedelta(hours=hour) for hour, at in enumerate(late) if at > timedelta(hours=13)]
    assert max(after) <= timedelta(minutes=31)
    assert state.lies == len([kind for kind, _ in oddities if kind == "lie"]) > 100


def test_a_floor_over_the_ceiling_is_reported_once():
    async def run():
        async with polled() as one:
            one.server.answer("/feed", body=rss(words="<ttl>600</ttl>"), Cache_Control="max-age=60")
            await one.poll_for(timedelta(hours=6))
            return one.seen.oddities, len(one.server.asked)

    assert asyncio.run(run()) == ([("floor-capped", 1)], 13)


def test_a_page_in_place_of_a_feed_is_one_dead_letter_with_its_bytes():
    async def run():
        async with polled() as one:
            one.server.answer("/feed", body=HTML, Content_Type="text/html")
            await one.poll_for(timedelta(hours=2))
            return one.sinks.dead

    [letter] = asyncio.run(run())
    assert (letter.value, letter.headers["content-type"]) == (HTML, "text/html")


def test_an_empty_feed_is_reported_once_it_had_entries():
    async def run():
        async with polled() as one:
            for body in (rss(), NO_ENTRIES, NO_ENTRIES, rss("Two")):
                one.server.answer("/feed", body=body)
                await one.poll()
            return [change.state for change in one.sinks.health]

    assert asyncio.run(run()) == ["ok", "empty", "ok"]
