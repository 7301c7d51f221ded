"""Print how often the day of an event is right where the article states one.

    python -m tests.bench.extraction.days [--faults]

`labels_days.jsonl` holds ids and hashes of labelled articles with the day of each event and no text: the
UTC day where a time and its zone are given, else the local day; null where none is stated, `unclear` where
readers may differ. The days were written down before the extractor was asked. Classes of errors were mended
by what the `read` part of the articles (by a hash of the id) showed; the `unread` part says what that is
worth.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from tests.bench.dedup.baselines import wilson
from tests.bench.extraction.articles import SHARED, articles, text_hash
from transforms.extract import Extractor
from transforms.extract.filter_lines import extract_line

LABELS = Path(__file__).with_name("labels_days.jsonl")
PARTS = ("read", "unread")
DAYS = ("minute", "day")


def main(arguments):
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--faults", action="store_true", help="print the wrong days of the part that may be read"
    )
    given = parser.parse_args(arguments)
    if not SHARED.is_dir():
        print("no labelled articles beside the repository: nothing to measure")
        return 0
    found = pairs(Extractor.load())
    for part in (*PARTS, "both"):
        show(part, [pair for pair in found if part in ("both", pair[0])])
    for part, article, wanted, day in found if given.faults else ():
        if part == "read" and wanted["day"] != "unclear" and day != wanted["day"]:
            print(f"  {article['id']} {article['published']} {wanted} found {day}")
            print(f"    {article['title']} | {' '.join(article['text'].split())[:500]}")
    return 0


def pairs(extractor):
    """Return (part, article, labelled event, day found) of each labelled event that is found at all."""
    texts = {a["id"]: a for name in ("dev", "dev_rare", "own_space") for a in articles(name)}
    out = []
    for row in map(json.loads, LABELS.read_text().splitlines()):
        article = texts[row["id"]]
        if text_hash(article) != row["hash"]:
            raise ValueError(f"{LABELS.name}: {row['id']}: its text has changed since its days were labelled")
        events = extract_line(extractor, json.dumps(article).encode())["events"]
        for wanted in row["days"]:
            event = _partner(wanted, events)
            if event is not None:
                out.append((part_of(row["id"]), article, wanted, day_of(event)))
    return out


def part_of(identity):
    """Return which part an article belongs to."""
    return PARTS[hashlib.blake2b(identity.encode(), digest_size=1).digest()[0] % 4 == 3]


def day_of(event):
    """Return the day that an event as written to a line has, or `None`."""
    time = event.get("time")
    return time["start"][:10] if time and time["granularity"] in DAYS else None


def counts(found):
    """Return (stated, given where stated, right, given where none is stated, not stated)."""
    stated = [(w["day"], day) for _, _, w, day in found if w["day"] not in (None, "unclear")]
    silent = [day for _, _, w, day in found if w["day"] is None]
    given = [(wanted, day) for wanted, day in stated if day]
    return (
        len(stated),
        len(given),
        sum(w == d for w, d in given),
        sum(d is not None for d in silent),
        len(silent),
    )


def figures_of(found):
    """Return what is kept and compared."""
    stated, given, right, _, _ = counts(found)
    return {"right of stated": round(right / stated, 4), "right of given": round(right / given, 4)}


def show(part, found):
    """Print one part."""
    stated, given, right, invented, silent = counts(found)
    print(f"days, {part} articles: {stated} events found whose day is stated")
    print(f"  right / stated {wilson(right, stated)}   given / stated {wilson(given, stated)}")
    print(f"  right / given  {wilson(right, given)}   given though none is stated {invented} of {silent}")


def _partner(wanted, events):
    """Return the event of the same type and status, of the same mission if there is one."""
    same = [e for e in events if (e["type"], e["status"]) == (wanted["type"], wanted["status"])]
    named = [e for e in same if e.get("mission") == wanted["mission"]]
    return next(iter(named or same), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
