"""Leave out what publishers put around a story: it differs from copy to copy and says nothing.

Whole paragraphs only, and only short ones, so that no sentence of the story itself can go.
"""

import re

_LONGEST = 200
_PARAGRAPH = re.compile(
    r"""^(?:
      (?:copyright\b|©|\(c\)\s).*
    | all\ rights\ reserved\b.*
    | .*\b(?:re)?printed\ with\ permission\.?
    | (?:additional\ )?(?:reporting|writing|editing)\ by\b.*
    | the\ post\b.*\bappeared\ first\ on\b.*
    | (?:sign\ up|subscribe)\b.*\b(?:newsletter|updates|subscribers?)\b.*
    | (?:read|see|continue)\ (?:more|on|also|reading|the\ (?:full|whole)\ (?:story|article))\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


def story_of(text: str) -> str:
    """Return the text without boilerplate paragraphs; all of it if nothing else is there."""
    paragraphs = text.split("\n")
    kept = [p for p in paragraphs if len(p) > _LONGEST or not _PARAGRAPH.match(p.strip())]
    return "\n".join(kept) if any(p.strip() for p in kept) else text
