"""The filters: article lines in, results out, in order; what cannot be read is named and the rest goes on."""

import json
from functools import partial
from io import BytesIO

import pytest

from pipeline.cli import main
from pipeline.filters import dedup_lines, extract_lines

LONG = (
    "The council voted for a new bridge over the river and will open it to all traffic in the coming spring."
)


def through(filter_lines, *lines):
    out = BytesIO()
    code = filter_lines(BytesIO("\n".join(lines).encode()), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def line(**fields):
    return json.dumps(
        {"id": "1", "title": "Bridge", "text": LONG, "published": "2026-01-01T00:00:00Z"} | fields
    )


def test_each_line_gets_its_verdict_in_order():
    code, found = through(
        dedup_lines,
        line(id="a", url="https://a.example/1"),
        line(id="b", url="https://b.example/1"),
        line(id="c", url="https://a.example/1"),
        line(id="d", url="https://a.example/1", text=LONG.replace("new", "brand new")),
        line(id="e", url="https://a.example/1", text=LONG.replace("The council", "The council of 12")),
        line(id="f", url="https://c.example/1", text="Something else altogether was said on that long day."),
    )
    assert code == 0
    assert [{k: v for k, v in each.items() if k != "why"} for each in found] == [
        {"id": "a", "verdict": "NEW", "of": None},
        {"id": "b", "verdict": "DUPLICATE", "of": "a"},
        {"id": "c", "verdict": "REPEAT", "of": "a"},
        {"id": "d", "verdict": "COSMETIC", "of": "a"},
        {"id": "e", "verdict": "REVISION", "of": "a"},
        {"id": "f", "verdict": "NEW", "of": None},
    ]
    assert found[1]["why"]["contained"] == 1.0
    assert found[4]["why"] == {"difference": "numbers", "new": ["12"]}


def test_after_the_horizon_a_text_is_new_again():
    _, found = through(
        dedup_lines,
        line(id="a", url="https://a.example/1"),
        line(id="b", url="https://a.example/1", published="2026-01-09T00:00:00Z"),
    )
    assert [f["verdict"] for f in found] == ["NEW", "NEW"]


def test_events_come_with_words_that_stand_in_the_article():
    text = "Soyuz MS-19 docked with the space station by hand on Tuesday after the automatic system failed."
    code, found = through(extract_lines, line(id=7, title=None, text=text, published="2021-10-06"))
    assert (code, found[0]["id"]) == (0, 7)
    events = {(e["type"], e["status"]): e for e in found[0]["events"]}
    docking = events["docking", "occurred"]
    assert docking["mission"] == "Soyuz MS-19"
    for words in docking["evidence"].values():
        for each in words:
            assert text[each["start"] : each["end"]] == each["quote"]


def test_events_that_a_parser_had_a_part_in_say_so(parser_model):
    text = "The second launch rehearsal for Artemis II was a massive success."
    _, by_rules = through(extract_lines, line(text=text))
    _, by_parser = through(partial(extract_lines, model=parser_model), line(text=text))
    told = [[(e["type"], e.get("profile")) for e in found[0]["events"]] for found in (by_rules, by_parser)]
    assert told == [[("test", None)], [("test", "parser")]]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--parser-model", "./models"], "extract: --parser-model only with --profile parser\n"),
        (
            ["--profile", "parser", "--parser-model", "./none"],
            "extract: parser model ./none: there is no such file or folder (expected en_core_web_sm 3.8.0: ",
        ),
    ],
)
def test_a_parser_that_cannot_be_had_is_wrong_use(options, complaint, capsys):
    assert main(["extract", *options, "/dev/null"]) == 2
    assert capsys.readouterr().err.startswith(complaint)


@pytest.mark.parametrize("filter_lines", [dedup_lines, extract_lines])
def test_a_line_that_cannot_be_read_is_named_and_the_rest_goes_on(filter_lines, capsys):
    code, found = through(filter_lines, "{", "", line(id="b"), '{"id": "c"}', line(published="soon"))
    assert (code, [f["id"] for f in found]) == (1, ["b"])
    complaints = capsys.readouterr().err.splitlines()
    assert [c.split(":")[1].strip() for c in complaints] == ["line 1", "line 4", "line 5"]
    assert "`published` is no time: 'soon'" in complaints[2]
