"""What an article's own news has overtaken: a slip that a launch has behind it."""

from collections.abc import Sequence

from transforms.extract.draft import Draft
from transforms.extract.manifest import Manifest
from transforms.extract.mentions import Mention

LED_IN = 5


def overtaken(drafts: Sequence[Draft], manifest: Manifest) -> list[Draft]:
    """Return the slips of which is only told that their flight has taken place after them.

    Each stands behind `after` in a sentence that tells of the launch (`lifts off after a delay`).
    """
    return [d for d in drafts if d.status == "occurred" and _is_overtaken(d, drafts, manifest)]


def _is_overtaken(slip: Draft, drafts: Sequence[Draft], manifest: Manifest) -> bool:
    announced = manifest.types[slip.type].announces
    flown = (d for d in drafts if (d.type, d.status, d.name) == (announced, "occurred", slip.name))
    told = {mention.line.start for draft in flown for mention in draft.mentions}
    return all(mention.line.start in told and _is_led_in(mention) for mention in slip.mentions)


def _is_led_in(mention: Mention) -> bool:
    """Tell whether what a mention ends with stands behind `after` or its like, in the same clause."""
    line, last = mention.line, mention.end - 1
    return line.any("afterwards", max(line.clause_start(last), last - LED_IN), last)
