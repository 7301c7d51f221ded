"""The message as plain text, for a terminal and for mail."""

from alerts.render.facts import Facts, Source


def subject(facts: Facts) -> str:
    """Return one line that says how severe and what."""
    return f"[{facts.severity.upper()}] {facts.summary}"


def text(facts: Facts) -> str:
    """Return the whole message; each line begins with words of ours, never with a stranger's."""
    parts = [subject(facts), ""]
    parts += [f"  {label + ':':<13}{value}" for label, value in facts.lines]
    parts += [f"  {'Changed:':<13}{change}" for change in facts.changes]
    parts += [""] + [line for source in facts.sources for line in _source(source)]
    if facts.more_sources:
        parts.append(f"  and {facts.more_sources} more publishers")
    parts += ["", f"  You get this because of: {', '.join(facts.rules)}", f"  {facts.reference}", ""]
    return "\n".join(parts)


def _source(source: Source) -> list[str]:
    quoted = f"  {source.publisher}: “{source.quote}”"
    return [quoted, f"    {source.link.url} [{source.link.host}]"] if source.link else [quoted]
