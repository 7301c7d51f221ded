"""What is proposed at given odds: the surer they are, the less may stand against an event."""

import pytest

from transforms.extract.candidates import candidates
from transforms.extract.drafts import gather
from transforms.extract.vote import Vote


@pytest.fixture(scope="module")
def proposed(extractor):
    def propose(title, text="", heard=0.0, encoded=None, **odds):
        said = {name.replace("_is_", "/"): value for name, value in odds.items()}
        with extractor.reading(title, text, None) as reading:
            drafts, skipped = gather(reading.mentions(), reading.missions, extractor.pack.manifest)
            reading.odds = dict.fromkeys(extractor.pack.vote.outputs, -6.0) | said
            reading.counted = reading.odds | {name: value - heard for name, value in said.items()}
            reading.encoded = encoded or {}
            found, _ = candidates(reading, drafts, skipped)
            return [(d.type, d.status, " ".join(d.name)) for d in found]

    return propose


@pytest.mark.parametrize(("heard", "found"), [(4.0, []), (2.0, [("docking", "occurred", "")])])
def test_where_a_word_may_stand_for_something_else_the_counted_words_must_be_for_it(proposed, heard, found):
    title, text = "Astronaut Jane Doe and", "Crewmates Docked Safely Today"
    assert proposed(title, text, heard, docking_is_occurred=3.0) == found


@pytest.mark.parametrize(
    ("named", "odds", "found"),
    [(", NASA Said", 0.6, 0), (", NASA Said", 1.5, 1), (" at Space Station", 0.6, 1)],
)
def test_a_place_of_the_domain_tells_it_and_who_speaks_does_where_odds_are_high(proposed, named, odds, found):
    title, text = "Astronaut Jane Doe and", f"Crewmates Docked Safely Today{named}"
    assert len(proposed(title, text, 4.0, docking_is_occurred=odds)) == found


@pytest.mark.parametrize(
    ("title", "odds", "found"),
    [
        (
            "Falcon 9 launched Starlink 12-7. Crew-13 is ready for its ride on Friday",
            1.5,
            [("launch", "planned", "crew 13")],
        ),
        ("Falcon 9 launched Starlink 12-7. Crew-13 is ready for its ride on Friday", 0.5, []),
        ("Progress MS-40 launched at the second go and all are ready for Friday", 0.5, []),
        (
            "Progress MS-40 launched at the second go and all are ready for Friday",
            1.5,
            [("launch", "planned", "progress ms 40")],
        ),
    ],
)
def test_another_event_may_be_told_of_with_the_other_status_of_the_same_flight_too(
    proposed, title, odds, found
):
    assert proposed(title, launch_is_occurred=5.0, launch_is_planned=odds) == found


@pytest.mark.parametrize(
    "text",
    [
        "Its successor is to come down in May.",
        "Another splashdown follows in May.",
        "The next crew returns in May.",
    ],
)
def test_the_plan_of_a_next_one_is_not_of_the_flight_that_is_done(proposed, text):
    assert of_landings(proposed, text) == [("landing", "occurred", "soyuz ms 40")]


def test_a_plan_with_a_subject_of_its_own_may_be_of_the_flight_that_is_done(proposed):
    both = [("landing", "occurred", "soyuz ms 40"), ("landing", "planned", "soyuz ms 40")]
    assert of_landings(proposed, "Two people come down in May.") == both


def of_landings(proposed, text):
    """Return what is told of a landing and of the words of a later one."""
    title = "Soyuz MS-40 is down on the steppe"
    return proposed(title, text, landing_is_occurred=5.0, landing_is_planned=3.0)


@pytest.mark.parametrize(("odds", "found"), [(-0.5, []), (0.5, [("launch", "planned", "vega c")])])
def test_a_slip_comes_with_a_plan_where_the_odds_are_for_one(proposed, odds, found):
    assert proposed("Vega C debut slips again", launch_is_planned=odds) == found


@pytest.mark.parametrize(("odds", "found"), [(1.5, []), (2.5, [("launch", "planned", "starship")])])
def test_a_plan_that_might_be_is_one_where_the_odds_are_certain(proposed, odds, found):
    assert proposed("Starship may be off the pad on Thursday night", launch_is_planned=odds) == found


@pytest.mark.parametrize(
    "title", ["Starship would be off the pad on Thursday night", "If it rains, {} may be"]
)
def test_odds_however_certain_make_no_plan_of_what_would_be(proposed, title):
    assert proposed(title.format("Starship off the pad"), launch_is_planned=5.0) == []


