"""Labelled articles to measure extraction with. Their texts lie beside the repository and stay there.

`gold` are the labels that came with the texts. `own` are ours, by the same guideline, of articles that `gold`
leaves out: `labels.jsonl` holds ids, hashes of the texts, and labels, and no text. Two labellings agreed in
85 events of 87 and 105 (F1 0.885); the others were settled by what `gold` does in like cases.

`archive` are items as public copies have them, headline and first words, and `labels_archive.jsonl` holds
their labels in the same way: `snapi-` of the Spaceflight News API of 2013 to 2022, `web-` of the general
press, of agencies and of newswires of 1998 to 2026. 2,898 of the first 7,772 were labelled twice: the two
agree in F1 0.964 [0.959, 0.970] of types and 0.930 [0.920, 0.940] with status and mission. Of the 6,215 that
came later all were, and agree in 0.96 of types. Items in whose types two labellings differ have no label.
Those with one teach vote, encoder and confidence, of the others the encoder learns what its teacher says.
Nothing else needs their texts, which are not kept here.
"""

import hashlib
import json
import lzma
from datetime import UTC, datetime
from pathlib import Path

SHARED = Path(__file__).resolve().parents[4] / "shared"
GOLD, DATA = SHARED / "gold", SHARED / "data"
LABELS, LABELS_ARCHIVE = (Path(__file__).with_name(f"{name}.jsonl") for name in ("labels", "labels_archive"))
SETS = ("dev", "dev_rare", "own_space", "own_headlines")


def articles(name):
    """Return the labelled articles of one of the `SETS`, as the scorer's own records."""
    if name.startswith("dev"):
        return _lines(GOLD / f"{name}.jsonl")
    return _labelled(space() if name == "own_space" else headlines(), LABELS)


def archive(files):
    """Return the labelled articles among those of files, one JSON object of id, title and text a line."""
    return _labelled((article for name in files for article in _lines(Path(name))), LABELS_ARCHIVE)


def unlabelled(files):
    """Return the other articles of files: nobody labelled them, or two labellings differed."""
    known = {row["id"] for row in _lines(LABELS_ARCHIVE)}
    return [article for name in files for article in _lines(Path(name)) if article["id"] not in known]


def labels_without_text(found):
    """Return how many labels of the archive are of none of the articles that were found."""
    return len({row["id"] for row in _lines(LABELS_ARCHIVE)} - {article["id"] for article in found})


def _labelled(found, file):
    labels = {row["id"]: row for row in _lines(file)}
    out = []
    for article in found:
        label = labels.get(article["id"])
        if label is not None:
            if label["hash"] != text_hash(article):
                raise ValueError(f"{file.name}: {article['id']}: its text has changed since it was labelled")
            out.append(article | {"events": label["events"]})
    return out


def is_set_aside(article):
    """Tell whether an article belongs to the half that the parser's rules were not made with."""
    return hashlib.blake2b(article["id"].encode(), digest_size=1).digest()[0] % 2 == 1


def space():
    """Return the summaries of space news."""
    return [
        {
            "id": f"snapi-{row['id']}",
            "title": row["title"],
            "text": row["summary"],
            "published": row["published_at"],
            "source": row["news_site"],
        }
        for row in _lines(DATA / "snapi_dev.jsonl")
    ]


def headlines():
    """Return the headlines of front pages, each when it was first seen."""
    seen = {}
    with lzma.open(DATA / "headline_sightings_dev.jsonl.xz") as file:
        for row in map(json.loads, file):
            seen.setdefault(row["title"], row)
    return [
        {
            "id": "headline-" + hashlib.blake2b(title.encode(), digest_size=5).hexdigest(),
            "title": title,
            "text": "",
            "published": datetime.fromtimestamp(row["t"], UTC).isoformat(),
            "source": row["publisher"],
        }
        for title, row in seen.items()
    ]


def text_hash(article):
    """Return by which the text of an article is known again."""
    text = f"{article['title']}\n\n{article['text']}"
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
