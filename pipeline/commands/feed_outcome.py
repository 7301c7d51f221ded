"""What became of a feed that was to be added, paused or resumed, told to people and to programs."""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from transforms.printable import printable

if TYPE_CHECKING:
    from pipeline.feed_list import Outcome

_DONE = {"paused": "is paused", "resumed": "is polled again"}


def tell_one(action: str, outcome: "Outcome", *, as_json: bool) -> None:
    """Print what became of one feed: for programs always on standard output, for people not if refused."""
    if as_json:
        tell_all([outcome], as_json=True)
        return
    url, why = printable(outcome.url), printable(outcome.why)
    if outcome.verdict == "refused":
        print(f"feeds {action}: {url}: {why}", file=sys.stderr)
    elif outcome.verdict == "there":
        print(f"{url}: nothing to {action}")
    else:
        print(f"{url} {_DONE[outcome.verdict]}")


def tell_all(outcomes: "Sequence[Outcome]", *, as_json: bool) -> None:
    """Print the feeds that were refused and how many were not, or a line of JSON for each."""
    from pipeline.json_lines import json_line

    if as_json:
        for outcome in outcomes:
            print(json_line(outcome._asdict()))
        return
    for outcome in outcomes:
        if outcome.verdict == "refused":
            print(f"refused: {printable(outcome.publisher)} {printable(outcome.url)}: {outcome.why}")
    counts = Counter(outcome.verdict for outcome in outcomes)
    print(f"{counts['added']} added, {counts['there']} there already, {counts['refused']} refused")
