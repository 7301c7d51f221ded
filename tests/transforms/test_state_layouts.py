"""What the keyed states hold outlives the code: a job that goes on from a savepoint reads bytes of long ago.

A runner hands old bytes to new code without a question, so a layout that changed under the same state id
would be read wrongly and nobody would notice. The files in `state_layouts` are such bytes. Where this
fails, the layout is a new one: give the state a new id (`..._v2`) and write its file with

    python -m tests.transforms.test_state_layouts
"""

import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import pytest

from transforms.correlate import cell as families
from transforms.correlate import starter_lifecycle
from transforms.correlate.family import FamilyState
from transforms.correlate.sighting import Sighting
from transforms.deduplicate import Deduplicator
from transforms.deduplicate.states import IDENTITIES, PROBES, STORIES, WAITING, contents, pack, unpack
from transforms.deduplicate.steps import Arrived, Held, step
from transforms.intake import Intake
from transforms.records import Article, EventTime, Evidence, MissionEvent, Position

FOLDER = Path(__file__).parent / "state_layouts"
NOON = datetime(2021, 10, 5, 12, tzinfo=UTC)
TEXT = (
    "The automatic docking system failed on the final approach, so the commander took the controls and "
    "docked the ship by hand a few minutes later than planned. All three are well."
)


def intake():
    article = Article(
        id="a" * 32,
        feed="https://a.example/feed",
        publisher="A",
        title="Docked by hand",
        text=TEXT,
        fetched=NOON,
        url="https://a.example/1",
        content_hash="c" * 32,
    )
    return Intake(article, Position("articles", 0, 7), NOON, lineage="a" * 32)


def sighting():
    quote = Evidence("docked the ship by hand", 101, 124)
    event = MissionEvent(
        id="e" * 32,
        article_id="a" * 32,
        type="docking_anomaly",
        status="occurred",
        confidence=0.75,
        mission="Soyuz MS-19",
        family="soyuz",
        time=EventTime(NOON, "minute", "explicit"),
        evidence={"type": (quote,), "trigger": (quote,)},
    )
    return Sighting(
        event=event,
        article_id="a" * 32,
        publisher="A",
        title="Docked by hand",
        url="https://a.example/1",
        lineage="a" * 32,
        at=NOON,
        fetched=NOON,
        published=None,
        position=Position("articles", 0, 7),
    )


def of_deduplication(state, stage):
    """Return the first cell of a stage after one article."""
    deduplicator = Deduplicator(frozenset((frozenset(("docked",)),)))
    deduplicator.judge(intake())
    cells = contents(deduplicator.cells)[state]
    return cells[min(key for key in cells if key.startswith(stage))]


def of_waiting():
    """Return a cell in which an article waits for its answers."""
    held = next(e for e in step({}, Arrived(intake()), frozenset())[1] if isinstance(e, Held))
    return pack("waiting", step({}, held, frozenset())[0])


def of_families():
    return families.correlate_in_cell(None, sighting(), starter_lifecycle()).content


def opened(content):
    """Return a cell of families with the states in it read too."""
    raw = msgspec.msgpack.decode(content, type=dict[str, tuple[datetime, bytes]])
    return {name: (at, FamilyState.decode(state).encode()) for name, (at, state) in raw.items()}


def through(stage):
    return lambda content: pack(stage, unpack(stage, content))


STATES = {
    f"{IDENTITIES}": (partial(of_deduplication, IDENTITIES, "identity"), through("identity")),
    f"{PROBES}-heads": (partial(of_deduplication, PROBES, "heads"), through("heads")),
    f"{PROBES}-edges": (partial(of_deduplication, PROBES, "edges"), through("edges")),
    f"{WAITING}": (of_waiting, through("waiting")),
    f"{STORIES}": (partial(of_deduplication, STORIES, "stories"), through("stories")),
    families.STATE_ID: (of_families, lambda content: msgspec.msgpack.encode(opened(content))),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_writes_the_bytes_of_its_id(name):
    write, _ = STATES[name]
    assert write() == (FOLDER / f"{name}.bin").read_bytes()


@pytest.mark.parametrize("name", STATES)
def test_old_bytes_are_read_whole(name):
    _, read_and_write = STATES[name]
    kept = (FOLDER / f"{name}.bin").read_bytes()
    assert read_and_write(kept) == kept


def test_every_state_id_ends_in_a_version():
    assert [name for name in STATES if not re.fullmatch(r"[a-z]+_v[1-9][0-9]*(-[a-z]+)?", name)] == []


if __name__ == "__main__":
    for name, (write, _) in STATES.items():
        (FOLDER / f"{name}.bin").write_bytes(write())
