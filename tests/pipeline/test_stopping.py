"""A stop is set once, by whatever asks first, and never waits for a lock in a signal handler."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from pipeline.stopping import Stop

ROOT = str(Path(__file__).parents[2])
CHILD = """
import sys; sys.path.insert(0, {root!r})
from datetime import timedelta
from pipeline.stopping import stop_on_signals, stop_with_parent
stop = stop_on_signals()
stop_with_parent(stop, timedelta(seconds={patience}))
print("up", flush=True)
{then}
"""
POLITE = "stop.wait(timedelta(seconds=60)); print('stopped', stop.is_set())"
DEAF = "import time; time.sleep(60)"


def child(then, patience=20):
    code = CHILD.format(root=ROOT, then=then, patience=patience)
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "up\n"
    return process


def test_callbacks_are_called_once():
    stop, calls = Stop(), []
    stop.on_set(lambda: calls.append("early"))
    assert stop.is_set() is False
    stop.set()
    stop.set()
    stop.on_set(lambda: calls.append("late"))
    assert calls == ["early", "late"]
    assert stop.wait(timedelta(0)) is True


def test_a_signal_sets_the_stop():
    process = child(POLITE)
    process.terminate()
    assert process.communicate(timeout=30)[0] == "stopped True\n"
    assert process.returncode == 0


def test_a_first_signal_after_the_end_of_the_parent_is_not_taken_for_a_second():
    process = child("import os, signal; stop.wait(); os.kill(os.getpid(), signal.SIGTERM); print('polite')")
    assert process.communicate(timeout=30)[0] == "polite\n"
    assert process.returncode == 0


def test_a_second_signal_leaves_at_once():
    process = child("stop.on_set(lambda: print('set', flush=True)); " + DEAF)
    process.terminate()
    assert process.stdout.readline() == "set\n"
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_the_end_of_the_parent_sets_the_stop():
    process = child(POLITE)
    assert process.communicate(timeout=30)[0] == "stopped True\n"


def test_a_part_that_does_not_listen_leaves_when_its_parent_is_gone():
    process = child(DEAF, patience=0.05)
    process.communicate(timeout=30)
    assert process.returncode == 1


def test_a_hang_up_reloads_and_stops_nothing():
    code = CHILD.replace("stop_on_signals()", "stop_on_signals(reload=lambda: print('again', flush=True))")
    code = code.format(root=ROOT, then=POLITE, patience=20)
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "up\n"
    for _ in range(2):
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == "again\n"
    process.terminate()
    assert process.communicate(timeout=30)[0] == "stopped True\n"


LEADER = """
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.executable, [sys.executable, "-S", "-c", sys.argv[1]])
said = b""
while b"up\\r\\n" not in said:
    said += os.read(terminal, 100)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def test_a_hang_up_because_the_terminal_went_is_a_stop():
    code = f"""
import sys; sys.path.insert(0, {ROOT!r})
from datetime import timedelta
from pipeline.stopping import stop_on_signals
stop = stop_on_signals(reload=lambda: None)
print("up", flush=True)
sys.exit(7 if stop.wait(timedelta(seconds=60)) else 1)
"""
    ended = subprocess.run([sys.executable, "-c", LEADER, code], capture_output=True, text=True, check=True)
    assert ended.stdout == "7\n"
