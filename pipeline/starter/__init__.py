"""What `missionwire init` writes, and what `run` and `replay` use where there is no configuration."""

from pathlib import Path

STARTER_CONFIG = Path(__file__).with_name("missionwire.yaml")
