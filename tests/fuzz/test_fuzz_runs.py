"""A short run in the suite; `make fuzz` looks longer, from another seed each time."""

import pytest

from tests.fuzz import feed_bytes

pytestmark = pytest.mark.slow


def test_mutated_feeds_break_no_promise():
    feed_bytes.run(feed_bytes.corpus(), seed_=20261128, examples=1000)


def test_a_run_says_its_seed(capsys):
    assert feed_bytes.main(["--seconds", "0.001", "--seed", "7", "--batch", "5"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("seed 7: ")
    assert "5 bodies read, every promise kept" in printed


def test_feeds_behind_many_empty_comments_break_no_promise():
    starts = [b"<!---->" * 40 + body for body in feed_bytes.corpus()]
    feed_bytes.run(starts, seed_=20261128, examples=100)
