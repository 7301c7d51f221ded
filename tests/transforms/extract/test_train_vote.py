"""Training gives the same bytes from the same texts, and keeps nothing that a few texts alone hold."""

import numpy as np
from tests.bench.extraction.weak_texts import Lesson, lessons_of, summaries

from tests.bench.extraction.train_vote import TEXTS, kept_features, learned, matrix, table_of
from transforms.extract.vote import STATUSES, Vote

OUTPUTS = ["launch", *STATUSES]


def lessons():
    yes, no = np.array([1.0, 1.0, 0.0]), np.zeros(3)
    up = [Lesson(["<vehicle>", "soars", f"word{n}"], False, yes, 1.0, n) for n in range(12)]
    idle = [Lesson(["<vehicle>", "rests", f"word{n}"], False, no, 1.0, n + 12) for n in range(12)]
    return up + idle


def trained():
    features = kept_features(lessons())
    return table_of(OUTPUTS, features, *learned(matrix(lessons(), features), lessons()))


def test_the_same_texts_give_the_same_bytes():
    assert trained() == trained()


def test_what_is_taught_is_said():
    vote = Vote(trained())
    up, idle = (vote.says(["<vehicle>", verb], title=False) for verb in ("soars", "rests"))
    assert up["launch"] > idle["launch"]
    assert up["occurred"] > up["planned"]


def test_a_feature_of_fewer_texts_is_not_kept_and_none_is_longer_than_a_pair():
    few = [Lesson(["rare", "words"], False, np.zeros(3), 1.0, n) for n in range(TEXTS - 1)]
    twice = [*few, *few]
    assert kept_features(twice) == []
    assert max(len(f.split()) for f in kept_features(lessons())) == 2


def test_the_first_sentences_tell_the_news_with_and_without_the_rules_words(extractor):
    text = "Soyuz MS-29 lifted off from Baikonur. The Soyuz rocket has three stages."
    outputs = [*extractor.pack.manifest.types, *STATUSES]
    told = list(lessons_of(extractor, 7, "Crew on its way in a Soyuz", text, outputs))
    assert [lesson.answers[outputs.index("launch")] for lesson in told[:3]] == [1.0, 1.0, 1.0]
    assert "lifted" in told[1].words
    assert "lifted" not in told[2].words


def test_each_title_is_read_once(tmp_path):
    file = tmp_path / "texts.csv"
    file.write_text('1,A site, One title, Text, with a comma\n2,B site, One title, Again\n"3",C,Other,x\n')
    assert sorted(summaries(file)) == [("1", "One title", "Text,with a comma"), ("3", "Other", "x")]
