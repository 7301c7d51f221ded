"""Folded articles that a person has read: right, or wrong because something in them was new.

    python -m tests.bench.dedup.read_drops CORPUS

prints those of a corpus that nobody has read yet, beside what each was folded into. `read_drops.jsonl` keeps
the verdicts: the corpus, the article's id (which follows from its words and its address) and the verdict.
"""

import difflib
import json
import re
import sys
from pathlib import Path

from tests.bench.dedup import corpora
from transforms.deduplicate import Deduplicator
from transforms.extract.vocabulary import decisive_of

VERDICTS = Path(__file__).with_name("read_drops.jsonl")
CORPORA = {
    "space news": corpora.snapi,
    "headlines": corpora.headlines,
    "news 2017": corpora.news,
    "reuters 1987": corpora.reuters,
}
_PARTS = re.compile(r"\w+|[^\w\s]")


def read_verdicts(corpus):
    """Return the verdicts on a corpus by article id."""
    rows = (json.loads(line) for line in VERDICTS.read_text("utf-8").splitlines())
    return {row["article"]: row["verdict"] for row in rows if row["corpus"] == corpus}


def main(arguments):
    """Print what is to be read."""
    name = arguments[0]
    known, articles = read_verdicts(name), {}
    judge = Deduplicator(decisive_of(None)).judge
    for intake in CORPORA[name]():
        articles[intake.article.id] = intake.article
        for verdict in judge(intake):
            article, fold = verdict.intake.article, verdict.fold
            if fold.kind == "duplicate" and article.id not in known:
                show(article, articles[fold.of], fold.why)
    return 0


def show(article, leader, why):
    """Print a folded article: its title, its leader's, and what stands in it and not there."""
    print(f"{article.id} contained {why['contained']}, {why['words']} words")
    print(f"  {article.title}\n  {leader.title}")
    one, other = (_PARTS.findall(a.text.casefold()) for a in (leader, article))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            print(
                f"    {' '.join(one[max(0, a - 3) : a])} [{' '.join(one[a:b])}] -> [{' '.join(other[c:d])}]"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
