"""Submit the streaming graph to Flink as a job, through Beam's job server.

The job reads what it needs where it runs: rule files, partitions, and the secrets of the log, so neither a
savepoint nor the job's description holds them. Without a savepoint it reads the retained log from its
beginning: ids are deterministic, so what it writes anew changes nothing, and its state is whole afterwards.
"""

import logging
from collections.abc import Callable
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from connectors.log import topics
from pipeline.flink.rest import JOB_NAME, FlinkError
from pipeline.graph import GROUP, Plan, build
from pipeline.settings import FlinkSection, Settings
from pipeline.version import code_version

# Flink holds records back until a bundle is full or this old: the latency of each step of the job. Shorter is
# not faster: at 50 articles/s on two cores 100 ms had a p95 of 3.3 to 3.9 s and 250 ms one of 2.6, because a
# bundle costs more than the few records in it.
_LONGEST_BUNDLE_MS = 250
_LONGEST_REASON = 1000


def submit(settings: Settings, flink: FlinkSection, savepoint: str | None) -> Callable[[], str | None]:
    """Hand the job to the job server; return a way to ask why it gave up, `None` while it has not.

    Raise `FlinkError` where it does not take the job at all.
    """
    if savepoint is None:
        _forget_progress(settings)
    pipeline = beam.Pipeline(options=options_of(flink, savepoint))
    build(pipeline, plan_of(settings, flink))
    beam_log = logging.getLogger("apache_beam")
    level = beam_log.level
    beam_log.setLevel(logging.ERROR)  # it warns of each option that only the job server knows
    try:
        result = pipeline.run()
    except Exception as e:
        # gRPC and Beam raise many types here; all of them mean that the job was not taken
        details = getattr(e, "details", None)
        why = str(details() if callable(details) else e).split("\n", 1)[0] or type(e).__name__
        raise FlinkError(f"submitting to the job server {flink.job_server}", why, retryable=True) from e
    finally:
        beam_log.setLevel(level)
    return lambda: _refusal(result)


def _forget_progress(settings: Settings) -> None:
    """Let the committed offsets say that nothing is read yet: the shares keep together by them."""
    log = settings.open_log()
    log.commit(GROUP, log.earliest(topics.ARTICLES))


def _refusal(result: Any) -> str | None:
    if result.state != "FAILED":
        return None
    try:
        result.wait_until_finish()
    except RuntimeError as e:
        return str(e)[:_LONGEST_REASON]
    return "the job server could not hand it to Flink"


def plan_of(settings: Settings, flink: FlinkSection) -> Plan:
    """Return what the graph needs: offsets come from the savepoint, else from the earliest record."""
    shares = flink.parallelism
    return Plan(
        settings.log_location,
        {},
        settings.rule_paths,
        code_version(),
        model=settings.parser_model,
        shares=shares,
        sharded=True,
    )


def options_of(flink: FlinkSection, savepoint: str | None) -> PipelineOptions:
    """Return the options of the job.

    By default the runner keeps what a bundle gave at a checkpoint until the next record comes: the last news
    of a quiet night would wait for the first of the morning. So bundles end before a checkpoint.
    Steps are not chained (the flag turns it off): a step's name in a savepoint depends on what is chained to
    it, and what is chained on the parallelism, which could then not be changed without losing the state.
    A step that a version no longer has leaves its state behind: without the flag for that no savepoint of
    before could be gone on from. That all others find theirs is tested with the savepoints of releases.
    """
    given = {
        "runner": "PortableRunner",
        "job_endpoint": flink.job_server,
        "job_name": JOB_NAME,
        "environment_type": "EXTERNAL",
        "environment_config": flink.worker_pool,
        "parallelism": flink.parallelism,
        "checkpointing_interval": round(flink.checkpoint_every.total_seconds() * 1000),
        "max_bundle_time_mills": _LONGEST_BUNDLE_MS,
    }
    if savepoint is not None:
        given["savepoint_path"] = savepoint
    flags = ["--streaming", "--finish_bundle_before_checkpointing", "--operator_chaining"]
    flags.append("--allow_non_restored_state")
    return PipelineOptions([*flags, *(f"--{name}={value}" for name, value in given.items())])
