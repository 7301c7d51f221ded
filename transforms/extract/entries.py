"""The entries of a pack's files, as typed records: what a line may say."""

from typing import Literal

import msgspec


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class TypeEntry(_Entry, frozen=True, kw_only=True):
    """One type of event: what may name its mission, how grave it is, which fields it takes.

    `only` keeps one status (a type that counts only when it has happened); `implies` are types that have
    occurred with it; those that happen `together` with it have its time; it `yields_to` types of the same
    flight that say more; with a future date it `announces` a planned type; one that `slips` has an old day
    and a new one. `absorbs` lists types whose mention within the same words is part of this one. A type
    believed too little, or too grave to miss, has its own `least_confidence`.
    """

    mission: list[str] = []
    severity: int = 0
    implies: list[str] = []
    together: list[str] = []
    yields_to: list[str] = []
    announces: str | None = None
    only: Literal["occurred", "planned"] | None = None
    cause: bool = False
    slips: bool = False
    fields: list[str] = []
    least_confidence: float | None = None


class Manifest(_Entry, frozen=True, kw_only=True):
    """Identity, kinds of entities with the event field each fills, types, and constants.

    Families in `recurring` fly again and again, so their bare name is no flight's own. `speakers` are the
    kinds of names that state something. `confidence` and `confidence_status` weigh the features of events;
    what is believed less than `least_confidence` is no event.
    """

    id: str
    version: int
    kinds: list[str]
    mission: list[str]
    carriers: list[str] = []
    several: list[str] = []
    flies_on: dict[str, list[str]] = {}
    recurring: list[str] = []
    speakers: list[str] = []
    fields: dict[str, str] = {}
    types: dict[str, TypeEntry]
    history_days: int = 14
    confidence: dict[str, float] = {}
    confidence_status: dict[str, float] = {}
    least_confidence: float = 0.0
    gate: list[str] = []
    common_heads: list[str] = []

    def least_of(self, kind: str) -> float:
        """Return how far an event of a type must be believed to be one."""
        own = self.types[kind].least_confidence
        return self.least_confidence if own is None else own


class EntityEntry(_Entry, frozen=True, kw_only=True):
    """A name. `exact` wants its very case; `context` wants a word of the domain in the same sentence."""

    id: str
    kind: str
    name: str
    aliases: list[str] = []
    exact: bool = False
    context: bool = False
    family: str | None = None


class FamilyEntry(_Entry, frozen=True, kw_only=True):
    """A numbered family: a regular expression, and the family it tells of.

    `id` and the numbers in a name make the id of the flight; without it the family and the rest of the name.
    """

    pattern: str
    kind: str
    family: str | None = None
    id: str = ""
    context: bool = False


class SeriesEntry(_Entry, frozen=True, kw_only=True):
    """Stems that make a name with the number behind them (`Arabsat 5C`)."""

    kind: str
    names: list[str]
    context: bool = True


class Families(_Entry, frozen=True, kw_only=True):
    """Numbered families, series of names, and head nouns that make a craft of the name beside them."""

    family: list[FamilyEntry] = []
    series: list[SeriesEntry] = []
    heads: dict[str, list[str]] = {}
    after: list[str] = []
    not_names: list[str] = []
    roles: list[str] = []


class TriggerEntry(_Entry, frozen=True, kw_only=True):
    """A word that evokes an event. `weight` 3 needs no help, 1 needs an entity of `needs` near.

    `goals` turns the type by the kind or class of the next entity after it (`*`: any other; empty: no event),
    unless that is where it comes `from`; of `leaving` it is just that.
    `near` is how many tokens away `needs` may lie; with `carry`, or a weight over 1, a flight named
    shortly before will do. A word of `unless` as its object, or of `not_by` as its subject, means that it
    is no event of the type.
    `yes` and `no` are example texts: of an event by this trigger, and of none.
    """

    type: str
    verb: str | None = None
    noun: str | None = None
    phrase: str | None = None
    weight: int = 2
    needs: list[str] = []
    goals: dict[str, str] = {}
    near: int = 40
    reach: int = 12
    leaving: bool = False
    stative: bool = False
    unless: list[str] = []
    not_by: list[str] = []
    carry: bool = False
    only: Literal["occurred", "planned"] | None = None
    forms: list[str] = []
    yes: str = ""
    no: str = ""


