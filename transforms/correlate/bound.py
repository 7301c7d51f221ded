"""Keep an incident's reports bounded and lose nothing that matters.

What is dropped is a function of the set, so that the same report delivered again is dropped again: from the
largest group of reports that say the same (kind, status, date, crew, site), the newest one of the source that
has most of them.
"""

from collections import Counter

from transforms.correlate.family import MAX_TELLINGS, Telling
from transforms.correlate.sources import source_of


def bounded(tellings: list[Telling]) -> tuple[Telling, ...]:
    """Return the tellings in their order, at most as many as are kept."""
    kept = sorted(tellings, key=lambda t: (t.said, t.key))
    while len(kept) > MAX_TELLINGS:
        kept.remove(_least_missed(kept))
    return tuple(kept)


def _least_missed(tellings: list[Telling]) -> Telling:
    groups: dict[str, list[Telling]] = {}
    for telling in tellings:
        groups.setdefault(_sense(telling), []).append(telling)
    sense = max(groups, key=lambda g: (len(groups[g]), g))
    sources = Counter(source_of(t.report) for t in groups[sense])
    return max(groups[sense], key=lambda t: (sources[source_of(t.report)], t.said, t.key))


def _sense(telling: Telling) -> str:
    report = telling.report
    day = report.time.start.isoformat() if report.time and report.time.basis != "publication" else ""
    parts = (telling.type, report.status, day, report.fields.get("crew", ""), report.fields.get("site", ""))
    return "\n".join(parts)
