"""`notify` tells those whom the configuration names how feeds are, from the log to their receiver."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.log import topics
from connectors.log.location import LogLocation
from pipeline.collect import sinks
from transforms.records import FeedHealth

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CONFIG = """\
collect: {feeds: [{url: "https://a.example/feed", publisher: Orbit Post}]}
receivers: [{name: readers, kind: terminal}, {name: ops, kind: terminal}]
routes: [{receivers: [readers]}]
health: {receivers: [ops], lasting: 1s}
metrics: off
"""


def test_a_feed_that_is_gone_is_told(tmp_path):
    config = tmp_path / "missionwire.yaml"
    config.write_text(CONFIG)
    (tmp_path / "missionwire-data").mkdir()
    log = LogLocation(tmp_path / "missionwire-data" / "log.sqlite").open()
    log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 1))
    since = datetime.now(UTC) - timedelta(hours=1)
    gone = FeedHealth(
        feed="https://a.example/feed", publisher="Orbit Post", state="gone", since=since, reason="http-410"
    )
    sinks(log).health([gone])
    log.close()
    line = [sys.executable, "-m", "pipeline.cli", "notify", "--config", str(config)]
    with subprocess.Popen(
        line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as notify:
        said = []
        for words in notify.stdout:
            said.append(words)
            if "feed health, message" in words:
                notify.terminate()
    assert notify.returncode == 0, "".join(said)
    assert sum("[WARNING] feed: 1 gone" in words for words in said) == 1
    assert any("Orbit Post <https://a.example/feed> since" in words for words in said)
