"""A log in a folder with letters on it, the graph over it, and the command."""

import contextlib
from datetime import UTC, datetime

from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.fetch import FetchResult
from connectors.feeds.poll_results import reading_job, result_of
from connectors.feeds.reading import read_feed
from connectors.log import topics
from connectors.log.interface import NewRecord
from connectors.log.location import LogLocation
from pipeline import cli
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from pipeline.rebuild import rebuild
from pipeline.settings import load_settings
from tests.pipeline.test_restart import LONG_AGO, RULES
from transforms.extract_events import extractor_of
from transforms.records import Article, DeadLetter, UndecodableError, decode, encode

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIG = """\
data_dir: data
collect: {feeds: [{url: "https://nobody.example/feed", publisher: Nobody}]}
receivers: [{name: screen, kind: terminal}]
routes: [{receivers: [screen]}]
"""


class Shop:
    """A log in a folder, the graph over all of it, and the command."""

    def __init__(self, folder, capsys):
        self.config, self._capsys = folder / "missionwire.yaml", capsys
        self.config.write_text(CONFIG)
        settings = load_settings(self.config, {}, with_secrets=False)
        self.database_url = settings.database_url
        (folder / "data").mkdir()
        self.location = LogLocation(settings.log_path)
        self.log = self.location.open()
        self.log.ensure_topics(settings.topic_specs())

    def dead_letters(self, *words):
        code = cli.main(["dead-letters", *words, "--config", str(self.config)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def process(self):
        start, until = self.log.earliest(topics.ARTICLES), self.log.end(topics.ARTICLES)
        run_graph(Plan(self.location, start, RULES, "test", until=until))

    def restart(self, *, sharded):
        """Rebuild the states as a start does, up to what was processed."""
        self.done = self.log.end(topics.ARTICLES)
        rebuild(self.log, self.done, LONG_AGO, extractor_of(None), lambda done, total: None, sharded=sharded)

    def go_on(self, *, sharded):
        until = self.log.end(topics.ARTICLES)
        run_graph(Plan(self.location, self.done, RULES, "test", until=until, sharded=sharded))

    def found(self, topic, kind):
        found = {}
        for each in scan(self.log, topic):
            with contextlib.suppress(UndecodableError):
                found[each.value] = decode(kind, each.value)
        return list(found.values())


def letter(ident, **given):
    known = {"stage": "extract", "reason": "failed", "error": "ValueError: x", "value": b"{}", "at": NOON}
    return DeadLetter(**{**known, "id": ident, "code_version": "0", **given})


def keep(shop, *letters):
    shop.log.append([NewRecord(topics.DEAD_LETTERS, each.id, encode(each)) for each in letters])


FEED = Feed("https://a.example/feed", "A")
BODY = b"""<rss version="2.0"><channel>
<item><title>one</title><link>https://a.example/1</link>
<pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate></item>
<item><title>two</title><link>https://a.example/2</link>
<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item>
</channel></rss>"""


def polled(body, read=None):
    """Return what a poll of a known feed gives; `read` is what reading said, if it was at fault."""
    fetched = FetchResult("content", FEED.url, 200, {"content-type": "text/xml"}, body)
    state = FeedState(FEED.url, polls=9, last_success=NOON)
    read = read or read_feed(reading_job(FEED, state, fetched, NOON))
    return result_of(FEED, state, fetched, read, NOON, "0")


def collected(shop):
    return [decode(Article, record.value) for record in scan(shop.log, topics.ARTICLES)]
