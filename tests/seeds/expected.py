"""What a replay of the seeds must give, as text that a person can review.

    python -m tests.seeds.expected      writes it anew into seeds/expected (make seeds-expected)

Three files: the verdict of each gate on each article, the versions of each incident, the messages.
"""

import sys
import tempfile
from io import StringIO
from pathlib import Path

from pipeline.replay import Given, run
from pipeline.settings import Settings, load_settings
from pipeline.starter import STARTER_CONFIG
from transforms.records import Article, Disposition, Incident, decode

SEEDS = Path(__file__).parents[2] / "seeds"
EXPECTED = SEEDS / "expected"


def starter_settings() -> Settings:
    """Return the built-in settings."""
    return load_settings(STARTER_CONFIG, {}, with_secrets=False)


def replayed() -> dict[str, str]:
    """Return the text of each expected file, from a replay of all seeds."""
    screen = StringIO()
    with tempfile.TemporaryDirectory() as folder:
        run([SEEDS], starter_settings(), Path(folder), Given(), screen)
        return {
            "verdicts.md": _fenced(_verdicts(Path(folder))),
            "incidents.md": _fenced("".join(map(_incident, _read(folder, "incidents", Incident)))),
            "messages.md": _fenced(screen.getvalue()),
        }


def _fenced(text: str) -> str:
    """Return text for a Markdown file, which a replay of the folder leaves out."""
    return f"```\n{text}```\n"


def _verdicts(folder: Path) -> str:
    trails: dict[str, list[Disposition]] = {}
    for d in _read(folder, "dispositions", Disposition):
        trails.setdefault(f"{d.position.offset}", []).append(d)
    articles = _read(folder, "articles", Article)
    return "\n".join(_trail(a, trails[str(n)]) for n, a in enumerate(articles))


def _trail(article: Article, trail: list[Disposition]) -> str:
    lines = [f"{article.publisher}: {article.title or article.text[:60]}"]
    for d in trail:
        lines.append(f"  {d.stage} {d.verdict} {d.reason}")
        lines += [f'    {e.type} {e.status} {e.mission}: "{e.evidence["type"][0].quote}"' for e in d.events]
    # A rule that stays silent is the rule; only what fired is worth a line.
    return "\n".join(line for line in lines if not line.startswith("  evaluate quiet")) + "\n"


def _incident(incident: Incident) -> str:
    changes = ", ".join(f"{c.kind} {c.field} {c.old} -> {c.new}".replace("  ", " ") for c in incident.changes)
    day = f"{incident.time.start:%Y-%m-%d %H:%M} ({incident.time.granularity})" if incident.time else "no day"
    return (
        f"{incident.id[:8]}/{incident.version} {incident.type} {incident.status} {incident.mission}, {day}, "
        f"confidence {incident.confidence:.2f}, sources {incident.independent_sources}: {changes}\n"
    )


def _read(folder: Path | str, name: str, kind: type) -> list:
    return [decode(kind, line) for line in (Path(folder) / f"{name}.jsonl").read_bytes().splitlines()]


def main() -> int:
    """Write the expected files."""
    EXPECTED.mkdir(exist_ok=True)
    for name, text in replayed().items():
        (EXPECTED / name).write_text(text)
        print(f"wrote {EXPECTED.name}/{name}; review it with git diff")
    return 0


if __name__ == "__main__":
    sys.exit(main())
