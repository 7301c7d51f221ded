"""What is counted: every metric of every loop, with labels from closed sets.

Every label value is there from the start, so that a rate is 0 before the first event and a dashboard
shows what never happened. A word that no set knows is counted as `other`, never as a new label.
A state or a moment that only one loop knows is absent until that loop has shown it: a 0 would say that
the job is down, or that it happened in 1970. Moments are shown, not ages, which stop when a loop stops.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, get_args

from prometheus_client import Counter, Gauge, Histogram, generate_latest

from connectors.feeds.feed import PageOutcome
from connectors.feeds.feed import State as FeedState
from pipeline.metric_kinds import OTHER, REGISTRY, OnceShown, filled
from transforms.extract.extraction import Skip
from transforms.records.event import FIELDS

STAGES = ("decode", "deduplicate", "extract", "correlate", "evaluate")
DEAD_REASONS: Mapping[str, tuple[str, ...]] = {
    "collect": ("not-a-feed", "parse-timeout", "parse-crash", "no-text", "no-identity", OTHER),
    "decode": ("not-json", "wrong-shape", "newer-schema", OTHER),
    "extract": ("failed", "too_long", "too_dense", "too_slow", OTHER),
    "notify": ("not-json", "wrong-shape", "newer-schema", "gave-up", "refused", OTHER),
}
POLL_OUTCOMES = ("read", "unchanged", "failed")
FEED_ODDITIES = ("bozo", "cut", "lie", "floor-capped", OTHER)
FEED_STATES: tuple[FeedState, ...] = get_args(FeedState)
RECEIVER_KINDS = ("terminal", "slack", "email", "webhook")
NOTIFICATION_OUTCOMES = ("sent", "failed")
SUPPRESSED_REASONS = ("shadow", "historical", "no_route", "already_told", "earlier_dead", OTHER)
WAITED_FOR = ("log", "outbox", "feed_states")
TOPICS = ("articles", "alerts")
_LATENCIES_S = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 120, 300, 900, 3600, 14400, 86400)


def _stages(name: str, meaning: str) -> Counter:
    counter = Counter(f"missionwire_{name}", meaning, ["stage"], registry=REGISTRY)
    return filled(counter, *((stage,) for stage in STAGES))


RECORDS_IN = _stages("records_in", "Records that a stage judged.")
RECORDS_OUT = _stages("records_out", "Records that a stage passed on.")
FOLDED = _stages("folded", "Records that a stage folded into an earlier one.")
QUIET = _stages("quiet", "Records that ended at a stage because there was nothing to tell.")
DEAD = filled(
    Counter("missionwire_dead", "Records that became dead letters.", ["stage", "reason"], registry=REGISTRY),
    *((stage, reason) for stage, reasons in DEAD_REASONS.items() for reason in reasons),
)
SKIPS = (*get_args(Skip), OTHER)
SKIPPED = filled(
    Counter("missionwire_mentions_skipped", "Mentions that were no events.", ["reason"], registry=REGISTRY),
    *((reason,) for reason in SKIPS),
)
DROPPED = filled(
    Counter(
        "missionwire_fields_dropped",
        "Fields left out of events because no words of the article say them.",
        ["field"],
        registry=REGISTRY,
    ),
    *((field,) for field in (*FIELDS, OTHER)),
)
ARTICLES = Counter("missionwire_articles_appended", "Articles put onto the log.", registry=REGISTRY)
POLLS = filled(
    Counter("missionwire_polls", "Polls of feeds.", ["outcome"], registry=REGISTRY),
    *((outcome,) for outcome in POLL_OUTCOMES),
)
PAGES = filled(
    Counter("missionwire_pages", "Linked pages of feeds with full_text.", ["outcome"], registry=REGISTRY),
    *((outcome,) for outcome in get_args(PageOutcome)),
)
FEEDS = filled(
    Gauge("missionwire_feeds", "Feeds in each state.", ["state"], registry=REGISTRY),
    *((state,) for state in FEED_STATES),
)
ODDITIES = filled(
    Counter("missionwire_feed_oddities", "What was strange about feeds.", ["kind"], registry=REGISTRY),
    *((kind,) for kind in FEED_ODDITIES),
)
HISTORICAL = Counter(
    "missionwire_articles_historical", "Articles too old to tell when they came.", registry=REGISTRY
)
FEEDS_STALE = Gauge(
    "missionwire_feeds_stale", "Feeds without a good answer for three of their polls.", registry=REGISTRY
)
FEEDS_PAUSED = OnceShown("feeds_paused", "Feeds that an operator paused; they are in no state.")
CONFIG_OK = OnceShown("config_reload_ok", "Whether the configuration could be read when it last changed.")
NEWEST_POLL = OnceShown("newest_poll_timestamp_seconds", "When a feed last gave a good answer.")
NEWEST_ARTICLE = OnceShown("newest_article_timestamp_seconds", "When an article was last put onto the log.")
STARTED = Gauge("missionwire_start_timestamp_seconds", "When this process started.", registry=REGISTRY)
STARTED.set_to_current_time()
PROGRESS = OnceShown("progress_timestamp_seconds", "When the loop last came round.")
LAG = filled(
    Gauge(
        "missionwire_lag_records", "Records on the log that are not done yet.", ["topic"], registry=REGISTRY
    ),
    *((topic,) for topic in TOPICS),
)
WAITS = filled(
    Counter("missionwire_waits", "Failed tries of what is tried again.", ["on"], registry=REGISTRY),
    *((what,) for what in WAITED_FOR),
)
DEAD_LETTERS = OnceShown("dead_letters", "Dead letters that the log keeps and nobody is done with.")
OUTBOX_AGE = Gauge(
    "missionwire_outbox_oldest_seconds", "Age of the oldest notification that waits.", registry=REGISTRY
)
INCIDENTS = Counter("missionwire_incidents_opened", "Incidents opened.", registry=REGISTRY)
VERSIONS = Counter("missionwire_incident_versions", "Versions of incidents written.", registry=REGISTRY)
ALERTS = Counter("missionwire_alerts", "Alerts written.", registry=REGISTRY)
NOTIFICATIONS = filled(
    Counter("missionwire_notifications", "Attempts to notify.", ["receiver", "outcome"], registry=REGISTRY),
    *((kind, outcome) for kind in RECEIVER_KINDS for outcome in NOTIFICATION_OUTCOMES),
)
SUPPRESSED = filled(
    Counter("missionwire_suppressed", "Alerts that nobody was told of.", ["reason"], registry=REGISTRY),
    *((reason,) for reason in SUPPRESSED_REASONS),
)
FETCH_TO_NOTIFY = Histogram(
    "missionwire_fetch_to_notify_seconds",
    "From the fetch of the article to the notification.",
    buckets=_LATENCIES_S,
    registry=REGISTRY,
)
PUBLISH_TO_NOTIFY = Histogram(
    "missionwire_publish_to_notify_seconds",
    "From the stated publication of the article to the notification.",
    buckets=_LATENCIES_S,
    registry=REGISTRY,
)
JOB_RUNNING = OnceShown("job_running", "Whether the job runs on Flink: 1 or 0.")
JOB_RESTARTS = OnceShown("job_restarts", "Restarts of the job that runs, as Flink counts them.")
CHECKPOINT_AT = OnceShown("checkpoint_timestamp_seconds", "When the last completed checkpoint began.")
CHECKPOINT_SIZE = OnceShown("checkpoint_size_bytes", "Size of the last completed checkpoint.")
CHECKPOINT_TOOK = OnceShown("checkpoint_duration_seconds", "Duration of the last completed checkpoint.")
CHECKPOINTS_FAILED = OnceShown("checkpoints_failed", "Failed checkpoints of the job that runs.")


def count_disposition(stage: str, verdict: str, reason: str) -> None:
    """Count one verdict of a stage of `process`."""
    if stage not in STAGES:
        return
    RECORDS_IN.labels(stage).inc()
    if stage == "deduplicate":
        # decode writes no verdict on what it passes on, which is all that comes here
        RECORDS_IN.labels("decode").inc()
        RECORDS_OUT.labels("decode").inc()
    if verdict in ("kept", "fired"):
        RECORDS_OUT.labels(stage).inc()
    elif verdict == "folded":
        FOLDED.labels(stage).inc()
    elif verdict == "dead":
        count_dead(stage, reason)
    else:
        QUIET.labels(stage).inc()


def count_dead(stage: str, reason: str, count: int = 1) -> None:
    """Count dead letters of a stage; an unknown reason is `other`."""
    known = DEAD_REASONS.get(stage)
    if known is not None:
        DEAD.labels(stage, reason if reason in known else OTHER).inc(count)


def count_pages(outcomes: Mapping[PageOutcome, int]) -> None:
    """Count what became of the pages of one poll."""
    for outcome, count in outcomes.items():
        PAGES.labels(outcome).inc(count)


def count_skipped(reason: str) -> None:
    """Count a mention of an event that was kept from being one."""
    SKIPPED.labels(reason if reason in SKIPS else OTHER).inc()


def count_dropped(field: str) -> None:
    """Count a field that was left out of an event because no words of the article say it."""
    DROPPED.labels(field if field in FIELDS else OTHER).inc()


def count_suppressed(reason: str) -> None:
    """Count an alert that nobody was told of."""
    SUPPRESSED.labels(reason if reason in SUPPRESSED_REASONS else OTHER).inc()


def count_notification(kind: str, outcome: Literal["sent", "failed"]) -> None:
    """Count an attempt to notify through a receiver of this kind."""
    if kind in RECEIVER_KINDS:
        NOTIFICATIONS.labels(kind, outcome).inc()


def count_oddity(kind: str, count: int) -> None:
    """Count what was strange about a feed; an unknown kind is `other`."""
    ODDITIES.labels(kind if kind in FEED_ODDITIES else OTHER).inc(count)


def count_wait(on: str) -> None:
    """Count a failed try of something that is tried again; an unknown word is the log."""
    WAITS.labels(on if on in WAITED_FOR else "log").inc()


def show_feeds(states: Mapping[str, int], stale: int = 0, newest_poll: datetime | None = None) -> None:
    """Show how many feeds are in each state and how many are stale, and when one last answered well."""
    for state in FEED_STATES:
        FEEDS.labels(state).set(states.get(state, 0))
    FEEDS_STALE.set(stale)
    NEWEST_POLL.set_moment(newest_poll)


def show_progress(at: datetime) -> None:
    """Show when the loop last came round."""
    PROGRESS.set_moment(at)


def show_dead_letters(count: int) -> None:
    """Show how many dead letters the log keeps."""
    DEAD_LETTERS.set(count)


def show_job(running: bool, restarts: int) -> None:
    """Show whether the job runs on Flink, and how often Flink restarted it."""
    JOB_RUNNING.set(running)
    JOB_RESTARTS.set(restarts)


def show_checkpoint(at: datetime | None, size_bytes: int, duration: timedelta, failed: int) -> None:
    """Show the job's last completed checkpoint, `at` is `None` before the first, and how many failed."""
    CHECKPOINTS_FAILED.set(failed)
    if at is not None:
        CHECKPOINT_AT.set_moment(at)
        CHECKPOINT_SIZE.set(size_bytes)
        CHECKPOINT_TOOK.set(duration.total_seconds())


