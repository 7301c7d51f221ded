"""A collector that runs takes over what an operator changes: feeds added, paused and resumed, a bad file."""

import json
import signal
import subprocess
import sys
import time

import psutil
import pytest

from connectors.log import topics
from pipeline.log_scan import scan
from tests.bench.articles import ordinary, rss
from tests.bench.rig import Rig, now
from tests.bench.servers import Feeds, Webhook
from transforms.records import Article, FeedHealth, decode

pytestmark = pytest.mark.slow


class Newsstand(Feeds):
    """Feeds that show another article each time they are asked, and count how often that was."""

    def __init__(self, *paths):
        super().__init__({})
        self.asked = dict.fromkeys(paths, 0)
        self.bodies = self

    def get(self, path):
        if path not in self.asked:
            return None
        self.asked[path] += 1
        return rss([(f"https://wire.example{path}/{self.asked[path]}", *ordinary(self.asked[path]), now())])


@pytest.fixture
def stand():
    with Newsstand("/a", "/b") as server:
        yield server


@pytest.fixture
def rig(tmp_path, stand):
    with Webhook() as webhook:
        rig = Rig(tmp_path, {f"{stand.url}/a": "A"}, webhook)
        yield rig
        for child in rig.children.values():
            for process in [*psutil.Process(child.pid).children(recursive=True), child]:
                process.kill()
            child.wait()


def until(found, rig, part, within_s=60):
    end = time.monotonic() + within_s
    while not found():
        assert time.monotonic() < end, rig.words(part)
        time.sleep(0.05)  # neither files nor servers tell when they change


def collected(rig):
    log = rig.log()
    feeds = {decode(Article, record.value).feed[-2:] for record in scan(log, topics.ARTICLES)}
    log.close()
    return feeds


def health_of(rig, path):
    log = rig.log()
    changes = [decode(FeedHealth, record.value) for record in scan(log, topics.FEED_HEALTH)]
    log.close()
    return [change.state for change in changes if change.feed.endswith(path)]


def add(rig, stand, path):
    text = rig.config.read_text()
    line = f"    - {{url: {stand.url}{path}, publisher: B, every: 1s}}\n"
    rig.config.write_text(text.replace("rules:", f"{line}rules:"))


def feeds(rig, *words):
    line = [sys.executable, "-m", "pipeline.cli", "feeds", *words, "--config", str(rig.config)]
    return subprocess.run(line, capture_output=True, text=True, check=True, env=rig.environment).stdout


def test_feeds_are_taken_over_paused_and_resumed_while_the_collector_runs(rig, stand):
    rig.start("collect")
    until(lambda: stand.asked["/a"] > 1, rig, "collect")
    add(rig, stand, "/b")
    until(lambda: stand.asked["/b"] > 1, rig, "collect")
    good = rig.config.read_text()

    rig.config.write_text(good.replace("publisher: B", "publisher: B, colour: red"))
    until(lambda: "configuration not taken over" in rig.words("collect"), rig, "collect")
    assert f"{rig.config}:7: collect.feeds[1].colour: unknown key" in rig.words("collect")
    asked = dict(stand.asked)
    until(lambda: all(stand.asked[path] > asked[path] for path in asked), rig, "collect")

    rig.config.write_text(good)
    feeds(rig, "pause", f"{stand.url}/a")
    told = "0 added, 0 removed, 0 changed, 1 paused, 0 resumed; now 1 polled, 1 paused"
    until(lambda: told in rig.words("collect"), rig, "collect")
    paused, b = stand.asked["/a"], stand.asked["/b"]
    until(lambda: stand.asked["/b"] > b + 3, rig, "collect")
    assert stand.asked["/a"] <= paused + 1
    states = [json.loads(line)["state"] for line in feeds(rig, "status", "--json").splitlines()]
    assert states == ["paused", "ok"]

    before = stand.asked["/a"]
    feeds(rig, "resume", f"{stand.url}/a")
    # the second poll after it begins when the first is over, also if one was under way at the pause
    until(lambda: stand.asked["/a"] > before + 1, rig, "collect")
    assert rig.stop() == {"collect": 0}
    assert collected(rig) == {"/a", "/b"}
    # a pause is a state that is reached, and left by the first poll after it
    assert health_of(rig, "/a") == ["ok", "paused", "ok"]
    assert health_of(rig, "/b") == ["ok"]


def test_a_hang_up_of_run_reaches_its_collector_and_stops_nothing(rig, stand):
    rig.start("run")
    until(lambda: stand.asked["/a"] > 1, rig, "run")
    add(rig, stand, "/b")
    rig.children["run"].send_signal(signal.SIGHUP)
    until(lambda: "1 added, 0 removed" in rig.words("run"), rig, "run")
    until(lambda: stand.asked["/b"] > 1, rig, "run")
    rig.children["run"].send_signal(signal.SIGHUP)
    until(lambda: "configuration read again: 2 feeds, nothing changed" in rig.words("run"), rig, "run")
    assert rig.stop() == {"run": 0}
    assert "starting again" not in rig.words("run")
