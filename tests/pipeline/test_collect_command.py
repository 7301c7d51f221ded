"""`collect` alone takes the data folder for itself, since only a server lets collectors share the feeds."""

import os
import subprocess
import sys

from pipeline.supervision.run_lock import lock_run
from tests.pipeline.dead_letters.shop import CONFIG


def test_a_second_collector_on_one_folder_is_refused(tmp_path):
    config = tmp_path / "missionwire.yaml"
    config.write_text(CONFIG + 'metrics: "off"\n')
    lock = lock_run(tmp_path / "data", print)
    command = [sys.executable, "-m", "pipeline.cli", "collect", "--config", str(config)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    os.close(lock)
    assert ended.returncode == 1
    assert ended.stderr == (
        f"collect: {tmp_path}/data is in use by a run of missionwire (process {os.getpid()}); "
        "stop it or set another data_dir\n"
    )
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["run.lock"]
