"""The vote weighs and proposes events: by what a lede says, not by whose flight it is."""

import shutil

import msgspec
import pytest

from transforms.extract import Extractor, PackError
from transforms.extract.drafts import gather
from transforms.extract.entries import ENCODER, VOTE
from transforms.extract.lede import lede_of, signs_of
from transforms.extract.pack import BUNDLED, compiled, load_pack
from transforms.extract.vocabulary import Vocabulary
from transforms.extract.vote import MAX_BYTES, Lede, Vote, features_of, hash_of

TOLD = "Soyuz MS-29 lifted off from Baikonur on Tuesday."
TABLE = load_pack(BUNDLED).vote
COUNT = len(TABLE.outputs)


def lede(*words, signs=()):
    return Lede(list(words), [], list(signs))


@pytest.fixture
def copy(tmp_path):
    """A copy of the bundled pack, with the vote alone."""
    folder = shutil.copytree(BUNDLED, tmp_path / "pack")
    (folder / ENCODER).unlink()
    return folder


@pytest.fixture(scope="module")
def extractor(extractor):
    """An extractor that asks the vote alone."""
    pack = msgspec.structs.replace(extractor.pack, encoder=None)
    return Extractor(pack, Vocabulary(pack))


@pytest.fixture(scope="module")
def said_of(extractor):
    def ask(text, title=""):
        with extractor.reading(title, text, None) as reading:
            reading.ask_vote(*gather(reading.mentions(), reading.missions, extractor.pack.manifest))
            return dict(reading.odds)

    return ask


@pytest.mark.parametrize(
    ("text", "more", "less"),
    [
        (TOLD, "launch/occurred", "landing/occurred"),
        (TOLD, "launch/occurred", "launch/planned"),
        (
            "Soyuz MS-29 is scheduled to lift off from Baikonur on Tuesday.",
            "launch/planned",
            "launch/occurred",
        ),
        ("The Dragon capsule splashed down off Florida on Monday.", "landing/occurred", "launch/occurred"),
        (
            "Two astronauts floated outside the space station to replace batteries.",
            "spacewalk/occurred",
            "launch/occurred",
        ),
    ],
)
def test_a_sentence_is_told_by_its_words(said_of, text, more, less):
    said = said_of(text)
    assert said[more] > said[less]


def test_the_name_of_the_flight_makes_no_difference(said_of):
    assert said_of(TOLD) == said_of(TOLD.replace("Soyuz MS-29", "Artemis II"))


def test_words_that_nobody_knows_say_nothing():
    vote = Vote(TABLE)
    assert vote.says(lede("xyzzy", "plugh")) == vote.says(lede())


def test_names_times_and_numbers_are_marks(extractor):
    with extractor.reading("", "Soyuz MS-29 carried 3 people on 8 June 2026.", None) as reading:
        line = reading.lines[0]
        words = [word for word, _ in line.marked_words]
        assert words == ["<mission>", "carried", "#", "people", "on", "<time>", "."]
        assert lede_of(reading.told, []).words == ["<s>", *words, "</s>"]


def test_a_lede_names_the_classes_of_its_words_and_what_the_rules_made_of_the_article(extractor):
    text = "Soyuz MS-29 lifted off on Tuesday. Progress MS-40 did not dock with the station."
    with extractor.reading("", text, None) as reading:
        drafts, skipped = gather(reading.mentions(), reading.missions, extractor.pack.manifest)
        whole = lede_of(reading.told, signs_of(drafts, skipped))
        first = lede_of(reading.told[:1], [])
    assert {"=launch/occurred", "!denied/docking"} <= set(whole.signs)
    assert {"trigger:launch", "trigger:docking"} <= set(whole.classes)
    assert (whole.classes, whole.signs) == (sorted(set(whole.classes)), sorted(set(whole.signs)))
    assert "trigger:docking" not in first.classes
    assert first.signs == []


def test_what_the_rules_found_is_heard_beside_the_words():
    vote, words = Vote(TABLE), ["<mission>", "away", "on", "<time>"]
    alone, found = (vote.says(lede(*words, signs=signs)) for signs in ((), ("=launch/occurred",)))
    assert found["launch/occurred"] > alone["launch/occurred"]


def test_a_feature_is_a_word_or_a_pair_and_a_repeated_one_weighs_more():
    found = features_of(Lede(["a", "b", "a"], ["word:c"], ["=launch/occurred"]))
    assert set(found) == {"a", "b", "a b", "b a", "word:c"}
    assert found["a"] > found["b"] == 1.0


@pytest.fixture(scope="module")
def without_landings(extractor):
    """An extractor whose rules know no landing, so that only the vote can tell of one."""
    rules = {n: [r for r in getattr(extractor.pack, n) if r.type != "landing"] for n in ("triggers", "gaps")}
    pack = msgspec.structs.replace(extractor.pack, **rules)
    return Extractor(pack, Vocabulary(pack))


