"""The status line: a few numbers that say whether all is well."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.status_file import PartStatus

# levels are what a loop sees now; everything else is counted from its start
_LEVELS = ("feeds_ok", "feeds_failing", "lag")


@dataclass
class Tally:
    """Adds up what the loops count, over their restarts."""

    last: dict[str, PartStatus] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)

    def note(self, status: PartStatus) -> None:
        """Take the newest word of a loop; another process id means that its counters began anew."""
        before = self.last.get(status.part)
        if before is not None and before.pid != status.pid:
            self.ended.update({k: n for k, n in before.counts.items() if k not in _LEVELS})
        self.last[status.part] = status

    def counts(self) -> Counter[str]:
        """Return the sums."""
        total = Counter(self.ended)
        for status in self.last.values():
            total.update(status.counts)
        return total


def status_line(counts: Mapping[str, int], down: Mapping[str, int], silent: Mapping[str, int]) -> str:
    """Return the line, within 80 columns while all is well.

    `down` has seconds until a part starts again, `silent` seconds since a running part last said a word.
    """
    parts = [
        f"feeds {counts.get('feeds_ok', 0)} ok, {counts.get('feeds_failing', 0)} failing",
        *(f"{name} {counts.get(name, 0)}" for name in ("articles", "incidents", "alerts", "lag")),
        *(f"{part} DOWN, again in {wait_s} s" for part, wait_s in down.items()),
        *(f"{part} SILENT for {age_s} s" for part, age_s in silent.items()),
    ]
    return "; ".join(parts)
