"""How far a bounded run has come: a bar on a terminal, plain lines elsewhere."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm

_EVERY_S = 0.2
_LINE_EVERY = 25  # looks


@contextmanager
def shown_progress(
    what: str, total: int, done: Callable[[], int], screen: TextIO = sys.stderr
) -> Iterator[None]:
    """Show `done()` of `total` until the block ends; `done` is called from a thread of its own."""
    ended = threading.Event()
    show = _bar if screen.isatty() else _lines
    watcher = threading.Thread(target=show, args=(what, total, done, screen, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _bar(what: str, total: int, done: Callable[[], int], screen: TextIO, ended: threading.Event) -> None:
    with tqdm(total=total, desc=what, unit=" articles", leave=False, file=screen) as bar:
        while not ended.wait(_EVERY_S):
            bar.update(done() - bar.n)


def _lines(what: str, total: int, done: Callable[[], int], screen: TextIO, ended: threading.Event) -> None:
    looks = 0
    while not ended.wait(_EVERY_S):
        looks += 1
        if looks % _LINE_EVERY == 0:
            print(f"{what}: {done()} of {total} articles", file=screen, flush=True)
