"""Print what extraction is worth and costs: scores on labelled articles, speed beside bare tokenizing.

Needs the labelled articles beside the repository and measures nothing without them.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy

from transforms.article_lines import read_line
from transforms.extract import Extractor
from transforms.extract.filter_lines import extract_line

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"
ROUNDS = 3


def score(extractor: Extractor, gold: Path) -> str:
    """Return the scorer's report on one file of labelled articles."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf8") as predicted:
        for line in gold.read_bytes().splitlines():
            predicted.write(json.dumps(extract_line(extractor, line)) + "\n")
        predicted.flush()
        command = [sys.executable, str(GOLD / "score.py"), str(gold), predicted.name]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def rate(work: Callable[[Any], object], items: list[Any]) -> float:
    """Return items per second, the best of a few rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for item in items:
            work(item)
        best = max(best, len(items) / (time.perf_counter() - started))
    return best


def speeds(extractor: Extractor) -> str:
    """Return documents per second of the gate and of the whole path, as ratios to bare tokenizing."""
    articles = [read_line(line).article for line in (GOLD / "dev.jsonl").read_bytes().splitlines()]
    dense = [read_line(line).article for line in (GOLD / "dev_rare.jsonl").read_bytes().splitlines()]
    nlp = spacy.blank("en")
    bare = rate(lambda a: nlp.make_doc(f"{a.title}\n\n{a.text}"), dense)
    rows = {
        "bare tokenizing, dense articles": bare,
        "whole path, dense articles": rate(extractor.extract, dense),
        "whole path, all articles": rate(extractor.extract, articles),
        "gate, headlines": rate(lambda a: extractor.passes_gate(a.title, ""), articles),
    }
    return "\n".join(f"{name:34} {n:10,.0f} documents/s  {n / bare:8.2f} x bare" for name, n in rows.items())


def main() -> None:
    """Print all figures."""
    if not GOLD.is_dir():
        print("no labelled articles beside the repository: nothing to measure")
        return
    extractor = Extractor.load()
    for name in ("dev.jsonl", "dev_rare.jsonl"):
        print(f"{name}\n{score(extractor, GOLD / name)}")
    print(speeds(extractor))


if __name__ == "__main__":
    main()
