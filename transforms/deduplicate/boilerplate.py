"""Leave out what publishers put around a story: it differs from copy to copy and says nothing.

By patterns: whole paragraphs only, and only short ones, so that no sentence of the story itself can go, and
the dateline of an agency. What a feed puts around its stories beside that is learned (`edges`).
"""

import re
from functools import lru_cache

_LONGEST = 200
_PARAGRAPH = re.compile(
    r"""^(?:
      (?:copyright\b|©|\(c\)\s).*
    | all\ rights\ reserved\b.*
    | .*\b(?:re)?printed\ with\ permission\.?
    | (?:additional\ )?(?:reporting|writing|editing)\ by\b.*
    | the\ (?:post|article)\b.*\b(?:appeared|was\ published)\ first\ on\b.*
    | (?:the\ post\b.*)?\bappeared\ first\ on\b.*
    | (?:sign\ up|subscribe)\b.*\b(?:newsletter|updates|subscribers?)\b.*
    | (?:read|see|continue)\ (?:more|on|also|reading|the\ (?:full|whole)\ (?:story|article))\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_AGENCY = r"\((?:AP|AFP|Reuters|UPI|DPA|dpa|EFE|ANSA|TASS|Xinhua|PTI|ANI|IANS|Kyodo|Yonhap|BNS|CP|PA)\)"
_DATELINE = re.compile(
    rf"\A\s*(?:[^\n(]{{0,60}}{_AGENCY}\s*[-–—]*\s*"
    r"|[A-Z][A-Z .'’-]{3,30}(?:,\s[A-Z][\w.]{1,15})?(?:,\s[A-Z][a-z]{2,8}\.?\s\d{1,2})?\s+[-–—]{1,2}\s+)"
)
_APPEARED = re.compile(r"\bThe post [^\n]{1,300}? (?:appeared first|was first published) on [^\n]{1,80}\Z")
# A sentence with its end, or a line: what edges are made of.
_SEGMENT = re.compile(r"[^\n]+?(?:[.!?…]['\"”’)\]]*(?=\s)|[。！？]|(?=\n)|\Z)")


@lru_cache(maxsize=8)
def story_of(text: str) -> str:
    """Return the text without boilerplate paragraphs and dateline; all of it if nothing else is there."""
    paragraphs = text.split("\n")
    kept = [p for p in paragraphs if len(p) > _LONGEST or not _PARAGRAPH.match(p.strip())]
    bare = _DATELINE.sub("", "\n".join(kept), count=1)
    if "The post " in bare:
        bare = _APPEARED.sub("", bare)
    return bare if bare.strip() else text


def segments_of(text: str) -> list[str]:
    """Return the sentences and lines of a text, without the space around them."""
    return [found for part in _SEGMENT.findall(text) if (found := part.strip())]
