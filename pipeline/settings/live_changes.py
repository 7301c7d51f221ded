"""What of a changed configuration takes effect in a collector that runs, and what takes a restart."""

from pipeline.settings.models import CollectSection, ConfigFile

# they say how a feed is polled, as its own settings do
_LIVE = {"feeds", "poll_floor", "poll_ceiling"}


def restarts_needed(running: ConfigFile, changed: ConfigFile) -> list[str]:
    """Return the names of the settings that differ and are read at the start alone."""
    sections = [
        name
        for name in ConfigFile.model_fields
        if name != "collect" and getattr(running, name) != getattr(changed, name)
    ]
    return sections + [
        f"collect.{name}"
        for name in CollectSection.model_fields
        if name not in _LIVE and getattr(running.collect, name) != getattr(changed.collect, name)
    ]
