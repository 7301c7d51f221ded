"""What an article's own news has overtaken: a plan of before a slip, a slip that a launch has behind it."""

from collections.abc import Sequence

from transforms.extract.draft import Draft
from transforms.extract.manifest import Manifest
from transforms.extract.mentions import Mention
from transforms.extract.names import names_same

PLAN_REACH, LED_IN = 6, 5


def overtaken(drafts: Sequence[Draft], manifest: Manifest) -> list[Draft]:
    """Return the drafts that are no news any more.

    A plan is none whose flight has slipped and of which is only told what was planned (`was set for Friday`);
    a slip is none after which its flight has taken place (`lifts off after storm delays`).
    """
    slips = [d for d in drafts if manifest.types[d.type].announces and d.status == "occurred"]
    plans = [
        d
        for d in drafts
        if d.status == "planned"
        and all(_was_planned(m) for m in d.mentions)
        and any(manifest.types[s.type].announces == d.type and _same_flight(s, d) for s in slips)
    ]
    behind = [
        s
        for s in slips
        if all(_is_led_in(m) for m in s.mentions)
        and any(
            d.type == manifest.types[s.type].announces and d.status == "occurred" and _same_flight(s, d)
            for d in drafts
        )
    ]
    return [*plans, *behind]


def _was_planned(mention: Mention) -> bool:
    """Tell whether what stands around a mention says what the plan was."""
    return mention.line.any("was_planned", mention.start - PLAN_REACH, mention.end + PLAN_REACH)


def _is_led_in(mention: Mention) -> bool:
    """Tell whether what a mention ends with stands behind `after` or its like, in the same clause."""
    line, last = mention.line, mention.end - 1
    return line.any("afterwards", max(line.clause_start(last), last - LED_IN), last)


def _same_flight(a: Draft, b: Draft) -> bool:
    return not a.name or not b.name or names_same(a.named.entity, b.named.entity)
