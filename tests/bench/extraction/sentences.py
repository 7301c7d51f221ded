"""Print what extraction makes of single sentences: what happened, will, did not, or only might.

    python -m tests.bench.extraction.sentences [--faults]

`sentences.jsonl` holds sentences of our own, each with its events, or with the reason why there is none. They
were written before the extractor had read any, and are not changed to suit it. Classes of errors were mended
by what those of the `read` part showed; the `unread` part says what that is worth. An event is right by type
and status; what has no full stop is read as a headline.
"""

import argparse
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.dedup.baselines import wilson
from transforms.extract import Extractor
from transforms.records import Article

PARTS = ("read", "unread")
SENTENCES = Path(__file__).with_name("sentences.jsonl")
SPOKEN = datetime(2026, 6, 10, 12, tzinfo=UTC)  # a Wednesday


def main(arguments):
    """Read all sentences and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--faults", action="store_true", help="print what is read wrongly of the part for that"
    )
    given = parser.parse_args(arguments)
    everything = readings(Extractor.load())
    for part in PARTS:
        found = [reading for reading in everything if reading[0]["part"] == part]
        print(f"\n{len(found)} sentences, {part}")
        show(found)
    for row, guessed, reasons in everything if given.faults else ():
        if row["part"] == "read" and guessed != _events(row):
            print(f"  {row['text']}\n    wanted {row['events']} found {sorted(guessed.elements())} {reasons}")
    return 0


def show(found):
    """Print precision and recall of each type, and how much is left silent."""
    for kind, (gold, guessed, right) in sorted(by_type(found).items()):
        print(f"  {kind:20} precision {wilson(right, guessed):22} recall {wilson(right, gold):22} of {gold}")
    print("  silent where there is no event, and the reason given is the one that was written down")
    for says, (rows, silent, reasoned) in by_saying(found).items():
        print(f"    {says:14} {wilson(silent, rows):22} of {rows}, with that reason {reasoned}")


def readings(extractor):
    """Return each sentence with the events found in it and the reasons why others are none."""
    out = []
    for row in map(json.loads, SENTENCES.read_text().splitlines()):
        extraction = extractor.extract(_article(row["text"]))
        events = Counter((e.type, e.status) for e in extraction.events)
        out.append((row, events, {extraction.reason, *(reason for reason, _ in extraction.skipped)}))
    return out


def by_type(found):
    """Return (written down, found, right) for each type, and for all of them."""
    counts = {}
    for row, guessed, _ in found:
        wanted = _events(row)
        for number, events in enumerate((wanted, guessed, wanted & guessed)):
            for (kind, _), count in events.items():
                for name in (kind, "all types"):
                    counts.setdefault(name, [0, 0, 0])[number] += count
    return counts


def by_saying(found):
    """Return (sentences without events, those left silent, those with the very reason) for each sort."""
    counts = {}
    for row, guessed, reasons in found:
        if not row["events"]:
            count = counts.setdefault(row["says"], [0, 0, 0])
            count[0] += 1
            count[1] += not guessed
            count[2] += not guessed and row.get("reason") in reasons
    return counts


def figures_of(found):
    """Return what is kept and compared: precision and recall of each type, and the share left silent."""
    kept = {}
    for kind, (gold, guessed, right) in sorted(by_type(found).items()):
        kept[f"{kind} precision"] = round(right / guessed, 4) if guessed else 1.0
        kept[f"{kind} recall"] = round(right / gold, 4) if gold else 1.0
    silent = [sum(column) for column in zip(*by_saying(found).values(), strict=True)]
    return kept | {"silent": round(silent[1] / silent[0], 4)}


def _events(row):
    return Counter((kind, status) for kind, status in row["events"])


def _article(text):
    title, body = ("", text) if text.rstrip("\"'”’").endswith((".", "!", "?")) else (text, "")
    return Article(id="s", feed="f", publisher="p", title=title, text=body, fetched=SPOKEN, published=SPOKEN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
