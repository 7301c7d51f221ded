"""Labelled articles to measure extraction with. Their texts lie beside the repository and stay there.

`gold` are the labels that came with the texts. `own` are ours, by the same guideline, of articles that `gold`
leaves out: `labels.jsonl` holds ids, hashes of the texts, and labels, and no text. Two labellings agreed in
85 events of 87 and 105 (F1 0.885); the others were settled by what `gold` does in like cases.

`archive` are items as public copies have them, headline and first words, and `labels_archive.jsonl` holds
their labels in the same way: `snapi-` of the Spaceflight News API of 2013 to 2022, `press-` of newspapers,
broadcasters and agencies of 2016 to 2026, `web-` of both, `trade-` of space news of 2021 to 2026, `later-`
of May to August 2026. `press-`, `trade-`, `later-` and 521 of `snapi-` were labelled twice (they agree in F1
0.96 to 0.98 of types and 0.94 to 0.96 of all three; of 696, once, where a reading and the encoder find
nothing), 8,849 others anew; our labels of 240 articles agree with `gold` in 0.97 and 0.95. Items in whose
types two labellings differ have no events there: of those the encoder learns what its teachers say. One item
in `SHARE` is held, and all of `later-`: they teach nothing, so that figures can be taken and confidence be
fitted on them. Nobody who wrote rules has read the texts of `later-`, but for those of half of its space
news (`is_read`). Nothing else needs the texts, which are not kept here.
"""

import hashlib
import json
import lzma
from datetime import UTC, datetime
from pathlib import Path

SHARED = Path(__file__).resolve().parents[4] / "shared"
GOLD, DATA = SHARED / "gold", SHARED / "data"
LABELS, LABELS_ARCHIVE = (Path(__file__).with_name(f"{name}.jsonl") for name in ("labels", "labels_archive"))
SHARE, LATER = 6, "later-"
SETS = ("dev", "dev_rare", "own_space", "own_headlines")


def articles(name):
    """Return the labelled articles of one of the `SETS`, as the scorer's own records."""
    if name.startswith("dev"):
        return _lines(GOLD / f"{name}.jsonl")
    return _labelled(space() if name == "own_space" else headlines(), LABELS)


def archive(files):
    """Return the labelled articles among those of files, one JSON object of id, title and text a line."""
    return [article for article in _archived(files) if article["events"] is not None]


def unlabelled(files):
    """Return the articles among those of files in whose types two labellings differ."""
    return [article for article in _archived(files) if article["events"] is None]


def is_held(article):
    """Tell whether an article of the archive teaches nothing, so that figures can be taken on it."""
    return (
        article["id"].startswith(LATER)
        or hashlib.blake2b(article["id"].encode(), digest_size=1).digest()[0] % SHARE == 0
    )


def is_read(article):
    """Tell whether who writes rules has read an article of `later-`."""
    half = hashlib.blake2b(article["id"].encode(), digest_size=2).digest()[1] % 2 == 0
    return article["id"].startswith(f"{LATER}space-") and half


def labels_without_text(files):
    """Return how many labels of the archive are of none of the articles of files."""
    return len(
        {row["id"] for row in _lines(LABELS_ARCHIVE)} - {article["id"] for article in _archived(files)}
    )


def _archived(files):
    return _labelled((article for name in files for article in _lines(Path(name))), LABELS_ARCHIVE)


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
