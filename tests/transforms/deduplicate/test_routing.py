"""A text finds those that it may be a copy of, and waits for no answer for ever."""

from datetime import timedelta

import pytest

from tests.transforms.deduplicate.invented import NOON, intake
from transforms.deduplicate import Deduplicator
from transforms.deduplicate.heads import CELL_CAP, Head, probe
from transforms.deduplicate.states import pack, unpack
from transforms.deduplicate.steps import Answer, Arrived, Decision, Edges, Held, Probe, Show, step
from transforms.deduplicate.verdict import HORIZON_MS
from transforms.deduplicate.votes import needed, route_of
from transforms.deduplicate.waiting import PATIENCE_MS

ME = Head(1, 1_000_000)
TEXT = (
    "The crew of three docked with the station on Tuesday after a short flight from the desert, and the "
    "commander flew the last part of the approach himself."
)


def test_the_first_to_show_a_key_stays_its_head():
    cell, head = probe(b"", 77, ME)
    assert head == ME
    earlier = Head(2, ME.at - 5)
    assert probe(cell, 77, earlier).head == ME
    assert probe(cell, 78, earlier).head == earlier


def test_a_head_is_forgotten_after_seven_days_and_in_a_crowd():
    cell, _ = probe(b"", 77, ME)
    assert probe(cell, 77, Head(2, ME.at + HORIZON_MS)).head == ME
    late = Head(2, ME.at + HORIZON_MS + 1)
    assert probe(cell, 77, late).head == late
    for key in range(1000, 1000 + CELL_CAP):
        cell, _ = probe(cell, key, Head(key, ME.at))
    assert len(cell) == CELL_CAP * 20
    assert probe(cell, 77, late).head == late


def test_a_key_inside_another_record_is_not_found():
    cell, _ = probe(b"", 77, Head(88, ME.at))
    assert probe(cell, 88, Head(2, ME.at)).head == Head(2, ME.at)


@pytest.mark.parametrize(("keys", "votes"), [(1, 1), (5, 1), (6, 2), (9, 3), (11, 3), (0, 1)])
def test_how_many_votes_are_needed(keys, votes):
    assert needed(keys) == votes


def test_votes_choose_the_earliest_that_has_enough():
    far, near = Head(5, ME.at - 90_000), Head(6, ME.at - 80_000)
    assert route_of(ME, [far] * 3 + [near] * 3 + [ME] * 4, 10) == 5
    assert route_of(ME, [far] * 2 + [near] * 2 + [ME] * 6, 10) == 1


def test_racing_documents_that_share_the_votes_meet_at_the_earliest():
    racing = [Head(5, ME.at - 20), Head(6, ME.at - 10), Head(7, ME.at + 10)]
    assert route_of(ME, [*racing, *[ME] * 7], 10) == 5
    assert route_of(ME, [Head(7, ME.at + 10)] * 3 + [ME] * 7, 10) == 1


def test_answers_and_article_meet_in_any_order():
    arrived = intake(TEXT, url="https://a.example/1")
    _, events = step({}, Arrived(arrived), frozenset())
    answers = [Answer(e.key, e.me, e.me) for e in events if isinstance(e, Probe)]
    edges = [Edges([], e.me) for e in events if isinstance(e, Show)]
    held = [e for e in events if isinstance(e, Held)]
    for order in ([*held, *edges, *answers], [*answers, *held, *edges], [*answers, *answers, *edges, *held]):
        cell, outputs = {}, []
        for event in order:
            cell, found = step(unpack("waiting", pack("waiting", cell)), event, frozenset())
            outputs += found
        assert [type(o) for o in outputs] == [Decision]
        assert cell == {}


def test_an_article_whose_answers_are_lost_goes_on_when_a_later_one_comes():
    arrived = intake(TEXT, url="https://a.example/1")
    held = Held(arrived, step({}, Arrived(arrived), frozenset())[1][-1].fold, keys=9, edged=True)
    cell, outputs = step({}, held, frozenset())
    assert outputs == []
    since = round(arrived.at.timestamp() * 1000)
    cell, outputs = step(cell, Answer(1, Head(3, since + PATIENCE_MS + 1), ME), frozenset())
    assert [o.intake for o in outputs] == [arrived]
    assert len(cell) == 1


def test_answers_wait_for_an_article_that_is_slow_while_event_time_runs_fast():
    arrived = intake(TEXT, url="https://a.example/1")
    _, events = step({}, Arrived(arrived), frozenset())
    held = next(e for e in events if isinstance(e, Held))
    first, *answers = [Answer(e.key, e.me, e.me) for e in events if isinstance(e, Probe)]
    later = Head(3, first.me.at + HORIZON_MS - 1)
    cell, _ = step({}, first, frozenset())
    cell, _ = step(cell, Answer(1, later, later), frozenset())
    outputs = []
    for event in [held, *answers]:
        cell, found = step(cell, event, frozenset())
        outputs += found
    assert [type(o) for o in outputs] == [Decision]


def test_what_a_feed_puts_around_its_stories_is_learned_and_left_out():
    judge = Deduplicator(frozenset()).judge
    tail = "Follow Jane Roe for more stories like this"
    others = ("Bread got dearer.", "A bridge was closed.", "The fair begins.")
    for n, told in enumerate(others):
        at = NOON + timedelta(minutes=n)
        judge(intake(f"{told} People spoke of it.\n{tail}", url=f"https://b.example/{n}", at=at, feed="b"))
    judge(intake(TEXT, url="https://a.example/1", at=NOON + timedelta(hours=1)))
    fold = judge(
        intake(f"{TEXT}\n{tail}", url="https://b.example/9", at=NOON + timedelta(hours=2), feed="b")
    )[0].fold
    assert (fold.kind, fold.why["left_out"]) == ("duplicate", [tail])
    elsewhere = intake(f"{TEXT}\n{tail}", url="https://c.example/9", at=NOON + timedelta(hours=2), feed="c")
    assert judge(elsewhere)[0].fold.why["because"] == "name"


def test_a_sentence_with_a_number_is_never_learned():
    judge = Deduplicator(frozenset()).judge
    for n in range(5):
        at = NOON + timedelta(minutes=n)
        text = f"Story {'abcde'[n]} of the day.\nThe quake had a magnitude of 5."
        judge(intake(text, url=f"https://b.example/{n}", at=at, feed="b"))
    judge(intake(TEXT, url="https://a.example/1", at=NOON + timedelta(hours=1)))
    quake = intake(f"{TEXT}\nThe quake had a magnitude of 5.", url="https://b.example/9", at=NOON, feed="b")
    assert judge(quake)[0].fold.why["because"] == "number"
