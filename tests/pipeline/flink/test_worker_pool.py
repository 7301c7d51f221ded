"""A pool keeps each worker as long as somebody listens for it, through deaths of the worker and its own."""

import os
import signal
import socket
import subprocess
import sys
import time

import grpc
import psutil
import pytest
from apache_beam.portability.api import beam_fn_api_pb2 as messages
from apache_beam.portability.api import beam_fn_api_pb2_grpc as services

from pipeline import worker_pool
from pipeline.worker_pool import END_AFTER_S, START_AGAIN_AFTER_S, Pool, Request, decide
from tests.cluster.ports import HOST, free_ports

REQUEST = Request("1-1", "l:1", "a:2", "p:3", "c:4")
AS_LONG = max(START_AGAIN_AFTER_S, END_AFTER_S)


@pytest.mark.parametrize(
    ("runs", "listened_for", "since_s", "step"),
    [
        (True, True, 1e6, "leave"),
        (True, False, END_AFTER_S - 1, "leave"),
        (True, False, END_AFTER_S, "end"),
        (False, True, START_AGAIN_AFTER_S - 1, "leave"),
        (False, True, START_AGAIN_AFTER_S, "start"),
        (False, False, 0, "forget"),
    ],
)
def test_a_worker_lives_as_long_as_somebody_listens_for_it(runs, listened_for, since_s, step):
    assert decide(runs=runs, listened_for=listened_for, since_s=since_s) == step


class World:
    """Processes that only say they run, and addresses that are listened at."""

    def __init__(self, monkeypatch):
        self.now, self.addresses, self.started = 0.0, {"c:4"}, []
        monkeypatch.setattr(worker_pool, "monotonic", lambda: self.now)
        monkeypatch.setattr(worker_pool.subprocess, "Popen", self._start)

    def _start(self, command, **_):
        self.started.append(Process(command))
        return self.started[-1]

    def listens(self, address):
        return address in self.addresses


class Process:
    def __init__(self, command):
        self.command, self.pid, self.code, self.ended = command, 1, None, []

    def poll(self):
        return self.code

    def terminate(self):
        self.ended.append("terminate")

    def kill(self):
        self.ended.append("kill")
        self.code = -9

    def wait(self, within_s=None):
        if self.code is None:
            raise subprocess.TimeoutExpired("worker", within_s)


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


def looked_after(pool, world, seconds):
    for _ in range(int(seconds) + 1):
        pool.look_after()
        world.now += 1


def test_a_worker_that_dies_before_it_reports_is_started_again(world, tmp_path):
    pool = Pool(tmp_path, world.listens)
    pool.take(REQUEST)
    assert "--control_endpoint=c:4" in world.started[0].command
    world.started[0].code = 1
    looked_after(pool, world, AS_LONG)
    assert len(world.started) == 2


def test_a_new_pool_starts_what_the_old_one_had_taken(world, tmp_path):
    Pool(tmp_path, world.listens).take(REQUEST)
    (tmp_path / "torn.json").write_text("{")
    looked_after(Pool(tmp_path, world.listens), world, AS_LONG)
    assert [process.command for process in world.started[1:]] == [world.started[0].command]


def test_a_worker_nobody_listens_for_is_ended_and_forgotten(world, tmp_path):
    pool = Pool(tmp_path, world.listens)
    pool.take(REQUEST)
    world.addresses.clear()
    looked_after(pool, world, AS_LONG + 2)
    assert world.started[0].ended == ["terminate", "kill"]
    assert list(tmp_path.iterdir()) == []


def test_workers_of_one_number_are_told_apart_by_where_they_report(world, tmp_path):
    pool = Pool(tmp_path, world.listens)
    world.addresses.add("d:5")
    for request in (REQUEST, Request("1-1", "l:1", "a:2", "p:3", "d:5")):
        pool.take(request)
    world.addresses.remove("c:4")
    looked_after(pool, world, AS_LONG + 2)
    assert [process.ended for process in world.started] == [["terminate", "kill"], []]


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:x", "127.0.0.1:99999", "no.such.host.invalid:1"])
def test_a_strange_address_is_one_nobody_listens_at(address):
    assert not worker_pool.listens(address)


def test_a_real_pool_brings_a_worker_back_after_its_own_death_and_ends_it_with_its_listener(tmp_path):
    (port,) = free_ports(1)
    with socket.create_server((HOST, 0)) as listener:
        first = pool_process(port, tmp_path)
        ask(port, f"{HOST}:{listener.getsockname()[1]}")
        one = children(first, 1)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        for each in one:
            each.kill()
        second = pool_process(port, tmp_path)
        children(second, 1)
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0


def pool_process(port, folder):
    command = [sys.executable, "-m", "pipeline.worker_pool", f"--port={port}", f"--folder={folder}"]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def ask(port, control):
    with grpc.insecure_channel(f"{HOST}:{port}") as channel:
        asked = messages.StartWorkerRequest(worker_id="1-1")
        asked.control_endpoint.url = asked.provision_endpoint.url = control
        stub = services.BeamFnExternalWorkerPoolStub(channel)
        assert stub.StartWorker(asked, wait_for_ready=True, timeout=60).error == ""


def children(process, count):
    """Wait for so many children; the suite's time limit ends the wait."""
    while len(found := psutil.Process(process.pid).children()) < count:
        time.sleep(0.05)
    return found
