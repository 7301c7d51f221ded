"""What is decided from what Flink says of the job; what it says is read over its real protocol."""

from datetime import UTC, datetime

import pytest

from pipeline.flink import control
from pipeline.flink.rest import FlinkError, FlinkRest
from pipeline.flink.submit import options_of, plan_of
from pipeline.settings import FlinkSection, load_settings
from pipeline.stopping import Stop
from tests.pipeline.flink.fake_flink import FakeFlink, checkpoint, job

CONFIG = """
process: {extraction: parser}
log: {kafka: {brokers: ["k.example:9092"]}}
flink: {rest: "http://f.example:8081", job_server: "f.example:8099", worker_pool: "127.0.0.1:50000",
        savepoints: "file:///s"}
collect: {feeds: [{url: "https://a.example/feed", publisher: A}]}
receivers: [{name: a, kind: terminal}]
routes: [{receivers: [a]}]
"""


@pytest.fixture
def flink():
    flink = FakeFlink()
    yield flink
    flink.close()


@pytest.fixture
def rest(flink):
    return FlinkRest(flink.url + "/")


class Submission:
    """Takes submissions as the job server would; the job is there afterwards, in `state`."""

    def __init__(self, flink, state="RUNNING", refusal=None):
        self.flink, self.state, self.refusal, self.origins = flink, state, refusal, []

    def __call__(self, origin):
        self.origins.append(origin)
        if self.refusal is None:
            self.flink.jobs.append(job("new", self.state, started=9_000))
        return lambda: self.refusal


def test_a_job_that_runs_is_left_alone(flink, rest):
    flink.jobs = [job("a", "FINISHED"), job("b", "RESTARTING", 2_000), job("c", name="another")]
    submit = Submission(flink)
    assert control.start(rest, submit, Stop()).id == "b"
    assert submit.origins == []


def test_two_running_jobs_are_refused_by_their_ids(flink, rest):
    flink.jobs = [job("a"), job("b", "CREATED", 2_000)]
    with pytest.raises(FlinkError, match="2 jobs run at once: b, a; cancel all but one"):
        control.running(rest)


def test_the_first_job_begins_at_the_beginning_of_the_log(flink, rest):
    submit = Submission(flink)
    assert control.start(rest, submit, Stop()).id == "new"
    assert submit.origins == [None]


def test_a_job_goes_on_where_the_last_one_left_off(flink, rest):
    flink.jobs = [job("old", "FINISHED", 1_000), job("failed-at-once", "FAILED", 2_000)]
    flink.latest["old"] = {
        "completed": checkpoint("s3://checkpoint", at=5_000),
        "savepoint": checkpoint("s3://savepoint", at=6_000, savepoint=True),
    }
    submit = Submission(flink)
    control.start(rest, submit, Stop())
    assert submit.origins == ["s3://savepoint"]


def test_a_savepoint_that_is_named_is_taken(flink, rest):
    flink.jobs = [job("old", "FINISHED")]
    flink.latest["old"] = {"completed": checkpoint("s3://checkpoint")}
    submit = Submission(flink)
    control.start(rest, submit, Stop(), "s3://mine")
    assert submit.origins == ["s3://mine"]


def test_a_job_can_be_started_afresh(flink, rest):
    flink.jobs = [job("old", "FINISHED")]
    flink.latest["old"] = {"completed": checkpoint("s3://checkpoint")}
    submit = Submission(flink)
    control.start(rest, submit, Stop(), afresh=True)
    assert submit.origins == [None]


def test_a_job_that_fails_at_its_start_says_why(flink, rest):
    flink.failures["new"] = [
        {"stacktrace": "a.Wrapper: x\n\tat x\nCaused by: java.io.IOException: no such savepoint\n\tat x"}
    ]
    with pytest.raises(FlinkError, match=r"job new failed at its start: java\.io\.IOException: no such"):
        control.start(rest, Submission(flink, "FAILED"), Stop())


def test_a_refusal_of_the_job_server_is_said(flink, rest):
    with pytest.raises(FlinkError, match="starting the job: it is full"):
        control.start(rest, Submission(flink, refusal="it is full"), Stop())


def test_a_stop_ends_the_wait_for_a_job_that_never_runs(flink, rest):
    stop = Stop()

    def submit(origin):
        flink.jobs.append(job("new", "CREATED"))
        stop.set()
        return lambda: None

    assert control.start(rest, submit, stop) is None


