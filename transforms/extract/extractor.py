"""The extractor: gate, page, names, mentions, drafts, events; one article at a time.

spaCy's vocabulary grows with every new word, so each article is read in a memory zone, which frees them;
zones of one pipeline must not overlap, so a lock is held for the whole of it. Workers scale by processes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock

from transforms.extract.drafts import gather
from transforms.extract.events import events_of
from transforms.extract.extraction import Extraction
from transforms.extract.mentions import Mention
from transforms.extract.pack import BUNDLED, Pack, load_pack
from transforms.extract.reading import Reading
from transforms.extract.vocabulary import Vocabulary
from transforms.records import Article

MAX_CHARACTERS = 200_000
MAX_MENTIONS = 600
AHEAD = timedelta(days=1)
MAX_SKIPPED, QUOTED = 50, 160


class Extractor:
    """Finds the mission events of articles with the vocabulary of one pack."""

    def __init__(self, pack: Pack, vocabulary: Vocabulary) -> None:
        self.pack, self._vocabulary = pack, vocabulary
        self.pack_hash = pack.hash
        self._lock = RLock()

    @classmethod
    def load(cls, pack: Path | None = None) -> "Extractor":
        """Load the pack in a folder, by default the bundled one; raise `PackError` with every fault."""
        loaded = load_pack(pack or BUNDLED)
        return cls(loaded, Vocabulary(loaded))

    def extract(self, article: Article) -> Extraction:
        """Return the events that an article states; the same article gives the same events."""
        if len(article.title) + len(article.text) > MAX_CHARACTERS:
            return Extraction((), "too_long")
        if not self.passes_gate(article.title, article.text):
            return Extraction((), "no_gate_word")
        with self.reading(article.title, article.text, anchor_of(article)) as reading:
            return self._extracted(reading, article)

    @contextmanager
    def reading(self, title: str, text: str, anchor: datetime | None) -> Iterator[Reading]:
        """Read a text that speaks at `anchor`; the reading is good within the block alone."""
        with self._lock, self._vocabulary.nlp.memory_zone():
            yield Reading(self._vocabulary, self.pack, title, text, anchor)

    def passes_gate(self, title: str, text: str) -> bool:
        """Tell whether a text holds the words without which it cannot hold an event."""
        return self._vocabulary.gate.passes(f"{title}\n{text}")

    def _extracted(self, reading: Reading, article: Article) -> Extraction:
        mentions = reading.mentions()[:MAX_MENTIONS]
        drafts, skipped = gather(mentions, reading.missions(), self.pack.manifest)
        assembled = events_of(drafts, reading, article.id, self.pack_hash)
        events = tuple(a.event for a in assembled)
        dropped = tuple(name for a in assembled for name in a.dropped)
        quotes = tuple(dict.fromkeys((reason, _quoted(reading, m)) for reason, m in skipped))
        return Extraction(events, "events" if events else "no_event", quotes[:MAX_SKIPPED], dropped)


def anchor_of(article: Article) -> datetime | None:
    """Return the moment an article speaks, never after it came; `None` if its date is a placeholder."""
    stated = article.stated_at
    if stated > article.fetched + AHEAD:
        return article.fetched
    return stated if stated.year > 1970 else None


def _quoted(reading: Reading, mention: Mention) -> str:
    line = mention.line
    return reading.page.surface(max(line.start, mention.start - 6), min(line.end, mention.end + 6))[:QUOTED]
