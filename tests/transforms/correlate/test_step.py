"""Reports of one event become one incident, in any order, and only news makes a version."""

import random
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.correlate import FamilyState, Sighting, correlation_key, incident_of, starter_lifecycle, step
from transforms.correlate.family import MAX_INCIDENTS, MAX_TELLINGS
from transforms.correlate.standing import standing
from transforms.records import EventTime, Evidence, MissionEvent, deterministic_id

NOON = datetime(2021, 10, 5, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIFECYCLE = starter_lifecycle()


def day(month, date):
    return EventTime(datetime(2021, month, date, tzinfo=UTC), "day", "explicit")


def minute(hour, date=5):
    return EventTime(datetime(2021, 10, date, hour, tzinfo=UTC), "minute", "explicit")


def sighting(
    kind="docking",
    by="A",
    *,
    status="occurred",
    mission="Soyuz MS-19",
    family="soyuz",
    at=NOON,
    lineage=None,
    words="docked",
    first=None,
    copy=False,
    historical=False,
    confidence=0.8,
    **fields,
):
    article = deterministic_id(by, lineage, str(at))
    event = MissionEvent(
        id=deterministic_id(article, kind, status, mission),
        article_id=article,
        type=kind,
        status=status,
        confidence=confidence,
        mission=mission,
        family=family,
        evidence={"type": (Evidence(f"{by}: {words}", 0, 3),), "trigger": (Evidence(words, 0, 3),)},
        **fields,
    )
    return Sighting(
        event=event,
        article_id=article,
        publisher=by,
        title="T",
        lineage=lineage or article,
        at=at,
        first=first,
        copy=copy,
        historical=historical,
    )


def run(*sightings):
    """Return the last state, all versions and all reasons, through the bytes that state is kept in."""
    state, versions, reasons = FamilyState(family=correlation_key(sightings[0])), [], []
    for each in sightings:
        state, new, reason = step(FamilyState.decode(state.encode()), each, LIFECYCLE)
        versions += new
        reasons.append(reason)
    return state, versions, reasons


def told(versions):
    return [(v.type, v.status, [c.kind for c in v.changes]) for v in versions]


def final(state):
    views = [
        incident_of(i, standing(i, state.incidents, LIFECYCLE), state.family, LIFECYCLE.pack)
        for i in state.incidents
    ]
    return sorted(views, key=lambda v: v.id)


STORY = [
    sighting(by="A", mission="Soyuz MS-19", time=minute(12), crew=("Anton Shkaplerov",)),
    sighting(by="B", mission="MS-19", at=NOON + HOUR, time=day(10, 5), confidence=0.7),
    sighting(by="C", mission="Soyuz", at=NOON + 2 * HOUR, origin="AP", destination="ISS"),
    sighting(by="D", mission="Soyuz", at=NOON + 3 * HOUR, origin="AP", lineage="wire"),
    sighting(by="E", mission="Soyuz MS-19", at=NOON + 4 * HOUR, lineage="wire"),
    sighting(by="A", mission="Soyuz MS-19", at=NOON + 5 * HOUR, time=day(10, 5)),
    sighting(by="B", mission="Soyuz MS-19", at=NOON + 6 * HOUR, destination="station"),
]


@pytest.mark.parametrize("seed", range(100))
def test_seven_reports_of_one_docking_shuffled_are_one_incident(seed):
    shuffled = STORY[:]
    random.Random(seed).shuffle(shuffled)
    state, versions, _ = run(*shuffled)
    straight, _, _ = run(*STORY)
    assert final(state) == final(straight)
    assert [[c.kind for c in v.changes] for v in versions] == [["opened"], ["corroborated"]]
    (incident,) = final(state)
    assert (incident.mission, incident.independent_sources, incident.version) == ("Soyuz MS-19", 4, 2)


def test_the_same_story_again_changes_and_emits_nothing():
    once, _, _ = run(*STORY)
    again, versions, reasons = run(*STORY, *STORY)
    assert again == once
    assert len(versions) == 2
    assert reasons[7:] == ["repeat"] * 7


@settings(max_examples=60)
@given(st.data())
def test_any_order_and_any_redelivery_gives_the_same_incident(data):
    order = data.draw(st.permutations(STORY))
    repeated = data.draw(st.lists(st.sampled_from(STORY), max_size=5))
    state, versions, _ = run(*order, *repeated)
    assert final(state) == final(run(*STORY)[0])
    assert len(versions) == 2


def test_two_named_flights_of_a_family_never_merge():
    state, _, _ = run(
        sighting(mission="Soyuz MS-19"), sighting(by="B", mission="Soyuz MS-20", at=NOON + HOUR)
    )
    assert {i.mission for i in final(state)} == {"Soyuz MS-19", "Soyuz MS-20"}


def test_a_generic_name_between_two_named_flights_stays_generic():
    state, _, _ = run(
        sighting(mission="Soyuz MS-19"),
        sighting(by="B", mission="Soyuz MS-20", at=NOON + HOUR),
        sighting(by="C", mission="Soyuz", at=NOON + 2 * HOUR),
    )
    assert {i.mission for i in final(state)} == {"Soyuz MS-19", "Soyuz MS-20", "Soyuz"}


def test_named_flights_of_a_busy_family_have_the_same_ids_in_any_order():
    flights = [
        sighting("launch", by=n, mission=f"Starlink Group 10-{n}", family="starlink", at=NOON + int(n) * HOUR)
        for n in "1234"
    ]
    ids = {i.id for i in final(run(*flights)[0])}
    assert len(ids) == 4
    assert {i.id for i in final(run(*reversed(flights))[0])} == ids


@pytest.mark.parametrize("family", [None, "falcon"])
def test_two_launches_of_one_vehicle_two_days_apart_are_two(family):
    first = sighting("launch", mission="Falcon 9", vehicle="Falcon 9", family=family)
    second = sighting("launch", mission="Falcon 9", vehicle="Falcon 9", family=family, at=NOON + 2 * DAY)
    _, versions, _ = run(first, second)
    assert told(versions) == [("launch", "occurred", ["opened"])] * 2
    assert versions[0].id != versions[1].id


def test_a_planned_launch_and_the_launch_are_one_incident():
    _, versions, _ = run(
        sighting("launch", status="planned", time=day(10, 5), at=NOON - DAY),
        sighting("launch", by="B", time=minute(9)),
    )
    assert told(versions) == [("launch", "scheduled", ["opened"]), ("launch", "occurred", ["status_changed"])]
    assert len({v.id for v in versions}) == 1


def test_a_planned_report_that_comes_after_the_launch_changes_nothing():
    _, versions, reasons = run(
        sighting("launch"), sighting("launch", by="B", status="planned", at=NOON + HOUR, time=day(10, 5))
    )
    assert (len(versions), reasons) == (1, ["opened", "nothing_new"])


def test_a_launch_whose_date_moves_slips_with_old_and_new_date():
    _, versions, _ = run(
        sighting("launch", status="planned", time=day(10, 12)),
        sighting("launch_delay", at=NOON + DAY, words="moved", by="B"),
        sighting("launch", status="planned", time=minute(10, 14), at=NOON + DAY, by="B"),
    )
    assert [v.status for v in versions] == ["scheduled", "slipped", "slipped"]
    change = versions[-1].changes[0]
    assert (change.kind, change.field, change.old, change.new) == (
        "slipped",
        "time",
        "2021-10-12",
        "2021-10-14T10:00Z",
    )


def test_an_old_date_told_late_moves_no_launch_back():
    _, versions, _ = run(
        sighting("launch", status="planned", time=day(10, 14)),
        sighting("launch", by="B", status="planned", time=day(10, 12), at=NOON + HOUR),
        sighting("launch", by="C", status="planned", time=day(10, 14), at=NOON + 2 * HOUR),
    )
    assert [[c.kind for c in v.changes] for v in versions] == [["opened"], ["corroborated"]]
    assert versions[-1].time == day(10, 14)


def test_a_scrub_then_the_launch_is_one_incident():
    _, versions, _ = run(
        sighting("launch", status="planned", time=day(10, 5)),
        sighting("launch_delay", at=NOON + HOUR, words="was scrubbed"),
        sighting("launch", at=NOON + DAY),
    )
    assert [(v.type, v.status) for v in versions] == [
        ("launch", "scheduled"),
        ("launch", "scrubbed"),
        ("launch", "occurred"),
    ]


def test_a_delay_told_long_before_the_launch_is_of_that_launch():
    _, versions, _ = run(
        sighting("launch", status="planned", time=day(10, 20)),
        sighting("launch_delay", at=NOON + HOUR, words="moved", by="B", time=day(10, 5)),
    )
    assert told(versions) == [
        ("launch", "scheduled", ["opened"]),
        ("launch", "slipped", ["slipped", "corroborated"]),
    ]


def test_a_delay_of_a_launch_not_heard_of_opens_it():
    _, versions, _ = run(sighting("launch_delay", words="postponed"))
    assert told(versions) == [("launch", "slipped", ["opened"])]


@pytest.mark.parametrize("failure_first", [True, False])
def test_a_failure_is_an_incident_of_its_own_and_fails_the_launch(failure_first):
    both = [sighting("launch"), sighting("launch_failure", words="was lost")]
    state, _, _ = run(*(reversed(both) if failure_first else both))
    assert {(i.type, i.status) for i in final(state)} == {
        ("launch", "failed"),
        ("launch_failure", "occurred"),
    }


def test_a_failure_of_another_flight_fails_no_launch():
    state, _, _ = run(
        sighting("launch_failure", mission="Soyuz", time=day(10, 1), at=NOON - 4 * DAY),
        sighting("launch", time=day(10, 5)),
    )
    assert ("launch", "occurred") in {(i.type, i.status) for i in final(state)}


def test_a_docking_anomaly_resolves_when_the_ship_docks_later():
    _, versions, _ = run(sighting("docking_anomaly"), sighting("docking", by="B", at=NOON + DAY))
    assert told(versions) == [
        ("docking_anomaly", "occurred", ["opened"]),
        ("docking", "occurred", ["opened"]),
        ("docking_anomaly", "resolved", ["resolved"]),
    ]


def test_an_anomaly_told_together_with_its_docking_is_not_resolved_by_it():
    _, versions, _ = run(
        sighting("docking_anomaly"), sighting("docking"), sighting("docking_anomaly", by="B", at=NOON + HOUR)
    )
    assert told(versions)[-1] == ("docking_anomaly", "occurred", ["corroborated"])


def test_a_docking_after_an_undocking_is_a_new_occurrence():
    state, _, _ = run(
        sighting("docking"), sighting("undocking", at=NOON + DAY), sighting("docking", at=NOON + 2 * DAY)
    )
    assert sorted(i.type for i in final(state)) == ["docking", "docking", "undocking"]


def test_the_next_spacewalk_is_a_new_occurrence():
    state, _, _ = run(
        sighting("spacewalk", mission="ISS", family="iss", time=day(10, 5)),
        sighting("spacewalk", mission="ISS", family="iss", time=day(10, 12), status="planned", by="B"),
    )
    assert sorted(i.status for i in final(state)) == ["occurred", "scheduled"]


def test_days_further_apart_than_the_window_are_two_dockings():
    state, _, _ = run(sighting(time=day(10, 1)), sighting(by="B", time=day(10, 5), at=NOON + HOUR))
    assert len(final(state)) == 2


def test_a_higher_severity_of_an_anomaly_is_news_and_of_a_docking_is_not():
    _, versions, _ = run(
        sighting("spacecraft_anomaly", severity=2), sighting("spacecraft_anomaly", severity=4, at=NOON + HOUR)
    )
    assert versions[-1].changes[0].kind == "escalated"
    assert len(run(sighting(severity=1), sighting(severity=3, at=NOON + HOUR))[1]) == 1


def test_contradicting_crews_of_independent_reports_are_disputed_with_both_values():
    _, versions, _ = run(
        sighting(crew=("Ann Ash", "Bo Birch", "Cy Cedar")),
        sighting(by="B", crew=("Ann Ash", "Bo Birch", "Di Dogwood"), at=NOON + HOUR),
    )
    assert versions[-1].disputed
    assert versions[-1].fields["crew"] == ("Ann Ash; Bo Birch; Di Dogwood", "Ann Ash; Bo Birch; Cy Cedar")
    assert [c.kind for c in versions[-1].changes] == ["disputed", "corroborated"]


def test_a_place_within_a_place_is_no_contradiction_and_another_coast_is():
    first = sighting("launch", site="Cape Canaveral")
    assert not run(first, sighting("launch", by="B", site="Florida", at=NOON + HOUR))[1][-1].disputed
    assert run(first, sighting("launch", by="B", site="California", at=NOON + HOUR))[1][-1].disputed


def test_a_revision_that_swaps_a_name_is_a_correction_with_both_quotes():
    first = sighting(lineage="x", crew=("Ann Ash",), words="Ash docked")
    second = sighting(
        lineage="x", crew=("Di Dogwood",), words="Dogwood docked", first=first.article_id, at=NOON + HOUR
    )
    state, versions, _ = run(first, second)
    change = versions[-1].changes[0]
    assert (change.kind, change.old, change.new) == ("corrected", "Ann Ash", "Di Dogwood")
    assert (change.old_quote, change.new_quote) == ("A: Ash docked", "A: Dogwood docked")
    assert len(final(state)[0].reports) == 1


def test_an_original_that_comes_after_its_revision_is_superseded():
    first = sighting(lineage="x", crew=("Ann Ash",))
    second = sighting(lineage="x", crew=("Di Dogwood",), first=first.article_id, at=NOON + HOUR)
    state, _, reasons = run(second, first)
    assert reasons == ["opened", "superseded"]
    assert final(state)[0].fields["crew"] == ("Di Dogwood",)


def test_a_revision_does_not_replace_another_story_of_its_publisher_with_the_same_lineage():
    first, second = sighting(lineage="x", site="Baikonur"), sighting(lineage="x", at=NOON + HOUR)
    again = sighting(lineage="x", first=first.article_id, at=NOON + 2 * HOUR)
    state, _, _ = run(first, second, again)
    assert {r.article_id for r in final(state)[0].reports} == {second.article_id, again.article_id}


def test_a_copy_is_a_report_of_its_publisher_and_no_news():
    first = sighting(lineage="x")
    copy = sighting(by="B", lineage="x", copy=True, site="Baikonur", at=NOON + HOUR)
    state, versions, reasons = run(first, copy)
    assert (len(versions), reasons) == (1, ["opened", "copy"])
    assert [r.publisher for r in final(state)[0].reports] == ["A", "B"]
    assert final(state)[0].independent_sources == 1


def test_a_copy_of_what_no_incident_knows_opens_none():
    state, versions, reasons = run(sighting(copy=True))
    assert (state.incidents, versions, reasons) == ((), [], ["copy"])


def test_a_copy_that_was_let_through_after_all_counts_as_a_source_of_its_own():
    first = sighting(lineage="x")
    copy = sighting(by="B", lineage="x", copy=True, at=NOON + HOUR)
    alone = msgspec.structs.replace(copy, lineage=copy.article_id, copy=False, at=NOON + 2 * HOUR)
    state, _, reasons = run(first, copy, alone, copy)
    assert reasons == ["opened", "copy", "corroborated", "repeat"]
    assert final(state)[0].independent_sources == 2
    assert len(final(state)[0].reports) == 2


def test_ten_labels_of_one_wire_story_are_one_source():
    wire = [sighting(by=f"P{n}", origin="AP", lineage=f"l{n % 3}", at=NOON + n * HOUR) for n in range(10)]
    state, versions, _ = run(*wire)
    assert final(state)[0].independent_sources == 1
    assert len(versions) == 1


def test_a_version_made_by_a_historical_sighting_says_so():
    _, versions, _ = run(sighting(historical=True), sighting(by="B", at=NOON + HOUR))
    assert [v.historical for v in versions] == [True, False]


def test_an_incident_is_forgotten_after_seven_quiet_days_and_its_successor_has_another_id():
    state, versions, _ = run(sighting(), sighting(by="B", at=NOON + 8 * DAY))
    assert len(state.incidents) == 1
    assert versions[0].id != versions[1].id


def test_what_is_older_than_the_horizon_changes_nothing():
    state, _, reasons = run(sighting(at=NOON + 8 * DAY), sighting(by="B"))
    assert reasons[-1] == "expired"
    assert len(state.incidents) == 1


def test_state_is_bounded_and_no_occurrence_is_lost_among_many_announcements():
    planned = [
        sighting("launch", by=f"P{n}", status="planned", time=day(10, 7), at=NOON + timedelta(minutes=n))
        for n in range(3 * MAX_TELLINGS)
    ]
    state, versions, reasons = run(*planned, sighting("launch", at=NOON + 2 * DAY))
    assert len(state.incidents[0].tellings) == MAX_TELLINGS
    assert (versions[-1].status, reasons[-2:]) == ("occurred", ["full", "status_changed"])


def test_a_flood_of_names_keeps_a_fixed_number_of_incidents():
    state, _, _ = run(*(sighting(mission=f"Soyuz MS-{n}", at=NOON + n * HOUR) for n in range(150)))
    assert len(state.incidents) == MAX_INCIDENTS


@pytest.mark.parametrize(
    ("mission", "family", "key"),
    [
        ("Soyuz MS-19", "soyuz", "soyuz"),
        ("Artemis II", None, "artemis-2"),
        (None, None, "story:x"),
        (None, "soyuz", "soyuz"),
    ],
)
def test_the_key_is_the_family_else_the_name_else_the_story(mission, family, key):
    assert correlation_key(sighting(mission=mission, family=family, lineage="x")) == key


def test_bytes_of_another_layout_are_refused():
    data = msgspec.msgpack.encode({"family": "soyuz", "schema": 2})
    with pytest.raises(Exception, match="newer-schema"):
        FamilyState.decode(data)


def test_the_first_fresh_report_of_what_only_history_told_is_news():
    _, versions, _ = run(
        sighting(historical=True), sighting(by="B", at=NOON + HOUR), sighting(by="B", at=NOON + 2 * HOUR)
    )
    assert [(v.historical, v.changes[0].kind) for v in versions] == [(True, "opened"), (False, "opened")]
