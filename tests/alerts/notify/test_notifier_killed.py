"""A notifier that is killed by the system, against a real SMTP server that remembers Message-IDs."""

import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from transforms.records import encode

CHILD = Path(__file__).parent / "notifier_child.py"
ROOT = Path(__file__).parents[3]


class Mailbox:
    def __init__(self):
        self.seen = Counter()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.seen[re.search(rb"Message-ID: <(\w+)@", envelope.content)[1]] += 1
        return "250 OK"


class Server(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mail_server():
    mailbox = Mailbox()
    server = Server(mailbox, hostname="127.0.0.1", port=0)
    server.start()
    yield mailbox, server.port
    server.stop()


def child(folder, port, database, point):
    return subprocess.run(
        [sys.executable, str(CHILD), str(folder), str(port), database, point],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "doubled"),
    [("before-write", 0), ("before-commit", 0), ("before-send", 0), ("before-mark", 1), ("after-mark", 0)],
)
def test_kill_9_loses_nothing_and_counts_what_it_doubled(
    make, tmp_path, database, mail_server, point, doubled
):
    alerts = [make.alert(of=make.incident(f"incident-{i}")) for i in range(10)]
    (tmp_path / "alerts.jsonl").write_bytes(b"\n".join(encode(a) for a in alerts))
    mailbox, port = mail_server
    assert child(tmp_path, port, database, point).returncode == -signal.SIGKILL
    again = child(tmp_path, port, database, "none")
    assert (again.returncode, again.stdout) == (0, f"{doubled}\n")
    assert len(mailbox.seen) == 10
    assert sum(mailbox.seen.values()) == 10 + doubled
