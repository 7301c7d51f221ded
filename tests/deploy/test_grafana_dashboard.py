"""Every query of the dashboard is answered by a live Prometheus, and every panel stands where one sees it."""

import json
import re

import pytest

from tests.deploy.live_parts import an_evening, served
from tests.deploy.prometheus_kit import DEPLOY, Prometheus

DASHBOARD = json.loads((DEPLOY / "grafana/missionwire.json").read_text())
RULES = DEPLOY / "prometheus/missionwire.rules.yaml"
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
VALUES = {"$job": "missionwire", "$instance": ".+", "$__rate_interval": "1m"}
CONFIG = """
global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
rule_files: [%s]
scrape_configs:
  - job_name: missionwire
    static_configs:
%s
"""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prometheus")
    with served() as (ports, scrapes):
        targets = [
            f'      - {{targets: ["127.0.0.1:{port}"], labels: {{part: {part}}}}}'
            for part, port in ports.items()
        ]
        config = folder / "prometheus.yaml"
        config.write_text(CONFIG % (RULES, "\n".join(targets)))
        prometheus = Prometheus(config, folder)
        try:
            scrapes.wait(2)
            for _ in range(2):
                an_evening(scrapes)
                scrapes.wait(4)
            yield prometheus
        finally:
            prometheus.close()


def filled(expression):
    for name, value in VALUES.items():
        expression = expression.replace(name, value)
    return expression


@pytest.mark.slow
@pytest.mark.parametrize(("title", "expression"), QUERIES)
def test_a_live_prometheus_answers_the_query(prometheus, title, expression):
    assert prometheus.query(filled(expression))


@pytest.mark.slow
def test_a_query_that_names_no_metric_of_ours_is_not_answered(prometheus):
    assert not prometheus.query('sum(missionwire_no_such_total{job="missionwire"})')


@pytest.mark.slow
@pytest.mark.parametrize("variable", [v for v in DASHBOARD["templating"]["list"] if v["type"] == "query"])
def test_a_variable_has_values(prometheus, variable):
    selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
    found = prometheus.query(f"count by ({label}) ({filled(selector)})")
    assert len(found) == {"job": 1, "instance": 4}[label]


@pytest.mark.slow
def test_every_selector_of_the_rules_finds_something(prometheus):
    selectors = set(re.findall(r"\b(?:missionwire_\w+|up)(?:\{[^}]*\})?", expressions(RULES.read_text())))
    assert len(selectors) > 25
    assert [s for s in sorted(selectors) if not prometheus.query(s)] == []


def expressions(rules):
    """Return the text of the rules without comments and annotations."""
    kept, in_annotations = [], False
    for line in rules.splitlines():
        in_annotations = line.strip() == "annotations:" or (in_annotations and line.startswith(" " * 10))
        if not in_annotations and not line.strip().startswith("#"):
            kept.append(line)
    return "\n".join(kept)


@pytest.mark.slow
def test_prometheus_evaluates_every_rule(prometheus):
    rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
    assert len(rules) == 40
    assert {(rule["health"], rule.get("lastError", "")) for rule in rules} == {("ok", "")}


def test_every_recorded_metric_is_shown_somewhere_or_decides_an_alert():
    text = RULES.read_text() + json.dumps(DASHBOARD)
    recorded = re.findall(r"record: (\S+)", text)
    assert len(recorded) == 14
    assert [name for name in recorded if text.count(name) < 2] == []


def test_panels_have_names_ids_and_places_of_their_own():
    panels = DASHBOARD["panels"]
    ids = [panel["id"] for panel in panels]
    assert len(set(ids)) == len(ids)
    titles = [panel["title"] for panel in panels]
    assert len(set(titles)) == len(titles)
    covered = [cell for panel in panels for cell in cells(panel["gridPos"])]
    assert len(set(covered)) == len(covered)
    assert max(x for x, _ in covered) == 23


def cells(place):
    return [(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])]


def test_rows_are_the_ones_that_people_look_for():
    assert [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"] == [
        "SLO: 95 of 100 notifications within 10 s of the fetch",
        "Collecting",
        "Processing",
        "Notifying",
        "Kafka and the Flink job",
        "Loops",
    ]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows(panel):
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    for source in (panel["datasource"], *(target["datasource"] for target in panel["targets"])):
        assert source == {"type": "prometheus", "uid": "${datasource}"}
    names = [target["refId"] for target in panel["targets"]]
    assert len(set(names)) == len(names) > 0


UNITS = {"s", "short", "percentunit", "bytes", "cps", "reqps"}


@pytest.mark.parametrize(("title", "expression"), QUERIES)
def test_a_query_of_single_instances_heeds_the_variables(title, expression):
    chosen = expression.count('job=~"$job", instance=~"$instance"')
    assert chosen == len(re.findall(r"\b(?:missionwire_\w+|up)\b", expression))


def test_the_files_name_no_data_source_or_place_of_their_own():
    text = json.dumps(DASHBOARD)
    assert not re.search(r"https?://|localhost|__inputs|\"version\"|\"id\": null", text)
