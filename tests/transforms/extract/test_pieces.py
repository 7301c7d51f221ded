"""Texts are split into pieces that a table knows; where names stand among them is known by their words."""

import pytest

from tests.bench.extraction.named import marks_of
from transforms.extract.pieces import MOST_PIECES, TITLE_PIECES, Pieces, words_of

KNOWN = ["[UNK]", "[CLS]", "[SEP]", "dock", "do", "##ed", "##cked", "soyuz", "ms", "-", "##2", "2", "9"]
PIECES = Pieces(KNOWN)


def pieces_of(title, text=""):
    return PIECES.split(title, text).numbers


def shown(split, name):
    """Return the pieces of a name, each time that it stands in a text."""
    return [[KNOWN[n] for n in split.numbers[split.pieces_of(run)]] for run in split.runs_of(words_of(name))]


def test_a_word_is_its_longest_pieces():
    assert pieces_of("Docked") == [1, 3, 5, 2, 2]
    assert pieces_of("Sóyuz docked", "do") == [1, 7, 3, 5, 2, 4, 2]


@pytest.mark.parametrize("word", ["dockx", "宇宙", "dock" * 9])
def test_a_word_without_pieces_is_unknown(word):
    assert pieces_of(word) == [1, 0, 2, 2]


def test_of_a_long_text_the_first_pieces_are_read():
    long = "dock " * 500
    assert len(pieces_of(long, long)) == MOST_PIECES
    assert pieces_of(long).count(3) == TITLE_PIECES
    assert pieces_of("", long).count(3) == MOST_PIECES - 3


def test_a_word_at_the_end_of_what_is_read_keeps_its_first_pieces():
    split = PIECES.split("dock " * (TITLE_PIECES - 1) + "docked soyuz", "")
    assert split.numbers[-3:] == [3, 2, 2]
    assert split.runs_of(["soyuz"]) == []
    assert split.pieces_of(range(TITLE_PIECES, TITLE_PIECES + 1)) == slice(TITLE_PIECES, TITLE_PIECES + 1)


def test_words_of_many_letters_are_not_remembered():
    pieces = Pieces(KNOWN)
    pieces.split(" ".join(f"{'각' * 4000}{n}" for n in range(20)), "dock")
    assert pieces._of_word.cache_info().currsize == 1


def test_a_name_is_found_by_its_words_each_time_that_it_stands_there():
    split = PIECES.split("Sóyuz MS-2 docked", "SOYUZ MS 2, soyuz ms-29: Soyuz MS-2")
    assert shown(split, "Soyuz MS-2") == [["soyuz", "ms", "-", "2"]] * 2
    assert shown(split, "docked") == [["dock", "##ed"]]


def test_no_name_runs_from_the_headline_into_the_text():
    split = PIECES.split("Soyuz", "MS-2")
    assert split.runs_of(words_of("Soyuz MS-2")) == []
    assert split.runs_of([]) == []


def test_what_teaches_names_are_the_pieces_of_those_of_each_kind_of_event():
    outputs = ["docking/occurred", "launch/occurred", "launch/planned"]
    split = PIECES.split("Soyuz docked", "do 2")
    events = [("docking", "Soyuz"), ("docking", "2"), ("launch", None), ("undocking", "Soyuz")]
    article = {"events": [{"type": t, "status": "occurred", "mission": m} for t, m in events]}
    assert marks_of(article, split, outputs) == {0: [0, 1, 0, 0, 0, 0, 1, 0], 1: [0] * 8}
    lost = {"events": [*article["events"], {"type": "docking", "status": "occurred", "mission": "Mir"}]}
    assert marks_of(lost, split, outputs) == {1: [0] * 8}
