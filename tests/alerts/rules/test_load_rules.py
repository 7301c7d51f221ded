"""Rule files are refused with every fault and its line; each bad file beside this one ends in its faults."""

from pathlib import Path

import pytest

from alerts.rules import STARTER, RuleFaults, load_rules, without_examples

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
GOOD = """\
rules:
  - id: one
    summary: "{mission} went to {destination}"
    if: incident.type == "launch" && incident.crew.exists(name, name.startsWith("A"))
    on: [opened]
    severity: info
"""


@pytest.mark.parametrize("path", BAD, ids=[p.stem for p in BAD])
def test_a_bad_file_is_refused_for(path):
    expected = [line[2:] for line in path.read_text().splitlines() if line.startswith("# ")]
    with pytest.raises(RuleFaults) as caught:
        load_rules([path])
    found = [f"{f.line}: {f.what}: {f.why}" for f in caught.value.faults]
    assert len(found) == len(expected)
    assert [f[: len(e)] for f, e in zip(found, expected, strict=True)] == expected


def test_the_faults_of_all_files_come_at_once():
    with pytest.raises(RuleFaults) as caught:
        load_rules(BAD)
    assert {fault.path for fault in caught.value.faults} == set(BAD)


def test_the_starter_rules_load_and_each_has_examples():
    rules = load_rules([STARTER])
    assert [rule.id for rule in rules.rules] == [
        "launch",
        "launch-failure",
        "scrub-or-slip",
        "docking-anomaly",
        "spacecraft-anomaly",
        "docking",
        "landing",
        "spacewalk",
    ]
    assert without_examples(rules) == []


def test_the_version_of_a_rule_follows_its_text(tmp_path):
    path = tmp_path / "rules.yaml"
    versions = []
    for text in (GOOD, "# a comment\n" + GOOD, GOOD.replace("info", "warning")):
        path.write_text(text)
        versions.append(load_rules([path]).rules[0].version)
    assert versions[0] == versions[1] != versions[2]


def test_two_files_make_one_set_and_may_not_share_an_id(tmp_path):
    one, two = tmp_path / "a.yaml", tmp_path / "b.yaml"
    one.write_text(GOOD)
    two.write_text(GOOD.replace("id: one", "id: two"))
    assert [rule.id for rule in load_rules([one, two]).rules] == ["one", "two"]
    two.write_text(GOOD)
    with pytest.raises(RuleFaults, match=r"b\.yaml:2: rules\[0\]\.id: one is already at .*a\.yaml:2"):
        load_rules([one, two])


@pytest.mark.parametrize("source", ["(" * 1900, "!" * 1999 + "true", "[" * 1500, "1" * 1999, "x" * 3000])
def test_a_hostile_condition_is_a_fault(tmp_path, source):
    path = tmp_path / "rules.yaml"
    path.write_text(GOOD.replace('incident.type == "launch"', f'"{source}" == "" || {source}'))
    with pytest.raises(RuleFaults):
        load_rules([path])
