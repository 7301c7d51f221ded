"""The data folder: made where it is missing, and known to take files before anything is opened in it.

What SQLite says of a folder that takes none is that it cannot open a file, and no more.
"""

import errno
import os
from pathlib import Path
from tempfile import TemporaryFile


class DataDirError(Exception):
    """The data folder cannot be used; waiting does not mend it, somebody must."""

    retryable = False

    def __init__(self, folder: Path, error: OSError) -> None:
        # what is in the place of the folder is no folder
        number = errno.ENOTDIR if error.errno == errno.EEXIST else error.errno
        super().__init__(f"data_dir: {folder}: {os.strerror(number) if number else error}")


def make_data_dir(folder: Path) -> None:
    """Make the folder for us alone if it is not there; raise `DataDirError` unless it takes a byte."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder, buffering=0) as probe:
            probe.write(b"x")
    except OSError as e:
        raise DataDirError(folder, e) from e


def is_there(file: Path) -> bool:
    """Tell whether a file of the data folder has been made, without making anything; raise `DataDirError`."""
    try:
        return file.exists()
    except OSError as e:
        raise DataDirError(file.parent, e) from e
