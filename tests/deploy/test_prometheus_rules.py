"""The rules are valid, each alert is tested both ways, and those tests notice when the alert is changed."""

import json
import re

import pytest
from ruamel.yaml import YAML

from tests.deploy.prometheus_kit import DEPLOY, checked

FOLDER = DEPLOY / "prometheus"
RULES_TEXT = (FOLDER / "missionwire.rules.yaml").read_text()
RULES = YAML(typ="safe").load(RULES_TEXT)
TESTS = YAML(typ="safe").load(FOLDER / "missionwire.rules.test.yaml")
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"] if "alert" in rule]
NAMES = sorted({alert["alert"] for alert in ALERTS})


def test_promtool_finds_no_fault():
    code, said = checked("promtool", "check", "rules", FOLDER / "missionwire.rules.yaml")
    assert (code, "SUCCESS: 40 rules found" in said) == (0, True), said


@pytest.mark.slow
def test_the_rules_pass_their_tests():
    code, said = checked("promtool", "test", "rules", "missionwire.rules.test.yaml", folder=FOLDER)
    assert code == 0, said


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_has_a_case_that_fires_and_one_that_does_not(name):
    cases = [case for test in TESTS["tests"] for case in test["alert_rule_test"] if case["alertname"] == name]
    assert {bool(case["exp_alerts"]) for case in cases} == {True, False}


def never(alert):
    return {**alert, "expr": "vector(0) > 1"}


def always(alert):
    return {**alert, "expr": "vector(1)"}


def at_once(alert):
    return {**alert, "for": "0s"}


def ten_times_later(alert):
    return {**alert, "for": re.sub(r"^\d+", lambda n: n.group() + "0", alert["for"])}


CHANGES = [
    (alert["alert"], change)
    for alert in ALERTS
    for change in (never, always, *((at_once, ten_times_later) if "for" in alert else ()))
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_the_tests_notice_a_changed_alert(name, change, tmp_path):
    (tmp_path / "rules.yaml").write_text(json.dumps(only(name, change)))
    (tmp_path / "test.yaml").write_text(json.dumps(cases_of(name)))
    code, said = checked("promtool", "test", "rules", "test.yaml", folder=tmp_path)
    assert code == 1, f"nobody noticed: {said}"
    assert f"alertname: {name}" in said


THRESHOLD = re.compile(r"(?<=[<>=] )\d+(?:\.\d+)?")
THRESHOLDS = [
    pytest.param(
        alert,
        found.span(),
        float(found.group()) * factor or (factor - 1) * 2,
        id=f"{alert['alert']}, threshold {number}, {word}",
    )
    for alert in ALERTS
    for number, found in enumerate(THRESHOLD.finditer(alert["expr"]))
    for word, factor in (("half", 0.5), ("half more", 1.5))
]


@pytest.mark.slow
@pytest.mark.parametrize(("alert", "span", "value"), THRESHOLDS)
def test_the_tests_notice_a_moved_threshold(alert, span, value, tmp_path):
    def moved(rule):
        expression = rule["expr"][: span[0]] + f"{value:g}" + rule["expr"][span[1] :]
        return {**rule, "expr": expression} if rule is alert else rule

    (tmp_path / "rules.yaml").write_text(json.dumps(only(alert["alert"], moved)))
    (tmp_path / "test.yaml").write_text(json.dumps(cases_of(alert["alert"])))
    code, said = checked("promtool", "test", "rules", "test.yaml", folder=tmp_path)
    assert code == 1, f"nobody noticed: {said}"


def only(name, change):
    recorded, *groups = RULES["groups"]
    alerts = [change(rule) for group in groups for rule in group["rules"] if rule["alert"] == name]
    return {"groups": [recorded, {"name": "changed", "rules": alerts}]}


def cases_of(name):
    tests = [
        {**test, "alert_rule_test": [c for c in test["alert_rule_test"] if c["alertname"] == name]}
        for test in TESTS["tests"]
    ]
    return {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "group_eval_order": [RULES["groups"][0]["name"], "changed"],
        "tests": [test for test in tests if test["alert_rule_test"]],
    }


def test_groups_are_tested_in_the_order_in_which_they_stand():
    assert TESTS["group_eval_order"] == [group["name"] for group in RULES["groups"]]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_how_bad_it_is_what_it_means_and_where_to_read_on(alert):
    assert alert["labels"]["severity"] in ("warning", "critical")
    told = alert["annotations"]
    assert set(told) == {"summary", "description", "runbook_url"}
    assert "Look" in told["description"] or "look" in told["description"]
    assert told["runbook_url"] == f"deploy/runbook/{alert['alert']}.md"
    assert (DEPLOY.parent / told["runbook_url"]).exists()


@pytest.mark.parametrize("name", NAMES)
def test_the_threshold_of_an_alert_is_argued_above_it(name):
    before, _ = RULES_TEXT.split(f"- alert: {name}\n", 1)
    assert before.rstrip().splitlines()[-1].strip().startswith("# ")


def test_alertmanager_accepts_the_example():
    code, said = checked("amtool", "check-config", FOLDER / "alertmanager.yaml")
    assert (code, "SUCCESS" in said) == (0, True), said


@pytest.mark.parametrize(("severity", "receiver"), [("critical", "on-call"), ("warning", "office")])
def test_critical_alerts_wake_somebody_and_warnings_do_not(severity, receiver):
    config = FOLDER / "alertmanager.yaml"
    code, said = checked(
        "amtool", "config", "routes", "test", "--config.file", config, f"severity={severity}"
    )
    assert (code, said.splitlines()[0]) == (0, receiver)


def test_inhibitions_name_alerts_that_there_are():
    rules = YAML(typ="safe").load(FOLDER / "alertmanager.yaml")["inhibit_rules"]
    matchers = [m for rule in rules for side in ("source", "target") for m in rule[f"{side}_matchers"]]
    patterns = [
        p for m in matchers if m.startswith("alertname") for p in re.search('"(.+)"', m)[1].split("|")
    ]
    assert len(patterns) > 15
    assert [p for p in patterns if not any(re.fullmatch(p, name) for name in NAMES)] == []
