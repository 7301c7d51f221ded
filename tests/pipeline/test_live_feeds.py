"""A changed file and a pause take effect without a restart; a bad file changes nothing and says so once."""

import asyncio
import logging
import os

import pytest

from connectors.log.interface import LogError
from pipeline import metrics
from pipeline.config_watch import ConfigWatch
from pipeline.live_feeds import LiveFeeds
from pipeline.settings import load_settings
from transforms.sql_store import StoreUnavailableError

CONFIG = """\
data_dir: data
collect:
  feeds:
{feeds}
receivers: [{{name: screen, kind: terminal}}]
routes: [{{receivers: [screen]}}]
{more}"""


def names(feeds):
    return [feed.url.split("//")[1].split(".")[0] for feed in feeds]


class Watched:
    """A configuration file and what the collector is told of it."""

    def __init__(self, folder):
        self.path, self.told, self.paused = folder / "missionwire.yaml", [], set()
        self.said, self.faults = [], []
        self.written = 0
        self.write("a", "b")
        self.live = LiveFeeds(self.load(self.path), ConfigWatch(self.path, self.load), lambda: self.paused)

    def load(self, path):
        return load_settings(path, {}, with_secrets=False)

    def write(self, *names, more=""):
        lines = [f'    - {{url: "https://{name}.example/feed", publisher: {name[0]}}}' for name in names]
        self.put(CONFIG.format(feeds="\n".join(lines), more=more))

    def put(self, text):
        self.path.write_text(text)
        # two writes within one tick of the file system's clock are two all the same
        self.written += 1
        os.utime(self.path, ns=(self.written * 10**9,) * 2)

    async def _change(self, feeds):
        self.told.append(names(feeds))

    def _say(self, polled, paused, joined):
        if self.faults:
            raise self.faults.pop(0)
        self.said.append((names(polled), names(paused), sorted(joined)))

    def look(self, times=1, **how):
        async def run():
            for _ in range(times):
                await self.live.look(self._change, self._say, **how)

        asyncio.run(run())
        return self.told


@pytest.fixture
def watched(tmp_path):
    return Watched(tmp_path)


def sample(name):
    return metrics.REGISTRY.get_sample_value(f"missionwire_{name}")


def test_a_file_that_stays_as_it_was_tells_nothing(watched):
    assert watched.look(4) == []


def test_a_changed_file_counts_once_it_has_settled_for_one_look(watched):
    watched.look(2)
    watched.write("a", "c")
    assert watched.look() == []
    assert watched.look() == [["a", "c"]]
    assert watched.look(3) == [["a", "c"]]


def test_a_file_that_is_still_being_written_is_waited_for(watched):
    watched.look(2)
    for names in ("a", "ab", "abc"):
        watched.write(*names)
        assert watched.look() == []
    assert watched.look() == [["a", "b", "c"]]


def test_who_asks_need_not_wait(watched):
    watched.write("c")
    assert watched.look(at_once=True) == [["c"]]


def test_a_bad_file_keeps_the_feeds_and_names_every_fault_once(watched, caplog):
    watched.look(2)
    watched.write("a", more="colour: red\nshape: round\n")
    with caplog.at_level(logging.INFO):
        assert watched.look(4) == []
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        f"configuration not taken over: {watched.path}:7: colour: unknown key",
        f"configuration not taken over: {watched.path}:8: shape: unknown key",
        "the feeds stay as they were; mend the file and it is read again",
    ]
    assert sample("config_reload_ok") == 0
    watched.write("a")
    assert watched.look(2) == [["a"]]
    assert sample("config_reload_ok") == 1


def test_a_file_that_is_gone_keeps_the_feeds(watched, caplog):
    watched.look(2)
    watched.path.unlink()
    assert watched.look(3) == []
    assert "there is no such file" in caplog.text
    watched.write("a")
    assert watched.look(2) == [["a"]]


def test_what_takes_a_restart_is_named(watched, caplog):
    watched.look(2)
    watched.write("a", more="metrics: off\nlog: {retention: 2d}\n")
    watched.put(watched.path.read_text().replace("collect:", "collect:\n  contact: a@b.example"))
    watched.look(2)
    assert "changed, but takes a restart: log, metrics, collect.contact" in caplog.messages


def test_settings_of_a_feed_are_live(watched):
    watched.look(2)
    watched.put(watched.path.read_text().replace("publisher: a", "publisher: Another, every: 5m"))
    assert watched.look(2) == [["a", "b"]]
    assert {feed.publisher for feed in watched.live.now()} == {"Another", "b"}