def test_an_event_that_no_rule_knows_is_proposed_with_its_words(without_landings, saying):
    article = saying(title="Soyuz MS-29 capsule touches down in Kazakhstan with three home from station")
    (event,) = without_landings.extract(article).events
    quotes = [e for entries in event.evidence.values() for e in entries]
    assert (event.type, event.status, event.mission) == ("landing", "occurred", "Soyuz MS-29")
    assert all(article.title[e.start : e.end] == e.quote for e in quotes)


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("{} never touches down in Kazakhstan with three home from station", "denied"),
        ("Moscow denies that {} touches down in Kazakhstan with three home from station", "denied"),
        ("What if {} touches down in Kazakhstan with three home from station", "hypothetical"),
    ],
)
def test_what_its_clause_denies_or_doubts_is_not_proposed(without_landings, saying, title, reason):
    found = without_landings.extract(saying(title=title.format("Soyuz MS-29 capsule")))
    assert [e.type for e in found.events if e.type == "landing"] == []
    assert reason in {why for why, _ in found.skipped}


def test_what_a_planning_prefix_leads_is_not_proposed_as_done(without_landings, saying):
    title = "Watch live: Soyuz MS-29 capsule touches down in Kazakhstan with three home from station"
    found = without_landings.extract(saying(title=title))
    assert [e for e in found.events if (e.type, e.status) == ("landing", "occurred")] == []


def test_one_flight_is_proposed_once(without_landings, saying):
    title = "Crew capsules Soyuz MS-29, Soyuz MS-29 touches down in Kazakhstan with three home from station"
    events = without_landings.extract(saying(title=title)).events
    assert len({e.id for e in events}) == len(events) == 1


def test_nothing_is_proposed_where_rules_have_a_reason_against_it(extractor, saying):
    text = "Progress MS-40 did not dock with the space station on Tuesday."
    assert extractor.extract(saying(text)).events == ()


def test_nothing_is_proposed_of_a_year_long_past(extractor, saying):
    text = "In 2010 a Progress missed the station on its first docking attempt."
    assert extractor.extract(saying(text)).events == ()


def test_a_pack_without_a_vote_works(extractor, saying):
    pack = msgspec.structs.replace(extractor.pack, vote=None)
    (event,) = Extractor(pack, Vocabulary(pack)).extract(saying(TOLD)).events
    (weighed,) = extractor.extract(saying(TOLD)).events
    assert (event.type, event.status, event.mission) == (weighed.type, weighed.status, weighed.mission)
    assert event.confidence != weighed.confidence


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"outputs": ["lunch/planned", *TABLE.outputs[1:]]}, "'lunch/planned' is no type/status of the pack"),
        ({"outputs": [TABLE.outputs[1], *TABLE.outputs[1:]]}, "an output stands twice"),
        ({"weights": TABLE.weights[1:]}, "do not fit together"),
        ({"hashes": TABLE.hashes[1:]}, "do not fit together"),
        ({"rarity": TABLE.rarity[1:]}, "do not fit together"),
        ({"hashes": TABLE.hashes[4:8] + TABLE.hashes[:4] + TABLE.hashes[8:]}, "hashes are not in order"),
        ({"bias": TABLE.bias[1:]}, f"scales and {COUNT - 1} biases for {COUNT} outputs"),
        ({"scales": [float("nan"), *TABLE.scales[1:]]}, "a scale or bias is no number"),
        ({"bias": [1e300, *TABLE.bias[1:]]}, "a scale or bias is no number from -100 to 100"),
        ({"rarity": bytes(len(TABLE.rarity))}, "a rarity is 0"),
        ({"hashes": bytes(MAX_BYTES + 4)}, f"over {MAX_BYTES} bytes"),
    ],
)
def test_a_table_that_cannot_be_asked_is_a_fault(copy, tmp_path, change, fault):
    (copy / VOTE).write_bytes(msgspec.msgpack.encode(msgspec.structs.replace(TABLE, **change)))
    with pytest.raises(PackError, match=rf"vote\.msgpack:1: .*{fault}"):
        load_pack(copy)
    whole = tmp_path / "space.pack"
    pack = load_pack(BUNDLED)
    whole.write_bytes(compiled(msgspec.structs.replace(pack, vote=msgspec.structs.replace(TABLE, **change))))
    with pytest.raises(PackError, match=rf"space\.pack:1: .*{fault}"):
        load_pack(whole)


@pytest.mark.parametrize("data", [b"", b"no table", b"\x93\x01\x02\x03"])
def test_a_file_that_is_no_table_is_named(copy, data):
    (copy / VOTE).write_bytes(data)
    with pytest.raises(PackError, match=r"vote\.msgpack:1: "):
        load_pack(copy)


def test_the_table_knows_a_common_word_and_no_sentence():
    known = {int.from_bytes(TABLE.hashes[i : i + 4], "little") for i in range(0, len(TABLE.hashes), 4)}
    assert hash_of("launch") in known
    assert hash_of("launch from cape") not in known
