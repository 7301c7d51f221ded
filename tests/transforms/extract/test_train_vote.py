"""Training gives the same bytes from the same texts, and keeps nothing that one text alone holds."""

from tests.bench.extraction.lessons import Lesson, authored, lesson_of
from tests.bench.extraction.train_vote import TEXTS, kept_features, outputs_of, trained
from transforms.extract.vote import Vote

OUTPUTS = ["launch/occurred", "launch/planned"]


def lessons():
    up = [
        Lesson(["<vehicle>", "soars", f"word{n}"], frozenset({"launch/occurred"}), f"up{n}")
        for n in range(12)
    ]
    idle = [Lesson(["<vehicle>", "rests", f"word{n}"], frozenset(), f"idle{n}") for n in range(12)]
    return up + idle


def test_the_same_texts_give_the_same_bytes():
    assert trained(lessons(), OUTPUTS) == trained(lessons(), OUTPUTS)


def test_what_is_taught_is_said():
    vote = Vote(trained(lessons(), OUTPUTS))
    up, idle = (vote.says(["<vehicle>", verb]) for verb in ("soars", "rests"))
    assert up["launch/occurred"] > idle["launch/occurred"]
    assert vote.weight("soars", "launch/occurred") > 0 > vote.weight("rests", "launch/occurred")


def test_a_feature_of_fewer_texts_is_not_kept_and_none_is_longer_than_a_pair():
    few = [Lesson(["rare", "words"], frozenset(), f"few{n}") for n in range(TEXTS - 1)]
    assert kept_features(few)[0] == []
    assert max(len(f.split()) for f in kept_features(lessons())[0]) == 2


def test_a_lesson_is_the_lede_with_names_as_their_kinds(extractor):
    article = {
        "id": "a",
        "title": "Crew lifts off",
        "text": "Soyuz MS-29 left Baikonur.",
        "events": [{"type": "launch", "status": "occurred"}],
    }
    words = ["<t>", "crew", "lifts", "off", "</t>", "<s>", "<mission>", "left", "<site>", ".", "</s>"]
    assert lesson_of(extractor, article) == Lesson(words, frozenset({"launch/occurred"}), "a")


def test_what_we_wrote_has_labels_of_the_pack_and_each_text_once(extractor):
    known = set(outputs_of(extractor.pack.manifest))
    texts = [(a["title"], a["text"]) for a in authored()]
    told = {f"{e['type']}/{e['status']}" for a in authored() for e in a["events"]}
    assert len(set(texts)) == len(texts)
    assert told <= known
