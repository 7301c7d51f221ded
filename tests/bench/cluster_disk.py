"""A disk for the broker alone, which can be filled without hurting anybody else."""

import os
import shutil
import subprocess
from typing import Self

from tests.cluster.kafka import Kafka

SIZE_MB = 2_000


class Disk:
    """Mounted below the broker's records while the block lasts, if this user may mount."""

    def __init__(self, broker: Kafka) -> None:
        self._folder = broker.data
        self._ballast = broker.data.parent / "kafka-data" / "lost+found"
        self.limited = False

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        mount = shutil.which("mount")
        if mount and os.getuid() == 0:
            command = [mount, "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "missionwire", str(self._folder)]
            self.limited = subprocess.run(command, check=False).returncode == 0
        return self

    def __exit__(self, *_: object) -> None:
        if self.limited:
            subprocess.run(["umount", "--lazy", str(self._folder)], check=True)

    def fill(self) -> None:
        """Leave no room."""
        self._ballast.mkdir(exist_ok=True)  # a folder of this name is not a topic's, and passed over
        with (self._ballast / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * 65_536)
            except OSError:
                return

    def free(self) -> None:
        """Make room again."""
        shutil.rmtree(self._ballast)
