"""Metrics and health tell the truth, and a bad answer says why."""

import socket
from datetime import timedelta
from http.client import HTTPConnection

import pytest

from pipeline.heartbeat import Health, Heartbeat
from pipeline.http_status import PortTakenError, StatusServer


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def heart(clock):
    return Heartbeat(timedelta(seconds=60), clock)


def get(server, path):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_loop_is_alive_while_it_makes_progress(heart, clock):
    heart.beat()
    clock.now = 60
    assert heart.alive() == (True, "running, progress 60 s ago")
    clock.now = 61
    assert heart.alive() == (False, "running, no progress for 61 s (deadline 60 s)")


def test_a_loop_is_ready_between_its_start_and_its_stop(heart):
    assert heart.ready() == (False, "starting")
    heart.beat()
    assert heart.ready().good is True
    heart.stopping()
    heart.beat()
    assert heart.ready() == (False, "stopping")
    assert heart.alive().good is True


def test_the_server_answers_by_the_heartbeat(heart, clock):
    with StatusServer(("127.0.0.1", 0), heart) as server:
        assert get(server, "/healthz") == (200, "starting, progress 0 s ago\n")
        assert get(server, "/readyz") == (503, "starting\n")
        heart.beat()
        assert get(server, "/readyz") == (200, "running, progress 0 s ago\n")
        clock.now = 100
        assert get(server, "/healthz") == (503, "running, no progress for 100 s (deadline 60 s)\n")


def test_readiness_names_each_dependency_that_is_away(heart):
    heart.beat()
    checks = [
        lambda: Health(True, "log"),
        lambda: Health(False, "log: locked"),
        lambda: Health(False, "outbox: disk full"),
    ]
    with StatusServer(("127.0.0.1", 0), heart, checks) as server:
        assert get(server, "/readyz") == (503, "log: locked; outbox: disk full\n")
        assert get(server, "/healthz")[0] == 200


def test_metrics_are_served_and_other_paths_are_not(heart):
    with StatusServer(("127.0.0.1", 0), heart) as server:
        status, text = get(server, "/metrics")
        assert status == 200
        assert 'missionwire_records_in_total{stage="extract"}' in text
        assert get(server, "/etc/passwd")[0] == 404


def test_a_taken_port_is_said_clearly(heart):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            PortTakenError, match=rf"metrics: 127.0.0.1:{port}: .*in use; choose another port"
        ):
            StatusServer(("127.0.0.1", port), heart)
