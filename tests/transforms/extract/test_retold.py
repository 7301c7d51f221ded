"""What a lede tells twice, of two names, is one event; two flights are two where the text speaks of two."""

import pytest

from tests.transforms.extract.conftest import PUBLISHED
from tests.transforms.extract.hearing import heard
from transforms.extract.extractor import drafts_of
from transforms.extract.lede import LEDE_WORDS

TITLE, TEXT = (
    "NISAR lifts off from Sriharikota",
    "Launching the SES-22 satellite cost a fortune, but it lifted off.",
)


@pytest.fixture(scope="module")
def told(extractor):
    def read(title, text, said=None):
        with extractor.reading(title, text, PUBLISHED) as reading:
            reading.ask_vote = lambda *_: None
            reading.names = heard(title, text, said) if said else None
            kept, _ = drafts_of(reading.mentions(), reading)
            return [(d.type, d.status, d.named.entity and d.named.entity.name) for d in kept]

    return read


def test_headline_and_first_sentence_tell_one_launch_of_two_names(told):
    assert told(TITLE, TEXT) == [("launch", "occurred", "NISAR")]


def test_the_flight_has_the_name_that_is_heard_more_surely(told):
    said = {"launch/occurred": {"NISAR": -1.0, "SES-22": 0.5}}
    assert told(TITLE, TEXT, said) == [("launch", "occurred", "SES-22")]


def test_where_no_name_was_heard_it_has_the_one_whose_kind_comes_first(told):
    text = "The OFT-7 mission lifted off from Florida, said Boeing."
    assert told("Perseverance launched", text) == [("launch", "occurred", "OFT-7")]


def test_words_of_both_sentences_prove_the_event(extractor, saying):
    (event,) = extractor.extract(saying(TEXT, TITLE)).events
    assert {quote.field for quote in event.evidence["type"]} == {"title", "text"}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("NISAR lifts off on Monday", "SES-22 lifted off on Friday."),
        ("NISAR to launch in July", "SES-22 will launch in September."),
        ("NISAR lifts off", "SES-22 lifted off hours after NISAR lifted off."),
        ("NISAR lifts off", "Another SES-22 satellite lifted off from Florida."),
        ("SES-22 lifts off", "Another Perseverance lifted off from Florida."),
        ("Launch Preview: Starlink lifts off, New Glenn lifts off", ""),
        ("NISAR lifts off", "It was a good day. " * (LEDE_WORDS // 6 + 1) + "SES-22 lifted off on Monday."),
        ("NISAR lifts off on Atlas V", "An Atlas V flew NISAR. Falcon 9 lifted off in Florida."),
        ("NISAR and SES-22 are ready", "NISAR lifted off. Falcon 9 lifted off in Florida."),
        ("Electron lifts off", "Vega C lifted off from Kourou."),
        ("Progress MS-41 docks", "Progress MS-42 docked with the station."),
        ("Hubble enters safe mode", "Kepler entered safe mode as well."),
        ("Lucy fails to dock", "Starliner failed to dock with the station."),
    ],
)
def test_two_flights_are_two_where_the_text_speaks_of_two(told, title, text):
    named = [(kind, name) for kind, _, name in told(title, text)]
    assert len(named) == len(set(named)) == 2


def test_where_two_of_three_are_two_flights_all_are_told(told):
    text = "SES-22 lifted off from Florida. Lucy lifted off on Friday."
    assert [name for *_, name in told("NISAR lifts off on Monday", text)] == ["NISAR", "SES-22", "Lucy"]
