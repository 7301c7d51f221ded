"""Print the texts of the archive that public copies hold, one JSON object a line, for `make vote`.

    python -m tests.bench.extraction.archive_texts CLONE... > ARCHIVE.jsonl

A clone is a git directory of a project on GitHub of `SOURCES`; every version of its files counts, since most
of them are overwritten each day. A text is cut after 90 words. What is an item of which has a label its hash
tells, so a file may hold anything else.
"""

import csv
import html
import io
import json
import re
import subprocess
import sys
from datetime import date
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import feedparser

from tests.bench.extraction.articles import LABELS_ARCHIVE, text_hash

SOURCES = (
    "davibss/science-news-csv",  # the Spaceflight News API of 2013 to 2022, in `space_news.csv`
    "danish45007/NewsAPI",  # headlines and first words of 2020
    "prakasharyaman/NewpaperNews-API",  # of 2022
    "jasteyn07/News",  # of 2021
    "YuLeWong2002/News-Classifier",  # of 2024
    "weiqi-kids/space-intel",  # of 2026
    "fuweineng/global-news-24h",  # of 2026
    "chemodakov/rss-archive",  # of 2026
    "100rabhsah/ai-news-aggregator",  # of 2025 and 2026
    "Harinda80/rt-news-data",  # of 2026
    "lmudu2/space-news-pipeline",  # of space news of 2026
    "Pabloqueal/space-industry-news",  # of space news of 2026, summed up by a machine
    "jeffthomasweb/GitHubActionsWebScraping",  # feeds of 2024 to 2026
    "jinxlover/daily-unbiased-news",  # of 2025 and 2026
    "emranffl/spacenews-json-cache",  # of space news of 2022
    "QianYuan1437/TechNews",  # of 2026
    "Zentemis/News",  # of 2026
    "palladius/gemini-news-crawler",  # feeds of 2024
    "ibmclub-bit/global-market-news-hub",  # of 2026
    "Aditya-Kumar-Singh-007/BuzzBreif_Data",  # of 2025
    "parivartank8/TodayNews-server",  # headlines and first words of 2022 to 2024
    "ndntr/actua-news-processor",  # of 2025 and 2026
    "byte-pipe/tech-news",  # of 2026
    "Abhinow1997/RSS_NewsSentimentAnalysis_Daily",  # of 2024 and 2025
    "amanbolsyn/Space-News-Dashboard",  # of space news of 2022 to 2024
    "282000ypk/newsapp",  # of 2021
    "sthipparthi/TMinusZero",  # the Spaceflight News API of August 2025 to 2026
    "BEKO2210/World.One_v2.0",  # of 2026
    "advaitkhare-main/news-discover",  # of 2026
    "catalystedgepro-wq/scanner",  # of space news of 2026
    "codyk2/spacex-news",  # of space news of 2026
    "PythonKnife/NewsAPI",  # of 2021
    "abhishek-joflee/newsAPI",  # of 2022 and 2023
    "rumca-js/RSS-Link-Database",  # feeds of 2022
    "rumca-js/RSS-Link-Database-2020",  # of 2020
    "rumca-js/RSS-Link-Database-2021",  # of 2021
    "rumca-js/RSS-Link-Database-2023",  # of 2023
    "rumca-js/RSS-Link-Database-2026",  # of 2026
)
KEYS = (
    ("title", "headline"),
    ("summary", "description", "article_content", "content"),
    ("publishedAt", "published_at", "published", "published_date", "date_published", "pubDate", "date"),
    ("source", "publisher", "news_site"),
)
KINDS = (".csv", ".json", ".jsonl", ".ndjson", ".xml")
WORDS, MOST = 90, 3000
_TAG, _SITE = re.compile(r"<[^>]+>"), re.compile(r"\s+[-|–]\s+[A-Z][\w .&']{2,30}$")
_LONE = re.compile("[\ud800-\udfff]")  # halves of characters, which JSON can hold and nothing can write


class Item(NamedTuple):
    """What a file says of an article; `published` is noon (UTC) of the day, if it tells that."""

    title: str
    text: str
    published: str | None
    source: str


def main(clones):
    """Print each labelled item once, and on the error stream how many have no text."""
    labels = {row["hash"]: row["id"] for row in map(json.loads, LABELS_ARCHIVE.read_text().splitlines())}
    wanted, seen = len(labels), set()
    items = (item for clone in clones for file in files(clone) for item in fresh(readable(*file), seen))
    for article in (article for item in items for article in articles_of(item)):
        if known := labels.pop(text_hash(article), None):
            print(json.dumps({"id": known} | article, ensure_ascii=False))
    print(f"{wanted - len(labels)} of {wanted} labels have a text here", file=sys.stderr)
    return 0


