"""The examples beside each rule: what it must fire on and what not."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from alerts.rules.load import RuleSet


class RuleExample(NamedTuple):
    """One example of one rule."""

    rule_id: str
    text: str
    fires: bool


def examples(rules: RuleSet) -> Iterator[RuleExample]:
    """Yield every example of every rule."""
    for rule in rules.rules:
        for fires, written in ((True, rule.text.examples.fires), (False, rule.text.examples.silent)):
            yield from (RuleExample(rule.id, example.text, fires) for example in written)


def check_examples(rules: RuleSet, fire: Callable[[str], set[str]]) -> list[RuleExample]:
    """Return the examples that do not hold; `fire` gives the ids of the rules that fire on a text."""
    return [e for e in examples(rules) if (e.rule_id in fire(e.text)) != e.fires]


def without_examples(rules: RuleSet) -> list[str]:
    """Return the ids of rules that lack an example that fires or one that is silent."""
    written = ((rule.id, rule.text.examples) for rule in rules.rules)
    return [name for name, given in written if not (given.fires and given.silent)]
