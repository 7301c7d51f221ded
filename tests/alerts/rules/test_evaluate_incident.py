"""A rule fires on the changes that it listens to, and says why it is silent otherwise."""

from datetime import UTC, datetime

import msgspec
import pytest

from alerts.rules import STARTER, check_examples, evaluate, examples, load_rules
from alerts.rules.condition import compile_condition, scope_of
from alerts.rules.subject import subject_of
from alerts.rules.summary import fill
from transforms.records import Change, Evidence, Incident, Report, deterministic_id

NOON = datetime(2021, 10, 5, 12, tzinfo=UTC)
RULE = """\
rules:
  - id: one
    summary: "{mission}: {type}"
    if: incident.type == "docking_anomaly" && incident.confidence >= 0.6
    on: [opened, escalated]
    severity: critical
"""


def incident(**changes):
    report = Report(
        article_id="a",
        event_id="e",
        publisher="P",
        lineage="a",
        status="occurred",
        confidence=0.8,
        received=NOON,
        evidence=Evidence("q", 0, 1),
    )
    given = Incident(
        id="i1",
        version=1,
        pack="space",
        type="docking_anomaly",
        occurrence=1,
        status="occurred",
        changes=(Change("opened"),),
        cause="a",
        at=NOON,
        opened=NOON,
        reports=(report,),
        confidence=0.8,
        independent_sources=1,
        mission="Soyuz MS-19",
    )
    return msgspec.structs.replace(given, **changes)


@pytest.fixture
def load(tmp_path):
    def loaded(text):
        path = tmp_path / "rules.yaml"
        path.write_text(text)
        return load_rules([path])

    return loaded


def outcomes(rules, **changes):
    return evaluate(rules, incident(**changes), fetched=NOON, published=None)


def test_an_alert_has_an_id_that_follows_from_incident_version_cause_and_rule(load):
    (outcome,) = outcomes(load(RULE))
    assert (outcome.verdict, outcome.reason) == ("fired", "fired")
    assert outcome.alert.id == deterministic_id("alert", "i1", 1, incident().cause, "one")
    assert (outcome.alert.summary, outcome.alert.severity) == ("Soyuz MS-19: docking anomaly", "critical")
    assert (outcome.alert.fetched, outcome.alert.published, outcome.alert.at) == (NOON, None, NOON)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"changes": (Change("corroborated"),)}, "change_not_listened_to"),
        ({"changes": (Change("corroborated"), Change("escalated"))}, "fired"),
        ({"confidence": 0.5}, "condition_false"),
        ({"type": "docking"}, "condition_false"),
        ({"historical": True}, "historical"),
    ],
)
def test_a_rule_says_why(load, changes, reason):
    assert [o.reason for o in outcomes(load(RULE), **changes)] == [reason]


def test_a_draft_is_silent_and_a_shadow_only_recorded(load):
    assert outcomes(load(RULE + "    state: draft\n"))[0].reason == "draft"
    assert outcomes(load(RULE + "    state: shadow\n"))[0].alert.state == "shadow"


def test_a_condition_that_breaks_on_one_incident_is_told_and_stops_nothing(load):
    source = 'incident.mission != "Odd" || incident.crew[0] == "x"'
    text = RULE.replace('incident.type == "docking_anomaly" && incident.confidence >= 0.6', source)
    (outcome,) = outcomes(load(text), mission="Odd")
    assert (outcome.verdict, outcome.reason, outcome.alert) == ("quiet", "condition_error", None)


@pytest.mark.parametrize(
    ("kind", "status", "change", "fired"),
    [
        ("launch", "occurred", "opened", ["launch"]),
        ("launch", "occurred", "status_changed", ["launch"]),
        ("launch", "scheduled", "opened", []),
        ("launch", "announced", "corroborated", []),
        ("launch", "scrubbed", "status_changed", ["scrub-or-slip"]),
        ("launch", "slipped", "slipped", ["scrub-or-slip"]),
        ("launch_failure", "occurred", "opened", ["launch-failure"]),
        ("docking_anomaly", "resolved", "resolved", ["docking-anomaly"]),
        ("spacecraft_anomaly", "occurred", "escalated", ["spacecraft-anomaly"]),
        ("docking", "scheduled", "opened", []),
        ("docking", "occurred", "opened", ["docking"]),
        ("landing", "occurred", "status_changed", ["landing"]),
        ("spacewalk", "occurred", "opened", ["spacewalk"]),
        ("test", "occurred", "opened", []),
    ],
)
def test_the_starter_rules_fire_on_what_happened_and_not_on_plans(kind, status, change, fired):
    found = outcomes(load_rules([STARTER]), type=kind, status=status, changes=(Change(change),))
    assert [o.rule_id for o in found if o.alert] == fired


def test_summaries_of_hostile_names_stay_one_line_of_text():
    values = {"mission": "{id}\n<!channel> " + "x" * 500, "id": "secret"}
    assert fill("{mission}{{}}", values).startswith("{id} <!channel> xxx")
    assert len(fill("{mission}", values)) == 300
    assert fill("{{{id}}}", values) == "{secret}"


def test_examples_are_checked_with_what_really_fires():
    rules = load_rules([STARTER])
    wrong = check_examples(rules, lambda text: {"launch"})
    assert all(example.fires != (example.rule_id == "launch") for example in wrong)
    assert len(list(examples(rules))) == 16
    assert [(one.rule_id, one.fires) for one in examples(rules)][:2] == [
        ("launch", True),
        ("launch", False),
    ]


@pytest.mark.parametrize(
    ("old", "new", "hours"),
    [
        ("2021-10-05", "2021-10-07", 48),
        ("2021-10-05T08:00Z", "2021-10-05T20:30Z", 12.5),
        ("2021-10-05", "2021-10-07T06:00Z", 48),
    ],
)
def test_a_rule_may_ask_how_far_a_date_moved(old, new, hours):
    moved = incident(changes=(Change("slipped", "time", old, new),))
    condition, _ = compile_condition(f"incident.slip_hours >= {float(hours)}")
    further, _ = compile_condition(f"incident.slip_hours > {float(hours)}")
    scope = scope_of(subject_of(moved))
    assert (condition.holds(scope), further.holds(scope)) == (True, False)


def test_what_does_not_move_a_date_moves_it_by_no_hours():
    told = incident(changes=(Change("slipped", "status", "scheduled", "slipped"),))
    assert subject_of(told)["slip_hours"] == 0
