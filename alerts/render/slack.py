"""The message as Slack blocks that no feed text can bend.

Words of strangers stand in `plain_text` objects, which know no markup, and are escaped besides; the
only `mrkdwn` is ours: labels, and links whose text is their host. The fallback `text`, which Slack does
parse, is escaped and sent with `parse: none`; a bare `@channel` gets an invisible joint as well.
"""

import re
from typing import Any

from alerts.render import plain
from alerts.render.facts import Facts, Source

_HEADER, _SECTION = 150, 2900
_BROADCAST = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)


def message(facts: Facts) -> dict[str, Any]:
    """Return the body of a webhook post."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _text(plain.subject(facts), _HEADER)}]
    blocks.append(_section("\n".join(f"{label}: {value}" for label, value in facts.lines)))
    if facts.changes:
        blocks.append(_section("\n".join(f"Changed: {change}" for change in facts.changes)))
    for source in facts.sources:
        blocks += _source(source)
    blocks.append(_footer(facts))
    return {
        "text": escape(plain.subject(facts)),
        "blocks": blocks,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escape(text: str) -> str:
    """Return the text without anything that Slack reads as a mention, a link or a broadcast."""
    entities = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub("@\u2060", entities)


def _text(text: str, limit: int) -> dict[str, Any]:
    """Cut before escaping, so that no entity is cut in two."""
    kept = text
    while (excess := len(escape(kept)) - limit) > 0:
        kept = kept.removesuffix("…")[: -max(2, excess // 6)] + "…"
    return {"type": "plain_text", "text": escape(kept), "emoji": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _text(text, _SECTION)}


def _source(source: Source) -> list[dict[str, Any]]:
    quoted = _section(f"{source.publisher}: “{source.quote}”")
    if source.link is None:
        return [quoted]
    link = f"<{escape(source.link.url)}|{source.link.host}>"
    return [quoted, {"type": "context", "elements": [{"type": "mrkdwn", "text": link, "verbatim": True}]}]


def _footer(facts: Facts) -> dict[str, Any]:
    more = f"and {facts.more_sources} more publishers. " if facts.more_sources else ""
    words = f"{more}You get this because of: {', '.join(facts.rules)}. {facts.reference}"
    return {"type": "context", "elements": [_text(words, _SECTION)]}
