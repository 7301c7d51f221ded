import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.fetch import FetchResult
from connectors.feeds.robots import Robots, text_of

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://a.example"


def found(text):
    return FetchResult("content", SITE, 200, body=text if isinstance(text, bytes) else text.encode())


def failed(reason):
    status = int(reason.removeprefix("http-")) if reason.startswith("http-") else None
    return FetchResult("failed", SITE, status, reason=reason)


class Site:
    """Answers for robots.txt in turn, the last one for ever; a string redirects."""

    def __init__(self, *answers):
        self.answers, self.asked, self.now = list(answers), [], START
        self.robots = Robots(self.get, "missionwire", lambda: self.now)

    async def get(self, url, accept, *, cut_at):
        self.asked.append(url)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return replace(answer, body=answer.body[:cut_at]) if isinstance(answer, FetchResult) else answer

    def verdicts(self, *paths):
        async def run():
            return await asyncio.gather(*(self.robots.verdict(f"{SITE}{path}") for path in paths))

        return asyncio.run(run())


RULES = """\
User-agent: *
Disallow: /

User-agent: other
User-agent: MissionWire
Disallow: /private   # a comment
Allow: /private/news
Disallow: /*.pdf$
Disallow: /*/print/
Disallow: /caf%C3%A9
Disallow:

user-agent: missionwire
disallow: /later
"""


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/", "allowed"),
        ("/public", "allowed"),
        ("/private", "robots"),
        ("/private/x?y=1", "robots"),
        ("/private/news/1", "allowed"),
        ("/a/b.pdf", "robots"),
        ("/a/b.pdf?page=2", "allowed"),
        ("/a/print/1", "robots"),
        ("/café", "robots"),
        ("/caf%c3%a9", "robots"),
        ("/later", "robots"),
    ],
)
def test_the_longest_rule_of_our_own_groups_counts(path, verdict):
    assert Site(found(RULES)).verdicts(path) == [verdict]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("User-agent: *\nDisallow: /", "robots"),
        ("User-agent: other\nDisallow: /", "allowed"),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "allowed"),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", "robots"),
        (b"User-agent: *\nDisallow: /\xff\xfe\nDisallow: /a", "robots"),
        ("<html><body>not found</body></html>", "allowed"),
        ("", "allowed"),
        ("Disallow: /", "allowed"),
        ("User-agent: *\n" + "# padding\n" * 60_000 + "Disallow: /", "allowed"),
        ("User-agent: *\nDisallow: /" + "*a" * 1000 + "$", "allowed"),
    ],
)
def test_files_as_found_in_the_wild_are_read(text, verdict):
    assert Site(found(text)).verdicts("/a") == [verdict]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (failed("http-404"), ""),
        (failed("http-401"), ""),
        (failed("http-410"), ""),
        (failed("http-429"), None),
        (failed("http-500"), None),
        (failed("http-503"), None),
        (failed("timeout"), None),
        (failed("refused-address"), None),
        (failed("too-large"), None),
        (found("Allow"), "Allow"),
        (f"{SITE}/elsewhere", None),
    ],
)
def test_what_is_missing_allows_and_what_cannot_be_had_does_not(answer, text):
    assert text_of(answer) == text


def test_a_host_is_asked_once_a_day_whoever_waits():
    site = Site(found("User-agent: *\nDisallow: /x"))
    assert site.verdicts("/x", "/y", "/z") == ["robots", "allowed", "allowed"]
    site.now = START + timedelta(hours=23)
    assert site.verdicts("/x") == ["robots"]
    assert site.asked == [f"{SITE}/robots.txt"]
    site.now = START + timedelta(hours=24)
    site.answers = [found("")]
    assert site.verdicts("/x") == ["allowed"]


def test_what_cannot_be_had_is_asked_for_again_after_an_hour():
    site = Site(failed("http-500"), found(""))
    assert site.verdicts("/") == ["robots-unreachable"]
    site.now = START + timedelta(minutes=59)
    assert site.verdicts("/") == ["robots-unreachable"]
    site.now = START + timedelta(minutes=60)
    assert site.verdicts("/") == ["allowed"]


@pytest.mark.parametrize(
    ("waited", "verdict", "asked"),
    [(timedelta(seconds=9), "allowed", 2), (timedelta(seconds=10), "robots-unreachable", 1)],
)
def test_a_host_that_was_given_up_after_a_while_is_not_waited_for_again(waited, verdict, asked):
    site = Site(found(""))
    usual = site.robots._get

    async def run():
        begun = asyncio.Event()

        async def silent(url, accept, *, cut_at):
            site.asked.append(url)
            begun.set()
            await asyncio.Event().wait()

        site.robots._get = silent
        waiting = asyncio.create_task(site.robots.verdict(f"{SITE}/"))
        await begun.wait()
        site.now += waited
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        site.robots._get = usual
        return await site.robots.verdict(f"{SITE}/")

    assert asyncio.run(run()) == verdict
    assert len(site.asked) == asked
    site.now += timedelta(hours=1)
    assert site.verdicts("/") == ["allowed"]


def test_redirects_are_followed_five_times():
    hops = [f"https://b.example/{n}" for n in range(5)]
    site = Site(*hops, found("User-agent: *\nDisallow: /"))
    assert site.verdicts("/") == ["robots"]
    assert site.asked == [f"{SITE}/robots.txt", *hops]
    assert Site("https://b.example/again").verdicts("/") == ["robots-unreachable"]


def test_what_is_kept_is_bounded():
    site = Site(found("User-agent: *\nDisallow: /x\n" * 10_000))

    async def run():
        for n in range(40):
            await site.robots.verdict(f"https://h{n}.example/")

    asyncio.run(run())
    assert 1 < len(site.robots._known) < 20
    assert site.robots._size_bytes < 5 * 1024 * 1024


_LINES = st.sampled_from(
    (
        "User-agent: *\nUser-agent: missionwire\nDisallow: /\nAllow: /a*b$\nDisallow: /%\nCrawl-delay: x\n"
        f"Request-rate: 1/\nVisit-time: 9-\nSitemap:\nHost: \0\nDisallow: {'*' * 500}\n:\nAllow"
    ).split("\n")
)


@given(st.lists(st.one_of(_LINES, st.text(max_size=40)), max_size=12), st.text(max_size=30))
def test_no_robots_txt_is_too_strange(lines, path):
    site = Site(found("\n".join(lines).encode("utf-8", "surrogatepass")))
    assert site.verdicts("/" + path.encode("utf-8", "replace").decode())[0] in ("allowed", "robots")