def test_a_job_is_stopped_with_a_savepoint_in_the_folder(flink, rest):
    flink.jobs = [job("a")]
    flink.savepoint_answers = [
        {"status": {"id": "IN_PROGRESS"}},
        {"status": {"id": "COMPLETED"}, "operation": {"location": "file:/s/savepoint-a"}},
    ]
    assert control.stop_job(rest, "file:///s", Stop()) == "file:/s/savepoint-a"
    assert flink.stopped == [("a", {"targetDirectory": "file:///s", "drain": False})]


def test_a_savepoint_that_cannot_be_written_is_a_clear_error(flink, rest):
    flink.jobs = [job("a")]
    cause = {"class": "X", "stack-trace": "java.io.IOException: disk full\n\tat y"}
    flink.savepoint_answers = [{"status": {"id": "COMPLETED"}, "operation": {"failure-cause": cause}}]
    with pytest.raises(FlinkError, match=r"savepoint of job a: java\.io\.IOException: disk full$") as refused:
        control.stop_job(rest, "file:///s", Stop())
    assert not refused.value.retryable


def test_stopping_nothing_is_no_error(rest):
    assert control.stop_job(rest, "file:///s", Stop()) is None


@pytest.mark.parametrize(
    ("answer", "words", "retryable"),
    [
        ((404, {"errors": ["Job a not found\n\tat z"]}), "Flink answered 404: Job a not found$", False),
        ((503, b"<html>"), "Flink answered 503$", True),
        ((200, b"<html>"), "http://127.0.0.1:[0-9]+: Expecting value", True),
    ],
)
def test_an_objection_of_flink_is_said_in_a_line(flink, rest, answer, words, retryable):
    flink.broken = answer
    with pytest.raises(FlinkError, match=f"listing jobs: {words}") as refused:
        rest.jobs("missionwire-process")
    assert refused.value.retryable is retryable


def test_a_flink_that_is_away_is_worth_waiting_for(flink, rest):
    flink.close()
    with pytest.raises(FlinkError, match="refused") as refused:
        rest.jobs("missionwire-process")
    assert refused.value.retryable


def test_the_probe_says_what_is_wrong(flink, rest):
    look = control.job_runs(rest)
    assert look() == (False, "no job runs")
    flink.jobs = [job("a", "RESTARTING")]
    assert look() == (False, "job a restarting")
    flink.jobs = [job("a")]
    assert look() == (True, "job a running")


class EmptyLog:
    def end(self, topic):
        return {}

    def earliest(self, topic):
        return {}

    def committed(self, group, topic):
        return {}


def test_the_report_has_what_a_person_asks_first(flink, rest):
    flink.jobs = [job("a", started=1_795_443_432_000)]
    flink.latest["a"] = {"completed": checkpoint("file:/c", at=1_795_443_500_000)}
    flink.restarts["a"] = 2
    flink.failures["a"] = [{"stacktrace": "x.TimeoutException: heartbeat\n\tat"}]
    now = datetime.fromtimestamp(1_795_443_507, UTC)
    assert control.report_of(rest, EmptyLog(), now) == [
        ("job", "a"),
        ("state", "RUNNING"),
        ("since", "2026-11-23 14:17:12 UTC"),
        ("restarts", "2"),
        ("checkpoint", "file:/c, 7 s ago, 1,234 bytes"),
        ("failed checkpoints", "3"),
        ("last failure", "x.TimeoutException: heartbeat"),
        ("lag", "0 articles"),
    ]


def test_the_workers_are_told_which_model_the_parser_has(tmp_path, parser_model):
    path = tmp_path / "missionwire.yaml"
    path.write_text(CONFIG)
    settings = load_settings(path, {}, with_secrets=False)
    assert plan_of(settings, settings.flink).model == parser_model


def test_steps_are_not_chained_and_bundles_end_before_a_checkpoint():
    addresses = {"job_server": "flink:8099", "worker_pool": "flink:50000", "savepoints": "s3://savepoints"}
    flink = FlinkSection(rest="http://flink:8081", **addresses)
    given = options_of(flink, None).get_all_options(retain_unknown_options=True)
    flags = "finish_bundle_before_checkpointing", "operator_chaining"  # the job server knows their meaning
    assert [given.get(flag) for flag in flags] == [True, True]
