"""Bytes to an alert that can be planned, stored and rendered the same everywhere."""

from transforms.records import Alert, UndecodableError, decode

_MOST_VERSIONS = 2**31 - 1


def readable(value: bytes) -> Alert:
    """Return the alert; raise `UndecodableError` also for times without a zone and absurd versions.

    A time without a zone would be read as local time, so a message would depend on the machine.
    """
    alert = decode(Alert, value)
    incident = alert.incident
    moments = [alert.at, alert.fetched, alert.published, incident.at, incident.opened]
    moments += [report.received for report in incident.reports]
    moments += [incident.time.start] if incident.time else []
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise UndecodableError("Alert", "wrong-shape", "a time without a zone")
    if not 0 < incident.version <= _MOST_VERSIONS:
        raise UndecodableError("Alert", "wrong-shape", "a version out of range")
    return alert
