"""Several notifier processes on one PostgreSQL: each message once, in order, whoever is stopped or lost."""

import json
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from signal import SIGCONT

import pytest
from sqlalchemy import text

from alerts.outbox_record import record
from alerts.plan import Route, plan
from transforms.records import encode

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
CHILD = Path(__file__).parent / "rival_child.py"
ROOT = Path(__file__).parents[3]
WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'"


class Hook:
    """A real HTTP receiver that remembers what it was told, in order."""

    def __init__(self):
        self.told, self.news = [], threading.Condition()
        hook = self

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with hook.news:
                    hook.told.append((self.headers["Idempotency-Key"], body))
                    hook.news.notify_all()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, count, within_s=60):
        with self.news:
            known = self.news.wait_for(lambda: len({key for key, _ in self.told}) >= count, within_s)
            assert known, len(self.told)

    def counts(self):
        return Counter(key for key, _ in self.told)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hook():
    hook = Hook()
    yield hook
    hook.close()


@pytest.fixture
def start(database, hook, tmp_path):
    children = []

    def start_one(owner, alerts, **more):
        file = tmp_path / f"{owner}.jsonl"
        file.write_bytes(b"\n".join(encode(a) for a in alerts))
        options = {
            "database": database,
            "hook": hook.url,
            "owner": owner,
            "alerts": str(file),
            "lease_s": 120,
        }
        child = subprocess.Popen(
            [sys.executable, str(CHILD), json.dumps(options | more)],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        assert child.stdout.readline() == "under way\n"
        return child

    yield start_one
    for child in children:
        child.kill()
        child.__exit__(None, None, None)


@pytest.fixture
def database(database_url):
    return database_url


def end(child):
    """Ask the child to stop and see that it ended well; what it was sending is finished."""
    out, _ = child.communicate(timeout=60)
    assert (child.returncode, out.splitlines()[-1:]) == (0, ["ended"])


def versions_told(hook):
    order = {}
    for _, body in hook.told:
        incident = body["incident"]
        order.setdefault(incident["id"], []).append(incident["version"])
    return order


def test_two_notifiers_keep_the_order_of_each_incident(make, store, hook, start):
    alerts = [
        make.alert(of=make.incident(f"incident-{i}", version=v)) for v in (1, 2, 3, 4) for i in range(30)
    ]
    rivals = [start(owner, alerts, batch=7) for owner in ("one", "other")]
    hook.wait_for(120)
    for rival in rivals:
        end(rival)
    assert versions_told(hook) == {f"incident-{i}": [1, 2, 3, 4] for i in range(30)}
    assert set(hook.counts().values()) == {1}
    assert store.ledger.counts().outcomes == {"delivered": 120}


def test_a_later_version_is_not_seen_before_an_earlier_one(make, open_outbox, postgres, database):
    """Without this, a message planned later but written sooner would overtake the one before it."""
    slow, fast = open_outbox(), open_outbox()
    plans = [plan(make.alert(of=make.incident(version=v)), [Route(("desk",))], make.start) for v in (1, 2)]
    later = threading.Thread(target=fast.outbox.record, args=(plans[1:], make.start))
    with slow.access.write("record slowly") as c:
        record(c, plans[:1], make.start)
        later.start()
        waiting = f"{WAITING} AND datname = '{name_of(database)}'"
        while not postgres.run(waiting):
            assert later.is_alive()
    later.join()
    with fast.access.read("order") as c:
        rows = c.execute(text("SELECT version FROM notifications ORDER BY seq")).scalars().all()
    assert rows == [1, 2]


def name_of(database):
    return database.rpartition("/")[2]


def test_a_notifier_that_was_stopped_past_its_lease_does_not_send(make, store, hook, start):
    alerts = [make.alert(of=make.incident(f"incident-{i}")) for i in range(5)]
    stopped = start("stopped", alerts, stop_at="begun", lease_s=5)
    key = stopped.stdout.readline().strip()
    other = start("other", alerts, lease_s=5)
    hook.wait_for(5)
    assert key in hook.counts()
    stopped.send_signal(SIGCONT)
    end(stopped)
    end(other)
    # others may have been between request and answer when all of the process stood still
    assert hook.counts()[key] == 1
    assert {state for _, state in store.ledger.counts().states} == {"sent"}


def test_a_row_that_is_being_sent_is_left_alone_until_its_lease_ends(make, store, hook, start):
    alerts = [make.alert(of=make.incident(f"incident-{i}")) for i in range(5)]
    stopped = start("stopped", alerts, stop_at="begun")
    key = stopped.stdout.readline().strip()
    other = start("other", [*alerts, make.alert(of=make.incident("last"))])
    hook.wait_for(2)
    end(other)
    assert key not in hook.counts()
    stopped.send_signal(SIGCONT)
    hook.wait_for(6)
    end(stopped)
    assert set(hook.counts().values()) == {1}
