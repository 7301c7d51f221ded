"""The boot program asks the runner as Beam's container contract says, and becomes the worker."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from apache_beam.portability.api import beam_provision_api_pb2 as messages
from apache_beam.portability.api import beam_provision_api_pb2_grpc as services

from pipeline.worker_boot import LOGS, log_file

ROOT = Path(__file__).parents[3]
# stands in the place of `pipeline.worker` and says what it was given
ECHO = "import json, os; print(json.dumps({k: v for k, v in os.environ.items()}))"


class Provision(services.ProvisionServiceServicer):
    def GetProvisionInfo(self, request, context):  # noqa: N802 - the name in the protocol
        self.asked_by = dict(context.invocation_metadata())["worker_id"]
        info = messages.ProvisionInfo(runner_capabilities=["a", "b"])
        info.pipeline_options.update({"beam:option:job_name:v1": "missionwire"})
        info.control_endpoint.url = "runner.example:1"
        return messages.GetProvisionInfoResponse(info=info)


@pytest.fixture
def provision():
    server, answers = grpc.server(ThreadPoolExecutor(1)), Provision()
    services.add_ProvisionServiceServicer_to_server(answers, server)
    answers.port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield answers
    server.stop(None).wait()


def boot(provision, logs, folder):
    stand_in = folder / "stand_in"
    (stand_in / "pipeline").mkdir(parents=True)
    (stand_in / "pipeline" / "worker.py").write_text(ECHO)
    (stand_in / "pipeline" / "__init__.py").touch()
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r});"
        "import pipeline.worker_boot as boot, os; os.environ['PYTHONPATH'] = sys.argv.pop(1); boot.main()"
    )
    flags = [f"--provision_endpoint=127.0.0.1:{provision.port}", "--control_endpoint=flag.example:1"]
    command = [sys.executable, "-c", code, str(stand_in), "--id=1-1/../x", *flags]
    command += ["--logging_endpoint=log.example:2", "--semi_persist_dir=/none"]
    environment = {**os.environ, LOGS: str(logs)}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=False, timeout=60)


def test_the_worker_gets_what_the_runner_says_and_speaks_into_a_file(provision, tmp_path):
    done = boot(provision, tmp_path, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (words,) = tmp_path.glob("worker-*.log")
    said = words.read_text()
    assert provision.asked_by == "1-1/../x"
    assert '"WORKER_ID": "1-1/../x"' in said
    assert r'"CONTROL_API_SERVICE_DESCRIPTOR": "url: \"runner.example:1\""' in said
    assert r'"LOGGING_API_SERVICE_DESCRIPTOR": "url: \"log.example:2\""' in said
    assert '"RUNNER_CAPABILITIES": "a b"' in said
    assert "beam:option:job_name:v1" in said


def test_an_id_cannot_lead_out_of_the_folder():
    assert log_file(Path("/logs"), "../../etc/x").parent == Path("/logs")
