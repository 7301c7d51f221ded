"""A pack compiled for spaCy: one phrase matcher over all its words, and finders of its names and times."""

from collections.abc import Iterable, Iterator
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from transforms.extract.encoder import Encoder
from transforms.extract.entries import (
    ENCODER,
    EncoderTable,
    EntityEntry,
    FamilyEntry,
    SeriesEntry,
    TriggerEntry,
)
from transforms.extract.gap_rules import GapRules
from transforms.extract.gate import Gate
from transforms.extract.inflections import Form, noun_forms, verb_forms
from transforms.extract.numbered import Numbered
from transforms.extract.pack import BUNDLED, Pack, PackError, load_pack
from transforms.extract.timex import TimeGrammar
from transforms.extract.tokenizer import tokenizing
from transforms.extract.vote import Vote
from transforms.slugs import slug, tokens

WARM_WORDS = Path(__file__).parent / "warm_words.txt"


# Numerals that are letters elsewhere in a name.
LAST_NUMERALS = {"i": "1", "v": "5", "x": "10"}
# Classes of words that the engine itself asks for.
ENGINE_WORDS = frozenset({"headline_verb", "context", "ignored_sentence"})


class Term(NamedTuple):
    """What a phrase stands for: `group` is trigger, word, cue, entity, head, role, block or anti."""

    group: str
    name: str
    form: Form = "phrase"
    entry: Any = None


MEASURES = ("km", "m", "kg", "miles", "percent", "million", "billion")


class Hit(NamedTuple):
    """A phrase of the pack at tokens `start` to `end` of a page."""

    term: Term
    start: int
    end: int


class Vocabulary:
    """The pack's words, ready to be found in a document; raise `PackError` if its encoder cannot be asked.

    An `encoder` that an earlier vocabulary of the same pack had serves on.
    """

    def __init__(self, pack: Pack, encoder: Encoder | None = None) -> None:
        from spacy.matcher import PhraseMatcher  # noqa: PLC0415 - two seconds, wanted by workers alone

        self.pack = pack
        self.nlp = tokenizing()
        self.nlp.max_length = 1_000_000
        self._matcher = PhraseMatcher(self.nlp.vocab, attr="LOWER")
        self._terms: dict[int, Term] = {}
        phrases: dict[Term, list[str]] = {}
        for term, phrase in terms_of(pack):
            phrases.setdefault(term._replace(entry=None) if term.entry is None else term, []).append(phrase)
        for number, (term, texts) in enumerate(phrases.items()):
            self._add(f"{number}", term, texts)
        self.numbered = Numbered(pack.families.family)
        self.flights = dict(single_flights(pack))
        self.series_names = frozenset(name for s in pack.families.series for name in s.names)
        self.spellings = {
            e.id: {spelt for name in (e.name, *e.aliases) for spelt in _spelt(name)}
            for e in pack.entities
            if e.exact
        }
        self.times = TimeGrammar(pack.timex, pack.manifest.history_days)
        self.gate = Gate(*gate_words(pack), pack.manifest.loose, sure_flights(pack))
        self.stop_words: frozenset[str] = frozenset(self.nlp.Defaults.stop_words)
        self.abbreviations = frozenset(pack.modality.abbreviations)
        heads = {head.split("|")[0].lower() for heads in pack.families.heads.values() for head in heads}
        self.counted = frozenset((*pack.timex.units, *_counted_words(pack), *MEASURES))
        self.not_names = frozenset(w.lower() for w in pack.families.not_names) | heads
        self.gaps = GapRules(pack.gaps)
        self.vote = Vote(pack.vote) if pack.vote else None
        self.encoder = encoder or (_encoder(pack.encoder) if pack.encoder else None)
        words = WARM_WORDS.read_text().split()
        self.common = frozenset(word.lower() for word in words)
        # A word that is not known before a memory zone begins is made anew in each; so is one with a stop.
        self.nlp.make_doc(" ".join(f"{w} {w}, {w}." for w in words))

    def flight_of(self, name: str, entry: FamilyEntry) -> str:
        """Return the id of the flight that a numbered name is of; empty for a carrier, which flies again."""
        if entry.kind in self.pack.manifest.carriers or entry.kind not in self.pack.manifest.mission:
            return ""
        words = tokens(name)
        words[-1:] = [LAST_NUMERALS.get(word, word) for word in words[-1:]]
        if entry.id:
            return "-".join([entry.id, *(w for w in words if w.isdigit())])
        family = tokens(entry.family or "")
        return "-".join([*family, *(w for w in words if w not in family)])

    def tokens(self, text: str) -> Any:
        """Tokenize `text`."""
        return self.nlp.make_doc(text)

    def hits(self, doc: Any) -> list[Hit]:
        """Return every phrase of the pack in `doc`, in order; where two begin, the longer first."""
        terms, new = self._terms, tuple.__new__  # which is all that `Hit(...)` does, and half of its cost
        found = [new(Hit, (terms[key], start, end)) for key, start, end in self._matcher(doc)]
        found.sort(key=itemgetter(2), reverse=True)
        found.sort(key=itemgetter(1))
        return found

    def _add(self, key: str, term: Term, texts: list[str]) -> None:
        self._matcher.add(key, [self.nlp.make_doc(text) for text in texts])
        self._terms[self.nlp.vocab.strings[key]] = term


