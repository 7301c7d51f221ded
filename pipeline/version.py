"""Which code this is."""

from importlib.metadata import version


def code_version() -> str:
    """Return the version of this distribution."""
    return version("missionwire")
