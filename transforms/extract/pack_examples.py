"""The examples of a pack: for each trigger and gap rule a text that it makes an event of, and one that not.

A rule has fired in a text if its words are there as it wants them. `yes` must fire it and give an event of
one of its types; `no` must give none of them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from transforms.extract.drafts import gather
from transforms.extract.entries import GapRule, TriggerEntry
from transforms.extract.extractor import Extractor
from transforms.extract.mentions import fires
from transforms.extract.pack_lint import rules_of
from transforms.extract.reading import Reading

SAID = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)  # when the examples speak: a Wednesday


def wrong_examples(extractor: Extractor) -> Iterator[str]:
    """Yield what is wrong with each example, as `file:line: what`."""
    for where, rule in rules_of(extractor.pack):
        for complaint in _complaints(extractor, rule):
            yield f"{where}: {complaint}"


def _complaints(extractor: Extractor, rule: TriggerEntry | GapRule) -> Iterator[str]:
    if rule.yes:
        fired, types = _tried(extractor, rule, rule.yes)
        if not fired:
            yield f"its words are not in its example: {rule.yes!r}"
        elif not types & _types_of(rule):
            yield f"no event of it in {rule.yes!r}"
    if rule.no and _tried(extractor, rule, rule.no)[1] & _types_of(rule):
        yield f"an event of it in {rule.no!r}, which says none"


def _types_of(rule: TriggerEntry | GapRule) -> set[str]:
    goals = rule.goals.values() if isinstance(rule, TriggerEntry) else ()
    return {rule.type, *goals} - {""}


def _tried(extractor: Extractor, rule: TriggerEntry | GapRule, text: str) -> tuple[bool, set[str]]:
    """Tell whether a rule fires in a text, and return the types of the events found there."""
    with extractor.reading("", text, SAID) as reading:
        fired = any(fires(scene, rule) for scene in reading.scenes.values())
        return fired, _types_in(reading, extractor)


def _types_in(reading: Reading, extractor: Extractor) -> set[str]:
    drafts, _ = gather(reading.mentions(), reading.missions, extractor.pack.manifest)
    return {draft.type for draft in drafts}
