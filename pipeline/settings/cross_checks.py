"""What no section can know alone: names that meet, doubles, and paths that must exist."""

from collections.abc import Callable, Iterator, Sequence

from pipeline.settings.models import ConfigFile
from transforms.located_yaml import Fault, Loc, Located


def cross_faults(config: ConfigFile, located: Located) -> list[Fault]:
    """Return the faults between the sections."""
    checks: tuple[Callable[[ConfigFile], Iterator[tuple[Loc, str, str]]], ...] = (
        _doubles,
        _unknown_receivers,
        _idle_receivers,
        _upside_down,
        _same_ports,
        _half_a_login,
        _flink_without_kafka,
        _single_on_flink,
        _idle_model,
    )
    return [located.fault(*found) for check in checks for found in check(config)]


def _doubles(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    lists: tuple[tuple[Loc, str, Sequence[str]], ...] = (
        (("receivers",), "name", [r.name for r in config.receivers]),
        (("collect", "feeds"), "url", [f.url for f in config.collect.feeds]),
    )
    for loc, key, values in lists:
        for index, value in enumerate(values):
            if value in values[:index]:
                yield (*loc, index, key), "is given twice", "each once"
    for index, rule in enumerate(config.rules):
        if rule in config.rules[:index]:
            yield ("rules", index), "is given twice", "each once"


def _unknown_receivers(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    known = {receiver.name for receiver in config.receivers}
    for index, route in enumerate(config.routes):
        for position, name in enumerate(route.receivers):
            if name not in known:
                yield ("routes", index, "receivers", position), *_nobody(known)
    for position, name in enumerate(config.health.receivers):
        if name not in known:
            yield ("health", "receivers", position), *_nobody(known)


def _nobody(known: set[str]) -> tuple[str, str]:
    return "there is no such receiver", f"one of {', '.join(sorted(known))}"


def _idle_receivers(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    routed = {name for route in config.routes for name in route.receivers} | set(config.health.receivers)
    for index, receiver in enumerate(config.receivers):
        if receiver.name not in routed:
            yield ("receivers", index, "name"), "no route leads to it", "a route that names it, or health"


def _upside_down(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    if config.collect.poll_floor > config.collect.poll_ceiling:
        yield ("collect", "poll_floor"), "is longer than poll_ceiling", "at most poll_ceiling"


def _same_ports(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    if config.metrics == "off":
        return
    taken: set[int] = set()
    for part in ("collect", "process", "notify"):
        port = getattr(config.metrics, part)
        if isinstance(port, int) and port in taken:
            yield ("metrics", part), "two loops on one port", "a port for each, 0 or off"
        taken |= {port} - {0, "off"}


def _half_a_login(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    kafka = config.log.kafka
    if kafka is None:
        return
    given = {key for key in ("mechanism", "username", "password") if getattr(kafka, key) is not None}
    if given and len(given) < 3:
        yield ("log", "kafka"), f"has {' and '.join(sorted(given))} alone", "mechanism, username and password"
    if kafka.security == "plaintext" and kafka.ca_file is not None:
        yield ("log", "kafka", "ca_file"), "is of no use without TLS", "security: tls"
    if kafka.security == "plaintext" and kafka.mechanism == "PLAIN":
        yield ("log", "kafka", "mechanism"), "sends the password in the clear", "security: tls, or SCRAM"


def _flink_without_kafka(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    if config.flink is not None and config.log.kafka is None:
        yield ("flink",), "its workers cannot reach the embedded log", "a log.kafka section beside it"


def _single_on_flink(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    if config.flink is not None and config.process.deduplication == "single":
        where = ("process", "deduplication")
        yield where, "its memory is that of one process, and Flink's workers are many", "sharded"


def _idle_model(config: ConfigFile) -> Iterator[tuple[Loc, str, str]]:
    if config.process.parser_model is not None and config.process.extraction != "parser":
        yield ("process", "parser_model"), "is of no use to extraction by rules", "extraction: parser"
