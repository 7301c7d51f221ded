"""Texts made to break or to fill: each gets its verdict, and what is kept of it is bounded."""

import pytest

from tests.transforms.deduplicate.invented import intake
from transforms.deduplicate import Deduplicator
from transforms.deduplicate.reading import MAX_CHARS
from transforms.deduplicate.states import pack

TEXTS = {
    "a phrase of boilerplate without end": "The post " * 20_000,
    "sentence ends": "." * 200_000,
    "lines": "\n" * 200_000,
    "one word": "a" * 200_000,
    "spaces": " " * 200_000,
    "letters that grow when normalised": "ﷺ" * 60_000,
    "marks on one letter": "a" + "\u0301" * 200_000,
    "no spaces at all": "国" * 200_000,
    "quotation marks": "“a " * 60_000,
    "invisible and turning characters": "\u202e\u200bא " * 50_000,
    "brackets": "(" * 200_000,
    "lone surrogates": "\ud800 " * 1000,
    "numbers": "1,1,1.1/1 " * 20_000,
    "nothing": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_text_gets_its_verdict(text):
    deduplicator = Deduplicator(frozenset())
    first, second = (intake(text, url=f"https://{n}.example/", title=text[:3000]) for n in "ab")
    assert [v.fold.kind for v in deduplicator.judge(first)] == ["new"]
    assert [v.fold.kind for v in deduplicator.judge(second)] in (["update"], ["new"], ["duplicate"])
    assert len(deduplicator.judge(first)) == 1
    kept = sum(len(pack(place.stage, cell)) for place, cell in deduplicator.cells.items())
    assert kept < 100 * MAX_CHARS
