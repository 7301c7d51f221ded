"""The extractor: gate, page, names, mentions, drafts, events; one article at a time.

spaCy's vocabulary grows with every new word, so each article is read in a memory zone, which frees them;
zones of one pipeline must not overlap, so a lock is held for the whole of it. Workers scale by processes.
A zone leaves a cell in a table behind for each word; when there are many the vocabulary is made anew.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock

from msgspec.structs import replace

from transforms.extract.budget import Budget, Meter, OverBudgetError
from transforms.extract.candidates import candidates
from transforms.extract.draft import Draft
from transforms.extract.drafts import gather
from transforms.extract.events import events_of
from transforms.extract.extraction import Extraction
from transforms.extract.mentions import Mention, Skipped
from transforms.extract.pack import BUNDLED, Pack, load_pack
from transforms.extract.page import plain
from transforms.extract.parser import Parser
from transforms.extract.reading import Reading
from transforms.extract.renamed import rename
from transforms.extract.retold import as_one
from transforms.extract.vocabulary import Vocabulary
from transforms.records import Article, Profile

AHEAD = timedelta(days=1)
MAX_SKIPPED, MAX_EVENTS, QUOTED, FIRST_YEAR, LAST_YEAR = 50, 12, 160, 1970, 9900


class Extractor:
    """Finds the mission events of articles with the vocabulary of one pack, and a parser if there is one."""

    def __init__(
        self,
        pack: Pack,
        vocabulary: Vocabulary,
        parser: Parser | None = None,
        budget: Budget = Budget(),  # noqa: B008 - a constant
        clock: Callable[[], float] = time.thread_time,
        most_lexemes: int = 250_000,
    ) -> None:
        self.pack, self._vocabulary, self._parser = pack, vocabulary, parser
        self.profile: Profile = "parser" if parser else "rules"
        self.budget, self._clock, self._most_lexemes = budget, clock, most_lexemes
        self.pack_hash = pack.hash
        self._lock = RLock()

    @classmethod
    def load(cls, pack: Path | None = None, model: str | None = None) -> "Extractor":
        """Load the pack in a folder, by default the bundled one; raise `PackError` with every fault.

        With the name or path of a `model` the profile is `parser`; raise `ParserModelError` if that is not
        there, or not the one that we know.
        """
        parser = Parser(model) if model else None
        loaded = load_pack(pack or BUNDLED)
        return cls(loaded, Vocabulary(loaded), parser)

    def extract(self, article: Article) -> Extraction:
        """Return the events that an article states; the same article gives the same events."""
        try:
            return self._extracted(article)
        except OverBudgetError as e:
            return Extraction((), e.reason, counted=e.counted)

    @contextmanager
    def reading(self, title: str, text: str, anchor: datetime | None) -> Iterator[Reading]:
        """Read a text that speaks at `anchor`; the reading is good within the block alone."""
        with self._lock, self._fresh().nlp.memory_zone():
            meter = Meter(self.budget, self._clock)
            meter.text(title, text)
            yield Reading(self._vocabulary, self.pack, title, text, anchor, meter)

    def _fresh(self) -> Vocabulary:
        """Return the vocabulary, made anew where too many words went through it.

        A zone frees the words, but the table that spaCy finds them by keeps a cell for each.
        What was frozen for the garbage collector is shown to it again, or the old one would stay.
        """
        if len(self._vocabulary.nlp.vocab) > self._most_lexemes:
            self._vocabulary = Vocabulary(self.pack, self._vocabulary.encoder)
            frozen = gc.get_freeze_count()
            gc.unfreeze()
            gc.collect()
            if frozen:
                gc.freeze()
        return self._vocabulary

    @property
    def known_strings(self) -> int:
        """Return how many strings the vocabulary holds; between articles they do not grow."""
        return len(self._vocabulary.nlp.vocab.strings)

    def passes_gate(self, title: str, text: str) -> bool:
        """Tell whether a text holds the words without which it cannot hold an event."""
        return self._vocabulary.gate.passes(plain(f"{title}\n{text}"))

    def _extracted(self, article: Article) -> Extraction:
        if len(article.title) + len(article.text) <= self.budget.characters and not self.passes_gate(
            article.title, article.text
        ):
            return Extraction((), "no_gate_word")
        with self.reading(article.title, article.text, anchor_of(article)) as reading:
            return self._read(reading, article)

    def _read(self, reading: Reading, article: Article) -> Extraction:
        mentions = reading.mentions()
        if self._parser:
            mentions = self._parser.advised(mentions, reading.page, self.pack.manifest)
        drafts, skipped = drafts_of(mentions, reading)
        both = list(zip(drafts, events_of(drafts, reading, article.id, self.pack_hash), strict=True))
        least = self.pack.manifest.least_of
        sure = [a for d, a in both if a.event.confidence >= least(d.type)]
        skipped += [("doubtful", d.mentions[0]) for d, a in both if not a.event.confidence >= least(d.type)]
        events = tuple(replace(a.event, profile=self.profile) for a in sure)
        dropped = tuple(name for a in sure for name in a.dropped)
        quotes = tuple(dict.fromkeys((reason, _quoted(reading, m)) for reason, m in skipped))
        return Extraction(events, "events" if events else "no_event", quotes[:MAX_SKIPPED], dropped)


def drafts_of(mentions: Sequence[tuple[int, Mention]], reading: Reading) -> tuple[list[Draft], list[Skipped]]:
    """Return what rules, vote and encoder make of mentions, and what is skipped, with the reasons."""
    found, skipped = found_in(mentions, reading)
    heard = rename(found, reading)
    found = as_one(found, reading, heard)
    kept, surplus = found[:MAX_EVENTS], found[MAX_EVENTS:]
    return kept, [*skipped, *(("surplus", d.mentions[0]) for d in surplus)]


def found_in(mentions: Sequence[tuple[int, Mention]], reading: Reading) -> tuple[list[Draft], list[Skipped]]:
    """Return what rules and vote find, by the names that rules give, and what is skipped."""
    drafts, skipped = gather(mentions, reading.missions, reading.pack.manifest)
    reading.ask_vote(drafts, skipped)
    more, refused = candidates(reading, drafts, skipped)
    return [*drafts, *more], [*skipped, *refused]


def anchor_of(article: Article) -> datetime | None:
    """Return the moment an article speaks, never after it came; `None` if its date is a placeholder."""
    stated = article.stated_at
    if stated - article.fetched > AHEAD:
        return article.fetched
    return stated if FIRST_YEAR < stated.year < LAST_YEAR else None


def _quoted(reading: Reading, mention: Mention) -> str:
    line = mention.line
    return reading.page.surface(max(line.start, mention.start - 6), min(line.end, mention.end + 6))[:QUOTED]
