from datetime import UTC, datetime
from pathlib import Path

import pytest

from transforms.extract import Extractor
from transforms.records import Article

PUBLISHED = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)  # a Wednesday


def article_saying(text="", title="", published=PUBLISHED):
    return Article(
        id="a1", feed="f", publisher="p", title=title, text=text, fetched=PUBLISHED, published=published
    )


@pytest.fixture(scope="session")
def extractor():
    return Extractor.load()


@pytest.fixture(scope="session")
def events_in(extractor):
    """(type, status, mission) of each event in a text or title."""

    def read(text="", title="", published=PUBLISHED):
        found = extractor.extract(article_saying(text, title, published)).events
        return [(e.type, e.status, e.mission) for e in found]

    return read


@pytest.fixture(scope="session")
def first_event(extractor):
    def read(text="", title="", published=PUBLISHED):
        return extractor.extract(article_saying(text, title, published)).events[0]

    return read


@pytest.fixture(scope="session")
def skipped_in(extractor):
    def read(text="", title=""):
        return {reason for reason, _ in extractor.extract(article_saying(text, title)).skipped}

    return read


@pytest.fixture(scope="session")
def saying():
    return article_saying


@pytest.fixture(scope="session")
def shared():
    folder = Path(__file__).resolve().parents[4] / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not there")
    return folder
