from datetime import UTC, datetime, timedelta

from connectors.feeds.timetable import Timetable

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def planned(**minutes):
    table = Timetable()
    for url, minute in minutes.items():
        table.add(url, NOON + minute * MINUTE)
    return table


def taken(table, now):
    return list(iter(lambda: table.take(now), None))


def test_feeds_come_when_they_are_due_soonest_first():
    table = planned(late=5, soon=1, now=0)
    assert table.soonest() == NOON
    assert taken(table, NOON + MINUTE) == ["now", "soon"]
    assert table.soonest() == NOON + 5 * MINUTE


def test_an_empty_table_has_nothing_due():
    assert (Timetable().soonest(), Timetable().take(NOON)) == (None, None)


def test_only_what_is_kept_stays_and_comes_no_later_than_it_may():
    table = planned(a=10, b=20, c=30)
    table.keep({"b", "c"}, {"c": NOON + 5 * MINUTE, "b": NOON + 25 * MINUTE, "gone": NOON})
    assert taken(table, NOON + 5 * MINUTE) == ["c"]
    assert taken(table, NOON + 20 * MINUTE) == ["b"]
    assert table.soonest() is None


def test_a_clock_that_was_set_back_takes_all_polls_with_it():
    table = planned(a=10)
    table.look(NOON)
    table.look(NOON - 60 * MINUTE)
    assert table.soonest() == NOON - 50 * MINUTE