def _counted_words(pack: Pack) -> Iterator[str]:
    """Yield the words of what a number counts rather than a craft before it (`Starlink 2 satellites`)."""
    heads = (head for heads in pack.families.heads.values() for head in heads)
    yield from (phrase.split()[0].lower() for head in heads for phrase, _ in noun_forms(head))


def _encoder(table: EncoderTable) -> Encoder:
    try:
        return Encoder(table)
    except ValueError as e:
        raise PackError([f"{ENCODER}:1: {e}"]) from e


def terms_of(pack: Pack) -> Iterator[tuple[Term, str]]:
    """Yield each term with each of its phrases."""
    for trigger in pack.triggers:
        forms = ((p, f) for p, f in trigger_forms(trigger) if not trigger.forms or f in trigger.forms)
        yield from ((Term("trigger", trigger.type, form, _Identity(trigger)), p) for p, form in forms)
    yield from ((Term("word", name, form), phrase) for name, phrase, form in word_forms(pack))
    for name, phrases in cue_phrases(pack):
        yield from ((Term("cue", name), phrase) for phrase in phrases)
    for entity in pack.entities:
        known = Term("entity", entity.kind, entry=_Identity(entity))
        yield from ((known, phrase) for name in (entity.name, *entity.aliases) for phrase in _spelt(name))
    yield from _single_words(pack)


def _spelt(name: str) -> Iterator[str]:
    """Yield a name, and one that ends with a lone letter also as the end of a sentence has it (`Vega C.`)."""
    yield name
    if name[-2:-1] == " " and name[-1].isupper():
        yield f"{name}."


def _single_words(pack: Pack) -> Iterator[tuple[Term, str]]:
    for series in pack.families.series:
        yield from ((Term("series", series.kind, entry=_Identity(series)), name) for name in series.names)
    for kind, heads in pack.families.heads.items():
        yield from ((Term("head", kind), phrase) for head in heads for phrase, _ in noun_forms(head))
    yield from ((Term("role", "role"), role) for role in pack.families.roles)
    yield from ((Term("block", "block"), block) for block in pack.blocks)
    yield from ((Term("anti", word, entry=weight), word) for word, weight in pack.anti.words.items())


class _Identity:
    """An entry that is equal only to itself, so that it can be a part of a key."""

    def __init__(self, entry: TriggerEntry | EntityEntry | SeriesEntry) -> None:
        self.entry = entry


def single_flights(pack: Pack) -> Iterator[tuple[str, str]]:
    """Yield (id of the entity, id of the flight) of the listed names that are of one flight alone."""
    manifest = pack.manifest
    again = {*manifest.recurring, *(f.family for f in pack.families.family), *manifest.flies_on}
    for entry in pack.entities:
        carries = entry.kind in manifest.carriers or entry.kind not in manifest.mission
        if not carries and entry.family and entry.family not in again:
            yield entry.id, slug(entry.family)


