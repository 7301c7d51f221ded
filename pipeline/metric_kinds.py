"""How metrics are made: filled with all their labels from the start, or absent until they are known.

The registry is this process's own; nothing of a library's default registry is shown.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

M = TypeVar("M", bound=MetricWrapperBase)
OTHER = "other"
REGISTRY = CollectorRegistry()


def filled(metric: M, *labels: tuple[str, ...]) -> M:
    """Return a metric that has a series for each of some labels."""
    for values in labels:
        metric.labels(*values)
    return metric


class OnceShown(Collector):
    """A gauge that is absent until it was set."""

    def __init__(self, name: str, meaning: str) -> None:
        self._gauge = Gauge(f"missionwire_{name}", meaning, registry=None)
        self._shown = False
        REGISTRY.register(self)

    def set(self, value: float) -> None:
        """Show a value from now on."""
        self._gauge.set(value)
        self._shown = True

    def set_moment(self, at: datetime | None) -> None:
        """Show a moment from now on, unless there is none."""
        if at is not None:
            self.set(at.timestamp())

    def collect(self) -> Iterable[Metric]:
        """Return the gauge, if it was set."""
        return self._gauge.collect() if self._shown else ()
