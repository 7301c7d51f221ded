"""Who is told what."""

import json
import random

import msgspec
import pytest

from alerts.notification import key_of
from alerts.plan import Route, merged, plan, preview, preview_all

DESK = Route(("desk",))


def test_every_matching_route_tells_its_receivers_each_once(make):
    routes = [Route(("desk", "mail")), Route(("mail", "hook"))]
    assert [n.receiver for n in plan(make.alert(), routes, make.start).notifications] == [
        "desk",
        "mail",
        "hook",
    ]


@pytest.mark.parametrize(
    ("route", "told"),
    [
        (Route(("desk",), "critical"), ["desk"]),
        (Route(("desk",), "warning"), ["desk"]),
        (Route(("desk",), rules=frozenset({"docking-anomaly"})), ["desk"]),
        (Route(("desk",), rules=frozenset({"launch"})), []),
    ],
)
def test_a_route_asks_for_severity_and_rules(make, route, told):
    assert [n.receiver for n in plan(make.alert(), [route], make.start).notifications] == told


def test_an_alert_below_the_severity_of_all_routes_says_so(make):
    planned = plan(make.alert(severity="warning"), [Route(("desk",), "critical")], make.start)
    assert (planned.notifications, planned.suppressed) == ((), "no_route")


def test_a_rule_on_trial_tells_nobody(make):
    planned = plan(make.alert(state="shadow"), [DESK], make.start)
    assert (planned.notifications, planned.suppressed) == ((), "shadow")


def test_an_incident_of_old_articles_tells_nobody(make):
    planned = plan(make.alert(of=make.incident(historical=True)), [DESK], make.start)
    assert (planned.notifications, planned.suppressed) == ((), "historical")


def test_the_key_depends_on_incident_version_and_receiver_alone(make):
    first, again = make.alert(rule="a", at=make.start), make.alert(rule="b", summary="other")
    assert key_of(first, "desk") == key_of(again, "desk")
    assert key_of(first, "desk") != key_of(first, "mail")
    assert key_of(first, "desk") != key_of(make.alert(of=make.incident(version=2)), "desk")


def test_two_rules_on_one_version_make_one_message_that_names_both(make):
    alerts = [make.alert(rule="any-docking", severity="info", summary="A docking"), make.alert()]
    [told] = preview_all(alerts, [DESK])
    assert told["subject"] == "[CRITICAL] Soyuz MS-19: docking trouble"
    assert "because of: docking-anomaly (critical), any-docking (info)" in told["text"]
    assert [r["rule"] for r in told["rules"]] == ["docking-anomaly", "any-docking"]


def test_the_merged_message_does_not_depend_on_the_order_of_alerts(make):
    alerts = [make.alert(rule=rule) for rule in ("a", "b", "c", "d")]
    want = msgspec.json.encode(preview_all(alerts, [DESK]))
    for seed in range(20):
        shuffled = random.Random(seed).sample(alerts, 4)
        assert msgspec.json.encode(preview_all(shuffled, [DESK])) == want


def test_merging_a_message_with_itself_changes_nothing(make):
    [n] = plan(make.alert(), [DESK], make.start).notifications
    assert merged(n, n) == n


def test_a_preview_is_plain_json_and_the_same_each_time(make):
    routes = [Route(("desk", "mail"))]
    first, second = (preview(make.alert(), routes, make.start) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert [told["receiver"] for told in first] == ["desk", "mail"]
    assert set(first[0]) == {
        *("key", "receiver", "incident", "version", "severity", "rules"),
        *("subject", "text", "html", "slack", "payload"),
    }
