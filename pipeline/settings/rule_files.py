"""The rules that the configuration names."""

from collections.abc import Sequence
from pathlib import Path

from alerts.rules import STARTER, RuleFaults, load_rules
from pipeline.settings.models import ConfigFile
from transforms.located_yaml import Fault, Located

STARTER_WORD = "starter"


def rule_paths_of(names: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Return the rule files; the word `starter` means those that come with us."""
    return tuple(STARTER if name == STARTER_WORD else folder / name for name in names)


def faults_in_rules(paths: Sequence[Path]) -> tuple[int, list[Fault]]:
    """Return how many rules the files hold, and everything that is wrong with them."""
    try:
        return len(load_rules(paths).rules), []
    except RuleFaults as e:
        return 0, e.faults


def unknown_rules(config: ConfigFile, paths: Sequence[Path], located: Located) -> list[Fault]:
    """Return a fault for each rule that a route wants and no file has."""
    known = {rule.id for rule in load_rules(paths).rules}
    return [
        located.fault(("routes", index, "rules", position), "there is no such rule", "the id of a rule")
        for index, route in enumerate(config.routes)
        for position, name in enumerate(route.rules or ())
        if name not in known
    ]


def count_rules(paths: Sequence[Path]) -> int:
    """Return how many rules the files hold."""
    return len(load_rules(paths).rules)