class GapRule(_Entry, frozen=True, kw_only=True):
    """Two classes of words, at most `max` tokens apart and nothing of `barrier` between, evoke a type.

    A word of `refuses` anywhere in the sentence speaks against it. With `carry`, a flight named shortly
    before will do for `needs`. `status` says whose tense counts; `absorbs` are types whose trigger inside
    is part of this event. `yes` and `no` are example texts.
    """

    type: str
    left: list[str]
    right: list[str]
    max: int = 6
    either: bool = False
    status: Literal["left", "right", "occurred", "planned"] = "left"
    barrier: list[str] = []
    needs: list[str] = []
    absorbs: list[str] = []
    refuses: list[str] = []
    carry: bool = False
    weight: int = 2
    yes: str = ""
    no: str = ""


class Words(_Entry, frozen=True, kw_only=True):
    """Classes of words: verbs (inflected), nouns (with plurals) and fixed phrases."""

    verbs: dict[str, list[str]] = {}
    nouns: dict[str, list[str]] = {}
    phrases: dict[str, list[str]] = {}

    def names(self) -> set[str]:
        """Return the names of all classes."""
        return {*self.verbs, *self.nouns, *self.phrases}


class Modality(_Entry, frozen=True, kw_only=True):
    """Cue phrases around a trigger, by what they do to its status."""

    will: list[str]
    to: list[str]
    maybe: list[str]
    would: list[str]
    conditional: list[str]
    negative: list[str]
    negative_exceptions: list[str]
    managed: list[str]
    attempted: list[str]
    be: list[str]
    have: list[str]
    did: list[str]
    breaks: list[str]
    stative: list[str]
    planned_before: list[str]
    planned_after: list[str]
    occurred_before: list[str]
    occurred_after: list[str]
    subordinate_future: list[str]
    history: list[str]
    denied: list[str]
    noun_before: list[str]
    predicate: list[str]
    took_place: list[str]
    object_end: list[str]
    article: list[str]
    ordinal: list[str]
    becomes: list[str]
    another: list[str]
    contract: list[str]
    retrospective: list[str]
    sources: list[str]
    origin: list[str]
    cause: list[str]
    abbreviations: list[str]
    moved_to: list[str] = []
    moved_from: list[str] = []
    reported: list[str] = []
    aside: list[str] = []
    stretch: list[str] = []
    caused: list[str] = []
    disowned: list[str] = []
    disowned_after: list[str] = []
    reporting: list[str] = []
    by_word_of: list[str] = []
    press: list[str] = []
    deadline: list[str] = []
    topic: list[str] = []


class Headline(_Entry, frozen=True, kw_only=True):
    """Prefixes that make a whole headline a plan; `roundups` are prefixes of a list of events of one type."""

    planned_prefixes: list[str] = []
    roundups: dict[str, str] = {}


class Anti(_Entry, frozen=True, kw_only=True):
    """Words of other domains, with the weight each takes from a mention in its sentence."""

    words: dict[str, float] = {}
    limit: float = 2.0


class SeverityCue(_Entry, frozen=True, kw_only=True):
    """Words in an event's sentences that make it graver or milder."""

    words: list[str]
    change: int
    types: list[str] = []


class VoteTable(_Entry, frozen=True, kw_only=True):
    """A classifier of ledes into `outputs`, each a `type/status`.

    `hashes` are of features (four bytes each, in order), `rarity` is how few texts hold each (in sixteenths),
    `weights` a signed byte for each feature and output, times that output's `scales`.
    """

    outputs: list[str]
    hashes: bytes
    rarity: bytes
    weights: bytes
    scales: list[float]
    bias: list[float]


class EncoderTable(_Entry, frozen=True, kw_only=True):
    """A transformer of ledes: `network` is ONNX, from numbers of `pieces` to log odds of `outputs`."""

    outputs: list[str]
    pieces: list[str]
    network: bytes


class Timex(_Entry, frozen=True, kw_only=True):
    """Words of time. `units` are in days, `zones` in minutes east of Greenwich, `days` in days from now.

    Zones of `summer_time` are an hour further east while America has it. `home` is where most publishers are,
    in minutes east of Greenwich: what they call today begins there. A date after one of `periods` (`week of`)
    is no day.
    """

    months: dict[str, int]
    weekdays: dict[str, int]
    zones: dict[str, int]
    days: dict[str, int]
    numbers: dict[str, int]
    units: dict[str, float]
    before: list[str]
    last: list[str]
    next: list[str]
    this: list[str]
    before_now: list[str]
    from_now: list[str]
    offset_before: list[str]
    offset_after: list[str]
    periods: list[str] = []
    summer_time: list[str] = []
    home: int = 0
