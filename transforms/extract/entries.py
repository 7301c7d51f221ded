"""The entries of a pack's files, as typed records: what a line may say."""

from typing import Annotated, Literal

import msgspec

from transforms.extract.inflections import Form

VOTE, ENCODER = "vote.msgpack", "encoder.msgpack"  # files of tables that are taught
Weight = Annotated[int, msgspec.Meta(ge=1, le=3)]
Tokens = Annotated[int, msgspec.Meta(ge=0)]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack says at one place: nothing but the fields that it may have."""


class EntityEntry(Entry, frozen=True, kw_only=True):
    """A name. `exact` wants its very case; `context` wants a word of the domain in the same sentence."""

    id: str
    kind: str
    name: str
    aliases: list[str] = []
    exact: bool = False
    context: bool = False
    family: str | None = None


class FamilyEntry(Entry, frozen=True, kw_only=True):
    """A numbered family: a regular expression, and the family it tells of.

    `id` and the numbers in a name make the id of the flight; without it the family and the rest of the name.
    """

    pattern: str
    kind: str
    family: str | None = None
    id: str = ""
    context: bool = False


class SeriesEntry(Entry, frozen=True, kw_only=True):
    """Stems that make a name with the number behind them (`Arabsat 5C`)."""

    kind: str
    names: list[str]
    context: bool = True


class Families(Entry, frozen=True, kw_only=True):
    """Numbered families, series of names, and head nouns that make a craft of the name beside them."""

    family: list[FamilyEntry] = []
    series: list[SeriesEntry] = []
    heads: dict[str, list[str]] = {}
    after: list[str] = []
    not_names: list[str] = []
    roles: list[str] = []


class TriggerEntry(Entry, frozen=True, kw_only=True):
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
    weight: Weight = 2
    needs: list[str] = []
    goals: dict[str, str] = {}
    near: Tokens = 40
    reach: Tokens = 12
    leaving: bool = False
    stative: bool = False
    unless: list[str] = []
    not_by: list[str] = []
    carry: bool = False
    only: Literal["occurred", "planned"] | None = None
    forms: list[Form] = []
    yes: str = ""
    no: str = ""


class GapRule(Entry, frozen=True, kw_only=True):
    """Two classes of words, at most `max` tokens apart and nothing of `barrier` between, evoke a type.

    A word of `refuses` anywhere in the sentence speaks against it. With `carry`, a flight named shortly
    before will do for `needs`. `status` says whose tense counts; `absorbs` are types whose trigger inside
    is part of this event. `yes` and `no` are example texts.
    """

    type: str
    left: list[str]
    right: list[str]
    max: Tokens = 6
    either: bool = False
    status: Literal["left", "right", "occurred", "planned"] = "left"
    barrier: list[str] = []
    needs: list[str] = []
    absorbs: list[str] = []
    refuses: list[str] = []
    carry: bool = False
    weight: Weight = 2
    yes: str = ""
    no: str = ""


class Words(Entry, frozen=True, kw_only=True):
    """Classes of words: verbs (inflected), nouns (with plurals) and fixed phrases.

    Of `inabilities` and `failures` each verb stands behind each of `failing` (`could not contact`), of
    `failures` also behind each of `lacking` (`did not reach`).
    """

    verbs: dict[str, list[str]] = {}
    nouns: dict[str, list[str]] = {}
    phrases: dict[str, list[str]] = {}
    failures: dict[str, list[str]] = {}
    inabilities: dict[str, list[str]] = {}
    failing: list[str] = []
    lacking: list[str] = []

    def names(self) -> set[str]:
        """Return the names of all classes."""
        return {*self.verbs, *self.nouns, *self.phrases, *self.failures, *self.inabilities}


class Modality(Entry, frozen=True, kw_only=True):
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
    unachieved: list[str] = []
    aside: list[str] = []
    stand_in: list[str] = []
    stretch: list[str] = []
    caused: list[str] = []
    relative: list[str] = []
    doubt: list[str] = []
    settled: list[str] = []
    none_of: list[str] = []
    nearly: list[str] = []
    habitual: list[str] = []
    calls_off: list[str] = []
    called_off: list[str] = []
    disowned: list[str] = []
    disowned_after: list[str] = []
    reporting: list[str] = []
    by_word_of: list[str] = []
    press: list[str] = []
    deadline: list[str] = []
    topic: list[str] = []
    afterwards: list[str] = []


class Headline(Entry, frozen=True, kw_only=True):
    """Prefixes that make a headline a plan, or history; `roundups` are prefixes of a list of one type.

    One that ends with a colon begins what stands before the headline's (`remembering:`).
    A word of `replays` in a headline undoes a prefix of plans (`watch a replay of`).
    """

    planned_prefixes: list[str] = []
    past_prefixes: list[str] = []
    replays: list[str] = []
    roundups: dict[str, str] = {}


class Anti(Entry, frozen=True, kw_only=True):
    """Words of other domains, with the weight each takes from a mention in its sentence."""

    words: dict[str, float] = {}
    limit: float = 2.0


class SeverityCue(Entry, frozen=True, kw_only=True):
    """Words in an event's sentences that make it graver or milder."""

    words: list[str]
    change: Annotated[int, msgspec.Meta(ge=-4, le=4)]
    types: list[str] = []


class VoteTable(Entry, frozen=True, kw_only=True):
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


class EncoderTable(Entry, frozen=True, kw_only=True):
    """A transformer of ledes: `network` is ONNX, from the numbers of `pieces` to log odds of `outputs`.

    It gives `odds` of the whole text, and for each piece those of its being in a flight's name (`names`).
    """

    outputs: list[str]
    pieces: list[str]
    network: bytes


class Timex(Entry, frozen=True, kw_only=True):
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
