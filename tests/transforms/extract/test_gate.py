"""What the gate lets through: a word of the domain and one of an event, and of a long text no mere chance."""

import pytest

from transforms.extract.gate import LEDE, LONG, Gate

FILLER = "The council of the town met on Tuesday to talk of roads and of schools. "
ABOVE = FILLER * (LEDE // len(FILLER) + 1)
BELOW = FILLER * (LONG // len(FILLER) + 1)


@pytest.fixture
def gate():
    return Gate(
        domain=["rocket", "soyuz", "orbit", "liftoff"],
        event=["launched", "liftoff", "rocket launched"],
        names=["orion"],
        loose=["rocket", "orbit", "liftoff", "orion"],
    )


def test_a_word_of_the_domain_and_one_of_an_event_pass(gate):
    assert gate.passes("A rocket was launched")
    assert gate.passes("A rocket launched")
    assert gate.passes("After liftoff")
    assert not gate.passes("A rocket was shown")
    assert not gate.passes("A product was launched")
    assert not gate.passes("Sky-rocketed: prices; it was relaunched")


def test_a_long_text_passes_by_its_first_words(gate):
    assert gate.passes("A rocket was launched. " + BELOW)


def test_a_long_text_that_comes_to_it_later_holds_a_word_that_is_not_loose_or_two(gate):
    assert not gate.passes(ABOVE + "A rocket was launched. " + BELOW)
    assert not gate.passes(ABOVE + "It had a liftoff. " + BELOW)
    assert gate.passes(ABOVE + "A Soyuz was launched. " + BELOW)
    assert gate.passes(ABOVE + "A rocket was launched to orbit. " + BELOW)
    assert gate.passes(ABOVE + "A rocket was launched. " + BELOW + "The rocket flew.")
    assert not gate.passes(ABOVE + "A Soyuz was shown. The rocket is in orbit. " + BELOW)


def test_a_phrase_is_loose_if_it_is_called_so_and_not_for_a_word_in_it(gate):
    assert gate.passes(ABOVE + "A rocket launched. " + BELOW)


@pytest.mark.parametrize(("size", "passes"), [(LONG - 1, True), (LONG, False)])
def test_from_how_many_characters_a_text_is_long(gate, size, passes):
    text = (ABOVE + "A rocket was launched. ").ljust(size, ".")
    assert len(text) == size > LEDE
    assert gate.passes(text) is passes


def test_a_name_that_is_a_word_elsewhere_counts_where_it_is_written_as_one_near_the_top(gate):
    assert gate.passes("Orion is launched")
    assert not gate.passes("The orion is launched")
    assert not gate.passes(ABOVE + "It is launched. Orion and a rocket. " + BELOW)
    assert gate.passes("Orion. " + ABOVE + "It is launched. The rocket. " + BELOW)
    assert not gate.passes("İ" * LEDE + " Orion is launched")  # a letter that is longer in small


def test_what_is_told_of_a_sure_flight_passes_in_any_words_where_it_is_written_as_a_name(extractor):
    assert extractor.passes_gate("X-37B back after 908 days", "")
    assert extractor.passes_gate("New Horizons asleep", "")
    assert not extractor.passes_gate("Company looks for new horizons", "")
    assert not extractor.passes_gate("Plane back after 908 days", "")


def test_stations_count_as_names_and_a_prefix_of_flights_as_the_domain(extractor):
    assert extractor.passes_gate("Mir computer glitch is minor", "")
    assert extractor.passes_gate("STS-133 launch is gone", "")
    assert not extractor.passes_gate("Computer glitch is minor", "")
    assert not extractor.passes_gate("Product launch is gone", "")
