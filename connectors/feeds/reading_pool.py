"""A few processes that read bodies off the event loop, each killed when one body takes too long.

`ProcessPoolExecutor` was refused: it cannot end one task without breaking the whole pool.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from connectors.feeds.reading import Harvest, PageJob, PageText, ReadingJob, Unread

_START = timedelta(seconds=60)
_JOBS_PER_PROCESS = 1000
_Result = Harvest | PageText | Unread
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class _Worker:
    process: Process
    jobs: int = 0


class ReadingPool:
    """Read bodies in `workers` processes; `read` may be called by any number of tasks of one loop.

    Pages never take the last process, so that no page of any feed keeps another feed from being read. Their
    budget is short, for they wait for each other: an honest page of 660 KB takes 0.4 s.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        budget: timedelta = timedelta(seconds=20),
        page_budget: timedelta = timedelta(seconds=4),
        memory_bytes: int = 2 * 1024**3,
        module: str = "connectors.feeds.reading_worker",
    ) -> None:
        self._budget, self._page_budget = budget, page_budget
        self._memory_bytes, self._module = memory_bytes, module
        self._pages = asyncio.Semaphore(max(1, workers - 1))
        self._slots: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._slots.put_nowait(None)
        self._running: set[Process] = set()

    async def read(self, job: ReadingJob) -> Harvest | Unread:
        """Return what `read_feed` returns, `parse-timeout` past the budget, `parse-crash` if it died."""
        result = await self._read(job, self._budget)
        assert not isinstance(result, PageText)  # noqa: S101
        return result

    async def read_page(self, job: PageJob) -> PageText | Unread:
        """Return what `read_page` of `page_text` returns, else as `read` with the budget of pages."""
        async with self._pages:
            result = await self._read(job, self._page_budget)
        assert not isinstance(result, Harvest)  # noqa: S101
        return result

    async def _read(self, job: ReadingJob | PageJob, budget: timedelta) -> _Result:
        worker = await self._slots.get()
        keep: _Worker | None = None
        try:
            worker = worker or _Worker(await self._start())
            async with asyncio.timeout(budget.total_seconds()):
                result = await self._exchange(worker.process, job)
            worker.jobs += 1
            keep = worker if worker.jobs < _JOBS_PER_PROCESS else None
        except TimeoutError:
            return Unread(reason="parse-timeout", detail=f"over {budget.total_seconds():.0f} s")
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.MsgspecError) as e:
            return Unread(reason="parse-crash", detail=type(e).__name__)
        else:
            return result
        finally:
            self._slots.put_nowait(keep)
            if keep is None and worker is not None:
                await self._end(worker.process)

    async def close(self) -> None:
        """End all processes."""
        for process in list(self._running):
            await self._end(process)

    async def _exchange(self, process: Process, job: ReadingJob | PageJob) -> _Result:
        data = msgspec.msgpack.encode(job)
        assert process.stdin is not None  # noqa: S101
        process.stdin.write(len(data).to_bytes(4, "big") + data)
        await process.stdin.drain()
        result: _Result = msgspec.msgpack.decode(await _receive(process), type=_Result)
        return result

    async def _start(self) -> Process:
        budget_s = max(1, round(self._budget.total_seconds()))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", self._module, str(budget_s), str(self._memory_bytes),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
            # no variable of ours goes where hostile bytes are read: some of them are secrets
            env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"},
        )  # fmt: skip
        self._running.add(process)
        async with asyncio.timeout(_START.total_seconds()):
            await _receive(process)
        return process

    async def _end(self, process: Process) -> None:
        self._running.discard(process)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if process.stdin:
            process.stdin.close()
        await process.wait()


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101
    size = int.from_bytes(await process.stdout.readexactly(4), "big")
    return await process.stdout.readexactly(size)
