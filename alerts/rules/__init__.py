"""Rules: which changes of which incidents are alerts."""

from alerts.rules.evaluate import Outcome, Reason, evaluate
from alerts.rules.examples import RuleExample, check_examples, examples, without_examples
from alerts.rules.load import STARTER, Rule, RuleFaults, RuleSet, load_rules

__all__ = [
    "STARTER",
    "Outcome",
    "Reason",
    "Rule",
    "RuleExample",
    "RuleFaults",
    "RuleSet",
    "check_examples",
    "evaluate",
    "examples",
    "load_rules",
    "without_examples",
]
