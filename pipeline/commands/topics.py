"""`missionwire topics check|apply`: the topics of a Kafka cluster, against the configuration."""

import argparse
import sys
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config

if TYPE_CHECKING:
    from connectors.log.kafka_topics import Difference
    from connectors.log.location import KafkaLocation
    from pipeline.commands.options import Commands
    from pipeline.settings import Settings

SUMMARY = "Compare Kafka's topics with the configuration, or bring them to it."
CHECK = "Say where topics differ from the configuration; end with 1 if any does."
APPLY = "Say where topics differ and, after a yes, change them; end with 1 if anything is left."


def declare(commands: "Commands") -> None:
    """Declare the command and its subcommands."""
    parser = commands.add_parser("topics", help=SUMMARY, description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check_action = actions.add_parser("check", help=CHECK, description=CHECK)
    apply_action = actions.add_parser("apply", help=APPLY, description=APPLY)
    apply_action.add_argument("--yes", action="store_true", help="do not ask")
    for action, act in ((check_action, check), (apply_action, apply)):
        add_config(action)
        action.set_defaults(act=act)


def check(arguments: argparse.Namespace) -> int:
    """Print the differences."""
    settings, location = _where(arguments)
    if settings is None or location is None:
        return 2 if settings is None else 0
    return 1 if _differences(settings, location) else 0


def apply(arguments: argparse.Namespace) -> int:
    """Print the differences, ask, change, and print what is left."""
    from connectors.log import kafka_topics

    settings, location = _where(arguments)
    if settings is None or location is None:
        return 2 if settings is None else 0
    found = _differences(settings, location)
    mendable = sum(difference.mendable for difference in found)
    if not mendable:
        return 1 if found else 0
    if not (arguments.yes or _agreed(mendable)):
        return 1
    with kafka_topics.administration(location) as admin:
        kafka_topics.apply(admin, settings.topic_specs(), location.replication)
    print(f"{mendable} changed; now:")
    return 1 if _differences(settings, location) else 0


def _where(arguments: argparse.Namespace) -> "tuple[Settings | None, KafkaLocation | None]":
    from connectors.log.location import KafkaLocation
    from pipeline.settings import settings_or_faults

    settings = settings_or_faults(arguments.config)
    if settings is None:
        return None, None
    location = settings.log_location
    if isinstance(location, KafkaLocation):
        return settings, location
    print(f"the log is embedded ({location.path}); it makes its topics itself")
    return settings, None


def _differences(settings: "Settings", location: "KafkaLocation") -> "list[Difference]":
    from connectors.log import kafka_topics

    with kafka_topics.administration(location) as admin:
        found = kafka_topics.differences(admin, settings.topic_specs(), location.replication)
    for difference in found:
        print(difference)
    if not found:
        print("topics: as configured")
    return found


def _agreed(changes: int) -> bool:
    if not sys.stdin.isatty():
        print("topics: nothing changed; without a terminal to ask, say --yes", file=sys.stderr)
        return False
    return input(f"make {changes} changes? [y/N] ").strip().lower() in ("y", "yes")
