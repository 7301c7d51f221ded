"""`replay`: seed files or a recording through the very same graph, rules and renderers; nothing is sent.

The files' articles go onto a log in a temporary folder, each with its recorded time as append time, and
the graph of `process` runs over it to its end. Time is the recorded one throughout, so two runs
write the same bytes.
"""

import logging
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, TextIO

import msgspec

from alerts.plan import preview_all
from connectors.feeds.seed_files import Unreadable, read_seed_files
from connectors.log import topics
from connectors.log.interface import Log, NewRecord
from connectors.log.location import LogLocation
from pipeline.graph import GROUP, Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from pipeline.progress import shown_progress
from pipeline.settings import Settings
from pipeline.version import code_version
from transforms.printable import printable
from transforms.records import Alert, DeadLetter, Disposition, decode, encode
from transforms.records.disposition import gate_order

OUTPUTS = (topics.ARTICLES, topics.INCIDENTS, topics.ALERTS)
_BATCH = 500


class Given(NamedTuple):
    """Times for what the files leave out."""

    fetched: datetime | None = None
    published: datetime | None = None


class Tally(NamedTuple):
    """What a replay read and found."""

    articles: int
    unreadable: int
    incidents: int
    alerts: int
    notifications: int


def run(paths: list[Path], settings: Settings, out: Path | None, given: Given, screen: TextIO) -> int:
    """Replay files or folders; show the notifications on `screen` and write all records to `out`.

    Return 1 if something could not be read (each is named on stderr; the rest is processed), else 0.
    """
    with tempfile.TemporaryDirectory(prefix="missionwire-replay-") as folder:
        location = LogLocation(Path(folder) / "log.sqlite")
        log = location.open()
        log.ensure_topics(settings.replay_topic_specs())
        articles, unreadable = _take_in(log, paths, given)
        with _ended_by_ctrl_c():
            _process(location, log, settings, articles)
        alerts = [decode(Alert, r.value) for r in scan(log, topics.ALERTS)]
        notifications = preview_all(alerts, settings.routes())
        for notification in notifications:
            print(notification["text"], end="\n\n", file=screen)
        unreadable += _name_dead(log)
        if out is not None:
            _write_all(log, notifications, out)
        incidents = len({r.key for r in scan(log, topics.INCIDENTS)})
        log.close()
    _summarise(Tally(articles, unreadable, incidents, len(alerts), len(notifications)))
    return 1 if unreadable else 0


def _take_in(log: Log, paths: list[Path], given: Given) -> tuple[int, int]:
    """Append the articles in the order of their times; return how many, and how many could not be read."""
    articles, unreadable = 0, 0
    batch: list[NewRecord] = []
    for seed in read_seed_files(paths, fetched=given.fetched, published=given.published):
        if isinstance(seed, Unreadable):
            unreadable += 1
            place = f"{seed.path}:{seed.line}" if seed.line else str(seed.path)
            print(f"replay: {printable(place)}: {printable(seed.why)}", file=sys.stderr)
            continue
        articles += 1
        batch.append(NewRecord(topics.ARTICLES, seed.id, encode(seed), appended=seed.fetched))
        if len(batch) >= _BATCH:
            log.append(batch)
            batch = []
    log.append(batch)
    return articles, unreadable


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end what runs; the runner makes an error of its own of it, and logs it.

    Whoever was started to ignore it (`replay ... &` in a script) goes on ignoring it.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        yield
        return
    interrupted = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        logging.disable()
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        logging.disable(logging.NOTSET)
        if interrupted:
            raise KeyboardInterrupt from None


def _name_dead(log: Log) -> int:
    """Name the articles that a stage could not read; return how many."""
    letters = [decode(DeadLetter, record.value) for record in scan(log, topics.DEAD_LETTERS)]
    for letter in letters:
        print(f"replay: {letter.stage}: {letter.reason}: {printable(letter.error)}", file=sys.stderr)
    return len(letters)


def _process(location: LogLocation, log: Log, settings: Settings, articles: int) -> None:
    plan = Plan(
        location,
        start=log.earliest(topics.ARTICLES),
        rules=settings.rule_paths,
        code_version=code_version(),
        model=settings.parser_model,
        until=log.end(topics.ARTICLES),
        sharded=settings.sharded,
    )
    with shown_progress("replay", articles, lambda: sum(log.committed(GROUP, topics.ARTICLES).values())):
        run_graph(plan)


def _write_all(log: Log, notifications: list[dict[str, Any]], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for topic in OUTPUTS:
        _write_lines(out / f"{topic}.jsonl", (r.value for r in scan(log, topic)))
    _write_lines(out / f"{topics.DISPOSITIONS}.jsonl", _in_order_of_gates(log))
    encoder = msgspec.json.Encoder(order="deterministic")
    _write_lines(out / "notifications.jsonl", (encoder.encode(n) for n in notifications))


def _in_order_of_gates(log: Log) -> list[bytes]:
    """Return the dispositions by article and gate: in which order the stages write is the runner's affair."""
    trail = [(decode(Disposition, r.value), r.value) for r in scan(log, topics.DISPOSITIONS)]
    return [value for _, value in sorted(trail, key=lambda pair: gate_order(pair[0]))]


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(line + b"\n" for line in lines)


def _summarise(tally: Tally) -> None:
    print(
        f"replay: {tally.articles} articles, {tally.incidents} incidents, {tally.alerts} alerts, "
        f"{tally.notifications} notifications; nothing was sent; {tally.unreadable} could not be read",
        file=sys.stderr,
    )
