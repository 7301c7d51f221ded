"""How far an event is believed: by what rules and vote found, and by what the encoder has read of it."""

import pytest
from msgspec.structs import replace

from transforms.extract.confidence import confidence
from transforms.extract.extractor import drafts_of
from transforms.extract.lede import LEDE_WORDS

TITLE = "Falcon 9 launches Starlink satellites from Florida"
ODDS = {"launch/occurred": 2.0, "launch/planned": -2.0}


@pytest.fixture
def drafted(extractor):
    """The drafts of a text, each with what the encoder alone says of it."""

    def drafted(title, text=""):
        with extractor.reading(title, text, None) as reading:
            drafts, _ = drafts_of(reading.mentions(), reading)
            return [(draft, reading.encoded_for(draft)) for draft in drafts]

    return drafted


def test_what_the_encoder_hears_raises_or_lowers_it(extractor, drafted):
    [(draft, _)] = drafted(TITLE)
    low, none, high = (
        confidence(draft, extractor.pack.manifest, ODDS, heard, dated=False).both
        for heard in (-6.0, None, 6.0)
    )
    assert low < none < high


def test_it_is_never_believed_more_than_its_status(extractor, drafted):
    [(draft, _)] = drafted(TITLE)
    sure = confidence(draft, extractor.pack.manifest, {"launch/occurred": -6.0}, 6.0, dated=False)
    assert 0 < sure.both <= sure.status < 1


def test_a_pack_without_constants_for_it_leaves_it_as_it_is(extractor, drafted):
    [(draft, _)] = drafted(TITLE)
    manifest = replace(extractor.pack.manifest, confidence_heard=None)
    assert confidence(draft, manifest, ODDS, -6.0, dated=False) == confidence(
        draft, manifest, ODDS, dated=False
    )


def test_of_what_stands_far_behind_the_headline_the_encoder_is_not_asked(drafted):
    text = "The agency spoke about its budget for the year and those to come. " * 9
    [(draft, heard)] = drafted("Agency speaks", f"{text} Then a Soyuz rocket lifted off on Tuesday.")
    assert draft.first >= LEDE_WORDS
    assert heard is None


@pytest.mark.parametrize(
    "title",
    [
        "Live coverage: Soyuz MS-27 lands in Kazakhstan",
        "Live coverage: Crew-9 splashes down off Florida",
        "Live coverage: Falcon 9 launches Starlink 6-20 from Cape Canaveral",
    ],
)
def test_a_plan_that_the_encoder_hears_as_done_is_believed_for_that(extractor, saying, title):
    [event] = extractor.extract(saying("", title=title)).events
    assert event.status == "planned"
    assert event.confidence > 0.7
