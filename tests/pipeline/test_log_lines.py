"""Log lines are for people or machines, one event each, and tell no secret."""

import io
import json
import logging

import pytest
import structlog

from pipeline.log_lines import set_up_log_lines
from transforms.secret import Secret


@pytest.fixture
def lines():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()

    def begin(form="text", level="info"):
        set_up_log_lines(form, level, part="collect", stream=stream)
        return stream

    yield begin
    logging.getLogger().handlers[:] = before[0]
    logging.getLogger().setLevel(before[1])
    structlog.reset_defaults()


def after_time(text):
    return text.split(" ", 1)[1]


def test_a_line_for_people_is_key_value(lines):
    stream = lines()
    structlog.get_logger("x").info("feed state", feed="https://a.example/", state="ok", count=3)
    assert after_time(stream.getvalue()) == (
        'level=info part=collect event="feed state" count=3 feed=https://a.example/ state=ok\n'
    )


def test_a_line_for_machines_is_json(lines):
    stream = lines("json")
    structlog.get_logger("x").warning("slow", seconds=1.5)
    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("Z")
    assert line == {"level": "warning", "part": "collect", "event": "slow", "seconds": 1.5}


@pytest.mark.parametrize("form", ["text", "json"])
def test_lines_of_libraries_take_the_same_way(lines, form):
    stream = lines(form)
    logging.getLogger("some.library").error("cannot open %s", "x.sqlite")
    assert "cannot open x.sqlite" in stream.getvalue()
    assert "collect" in stream.getvalue()


def test_what_is_below_the_level_is_left_out(lines):
    stream = lines(level="warning")
    structlog.get_logger("x").info("chatter")
    logging.getLogger("some.library").info("chatter")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_is_never_shown(lines, form):
    stream = lines(form)
    structlog.get_logger("x").info("sending", to=Secret("hunter2"), all=[Secret("hunter2")])
    logging.getLogger("y").info("sending to %s", Secret("hunter2"))
    assert "hunter2" not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_strangers_can_neither_break_a_line_nor_speak_to_the_terminal(lines):
    stream = lines()
    structlog.get_logger("x").info("odd", title='a\nlevel=error event="forged"\x1b[2J\u202e')
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()
    assert after_time(stream.getvalue()) == (
        'level=info part=collect event=odd title="a level=error event=\\"forged\\" [2J"\n'
    )


def test_a_traceback_follows_its_line(lines):
    stream = lines()
    try:
        raise ValueError("no\x1b[2J")
    except ValueError:
        structlog.get_logger("x").exception("bug")
    rows = stream.getvalue().splitlines()
    assert rows[0].endswith("level=error part=collect event=bug")
    assert rows[1] == "    Traceback (most recent call last):"
    assert rows[-1] == "    ValueError: no [2J"
