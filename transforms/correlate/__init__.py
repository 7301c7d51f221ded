"""Correlate: many reports, one incident for each event in the world, a new version only for news."""

from transforms.correlate.family import HORIZON, FamilyState
from transforms.correlate.lifecycle import Lifecycle, LifecycleError, load_lifecycle, starter_lifecycle
from transforms.correlate.sighting import Sighting, correlation_key
from transforms.correlate.step import Reason, Step, incident_of, step

__all__ = [
    "HORIZON",
    "FamilyState",
    "Lifecycle",
    "LifecycleError",
    "Reason",
    "Sighting",
    "Step",
    "correlation_key",
    "incident_of",
    "load_lifecycle",
    "starter_lifecycle",
    "step",
]
