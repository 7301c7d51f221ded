"""The quick tokenizer cuts a text as spaCy's own does."""

import json

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extract.tokenizer import is_emoticon, tokenizing

PIECES = [
    "launch",
    "can't",
    "cannot",
    "U.S.",
    "$5m",
    "9.5km",
    "(Crew-12)",
    "“quoted”",
    "a.m.",
    "http://a.bc/d?e=f",
    "mail@a.bc",
    "www.x.org",
    "10.0.0.1",
    "e.g.",
    "won’t",
    "NASA's",
    "it’s",
    "rock'n'roll",
    "--",
    "...",
    "…",
    "Cape-Canaveral's",
    "7:41pm,",
    "end.Next",
    "İstanbul",
    "naïve",
    "🚀",
    "\u200bzero",
    "dont",
    "im",
    "id",
    '"' * 40,
    "x" + "." * 30,
    "“‘(" * 12,
    "'..'" * 9,
    "—",
    ":)",
]


@pytest.fixture(scope="module")
def cut():
    quick, plain = tokenizing(), spacy.blank("en")
    rules = plain.tokenizer.rules.items()
    plain.tokenizer.rules = {case: cut for case, cut in rules if not is_emoticon(case)}
    return lambda text: ([t.text for t in quick.make_doc(text)], [t.text for t in plain.make_doc(text)])


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12),
    st.sampled_from(["", " ", "  ", "\n"]),
)
def test_any_text_is_cut_as_by_the_tokenizer_that_it_speeds_up(cut, pieces, gap):
    quick, plain = cut(gap.join(pieces))
    assert quick == plain


def test_real_articles_are_cut_as_by_the_tokenizer_that_it_speeds_up(cut, shared):
    for line in (shared / "gold" / "dev.jsonl").read_bytes().splitlines():
        quick, plain = cut(json.loads(line)["text"])
        assert quick == plain