@pytest.mark.parametrize(("odds", "found"), [(-0.5, []), (0.5, [("docking_anomaly", "occurred", "crew 13")])])
def test_a_grave_event_that_no_rule_saw_needs_odds_for_it(proposed, odds, found):
    title = "Crew-13 drifts beside the station as hooks stay shut"
    assert proposed(title, docking_anomaly_is_occurred=odds) == found


def test_a_failed_flight_was_launched_though_a_rule_heard_that_denied(proposed):
    title = "Electron rocket lost in a flash; no launch went so wrong before"
    both = [("launch_failure", "occurred", "electron"), ("launch", "occurred", "electron")]
    assert proposed(title, launch_failure_is_occurred=3.0) == both


def test_what_might_have_happened_has_not(proposed):
    assert proposed("Starship may be off the pad by now", launch_is_occurred=5.0, launch_is_planned=0.9) == []


def test_of_a_type_that_no_rule_saw_both_statuses_are_told_where_the_odds_are_high_for_both(proposed):
    title, plan = "Crew-13 aloft, and a second ride on Friday", ("launch", "planned", "crew 13")
    done = ("launch", "occurred", "crew 13")
    assert proposed(title, launch_is_occurred=5.0, launch_is_planned=0.9) == [done]
    assert proposed(title, launch_is_occurred=5.0, launch_is_planned=1.1) == [done, plan]


@pytest.mark.parametrize(
    ("title", "kind", "odds", "found"),
    [
        ("Lander satellite misses its orbit", "launch_failure", 0.1, 1),
        ("Lander satellite misses its orbit", "launch_failure", -0.1, 0),
        ("Lander satellite narrowly misses debris in orbit", "launch_failure", 3.0, 0),
        ("Robot craft fails to grasp the SES-22 satellite", "docking_anomaly", 0.1, 1),
        ("Robot craft never lost the SES-22 satellite", "docking_anomaly", 3.0, 0),
        ("Robot craft fails to leave the SES-22 satellite", "undocking", 3.0, 0),
    ],
)
def test_what_was_not_achieved_denies_no_failure_of_it(proposed, title, kind, odds, found):
    told = [k for k, *_ in proposed(title, **{f"{kind}_is_occurred": odds}) if k == kind]
    assert len(told) == found


def test_a_number_denies_nothing(proposed):
    odds = {"launch_failure_is_occurred": 3.0}
    assert proposed("H3 No. 8 a failure, says government", **odds)
    assert proposed("H3 no failure, says government", **odds) == []


@pytest.mark.parametrize(
    ("first", "second", "odds", "found"),
    [
        ("Its pod went homeward years ago.", "Its pod went shoreward.", 0.9, 0),
        ("Its pod went homeward years ago.", "Its pod went shoreward.", 1.1, 1),
        ("Its pod went homeward.", "One went shoreward years ago.", 0.9, 1),
    ],
)
def test_where_the_words_that_say_it_most_have_it_long_ago_odds_must_be_high(
    proposed, monkeypatch, first, second, odds, found
):
    weights = {"homeward": 5.0, "shoreward": 3.0}
    monkeypatch.setattr(Vote, "weight", lambda _, word, __: weights.get(word, 0.0))
    assert len(proposed("Gannet-4 pictures", f"{first} {second}", landing_is_occurred=odds)) == found


@pytest.mark.parametrize(
    ("title", "assured", "found"),
    [
        ("Soyuz MS-40 landed, as it did years ago", 3.6, 1),
        ("Soyuz MS-40 landed, as it did years ago", 3.4, 0),
        ("A look back: Soyuz MS-40 landed", 3.6, 0),
        ("Soyuz MS-40 did not land", 3.6, 0),
    ],
)
def test_what_rules_have_long_ago_an_assured_encoder_may_hear_as_news(proposed, title, assured, found):
    encoded = {"landing/occurred": assured}
    assert len(proposed(title, encoded=encoded, landing_is_occurred=3.0)) == found


@pytest.mark.parametrize(
    "title",
    [
        "Zhuque-3 rocket misses orbit",
        "Electron narrowly fails to reach orbit",
    ],
)
def test_what_came_to_nothing_in_flight_is_a_failure(events_in, title):
    assert "launch_failure" in {kind for kind, _, _ in events_in(title=title)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Soyuz MS-40 is still docked to the station.", 0),
        ("Soyuz MS-40 is still docked to the station. Progress tied up with it today.", 1),
    ],
)
def test_a_sentence_that_says_how_things_are_proposes_nothing(proposed, text, found):
    assert len(proposed("", text, docking_is_occurred=3.0)) == found
