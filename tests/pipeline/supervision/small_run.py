"""A supervisor of small parts, as a process that a test may interrupt or kill.

python small_run.py JOURNAL NAME=HOW...
"""

import sys
import threading
from pathlib import Path

from pipeline.log_lines import set_up_log_lines
from pipeline.stopping import stop_on_signals
from pipeline.supervise import Supervisor
from pipeline.supervision.screen import Screen

PARTS = str(Path(__file__).with_name("small_parts.py"))


def main(journal, *parts):
    hurry = threading.Event()
    stop = stop_on_signals(again=hurry.set)
    set_up_log_lines(part="run")
    commands = {}
    for part in parts:
        name, _, how = part.partition("=")
        commands[name] = [sys.executable, "-S", PARTS, name, journal, *how.split()]
    return Supervisor(commands, Screen(sys.stdout, sys.stderr), lambda _: None).run(stop, hurry)


sys.exit(main(*sys.argv[1:]))
