"""Notices that the configuration file has changed, and reads it again once it has settled.

Requires: a file that is being written is not taken for a shorter one; a bad file changes nothing and says
so once. How: a change counts when two looks in a row see the same file (its time, size and inode), so a
change is noticed within two looks. Refused: inotify, which sees neither network drives nor the symbolic
links by which Kubernetes swaps a file.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from pipeline.metrics import CONFIG_OK
from pipeline.settings import Settings, SettingsFaults

_LOG = logging.getLogger("missionwire.collect")
_Mark = tuple[int, int, int] | None


class ConfigWatch:
    """Watches `path`, which was good at the start; `load` reads it or raises `SettingsFaults`."""

    def __init__(self, path: Path, load: Callable[[Path], Settings]) -> None:
        self._path, self._load = path, load
        self._seen: _Mark = None
        self._taken: _Mark | str = "never"
        CONFIG_OK.set(1)

    def look(self, *, at_once: bool = False) -> Settings | None:
        """Return the settings of a file that has changed since the last time, else `None`."""
        before, self._seen = self._seen, _mark(self._path)
        if not at_once and (self._seen != before or self._seen == self._taken):
            return None
        self._taken = self._seen
        try:
            settings = self._load(self._path)
        except SettingsFaults as e:
            for fault in e.faults:
                _LOG.error("configuration not taken over: %s", fault)
            _LOG.error("the feeds stay as they were; mend the file and it is read again")
            CONFIG_OK.set(0)
            return None
        CONFIG_OK.set(1)
        return settings


def _mark(path: Path) -> _Mark:
    """Return what tells one state of the file from another; `None` while there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
