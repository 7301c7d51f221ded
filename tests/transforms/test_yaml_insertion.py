"""Items are added to a list in a YAML text, and nothing else in it changes."""

import difflib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.starter import STARTER_CONFIG
from transforms.located_yaml import parse_located
from transforms.yaml_insertion import InsertionError, with_items

PATH = Path("x.yaml")
NEW = {"url": "https://n.example/", "publisher": "New"}
WRITTEN = '{url: "https://n.example/", publisher: "New"}'
TEXTS = st.text(st.characters(codec="utf-8"), max_size=80).map(
    lambda t: "".join(c for c in t if c.isprintable())
)
STYLES = {
    "flow items": "c:\n  f:\n    - {u: 1}  # one\n    # the end\n\nd: 1\n",
    "block items": "c:\n  f:\n  - u: 1\n    p: x   # why\n\n  # the end\nd: 1\n",
    "nested items": "c:\n   f:\n       - u: 1\n         p: [a,\n            b]\n       # the end\nd: 1\n",
    "a flow list": "c: {f: [{u: 1}, # one\n  {u: 2} ], g: 3} # end\nd: 1\n",
    "no last newline": "c:\n  f:\n    - {u: 1}",
    "windows": "c:\r\n  f:\r\n    - {u: 1}\r\n\r\nd: 1\r\n",
    "quoted": "c:\n  'f':\n    - u: 'it''s # no comment'\n    -   u: \"a\\\n          b\"\nd: 1\n",
    "strings": "c: {f: [a, b]}\n",
}


def added(text, *items):
    return parse_located(text, PATH).data["c"]["f"] + list(items)


@pytest.mark.parametrize("style", STYLES)
def test_only_the_new_items_are_new(style):
    text = STYLES[style]
    changed = with_items(text, ["c", "f"], [NEW, NEW])
    assert parse_located(changed, PATH).data["c"]["f"] == added(text, NEW, NEW)
    pieces = difflib.SequenceMatcher(None, text, changed, autojunk=False).get_opcodes()
    assert {kind for kind, *_ in pieces} == {"equal", "insert"}
    assert changed.count(WRITTEN) == 2


def test_the_starter_keeps_its_comments_where_they_are():
    text = STARTER_CONFIG.read_text()
    before, after = text.splitlines(), with_items(text, ["collect", "feeds"], [NEW]).splitlines()
    last = before.index("    # A feed may be polled at a distance of its own:") - 1
    assert after == [*before[:last], f"    - {WRITTEN}", *before[last:]]


@given(url=TEXTS, publisher=TEXTS, style=st.sampled_from(sorted(STYLES)))
def test_no_value_becomes_anything_but_text(url, publisher, style):
    item = {"url": url, "publisher": publisher}
    changed = with_items(STYLES[style], ["c", "f"], [item])
    assert parse_located(changed, PATH).data["c"]["f"] == added(STYLES[style], item)


@pytest.mark.parametrize(
    "text",
    [
        "c: {f: []}",
        "c:\n  f:\n    - |\n      text\n  d: 1\n",
        "c: {}",
        "c: 1",
        "[1]",
        "c:\n  f:\n",
        "",
        "c: [\n",
    ],
)
def test_a_list_that_is_not_there_is_refused(text):
    with pytest.raises(InsertionError):
        with_items(text, ["c", "f"], [NEW])
