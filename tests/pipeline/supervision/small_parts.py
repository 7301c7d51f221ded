"""A part as small as can be: says what happens to it in a file, ends as it is told.

python small_parts.py NAME JOURNAL [crash CODE | stubborn]
"""

import os
import signal
import sys
import threading
from pathlib import Path


def main(name, journal, how="good", code="0"):
    def note(word):
        with Path(journal).open("a") as file:
            file.write(f"{word} {name} {os.getpid()}\n")

    ended = threading.Event()

    def end(*_):
        note("asked")
        if how != "stubborn":
            ended.set()

    def watch_parent():
        while os.read(0, 100):
            pass
        note("orphaned")
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=watch_parent, daemon=True).start()
    note("started")
    if how == "crash":
        sys.exit(int(code))
    while not ended.wait(0.02):
        pass
    note("ended")


main(*sys.argv[1:])
