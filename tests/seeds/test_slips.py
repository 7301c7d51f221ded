"""A launch that is to be on 12 March, then on 14 March, then no earlier than 14 March, has slipped once."""

from io import StringIO

import pytest

from alerts.rules.subject import slip_hours
from pipeline.replay import Given, run
from tests.seeds.expected import SEEDS, starter_settings
from transforms.records import Alert, Disposition, Incident, decode


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("slips")
    run([SEEDS / "slips"], starter_settings(), out, Given(), StringIO())
    return out


def read(folder, name, kind):
    return [decode(kind, line) for line in (folder / f"{name}.jsonl").read_bytes().splitlines()]


def test_three_articles_give_one_slip_of_two_days_and_no_second(folder):
    versions = read(folder, "incidents", Incident)
    assert len({v.id for v in versions if v.type == "launch"}) == 1
    slips = [(c.field, c.old, c.new) for v in versions for c in v.changes if c.kind == "slipped"]
    assert slips == [("time", "2022-03-12", "2022-03-14")]
    assert max(slip_hours(v) for v in versions) == sum(slip_hours(v) for v in versions) == 48


def test_the_slip_is_told_with_the_words_of_both_days(folder):
    alerts = [a for a in read(folder, "alerts", Alert) if slip_hours(a.incident)]
    told = [
        (a.rule, c.old_quote, c.new_quote) for a in alerts for c in a.incident.changes if c.field == "time"
    ]
    assert told == [("scrub-or-slip", "12 March", "14 March")]


def test_the_delay_knows_the_new_day_and_how_exactly_it_is_said(folder):
    events = [e for d in read(folder, "dispositions", Disposition) for e in d.events]
    (delay,) = (e for e in events if e.type == "launch_delay")
    assert delay.slip.new.start.date().isoformat() == "2022-03-14"
    assert delay.slip.new.granularity == "day"
