"""Dead letters are listed, shown, counted and dropped, and none of them reaches the terminal."""

import base64
import json
from datetime import timedelta

import pytest

from connectors.log import topics
from connectors.log.interface import NewRecord
from pipeline import cli
from pipeline.dead_letter_count import OpenLetters
from tests.pipeline.dead_letters.shop import CONFIG, NOON, keep, letter


def test_a_poison_record_is_listed_and_shown_without_reaching_the_terminal(shop):
    shop.log.append([NewRecord(topics.ARTICLES, "k", b'{"id": "\x1b[31m')])
    shop.process()
    code, out, _ = shop.dead_letters("list", "--stage", "decode")
    (line,) = out.splitlines()
    ident = line.split()[1]
    assert (code, "decode not-json articles/0/0: " in line) == (0, True)
    code, out, _ = shop.dead_letters("show", ident)
    assert (code, "from: articles/0/0\n" in out, "\x1b" in out) == (0, True, False)
    assert shop.dead_letters("list", "--reason", "another")[1] == ""


def test_a_dropped_letter_counts_and_shows_no_more_until_it_comes_again(shop):
    counted = OpenLetters()
    keep(shop, letter("a"), letter("b"))
    assert counted.count(shop.log) == 2
    assert shop.dead_letters("drop", "a", "nobody") == (
        1, "a dropped\n", "dead-letters: nobody: there is no such dead letter\n",
    )  # fmt: skip
    assert shop.dead_letters("drop", "a")[1] == "a was dropped already\n"
    assert [line.split()[1] for line in shop.dead_letters("list")[1].splitlines()] == ["b"]
    assert "a extract failed - (dropped): " in shop.dead_letters("list", "--marked")[1]
    assert shop.dead_letters("replay", "a")[1] == "a left: it was dropped already\n"
    assert "\ndropped: 20" in shop.dead_letters("show", "a")[1]
    assert counted.count(shop.log) == 1
    keep(shop, letter("a"))
    assert counted.count(shop.log) == 2
    assert len(shop.dead_letters("list")[1].splitlines()) == 2


def test_a_count_reads_a_bounded_stretch_and_is_never_too_low(shop):
    keep(shop, *(letter(str(n)) for n in range(105)))
    assert shop.dead_letters("drop", "3", "100")[0] == 0
    counted = OpenLetters()
    assert [counted.count(shop.log) for _ in range(4)] == [107, 107, 103, 103]


def test_letters_are_chosen_by_stage_reason_and_time(shop):
    keep(
        shop,
        letter("a"),
        letter("b", stage="decode", reason="not-json"),
        letter("c", at=NOON + timedelta(days=1)),
    )

    def found(*words):
        return [line.split()[1] for line in shop.dead_letters("list", *words)[1].splitlines()]

    assert found("--stage", "decode") == ["b"]
    assert found("--reason", "failed") == ["a", "c"]
    assert found("--since", "2026-03-02") == ["c"]
    assert found("--since", "2026-03-01T12:00:00Z", "--stage", "extract", "a") == ["a"]


def test_programs_get_lines_of_json_that_no_terminal_takes_for_more(shop):
    keep(shop, letter("a", error="\x9b31m\u202e", value=b"\x1b\xff", headers={"h\x1b": "\x9b"}))
    code, out, _ = shop.dead_letters("list", "--json")
    assert (code, out.isascii()) == (0, True)
    found = json.loads(out)
    assert (found["id"], found["size_bytes"], found["mark"], found["error"]) == (
        "a",
        2,
        None,
        "\x9b31m\u202e",
    )
    whole = json.loads(shop.dead_letters("show", "a", "--json")[1])
    assert base64.b64decode(whole["value"]) == b"\x1b\xff"


def test_bytes_are_shown_without_reaching_the_terminal_and_saved_as_they_are(shop, tmp_path):
    value = "first\x1b[31m\u202e\nsecond é".encode() + b"\xff\x00"
    keep(shop, letter("a", value=value, headers={"content-type\x9b": "x\r\ny"}))
    out = shop.dead_letters("show", "a")[1]
    assert out.splitlines()[-4:-1] == [
        "value, 25 bytes:", r"first\x1b[31m\u202e", r"second é\xff\x00",
    ]  # fmt: skip
    assert "header content-type: x y\n" in out
    file = tmp_path / "letter"
    assert shop.dead_letters("show", "a", "--output", str(file)) == (0, f"{file} written: 25 bytes\n", "")
    assert file.read_bytes() == value
    assert shop.dead_letters("show", "a", "b", "--output", str(file))[0] == 2


@pytest.mark.parametrize("action", ["show", "replay"])
def test_an_id_that_is_not_there_is_named(shop, action):
    assert shop.dead_letters(action, "nobody") == (
        1,
        "",
        "dead-letters: nobody: there is no such dead letter\n",
    )


def test_all_letters_that_the_filters_leave_are_dropped(shop):
    theirs = {"headers": {"feed": "https://a.example/feed"}, "stage": "collect", "reason": "no-text"}
    keep(shop, letter("a"), letter("b", **theirs), letter("c", **(theirs | {"reason": "no-date"})))
    assert shop.dead_letters("drop", "--all", "--feed", "https://a.example/feed", "--reason", "no-text") == (
        0, "b dropped\n", "",
    )  # fmt: skip
    found = [line.split()[1] for line in shop.dead_letters("list")[1].splitlines()]
    assert found == ["a", "c"]
    assert shop.dead_letters("drop", "--all", "--stage", "collect")[1] == "c dropped\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["dead-letters", "list"], 0),
        (["dead-letters", "show", "x"], 1),
        (["dead-letters", "replay", "--all"], 0),
        (["dead-letters", "drop", "--all"], 0),
        (["story", "show", "x"], 1),
        (["story", "unfold", "x"], 1),
        (["explain", "x"], 1),
    ],
)
def test_looking_into_an_empty_folder_makes_nothing(tmp_path, capsys, words, code):
    config = tmp_path / "missionwire.yaml"
    config.write_text(CONFIG)
    assert cli.main([*words, "--config", str(config)]) == code
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == [config]
