import json

import pytest

from transforms.extract.filter_lines import extract_line


@pytest.fixture(scope="module")
def found(extractor, shared):
    (seed,) = (shared / "seeds").glob("000_*.txt")
    line = json.dumps({"id": "seed", "text": seed.read_text(encoding="utf8"), "published": "2021-10-05"})
    return extract_line(extractor, line.encode())["events"]


def test_the_seed_gives_exactly_its_four_events(found):
    assert sorted((e["type"], e["status"], e["mission"]) for e in found) == [
        ("docking", "occurred", "Soyuz MS-19"),
        ("docking_anomaly", "occurred", "Soyuz MS-19"),
        ("landing", "planned", "Soyuz MS-19"),
        ("launch", "occurred", "Soyuz MS-19"),
    ]


def test_the_launch_of_the_seed_is_dated_in_utc_and_placed(found):
    launch = next(e for e in found if e["type"] == "launch")
    assert launch["time"]["start"] == "2021-10-05T08:55:00Z"
    assert launch["site"] == "Baikonur"
    assert [name.split()[-1] for name in launch["crew"]] == ["Peresild", "Shipenko", "Shkaplerov"]
    assert any("launched on time" in e["quote"] for e in launch["evidence"]["type"])


def test_the_docking_of_the_seed_is_on_the_same_day(found):
    docking = next(e for e in found if e["type"] == "docking")
    assert docking["time"] | {"basis": ""} == {
        "start": "2021-10-05T00:00:00Z",
        "granularity": "day",
        "basis": "",
    }


def test_the_anomaly_of_the_seed_quotes_its_fault_and_its_rescue_by_hand(found):
    anomaly = next(e for e in found if e["type"] == "docking_anomaly")
    (quote,) = (e["quote"] for e in anomaly["evidence"]["type"])
    assert quote.startswith("After a malfunction with an automated docking system")
    assert "physical control" in quote


def test_the_landing_of_the_seed_is_twelve_days_later(found):
    landing = next(e for e in found if e["type"] == "landing")
    assert landing["time"] == {
        "start": "2021-10-17T00:00:00Z",
        "granularity": "day",
        "basis": "relative",
    }
