"""The whole program as a user runs it: real processes, real feeds over HTTP, a real webhook."""

import signal
import subprocess
import sys
from datetime import timedelta

import psutil
import pytest

from connectors.log import topics
from pipeline.graph import GROUP
from pipeline.log_scan import scan
from tests.bench.articles import launch, mission, ordinary, rss
from tests.bench.faults import account, main
from tests.bench.load import record
from tests.bench.rig import Rig, now
from tests.bench.servers import Feeds, Webhook
from tests.connectors.feeds.pages import page
from transforms.records import Alert, decode

pytestmark = pytest.mark.slow


@pytest.fixture
def feeds():
    with Feeds({"/wire": wire(0)}) as server:
        yield server


@pytest.fixture
def webhook():
    with Webhook() as server:
        yield server


@pytest.fixture
def rig(tmp_path, feeds, webhook):
    rig = Rig(tmp_path, {f"{feeds.url}/wire": "Wire"}, webhook)
    yield rig
    for child in rig.children.values():
        for process in [*psutil.Process(child.pid).children(recursive=True), child]:
            process.kill()
        child.wait()


def wire(*missions):
    entries = []
    for n in missions:
        entries.append((f"https://wire.example/launch/{n}", *launch(n), now()))
        entries.append((f"https://wire.example/news/{n}", *ordinary(n), now()))
    return rss(entries)


def children_of(child):
    return psutil.Process(child.pid).children(recursive=True)


def test_news_in_a_feed_becomes_one_message_and_a_stop_leaves_nothing_behind(rig, feeds, webhook):
    rig.start("run")
    assert webhook.wait_for(mission(0)), rig.words("run")
    feeds.bodies["/wire"] = wire(0, 1)
    assert webhook.wait_for(mission(1)), rig.words("run")
    family = children_of(rig.children["run"])
    assert len(family) >= 3
    assert rig.stop() == {"run": 0}
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert sorted(payload["incident"]["mission"] for _, _, payload in webhook.told) == [
        mission(1),
        mission(0),
    ]
    assert account(rig) == (4, {"kept": 4})


def test_what_stands_on_the_linked_page_alone_is_told_of(rig, feeds, webhook):
    title, text = launch(3)
    feeds.bodies["/pad.html"] = page(f"{title}.", text)
    entry = (f"{feeds.url}/pad.html", "Kestrel flies", "More on our pages.", now())
    feeds.bodies["/wire"] = rss([entry])
    rig.config.write_text(rig.config.read_text().replace("every: 1s}", "every: 1s, full_text: true}"))
    rig.start("run")
    assert webhook.wait_for(mission(3)), rig.words("run")
    assert rig.stop() == {"run": 0}


def test_ctrl_c_stops_as_a_signal_does_and_a_second_start_goes_on_without_telling_twice(rig, webhook):
    rig.start("run")
    assert webhook.wait_for(mission(0)), rig.words("run")
    rig.children["run"].send_signal(signal.SIGINT)
    assert rig.children.pop("run").wait(timeout=60) == 0
    with Feeds({"/wire": wire(0, 2)}) as again:
        later = Rig(rig.folder, {f"{again.url}/wire": "Wire"}, webhook)
        later.start("run")
        assert webhook.wait_for(mission(2)), later.words("run")
        assert later.stop() == {"run": 0}
    assert len(webhook.told) == 2


def test_a_second_run_on_the_same_folder_is_refused_with_a_clear_word(rig, webhook):
    rig.start("run")
    assert webhook.wait_for(mission(0)), rig.words("run")
    second = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "run", "--config", str(rig.config)],
        env=rig.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode != 0
    assert "is in use by a run of missionwire" in second.stderr
    assert rig.stop() == {"run": 0}


def test_explain_shows_every_gate_of_an_article_and_of_an_alert(rig, webhook):
    rig.start("run")
    assert webhook.wait_for(mission(0)), rig.words("run")
    rig.stop()
    log = rig.log()
    alert = decode(Alert, next(scan(log, topics.ALERTS)).value)
    log.close()
    for wanted in (alert.id, alert.incident.cause):
        shown = explain(rig, wanted)
        gates = [line.split()[1] for line in shown.splitlines() if line.startswith("  20")]
        assert list(dict.fromkeys(gates)) == ["deduplicate", "extract", "correlate", "evaluate"]
        assert "ended: fired" in shown
        assert launch(0)[1] in shown
    assert "condition_false" in explain(rig, alert.id)
    unknown = explain(rig, "no-such-id", code=1)
    assert "no article or alert with this id" in unknown


def explain(rig, wanted, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "explain", wanted, "--config", str(rig.config)],
        env=rig.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_parts_killed_at_random_lose_nothing_and_double_nothing(capsys):
    assert main(["--kills", "4", "--missions", "24", "--seed", "7"]) == 0, capsys.readouterr().out


def test_a_stop_in_the_middle_of_a_backlog_finishes_what_was_begun_and_a_start_does_the_rest(rig):
    log = rig.log()
    log.append([record(f"https://wire.example/{n}", *ordinary(n)) for n in range(3000)])
    rig.start("process")
    verdicts = dict.fromkeys(log.partitions(topics.DISPOSITIONS), 0)
    assert log.read(verdicts, timeout=timedelta(seconds=60))
    assert rig.stop() == {"process": 0}
    done = sum(log.committed(GROUP, topics.ARTICLES).values())
    assert 0 < done < 3000
    assert account(rig)[1] == {"kept": done}
    rig.start("process")
    while sum(log.committed(GROUP, topics.ARTICLES).values()) < 3000:
        end = log.end(topics.DISPOSITIONS)
        log.read(end, timeout=timedelta(milliseconds=500))
    assert rig.stop() == {"process": 0}
    log.close()
    assert account(rig) == (3000, {"kept": 3000})
