"""What became of every article and of every launch: lost, told, told twice."""

import time
from collections import Counter
from collections.abc import Iterable

from connectors.log import topics
from connectors.log.interface import Log, Record
from pipeline.log_scan import scan
from tests.bench.cluster_news import Direct, News
from tests.bench.cluster_rig import ClusterRig
from tests.bench.cluster_scenes import PATIENCE_S, POISON
from tests.bench.servers import Webhook
from transforms.records import Article, DeadLetter, Disposition, UndecodableError, decode


def account(rig: ClusterRig, news: News, direct: Direct, webhook: Webhook) -> int:
    """Print it; return 1 if anything was lost, or doubled without a known cause."""
    log = rig.log()
    records, urls = 0, set()
    for record in scan(log, topics.ARTICLES):
        records += record.key != POISON
        urls |= _urls(record.value)
    verdicts = Counter(_verdicts_on(records, log).values())
    letters = Counter(_stage(r.value) for r in scan(log, topics.DEAD_LETTERS) if r.key != POISON)
    log.close()
    missing = len(direct.urls() - urls)
    keys = Counter(key for _, key, _ in webhook.told)
    missions = {key: payload["incident"]["mission"] for _, key, payload in webhook.told}
    several = sum(count > 1 for count in Counter(missions.values()).values())
    doubled, unknown = sum(keys.values()) - len(keys), rig.unknown_outcomes()
    untold = sorted(set(news.launched) - webhook.missions())
    print(f"\narticles on the log {records}, offered and not there {missing}")
    print(f"with a verdict {sum(verdicts.values())}: {dict(verdicts)}; dead letters: {dict(letters)}")
    print(f"launches {len(news.launched)}, told {len(keys)}, lost {len(untold)} {untold[:5]}")
    print(f"launches told in more than one message: {several}")
    print(f"told twice {doubled}, of these between request and answer (ledger says unknown): {unknown}")
    unjudged = records - sum(verdicts.values())
    return int(any((untold, missing, several, unjudged, doubled > unknown)))


def _stage(value: bytes) -> str:
    letter = decode(DeadLetter, value)
    return f"{letter.stage} {letter.reason}"


def _urls(value: bytes) -> set[str]:
    try:
        return {decode(Article, value).url}
    except UndecodableError:
        return set()


def _verdicts_on(count: int, log: Log) -> dict[object, str]:
    """Return all verdicts when there are as many as articles, or no more seem to come."""
    end = time.monotonic() + PATIENCE_S
    while len(found := _verdicts(scan(log, topics.DISPOSITIONS))) < count and time.monotonic() < end:
        time.sleep(1)
    return found


def _verdicts(records: Iterable[Record]) -> dict[object, str]:
    """Return the verdict of deduplication on each article record, by its place on the log."""
    found = {}
    for record in records:
        if record.key == POISON:
            continue
        disposition = decode(Disposition, record.value)
        if disposition.stage == "deduplicate" or disposition.verdict == "dead":
            found[disposition.position] = disposition.verdict
    return found
