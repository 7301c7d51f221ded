"""How well a name fits a flight goes by its odds, its kind, and where and how often it stands."""

import pytest

from tests.transforms.extract.hearing import heard
from transforms.extract.drafts import gather
from transforms.extract.naming import features
from transforms.extract.renamed import flights_of, heard_in, names_for

TEXT = "SES-22 waits. A Falcon 9 lifted off with Nusantara 5 on Tuesday. Nusantara 5 is heavy."


@pytest.fixture(scope="module")
def found(extractor):
    manifest = extractor.pack.manifest

    def read(said, text=TEXT):
        with extractor.reading("", text, None) as reading:
            drafts, _ = gather(reading.mentions(), reading.missions, manifest)
            reading.names = heard("", text, {"launch/occurred": said})
            ((mine, others),) = flights_of(drafts)
            names = names_for(mine, others, heard_in(reading, reading.names), reading)
            return {n.entity and n.entity.name: features(n, mine[0], names, manifest) for n in names}

    return read


def test_a_name_of_the_text_has_its_odds_and_what_rules_know_of_it(found):
    told = found({"Nusantara 5": 1.5, "Falcon 9": 0.6, "SES-22": 0.0})
    assert set(told) == {"Nusantara 5", "Falcon 9", "SES-22"}
    assert told["SES-22"] == (
        {
            "odds": 0.0,
            "before": 0.0,
            "kind": told["Nusantara 5"]["kind"],
            "own": 0.0,
            "near": 0.0,
            "early": 1.0,
            "often": 0.25,
            "number": 0.0,
            "listed": 1.0,
            "spelled": 0.0,
        }
    )
    assert told["Nusantara 5"]["odds"] == 0.5
    assert told["Nusantara 5"]["often"] == 0.5
    assert [told[name]["before"] for name in ("Falcon 9", "Nusantara 5")] == [0.0, 1.0]
    assert told["Falcon 9"]["kind"] < told["Nusantara 5"]["kind"]
    assert all(
        told[name][feature] == 1.0 for name in ("Falcon 9", "Nusantara 5") for feature in ("own", "near")
    )


def test_that_there_is_no_name_fits_less_the_more_one_is_heard(found):
    none = found({"Start Me Up": 1.5}, "They call it Start Me Up. The rocket lifted off on Tuesday.")
    assert none[None] == {"none": 1.0, "none_heard": 0.5, "before": 1.0}
    assert none["Start Me Up"]["spelled"] == 1.0


def test_no_name_that_is_likelier_none_is_there_but_the_one_of_the_rules(found):
    assert set(found({"Nusantara 5": -0.1, "Falcon 9": -0.1, "SES-22": -0.1})) == {"Nusantara 5"}
    assert None not in found({})
