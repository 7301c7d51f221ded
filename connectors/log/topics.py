"""The topics of Missionwire and how each is kept."""

from datetime import timedelta

from connectors.log.interface import TopicSpec

ARTICLES = "articles"
DISPOSITIONS = "dispositions"
INCIDENTS = "incidents"
ALERTS = "alerts"
DEAD_LETTERS = "dead-letters"
FEED_HEALTH = "feed-health"


def topic_specs(retention: timedelta, retention_bytes: int, partitions: int) -> list[TopicSpec]:
    """Return the specs: `retention` is for articles and verdicts; what people act on stays longer."""
    long = retention * 4
    return [
        TopicSpec(ARTICLES, partitions, retention, retention_bytes),
        TopicSpec(DISPOSITIONS, partitions, retention, retention_bytes),
        TopicSpec(INCIDENTS, partitions, None, None, compacted=True),
        TopicSpec(ALERTS, partitions, long, retention_bytes),
        TopicSpec(DEAD_LETTERS, 1, long, retention_bytes),
        TopicSpec(FEED_HEALTH, 1, None, None, compacted=True),
    ]
