"""The encoder reads a headline and the words behind it, in their order, and knows words that labels lack."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from pipeline.cli import main as missionwire
from tests.transforms.extract.hearing import heard
from transforms.extract import Extractor, PackError
from transforms.extract.drafts import gather
from transforms.extract.encoder import Encoder, Said
from transforms.extract.entries import ENCODER, VOTE
from transforms.extract.pack import BUNDLED, compiled, load_pack
from transforms.extract.vocabulary import Vocabulary
from transforms.extract.vote import MOST

TABLE = load_pack(BUNDLED).encoder


@pytest.fixture(scope="module")
def encoder():
    return Encoder(TABLE)


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(BUNDLED, tmp_path / "pack")


@pytest.fixture(scope="module")
def alone(extractor):
    """An extractor whose vote has no encoder beside it."""
    pack = msgspec.structs.replace(extractor.pack, encoder=None)
    return Extractor(pack, Vocabulary(pack))


def test_the_encoder_runs_without_a_word_to_the_makers_of_its_runtime(tmp_path):
    ask = "from transforms.extract import Extractor; Extractor.load()"
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", ask], cwd=root, env=env, check=True)
    assert list(tmp_path.iterdir()) == [], "a number for this machine, and what was to be sent"


@pytest.mark.parametrize(
    ("title", "more", "less"),
    [
        ("The crew is on its way after a flawless ride to orbit", "launch/occurred", "launch/planned"),
        ("The crew will be on its way on Friday after a ride to orbit", "launch/planned", "launch/occurred"),
        ("Rocket bursts apart a minute into its flight", "launch_failure/occurred", "landing/occurred"),
        ("Countdown stops again as fuel seeps from a hose", "launch_delay/occurred", "launch/occurred"),
    ],
)
def test_it_hears_what_a_headline_tells(encoder, title, more, less):
    said = encoder.says(title, "").odds
    assert said[more] > said[less]


def test_it_hears_the_order_of_words(encoder):
    docked = encoder.says("The capsule docked, then the rocket launch was put off", "").odds
    launched = encoder.says("The rocket was put off, then launch; the capsule docked", "").odds
    assert docked != launched


def test_the_words_behind_the_headline_count(encoder):
    assert (
        encoder.says("A day in space", "The cargo ship docked with the station.").odds
        != encoder.says("A day in space", "").odds
    )


@pytest.mark.parametrize(
    "text", ["", "\u200b", "\ud800", "é" * 10_000, "𝕊𝕠𝕪𝕦𝕫", "ڕ\u0301" * 5000, "x" * 200_000]
)
def test_odds_are_bounded_whatever_it_is_asked(encoder, text):
    assert all(-MOST <= odds <= MOST for odds in encoder.says(text, text).odds.values())


def test_what_the_vote_alone_does_not_see_is_found_with_the_encoder(extractor, alone, saying):
    article = saying(title="Station crew waves farewell to freighter Gannet-4")
    assert alone.extract(article).events == ()
    (event,) = extractor.extract(article).events
    assert (event.type, event.status, event.mission) == ("undocking", "occurred", "Gannet-4")
    assert all(
        article.title[e.start : e.end] == e.quote for entries in event.evidence.values() for e in entries
    )


def test_a_flight_that_took_place_is_no_plan_for_a_word_beside_it(extractor, monkeypatch):
    title = "Rocket firm sets Falcon 9 reuse milestone with Gannet-4 launch"
    odds = dict.fromkeys(TABLE.outputs, -6.0) | {"launch/occurred": 6.0}
    monkeypatch.setattr(Encoder, "says", lambda *_: Said(odds, heard(title, "", {})))
    with extractor.reading(title, "", None) as reading:
        (draft,), skipped = gather(reading.mentions(), reading.missions, extractor.pack.manifest)
        assert draft.status == "planned"
        reading.ask_vote([draft], skipped)
        assert draft.status == "occurred"


@pytest.mark.parametrize(
    "title", ["Live coverage: SpaceX launches Starlink 12-7", "SpaceX launches Starlink 12-7 tomorrow"]
)
def test_a_prefix_or_a_time_to_come_keeps_a_plan(extractor, saying, title):
    assert [e.status for e in extractor.extract(saying(title=title)).events] == ["planned"]


def test_what_a_trigger_was_turned_from_is_not_proposed_beside_it(extractor, saying):
    events = extractor.extract(
        saying("The Soyuz MS-40 spacecraft landed at the space station on Tuesday.")
    ).events
    assert [e.type for e in events] == ["docking"]


def test_an_article_with_nothing_to_ask_of_is_left_alone(extractor, monkeypatch):
    asked = []
    monkeypatch.setattr(Encoder, "says", lambda *_: asked.append(1))
    with extractor.reading("Council votes on a bridge", "It will open in spring.", None) as reading:
        reading.ask_vote([], [])
    assert asked == []


@pytest.mark.parametrize(
    ("title", "said", "odds"),
    [
        ("Soyuz MS-40 comes down", 3.6, 1.0),
        ("Soyuz MS-40 comes down", 3.4, -6.0),
        ("A bridge comes down", 3.6, -6.0),
    ],
)
def test_where_a_flight_is_named_at_once_an_assured_encoder_counts_for_all(
    extractor, monkeypatch, title, said, odds
):
    quiet = dict.fromkeys(TABLE.outputs, -6.0)
    landing = {"landing/occurred": said}
    monkeypatch.setattr(Encoder, "says", lambda *_: Said(quiet | landing, heard(title, "", {})))
    with extractor.reading(title, "", None) as reading:
        monkeypatch.setattr(reading.vote, "says", lambda *_: quiet)
        reading.ask_vote([], [])
        assert reading.odds == quiet | {"landing/occurred": odds}


@pytest.mark.parametrize(
    ("title", "text", "said", "odds"),
    [
        ("Long March 3B comes down", "", 1.5, 1.5),
        ("Long March 3B comes down", "", 0.5, -6.0),
        ("A bridge comes down", "", 1.5, -6.0),
        ("Down it comes", "It is a Long March 3B.", 1.5, 1.5),
        ("Down it comes", "It is large. It is a Long March 3B.", 1.5, -6.0),
    ],
)
def test_where_a_flight_is_named_at_once_it_is_heard_for_what_people_are_woken_for(
    extractor, monkeypatch, title, text, said, odds
):
    quiet = dict.fromkeys(TABLE.outputs, -6.0)
    told = quiet | {"launch_failure/occurred": said, "landing/occurred": 3.0}
    monkeypatch.setattr(Encoder, "says", lambda *_: Said(told, heard(title, text, {})))
    with extractor.reading(title, text, None) as reading:
        monkeypatch.setattr(reading.vote, "says", lambda *_: quiet)
        reading.ask_vote([], [])
        told = quiet | {"launch_failure/occurred": odds, "launch/occurred": odds}
        assert reading.odds == told


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"outputs": ["lunch/planned", *TABLE.outputs[1:]]}, "its 22 outputs are not the 22 of the vote"),
        ({"outputs": [TABLE.outputs[1], *TABLE.outputs[1:]]}, "its 22 outputs are not the 22 of the vote"),
        ({"outputs": TABLE.outputs[1:]}, "its 21 outputs are not the 22 of the vote"),
        ({"pieces": TABLE.pieces[200:]}, "the piece .* is missing"),
        ({"network": TABLE.network + b"location"}, "weights in other files"),
        ({"network": bytes(40_000_001)}, "over 40000000 bytes"),
    ],
)
def test_a_table_that_does_not_fit_is_a_fault(copy, tmp_path, change, fault):
    changed = msgspec.structs.replace(TABLE, **change)
    (copy / ENCODER).write_bytes(msgspec.msgpack.encode(changed))
    with pytest.raises(PackError, match=rf"encoder\.msgpack:1: .*{fault}"):
        load_pack(copy)
    whole = tmp_path / "space.pack"
    whole.write_bytes(compiled(msgspec.structs.replace(load_pack(BUNDLED), encoder=changed)))
    with pytest.raises(PackError, match=rf"space\.pack:1: .*{fault}"):
        load_pack(whole)


@pytest.mark.parametrize(
    "change", [{"pieces": [*TABLE.pieces, "one-more"]}, {"network": b"no network"}, {"network": b""}]
)
def test_a_network_that_cannot_be_asked_is_a_fault(copy, change, capsys):
    (copy / ENCODER).write_bytes(msgspec.msgpack.encode(msgspec.structs.replace(TABLE, **change)))
    with pytest.raises(PackError, match=r"encoder\.msgpack:1: no network of [0-9]+ pieces: "):
        Extractor.load(copy)
    assert missionwire(["pack", "check", str(copy)]) != 0
    assert "encoder.msgpack:1: no network" in capsys.readouterr().err


def test_what_is_no_number_is_no_odds(encoder, monkeypatch):
    nothing = np.full(len(TABLE.outputs), np.nan), np.full((5, len(TABLE.outputs)), np.nan)
    monkeypatch.setattr(encoder, "_heard", lambda _: nothing)
    said = encoder.says("Soyuz launches", "")
    assert set(said.odds.values()) == {-MOST}
    assert said.names.of(["Soyuz"])["Soyuz"]["launch/occurred"] == -MOST


def test_a_launch_that_a_failure_implies_is_no_plan(extractor, saying):
    title = "Falcon 9 grounded after failed launch, SpaceX prepares next Starlink launch"
    events = extractor.extract(saying(title=title)).events
    implied = [e for e in events if "failed" in e.evidence["trigger"][0].quote]
    assert {e.status for e in implied} == {"occurred"}


def test_an_encoder_wants_a_vote_beside_it(copy):
    (copy / VOTE).unlink()
    with pytest.raises(PackError, match=r"encoder\.msgpack:1: .*vote"):
        load_pack(copy)