def test_a_paused_feed_is_left_out_until_it_is_resumed(watched):
    watched.paused = {"https://a.example/feed", "https://other.example/feed"}
    assert watched.look() == [["b"]]
    assert [watched.live.polls(f"https://{name}.example/feed") for name in "abc"] == [False, True, False]
    assert sample("feeds_paused") == 1
    watched.paused = set()
    assert watched.look() == [["b"], ["a", "b"]]
    assert sample("feeds_paused") == 0


def test_a_pause_is_told_apart_from_what_was_added_and_removed(watched, caplog):
    watched.look(2)
    watched.paused = {"https://a.example/feed"}
    with caplog.at_level(logging.INFO):
        watched.look()
        watched.write("a", "c", "d")
        watched.paused = set()
        watched.look(at_once=True)
    assert caplog.messages == [
        "feeds: 0 added, 0 removed, 0 changed, 1 paused, 0 resumed; now 1 polled, 1 paused",
        "feeds: 2 added, 1 removed, 0 changed, 0 paused, 1 resumed; now 3 polled, 0 paused",
    ]


def test_a_change_of_a_paused_feed_is_told_though_nothing_else_is_polled(watched, caplog):
    watched.paused = {"https://a.example/feed"}
    watched.look(2)
    watched.put(watched.path.read_text().replace("publisher: a", "publisher: Another"))
    with caplog.at_level(logging.INFO):
        assert watched.look(at_once=True) == [["b"]]
    assert caplog.messages == [
        "feeds: 0 added, 0 removed, 1 changed, 0 paused, 0 resumed; now 1 polled, 1 paused"
    ]


def test_who_asks_for_a_file_that_is_as_it_was_is_told_that_nothing_changed(watched, caplog):
    with caplog.at_level(logging.INFO):
        watched.look(3)
        assert caplog.messages == []
        assert watched.look(at_once=True) == []
    assert caplog.messages == ["configuration read again: 2 feeds, nothing changed"]


def test_of_a_bad_file_and_of_one_that_takes_a_restart_it_is_not_said_that_nothing_changed(watched, caplog):
    for more in ("colour: red\n", "metrics: off\n"):
        watched.write("a", "b", more=more)
        with caplog.at_level(logging.INFO):
            watched.look(at_once=True)
    assert "nothing changed" not in caplog.text
    assert "changed, but takes a restart: metrics" in caplog.messages


def test_what_is_polled_and_what_is_paused_is_said_at_the_start_and_with_each_change(watched):
    watched.paused = {"https://a.example/feed"}
    watched.live.read_pauses()
    watched.look(3)
    assert watched.said == [(["b"], ["a"], [])]
    watched.paused = set()
    watched.look(3)
    assert watched.said[1:] == [(["a", "b"], [], ["https://a.example/feed"])]


def test_what_could_not_be_said_is_said_later_and_keeps_no_feed_from_being_polled(watched):
    watched.look()
    watched.said.clear()
    watched.faults = [
        LogError("appending to feed-health", "disk full", retryable=True),
        StoreUnavailableError("feed states", "load", "gone", retryable=True),
    ]
    watched.write("a", "b", "c")
    assert watched.look(at_once=True) == [["a", "b", "c"]]
    assert watched.look(3) == [["a", "b", "c"]]
    assert watched.said == [(["a", "b", "c"], [], ["https://c.example/feed"])]


def test_what_can_never_be_said_ends_the_looking(watched):
    watched.faults = [LogError("appending to feed-health", "no such topic", retryable=False)]
    with pytest.raises(LogError, match="no such topic"):
        watched.look()


def test_pauses_stay_as_they_were_while_the_database_is_away(watched):
    watched.paused = {"https://a.example/feed"}
    watched.look()

    def away():
        raise StoreUnavailableError("feed states", "read pauses", "gone", retryable=True)

    watched.live._read_paused = away
    assert watched.look(3) == [["b"]]


def test_who_is_in_a_hurry_is_not_made_to_wait(watched):
    async def run():
        told = asyncio.Event()

        async def change(feeds):
            told.set()

        watched.write("c")
        keeping = asyncio.create_task(watched.live.keep(change, lambda *_: None))
        watched.live.hurry()
        async with asyncio.timeout(60):
            await told.wait()
        keeping.cancel()

    asyncio.run(run())
    assert [feed.publisher for feed in watched.live.now()] == ["c"]
