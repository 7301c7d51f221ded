"""A real Alertmanager with the shipped example tells of the cause, and keeps back what follows from it."""

import json
import socket
import subprocess
import urllib.request

import pytest

from tests.deploy.prometheus_kit import DEPLOY, server

ASKED = 2000


class Alertmanager:
    """A private Alertmanager on a free port, alone; ready once made."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}/api/v2/alerts"
        command = [
            *server("prometheus-alertmanager"),
            f"--config.file={DEPLOY / 'prometheus/alertmanager.yaml'}",
            f"--storage.path={folder}",
            f"--web.listen-address={self.url.split('/')[2]}",
            "--cluster.listen-address=",
        ]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder)
        said = []
        while "Listening on" not in "".join(said[-1:]):
            said.append(self._process.stderr.readline())
            if not said[-1]:
                self.close()
                raise AssertionError("Alertmanager ended:\n" + "".join(said[-3:]))

    def post(self, *alerts):
        body = json.dumps([{"labels": labels} for labels in alerts]).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()

    def told(self):
        """Return which alerts are told, and which are kept back."""
        with urllib.request.urlopen(self.url, timeout=30) as answer:
            found = json.load(answer)
        kept_back = {True: set(), False: set()}
        for each in found:
            kept_back[bool(each["status"]["inhibitedBy"])].add(each["labels"]["alertname"])
        return kept_back[False], kept_back[True]

    def told_of_cause(self):
        """Return the same once something is kept back: the inhibitor sees what was posted a little later."""
        for _ in range(ASKED):
            told, kept_back = self.told()
            if kept_back:
                break
        return told, kept_back

    def close(self):
        self._process.terminate()
        self._process.wait(30)
        self._process.stderr.close()


@pytest.fixture
def alertmanager(tmp_path):
    alertmanager = Alertmanager(tmp_path)
    yield alertmanager
    alertmanager.close()


def alert(name, severity="warning", **labels):
    return {"alertname": f"Missionwire{name}", "severity": severity, **labels}


CAUSES = {
    "no collector": (
        alert("PartMissing", "critical", part="collect"),
        [alert("NothingCollected", "critical"), alert("FeedsStale"), alert("PartDown", part="collect")],
        [alert("PartRestarting", part="notify"), alert("JobNotRunning", "critical"), alert("LagStuck")],
    ),
    "no job": (
        alert("JobNotRunning", "critical"),
        [alert("CheckpointOld", "critical"), alert("LagStuck", "critical", topic="articles")],
        [alert("LagGrowing", topic="alerts"), alert("OutboxOld", "critical"), alert("DeadLetters")],
    ),
    "no network": (
        alert("NothingCollected", "critical"),
        [alert("FeedsFailing"), alert("FeedsStale"), alert("NoNewArticles")],
        [alert("EntriesUnreadable"), alert("NotificationsFailing", receiver="slack")],
    ),
    "a topic that nobody reads": (
        alert("LagStuck", "critical", topic="alerts"),
        [alert("LagGrowing", topic="alerts")],
        [alert("NotifySlow"), alert("StoreWaits", on="outbox")],
    ),
    "nearly all too late": (
        alert("NotifyBudgetBurns", "critical"),
        [alert("NotifySlow")],
        [alert("OutboxOld", "critical"), alert("LagGrowing", topic="articles")],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("cause", "consequences", "others"), CAUSES.values(), ids=CAUSES)
def test_of_a_cause_and_what_follows_from_it_only_the_cause_is_told(
    alertmanager, cause, consequences, others
):
    alertmanager.post(cause)
    alertmanager.post(*consequences, *others)
    told, kept_back = alertmanager.told_of_cause()
    assert kept_back == {each["alertname"] for each in consequences}
    assert told == {each["alertname"] for each in (cause, *others)}


@pytest.mark.slow
def test_without_the_cause_nothing_is_kept_back(alertmanager):
    names = ("FeedsStale", "NoNewArticles", "NotifySlow", "LagGrowing", "PartDown", "CheckpointsFailing")
    alertmanager.post(*map(alert, names))
    assert alertmanager.told() == ({f"Missionwire{name}" for name in names}, set())
