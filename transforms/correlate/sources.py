"""Independent sources: how many people can really be said to have told it, and how sure that makes us.

A source is the true origin of a report: the wire that it credits, else its publisher. A report
supports an incident as (source, lineage); independent are as many reports as can be chosen with each
source and each lineage used once (a maximum matching). So ten labels of one wire story are one,
ten stories of one publisher are one, and copies between two publishers that each have a story of
their own are two. Sources are tried by confidence: the sets that can be matched form a matroid, so the
greedy choice is the most confident one, whatever the order of arrival.
"""

from collections.abc import Iterable

from transforms.records import Report

PUBLISHER_CAP = 0.9


def independent(reports: Iterable[Report]) -> dict[str, float]:
    """Return the independent sources with their confidence, capped."""
    lineages: dict[str, set[str]] = {}
    sure: dict[str, float] = {}
    for report in reports:
        source = source_of(report)
        lineages.setdefault(source, set()).add(report.lineage)
        sure[source] = max(sure.get(source, 0.0), min(report.confidence, PUBLISHER_CAP))
    taken: dict[str, str] = {}
    order = sorted(sure, key=lambda s: (-sure[s], s))
    return {source: sure[source] for source in order if _match(source, lineages, taken, set())}


def confidence(sources: dict[str, float]) -> float:
    """Return the probability that not all independent sources are wrong (noisy-or)."""
    doubt = 1.0
    for sure in sources.values():
        doubt *= 1.0 - sure
    return round(1.0 - doubt, 4)


def source_of(report: Report) -> str:
    """Return the true origin of a report."""
    return (report.origin or report.publisher).casefold().strip()


def _match(source: str, lineages: dict[str, set[str]], taken: dict[str, str], seen: set[str]) -> bool:
    for lineage in sorted(lineages[source] - seen):
        seen.add(lineage)
        if lineage not in taken or _match(taken[lineage], lineages, taken, seen):
            taken[lineage] = source
            return True
    return False