def trigger_forms(trigger: TriggerEntry) -> list[tuple[str, Form]]:
    """Return the inflected forms of a trigger."""
    if trigger.verb:
        return verb_forms(trigger.verb)
    return noun_forms(trigger.noun) if trigger.noun else [(trigger.phrase or "", "phrase")]


def word_forms(pack: Pack) -> Iterator[tuple[str, str, Form]]:
    """Yield (class, phrase, form) for all classes of words."""
    for name, entries in pack.words.verbs.items():
        yield from ((name, *pair) for entry in entries for pair in verb_forms(entry))
    for name, entries in pack.words.nouns.items():
        yield from ((name, *pair) for entry in entries for pair in noun_forms(entry))
    for name, entries in pack.words.phrases.items():
        yield from ((name, entry, "phrase") for entry in entries)
    words = pack.words
    for table, before in (
        (words.failures, words.failing + words.lacking),
        (words.inabilities, words.failing),
    ):
        for name, entries in table.items():
            yield from ((name, f"{word} {entry}", "phrase") for entry in entries for word in before)


def cue_phrases(pack: Pack) -> Iterator[tuple[str, list[str]]]:
    """Yield the cue classes of modality."""
    for name in pack.modality.__struct_fields__:
        yield name, getattr(pack.modality, name)


def gate_words(pack: Pack) -> tuple[set[str], set[str], set[str]]:
    """Return the words of the domain and of events that a text must hold, and names that may do."""
    domain = _names_of(e for e in pack.entities if not e.context)
    domain |= {
        form for heads in pack.families.heads.values() for head in heads for form, _ in noun_forms(head)
    }
    domain = (domain - set(pack.manifest.common_heads)) | set(pack.manifest.gate)
    event: set[str] = set()
    for trigger in pack.triggers:
        forms = {form for form, _ in trigger_forms(trigger)}
        event |= forms
        domain |= forms if trigger.weight >= 3 else set()
    anchors = anchors_of(pack) | _predicates_of(pack)
    event |= {phrase for name, phrase, _ in word_forms(pack) if name in anchors}
    kinds = {kind for name in pack.manifest.types for kind in pack.manifest.kinds_naming(name)}
    names = _names_of(e for e in pack.entities if e.context and e.kind in kinds)
    return domain, event, names - domain


def sure_flights(pack: Pack) -> set[str]:
    """Return the names of what flies that are no words elsewhere."""
    return _names_of(e for e in pack.entities if not e.context and e.kind in pack.manifest.mission)


def _names_of(entities: Iterable[EntityEntry]) -> set[str]:
    return {name for entity in entities for name in (entity.name, *entity.aliases)}


def decisive_words(pack: Pack) -> frozenset[frozenset[str]]:
    """Return the single words of events, each as the set of its forms.

    Two texts that differ in one of them do not say the same.
    """
    triggers = [[phrase for phrase, _ in trigger_forms(trigger)] for trigger in pack.triggers]
    words = [phrases for name, phrases in _inflected(pack) if name in anchors_of(pack)]
    singles = (frozenset(p.casefold() for p in phrases if p.isalpha()) for phrases in (*triggers, *words))
    return frozenset(forms for forms in singles if forms)


@cache
def decisive_of(pack: Path | None) -> frozenset[frozenset[str]]:
    """Return the `decisive_words` of the pack in a folder, by default the bundled one."""
    return decisive_words(load_pack(pack or BUNDLED))


def anchors_of(pack: Pack) -> set[str]:
    """Return the classes of words with which a gap rule begins."""
    return {name for rule in pack.gaps for name in rule.left}


def _predicates_of(pack: Pack) -> set[str]:
    """Return the classes of words that gap rules want behind a name."""
    kinds = frozenset(pack.manifest.kinds)
    return {name for rule in pack.gaps if not kinds.isdisjoint(rule.left) for name in rule.right}


def _inflected(pack: Pack) -> Iterator[tuple[str, list[str]]]:
    """Yield the class and the forms of each word."""
    for name, entries in pack.words.verbs.items():
        yield from ((name, [p for p, _ in verb_forms(entry)]) for entry in entries)
    for name, entries in pack.words.nouns.items():
        yield from ((name, [p for p, _ in noun_forms(entry)]) for entry in entries)