_looks: list[Callable[[], None]] = []


def before_reading(look: Callable[[], None] | None) -> None:
    """Call `look` before the metrics are read, in place of an earlier one: for what is costly to follow."""
    _looks[:] = [] if look is None else [look]


def _look() -> None:
    for look in _looks:
        look()


class Totals(NamedTuple):
    """The few numbers of this process for the status line."""

    feeds_ok: int = 0
    feeds_failing: int = 0
    articles: int = 0
    incidents: int = 0
    alerts: int = 0
    notified: int = 0
    lag: int = 0


def totals() -> Totals:
    """Return the numbers as they are now."""
    _look()
    failing = sum(_value("feeds", state=s) for s in ("failing", "gone"))
    return Totals(
        feeds_ok=int(sum(_value("feeds", state=s) for s in ("ok", "moved"))),
        feeds_failing=int(failing),
        articles=int(_value("articles_appended_total")),
        incidents=int(_value("incidents_opened_total")),
        alerts=int(_value("alerts_total")),
        notified=int(sum(_value("notifications_total", receiver=k, outcome="sent") for k in RECEIVER_KINDS)),
        lag=int(sum(_value("lag_records", topic=t) for t in TOPICS)),
    )


def exposition() -> bytes:
    """Return all metrics in the text format of Prometheus."""
    _look()
    return generate_latest(REGISTRY)


def _value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"missionwire_{name}", labels) or 0.0