def files(clone):
    """Yield the name and the bytes of every version of every file that may hold items."""
    git = ("git", "-C", clone)
    list_all = (*git, "rev-list", "--objects", "--all", "--missing=allow-any")
    listed = subprocess.run(list_all, capture_output=True, check=True).stdout
    names = dict(line.partition(" ")[::2] for line in listed.decode(errors="replace").splitlines())
    with subprocess.Popen(
        [*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for blob, name in names.items():
            if not name.endswith(KINDS):
                continue
            process.stdin.write(f"{blob}\n".encode())
            process.stdin.flush()
            *_, size = process.stdout.readline().split()
            if size.isdigit():  # else a file that the copy lacks
                yield name, process.stdout.read(int(size))
                process.stdout.read(1)
        process.stdin.close()


def readable(name, data):
    """Yield the items of a file up to where it cannot be read, and say so on the error stream."""
    try:
        for item in items_in(name, data):
            if len(item.title) < MOST and not _LONE.search(item.title + item.text):
                yield item
    except (ValueError, RecursionError, csv.Error) as e:
        print(f"{name}: not read to its end: {e}", file=sys.stderr)


def items_in(name, data):
    """Yield each title in a file with each text beside it."""
    text = data.decode("utf-8-sig", errors="replace")
    if name.endswith("space_news.csv"):
        yield from _unquoted(text)
    elif name.endswith(".csv"):
        yield from _items(csv.DictReader(io.StringIO(text)))
    elif name.endswith(".xml"):
        yield from _entries(_feed_in(data))
    else:
        for part in [text] if name.endswith(".json") else text.split("\n"):
            yield from _items(_objects(part))


def fresh(items, seen):
    """Yield the items whose title and text were not seen before."""
    for item in items:
        known = hash((item.title, item.text))
        if known not in seen:
            seen.add(known)
            yield item


def articles_of(item):
    """Yield what an item may have been when it was labelled: with the site's name in its title or without."""
    words = " ".join(_plain(item.text[:MOST]).split()[:WORDS])
    plain = _plain(item.title)
    for title in dict.fromkeys((item.title.strip(), plain, _SITE.sub("", plain))):
        yield {"title": title, "text": words, "published": item.published, "source": item.source}


def _items(rows):
    for row in rows:
        titles, texts, dates, sources = ([v for key in keys if (v := _name(row.get(key)))] for keys in KEYS)
        more = _noon((dates or [""])[0]), (sources or ["unknown"])[0]
        yield from (Item(title, text, *more) for title in titles for text in texts)


def _feed_in(data):
    """Return a feed, read from bytes alone: given as they are, they may name a file, which would be read."""
    try:
        return feedparser.parse(io.BytesIO(data))
    except Exception as e:  # feedparser promises no closed set of errors
        raise ValueError(repr(e)) from e


def _entries(feed):
    """Yield the items of a feed, each with its summary and, joined to it, what it holds of its text."""
    source = _name(feed.feed.get("title")) or "unknown"
    for entry in feed.entries:
        texts = dict.fromkeys(
            [entry.get("summary", ""), *(c.get("value", "") for c in entry.get("content", []))]
        )
        yield Item(
            entry.get("title", ""),
            " ".join(texts),
            _noon(entry.get("published") or entry.get("updated", "")),
            source,
        )


def _noon(stated):
    """Return noon of the day of a time in ISO 8601, or in the notation of emails; none of what is neither."""
    for read in (lambda text: date.fromisoformat(text[:10]), lambda text: parsedate_to_datetime(text).date()):
        try:
            return f"{read(stated)}T12:00:00Z"
        except (ValueError, OverflowError):
            continue
    return None


def _name(value):
    """Return a text, or the name in an object that has one."""
    value = value.get("name") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""


def _objects(text):
    """Yield every object in a JSON text, those within others too; none of one that is broken off."""
    try:
        left = [json.loads(text)]
    except ValueError:
        return
    while left:
        value = left.pop()
        if isinstance(value, dict):
            yield value
        left += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _unquoted(text):
    """Yield the items of a table without quotes, where the title may end at any of the commas."""
    for line in text.splitlines():
        _, site, rest = f"{line},,".split(",", 2)
        ends = (at for at, char in enumerate(rest) if char == ",")
        yield from (Item(rest[:at], rest[at + 1 :].rstrip(","), None, site) for at in ends)


def _plain(text):
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
