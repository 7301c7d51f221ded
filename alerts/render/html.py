"""The message as the HTML part of a mail: a few plain elements, everything else escaped."""

from html import escape

from alerts.render import plain
from alerts.render.facts import Facts, Source


def page(facts: Facts) -> str:
    """Return the page; it loads nothing and every link's text is its host."""
    rows = "".join(_row(label, value) for label, value in facts.lines)
    rows += "".join(_row("Changed", change) for change in facts.changes)
    more = f"<p>and {facts.more_sources} more publishers</p>" if facts.more_sources else ""
    title = escape(plain.subject(facts))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<h2>{title}</h2><table>{rows}</table>"
        f"{''.join(_source(source) for source in facts.sources)}{more}"
        f"<p>You get this because of: {escape(', '.join(facts.rules))}<br>"
        f"<small>{escape(facts.reference)}</small></p></body></html>"
    )


def _row(label: str, value: str) -> str:
    return f'<tr><th align="left">{escape(label)}</th><td>{escape(value)}</td></tr>'


def _source(source: Source) -> str:
    link = ""
    if source.link:
        href, host = escape(source.link.url), escape(source.link.host)
        link = f'<br><a href="{href}" rel="noopener noreferrer nofollow">{host}</a>'
    return f"<p><b>{escape(source.publisher)}</b>: <q>{escape(source.quote)}</q>{link}</p>"
