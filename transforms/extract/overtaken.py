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
    slips = [d for d in drafts if manifest.types[d.type].announces and d.status == "occurred"]
    return [slip for slip in slips if all(_is_behind(m, slip, drafts, manifest) for m in slip.mentions)]


def _is_behind(mention: Mention, slip: Draft, drafts: Sequence[Draft], manifest: Manifest) -> bool:
    """Tell whether a sentence has an event of the slip's flight, and before the slip `after` or its like."""
    line, last = mention.line, mention.end - 1
    announced = manifest.types[slip.type].announces
    flown = (d for d in drafts if d.type == announced and d.status == "occurred" and d.name == slip.name)
    led_in = line.any("afterwards", max(line.clause_start(last), last - LED_IN), last)
    return led_in and any(m.line is line for draft in flown for m in draft.mentions)
