"""Print the texts of the archive that a public copy of the Spaceflight News API holds, for `make vote`.

    python -m tests.bench.extraction.archive_texts SPACE_NEWS.CSV > ARCHIVE.jsonl

The copy is a table of 2022-07-24, `space_news.csv` of the public project davibss/science-news-csv on GitHub.
A line is number, site, title and summary, with commas between and no quotes, so that a comma may be of the
title too. Of the places where a title may end the one is right whose text has the hash of its label. The text
is cut after 90 words. All 10,101 labelled items of the API are there; the others (`web-`) are of many small
collections, of which no copy is known here.
"""

import json
import sys
from pathlib import Path

from tests.bench.extraction.articles import LABELS_ARCHIVE, text_hash

WORDS = 90


def main(arguments):
    """Print one JSON object a line for each labelled item, and on the error stream how many have no text."""
    (table,) = arguments
    labels = {row["id"]: row["hash"] for row in map(json.loads, LABELS_ARCHIVE.read_text().splitlines())}
    found = list(texts(Path(table).read_text(encoding="utf8").splitlines(), labels))
    for article in found:
        print(json.dumps(article, ensure_ascii=False))
    print(f"{len(found)} of {len(labels)} labels have a text here", file=sys.stderr)
    return 0


def texts(lines, labels):
    """Yield the articles of the lines of a table that have a label, as their hashes tell them."""
    for line in lines:
        number, _, rest = line.partition(",")
        wanted = labels.get(f"snapi-{number}")
        if wanted:
            articles = ({"id": f"snapi-{number}"} | parts for parts in _parted(rest.partition(",")[2]))
            yield from [article for article in articles if text_hash(article) == wanted][:1]


def _parted(text):
    """Yield title and text for each comma at which the title may end."""
    for at, char in enumerate(f"{text},"):
        if char == ",":
            summary = " ".join(text[at + 1 :].split()[:WORDS])
            yield {"title": text[:at].strip(), "text": summary}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
