"""`process`: the streaming graph on this machine, from the committed offsets until it is told to stop."""

import logging
from datetime import UTC, datetime

import apache_beam as beam

from connectors.log import topics
from connectors.log.interface import Log, LogError, Partition
from pipeline.fn_api_runner import local_options, local_runner
from pipeline.graph import GROUP, Plan, build
from pipeline.part import Part, log_reachable
from pipeline.process_watch import watched
from pipeline.rebuild import rebuild
from pipeline.settings import Settings
from pipeline.stopping import Stop
from pipeline.version import code_version
from transforms import cells
from transforms.extract_events import extractor_of

_LOG = logging.getLogger("missionwire.process")


def run(settings: Settings, stop: Stop) -> int:
    """Process articles until `stop` is set; what was begun is finished. Return the exit code."""
    log = settings.open_log()
    log.ensure_topics(settings.topic_specs())
    with Part("process", settings, stop, [log_reachable(log)]) as part, watched(log, part):
        start = starting_offsets(log)
        try:
            _rebuild_states(settings, log, start, part, stop)
        except _StoppedEarly:
            return 0
        stop.on_set(log.interrupt)
        plan = Plan(
            settings.log_location,
            start,
            settings.rule_paths,
            code_version(),
            model=settings.parser_model,
            sharded=settings.sharded,
        )
        try:
            run_graph(plan)
        except Exception as e:
            fault = log_fault(e)
            if fault is None:
                raise
            _LOG.error("stopped: %s; what was not written will be processed again", fault)
            return 1
    return 0


def log_fault(error: BaseException | None) -> LogError | None:
    """Return the fault of the log behind an error of the runner, which wraps what a stage raises."""
    while error is not None and not isinstance(error, LogError):
        error = error.__cause__ or error.__context__
    return error


def run_graph(plan: Plan) -> None:
    """Run the graph on this machine until its read ends; everything read is written by then."""
    pipeline = beam.Pipeline(runner=local_runner(), options=local_options())
    build(pipeline, plan)
    try:
        pipeline.run().wait_until_finish()
    finally:
        cells.withdraw()


def starting_offsets(log: Log) -> dict[Partition, int]:
    """Return where the group stands: its committed offset, the earliest where it has none."""
    earliest = log.earliest(topics.ARTICLES)
    committed = log.committed(GROUP, topics.ARTICLES)
    return {p: max(offset, committed.get(p, 0)) for p, offset in earliest.items()}


class _StoppedEarly(Exception):  # noqa: N818 - an end, not an error
    """The stop was asked for before the graph ran."""


def _rebuild_states(
    settings: Settings, log: Log, start: dict[Partition, int], part: Part, stop: Stop
) -> None:
    def report(done: int, total: int) -> None:
        part.beat()
        if stop.is_set():
            raise _StoppedEarly
        if total:
            _LOG.info("rebuilding state: %d of %d articles", done, total)

    since = datetime.now(UTC) - settings.retention
    extractor = extractor_of(None, settings.parser_model)
    rebuilt = rebuild(log, start, since, extractor, report, sharded=settings.sharded)
    if rebuilt.extracted_again:
        _LOG.info("state rebuilt: %d articles had to be read again", rebuilt.extracted_again)
