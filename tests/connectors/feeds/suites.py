"""The feed files of other projects' suites, which lie beside the repository."""

import signal
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUITES = Path(__file__).parents[3].parent / "shared" / "data" / "feed-suites.tar.xz"
LIVE = "fastfeedparser/benchmark_data/"


def files(prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield names and bodies of the files of the suites whose name begins so, in their order."""
    with tarfile.open(SUITES) as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            # what lies beside the suites is about them
            if member.isfile() and name.count("/") > 1 and name.startswith(prefix):
                content = archive.extractfile(member)
                assert content is not None
                yield name, content.read()


@contextmanager
def within_cpu_seconds(limit_s: float, what: str) -> Iterator[None]:
    """Raise `TimeoutError` about `what` when the block has used that much CPU, however long that takes."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"{what}: over {limit_s} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
