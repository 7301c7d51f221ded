"""Options that several commands share."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.settings import Settings

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the type has no other name

DEFAULT_CONFIG = Path("missionwire.yaml")
PRIVATE = 0o077  # what is kept holds messages and is for nobody else
LEVELS = ("debug", "info", "warning", "error")


def add_config(parser: argparse.ArgumentParser) -> None:
    """Declare `--config`."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help=f"the configuration (default: ./{DEFAULT_CONFIG})",
    )


def add_logging(parser: argparse.ArgumentParser) -> None:
    """Declare `--log-format` and `--log-level`."""
    parser.add_argument(
        "--log-format", choices=("text", "json"), default="text", help="log lines for people or for machines"
    )
    parser.add_argument("--log-level", choices=LEVELS, default="info", help="the least that is logged")


def moment(text: str) -> datetime:
    """Read ISO 8601; a time without a zone is UTC."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time (expected ISO 8601, such as 2021-10-05T12:00:00Z)"
        ) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def database_url(settings: "Settings") -> str | None:
    """Return the database's address; `None` if its secret is not there, which is shown."""
    from transforms.secret import SecretNotFoundError

    try:
        return settings.database_url
    except SecretNotFoundError as e:
        print(f"{settings.path}: database.url: {e}", file=sys.stderr)
        return None


def settings_of(arguments: argparse.Namespace) -> "Settings | None":
    """Return the settings, those of a start where there is no file; `None` for faults, which are shown.

    For commands that work on what is kept: what they write there is private, as what loops write is.
    """
    from pipeline.settings import settings_or_faults

    os.umask(PRIVATE)
    return settings_or_faults(arguments.config, or_starter=True)
