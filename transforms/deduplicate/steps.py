"""The core of deduplication: `step(state, event) -> outputs`, for whoever holds the states.

    Arrived -> Probe, Show, Held -> Answer, Edges -> Decision -> Judged

An event belongs to one cell of one stage (`place_of`); the step changes the cell and returns what follows
from it. Times are event times in milliseconds since 1970.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from transforms.deduplicate import edges, heads, identity, story, waiting
from transforms.deduplicate.boilerplate import story_of
from transforms.deduplicate.heads import Head
from transforms.deduplicate.reading import Decisive, read, reading_of
from transforms.deduplicate.verdict import Fold, Judged, milliseconds
from transforms.deduplicate.votes import route_of
from transforms.deduplicate.words import hash64
from transforms.intake import Intake

Stage = Literal["identity", "heads", "edges", "waiting", "stories"]


class Arrived(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """An article, before anything is known of it."""

    intake: Intake


class Probe(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A document asks who was the first to show a key."""

    key: int
    me: Head


class Show(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A document shows its feed's cell the sentences at its edges."""

    feed: str
    edges: list[int]
    identity: int
    me: Head


class Held(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """An article on its way to wait for its answers: one to each of its keys, and to its edges if `edged`."""

    intake: Intake
    fold: Fold
    keys: int
    edged: bool


class Answer(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The head of a document's key."""

    key: int
    me: Head
    head: Head


class Edges(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Which of a document's edges are boilerplate."""

    known: list[int]
    me: Head


class Decision(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """An article at the route where it is decided."""

    route: int
    intake: Intake
    fold: Fold
    edges: list[int]


Event: TypeAlias = Arrived | Probe | Show | Held | Answer | Edges | Decision


class Place(NamedTuple):
    """The cell that an event is for."""

    stage: Stage
    cell: int


def place_of(event: Event) -> Place:
    """Return the cell that an event is for."""
    match event:
        case Arrived(intake):
            return Place("identity", hash64(intake.article.identity) % identity.CELLS)
        case Probe(key):
            return Place("heads", key % heads.CELLS)
        case Show(feed):
            return Place("edges", hash64(feed) % edges.CELLS)
        case Held(intake):
            return Place("waiting", _head_of(intake).document % waiting.CELLS)
        case Answer(me=me) | Edges(me=me):
            return Place("waiting", me.document % waiting.CELLS)
        case Decision(route):
            return Place("stories", route % story.CELLS)


def _head_of(intake: Intake) -> Head:
    return Head(hash64(intake.article.id), milliseconds(intake.at))


def step(cell: Any, event: Event, decisive: Decisive) -> tuple[Any, list[Event | Judged]]:
    """Take an event into its cell; return the cell and what follows: events for other cells, or a verdict.

    Cells are changed in place, but for those of `heads`, which are bytes. `decisive` are the words that
    tell what happened.
    """
    match event:
        case Arrived(intake):
            return cell, list(_arrived(cell, intake, decisive))
        case Probe(key, me):
            probed = heads.probe(cell, key, me)
            return probed.cell, [Answer(key, me, probed.head)]
        case Show(_, shown, entry, me):
            return cell, [Edges(edges.learn(cell, shown, entry, me.at), me)]
        case Decision():
            return cell, list(_decided(cell, event, decisive))
        case _:
            return cell, list(_awaited(cell, event))


def _arrived(cell: identity.Cell, intake: Intake, decisive: Decisive) -> Iterator[Event | Judged]:
    reading = read(intake.article, decisive)
    fold = identity.fold_repeats(cell, intake, reading)
    if not fold.kept:
        yield Judged(intake, fold)
        return
    article, me = intake.article, _head_of(intake)
    yield from (Probe(key, me) for key in reading.keys)
    around = [edge for side in edges.edges_of(article.feed, story_of(article.text)) for edge in side]
    if around:
        yield Show(article.feed, around, hash64(article.identity), me)
    yield Held(intake, fold, len(reading.keys), bool(around))


def _awaited(cell: waiting.Cell, event: Held | Answer | Edges) -> Iterator[Event]:
    me = _head_of(event.intake) if isinstance(event, Held) else event.me
    found = waiting.waiting_for(cell, me.document, me.at)
    match event:
        case Held(intake, fold, keys, edged):
            found.intake, found.fold, found.keys, found.edged = intake, fold, keys, edged
        case Answer(key, _, head):
            found.heads[key] = head
        case Edges(known):
            found.edges = known
    for done in waiting.ready(cell, me.document, me.at):
        if done.intake is not None and done.fold is not None:
            route = route_of(_head_of(done.intake), list(done.heads.values()), done.keys)
            yield Decision(route, done.intake, done.fold, done.edges or [])


def _decided(cell: story.Cell, event: Decision, decisive: Decisive) -> Iterator[Judged]:
    article = event.intake.article
    text, peeled = edges.peel(article.feed, story_of(article.text), event.edges)
    fold = story.decide(
        cell, event.route, event.intake, event.fold, reading_of(article.title, text, decisive)
    )
    if fold is not None:
        if peeled:
            fold = msgspec.structs.replace(fold, why={**fold.why, "left_out": peeled})
        yield Judged(event.intake, fold)
