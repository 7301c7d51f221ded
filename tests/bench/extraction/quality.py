"""Print what extraction finds of what people labelled, with intervals, and keep the figures.

    python -m tests.bench.extraction.quality [--keep]

The scorer and its intervals (1,000 bootstrap samples over articles) lie beside the repository. `--keep`
writes the figures to `kept.json`, which a test compares with.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import msgspec

from tests.bench.dedup import corpora
from tests.bench.extraction import days, sentences
from tests.bench.extraction.articles import (
    GOLD,
    SETS,
    SHARED,
    archive,
    articles,
    headlines,
    is_held,
    is_read,
    is_set_aside,
)
from tests.bench.extraction.lessons import DRAWN, EXAM, FACTS, UNSEEN, authored, flights_of, news
from transforms.extract import Extractor
from transforms.extract.filter_lines import extract_line
from transforms.extract.parser import Parser
from transforms.extract.vocabulary import Vocabulary
from transforms.parser_model import PACKAGE, ParserModelError

KEPT = Path(__file__).with_name("kept.json")
KINDS = ("snapi-", "press-", "trade-", "web-", "later-space-", "later-press-")  # of the archive
NAMELESS = ("type", "type+status")
LEVELS = (*NAMELESS, "type+mission", "all three")
GRAVE = ("docking_anomaly", "launch_failure")


def main(arguments):
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help=f"write the figures to {KEPT.name}")
    parser.add_argument("--quick", action="store_true", help="labelled articles alone")
    parser.add_argument("--archive", nargs="*", default=[], metavar="FILE", help="texts of the archive")
    given = parser.parse_args(arguments)
    if not SHARED.is_dir():
        print("no labelled articles beside the repository: nothing to measure")
        return 0
    extractor = Extractor.load()
    reports = {name: report(extractor, articles(name)) for name in SETS}
    for name, found in reports.items():
        show(name, found)
    exam = report(extractor, authored(EXAM))
    show("exam of our own", exam, NAMELESS)
    articles_unseen, known = news(UNSEEN), flights_of([*news(FACTS), *news(DRAWN)])
    unseen = report(extractor, articles_unseen)
    show("news of our own that teaches nothing", unseen)
    new = [article for article in articles_unseen if flights_of([article]).isdisjoint(known)]
    show("of this, what tells of no flight that a lesson tells of", report(extractor, new))
    print()
    stated = days.pairs(extractor)
    for part in (*days.PARTS, "both"):
        days.show(part, [pair for pair in stated if part in ("both", pair[0])])
    if given.keep:
        figures = {name: figures_of(found) for name, found in reports.items()}
        figures["dev without the vote"] = figures_of(report(without_vote(extractor), articles("dev")))
        figures["days"] = days.figures_of(stated)
        figures["exam"] = exam_figures_of(exam)
        figures["unseen"] = unseen_figures_of(unseen)
        figures["sentences"] = sentences.figures_of(sentences.readings(extractor))
        KEPT.write_text(json.dumps(figures, indent=1) + "\n")
    if not given.quick:
        ablations(extractor.pack, given.archive)
        profiles(extractor)
        unlabelled(extractor)
    return 0


def report(extractor, labelled):
    """Return the scorer's report."""
    with tempfile.TemporaryDirectory() as folder:
        gold, guessed = Path(folder, "gold.jsonl"), Path(folder, "guessed.jsonl")
        gold.write_text("".join(json.dumps(a) + "\n" for a in labelled))
        found = (extract_line(extractor, json.dumps(a).encode()) for a in labelled)
        guessed.write_text("".join(json.dumps(line) + "\n" for line in found))
        command = [sys.executable, str(GOLD / "score.py"), str(gold), str(guessed), "--json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def figures_of(found):
    """Return what of a report is kept and compared."""
    return {level: round(found["levels"][level]["f1"], 4) for level in LEVELS}


def exam_figures_of(found):
    """Return what is kept of texts whose labels say no names: types, statuses, the grave types each way."""
    figures = figures_of(found)
    return {level: figures[level] for level in NAMELESS} | _grave_figures_of(found)


def unseen_figures_of(found):
    """Return what is kept of news of our own: all levels, the grave types each way."""
    return figures_of(found) | _grave_figures_of(found)


def _grave_figures_of(found):
    ways = ((kind, way) for kind in GRAVE for way in ("precision", "recall"))
    return {f"{kind} {way}": round(found["types"][kind][way], 4) for kind, way in ways}


def show(name, found, levels=LEVELS):
    """Print a report."""
    print(f"\n{name}: {found['articles']} articles")
    for level in levels:
        f = found["levels"][level]
        interval = f"[{f['low']:.3f}, {f['high']:.3f}]"
        print(f"  {level:13} P {f['precision']:.3f}  R {f['recall']:.3f}  F1 {f['f1']:.3f}  {interval}")
    for kind, row in found["types"].items():
        print(f"    {kind:20} gold {row['gold']:4}  P {row['precision']:.3f}  R {row['recall']:.3f}")
    quiet, loud = found["articles_without_events"], found["of_these_with_an_occurred_event"]
    print(f"  articles without events {quiet}, of these with an occurred event {loud}")


def right_of(article, events, fields=("type", "status")):
    """Return for each event whether the article has one of its type and status, each counted once."""
    left = Counter(tuple(e[f] for f in fields) for e in article["events"])
    right = []
    for event in events:
        key = tuple(event[f] for f in fields)
        right.append(left[key] > 0)
        left[key] -= right[-1]
    return right


def without_vote(extractor):
    """Return an extractor of the same rules that has no vote and no encoder beside them."""
    pack = msgspec.structs.replace(extractor.pack, vote=None, encoder=None)
    return Extractor(pack, Vocabulary(pack))


def ablations(pack, files):
    """Print what dev, and what of the archive taught none of it, give without parts of the pack."""
    closed = msgspec.structs.replace(pack.families, heads={})
    parts = {
        "whole": pack,
        "without open names": msgspec.structs.replace(pack, families=closed),
        "without gap rules": msgspec.structs.replace(pack, gaps=[]),
        "without the encoder": msgspec.structs.replace(pack, encoder=None),
        "without both": msgspec.structs.replace(pack, vote=None, encoder=None),
        "without other domains' words": msgspec.structs.replace(pack, anti=type(pack.anti)()),
    }
    extractors = {name: Extractor(part, Vocabulary(part)) for name, part in parts.items()}
    held = [article for article in archive(files) if is_held(article)]
    sets = {"dev": articles("dev")}
    sets |= {f"held, {kind}*": [a for a in held if a["id"].startswith(kind)] for kind in KINDS if held}
    unread = [a for a in held if a["id"].startswith("later-space-") and not is_read(a)]
    sets |= {"held, later-space-*, unread": unread} if unread else {}
    for name, chosen in sets.items():
        print(f"\nablations on {name}, F1")
        for part, extractor in extractors.items():
            found = report(extractor, chosen)["levels"]
            shown = (
                f"{x} {found[x]['f1']:.3f} [{found[x]['low']:.3f}, {found[x]['high']:.3f}]" for x in LEVELS
            )
            print(f"  {part:30} " + "  ".join(shown))


def profiles(extractor):
    """Print what a parser beside the rules changes, on either half of the labelled articles with a text."""
    try:
        parsing = Extractor(extractor.pack, extractor._vocabulary, Parser(PACKAGE))
    except ParserModelError as e:
        print(f"\nprofiles: left out: {e}")
        return
    labelled = [a for name in SETS for a in articles(name) if a["text"].strip()]
    halves = {True: "set aside", False: "made with"}
    print("\nprofiles, F1 on the half that the parser's rules were made with, and on the one set aside")
    for aside, half in halves.items():
        chosen = [a for a in labelled if is_set_aside(a) is aside]
        for name, reading in {"rules": extractor, "parser": parsing}.items():
            levels = report(reading, chosen)["levels"]
            shown = [f"{x} {f['f1']:.3f} [{f['low']:.3f}, {f['high']:.3f}]" for x, f in levels.items()]
            print(f"  {half}, {len(chosen)}: {name:7} " + "  ".join(shown))
        changed = [a for a in chosen if told(extractor, a) != told(parsing, a)]
        print(f"  {half}: the parser changes {len(changed)} of {len(chosen)} articles")


def told(extractor, article):
    """Return the events of an article as (type, status, mission)."""
    events = extract_line(extractor, json.dumps(article).encode())["events"]
    return [(e["type"], e["status"], e["mission"]) for e in events]


def unlabelled(extractor):
    """Print how often something is said to have happened in texts that nobody labelled."""
    print("\noccurred events in general news (read them before calling one false)")
    streams = {"news 2017": corpora.news(), "reuters 1987": corpora.reuters()}
    texts = {name: [i.article for i in intakes] for name, intakes in streams.items() if intakes}
    for name, found in texts.items():
        loud = [a for a in found if any(e.status == "occurred" for e in extractor.extract(a).events)]
        print(f"  {name}: {len(loud)} of {len(found)}")
        for article in loud:
            print(f"    {article.title[:100]}")
    titles = [json.dumps(a).encode() for a in headlines()]
    loud = sum(any(e["status"] == "occurred" for e in extract_line(extractor, t)["events"]) for t in titles)
    print(f"  headlines: {loud} of {len(titles)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
