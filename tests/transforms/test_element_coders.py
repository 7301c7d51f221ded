"""An element that has travelled between workers is written with the same bytes as one that has not."""

import pickle

import pytest

from tests.transforms.test_state_layouts import intake, sighting
from transforms.correlate import Sighting
from transforms.deduplicate.steps import Held
from transforms.deduplicate.verdict import Fold
from transforms.deduplicate_articles import Travelling
from transforms.element_coders import RecordCoder
from transforms.intake import Intake
from transforms.records import encode

ELEMENTS = {
    Intake: intake(),
    Travelling: Travelling(
        Held(intake(), Fold("revision", "b" * 32, "c" * 32, 1, {"difference": "name"}), 7, edged=True)
    ),
    Sighting: sighting(),
}


@pytest.mark.parametrize("kind", ELEMENTS)
def test_an_element_arrives_as_it_was(kind):
    coder = pickle.loads(pickle.dumps(RecordCoder(kind)))
    assert coder.decode(coder.encode(ELEMENTS[kind])) == ELEMENTS[kind]


def test_a_default_that_has_travelled_is_still_left_out():
    coder = RecordCoder(Sighting)
    assert encode(coder.decode(coder.encode(sighting())).event) == encode(sighting().event)
    assert b'"field"' not in encode(sighting().event)
    assert b'"field"' in encode(pickle.loads(pickle.dumps(sighting())).event)
