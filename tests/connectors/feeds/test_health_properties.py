"""What holds of any feed, whatever it answers and whenever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds.answers import Answer, health_change, settle, validators
from connectors.feeds.feed import Feed, FeedState

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://a.org/feed", "A")
DAY = timedelta(days=1)

floors = st.none() | st.timedeltas(timedelta(0), timedelta(days=400))
failures = st.builds(
    Answer,
    st.just("failed"),
    reason=st.sampled_from(["timeout", "dns", "http-404", "http-410", "http-429", "http-503", "not-a-feed"]),
    retry_after=st.none() | st.timedeltas(timedelta(0), DAY),
)
silent = st.builds(
    Answer,
    st.sampled_from(["unchanged", "not-modified"]),
    floor=floors,
    etag=st.sampled_from([None, '"1"']),
    moved_to=st.sampled_from([None, "https://b.org/feed"]),
)
speaking = st.builds(
    lambda new, old, **more: Answer("entries", ids=tuple(map(str, range(new + old))), new=new, **more),
    st.integers(0, 3),
    st.integers(0, 30),
    body_hash=st.sampled_from(["a", "b"]),
    etag=st.sampled_from([None, '"1"', '"2"']),
    floor=floors,
    body_floor=floors,
    moved_to=st.sampled_from([None, "https://b.org/feed"]),
)
answers = st.one_of(failures, silent, speaking)
jitters = st.floats(0, 1, exclude_max=True)
polls = st.lists(st.tuples(answers, jitters, st.timedeltas(timedelta(0), timedelta(hours=6))), max_size=40)


def lived(polls):
    """Yield (before, answer, after, now) of polls, each begun when it was due, or late."""
    state, now = FeedState(FEED.url), START
    for answer, jitter, late in polls:
        before, state = state, settle(FEED, state, answer, now, jitter)
        yield before, answer, state, now
        now = state.next_poll + late


@given(polls)
def test_no_poll_is_too_soon_and_none_is_put_off_without_end(polls):
    for _, _, after, now in lived(polls):
        wait = after.next_poll - now
        longest = {"failing": DAY, "gone": 7.7 * DAY}.get(after.state, FEED.poll_ceiling)
        assert FEED.poll_floor <= wait <= longest


@given(polls)
def test_what_a_server_states_is_kept_up_to_the_ceiling(polls):
    for _, _, after, now in lived(polls):
        if after.state not in ("failing", "gone") and after.stated_floor:
            assert after.next_poll - now >= min(after.stated_floor, FEED.poll_ceiling)


@given(polls)
def test_a_304_clears_no_failure(polls):
    for before, answer, after, _ in lived(polls):
        if before.state in ("failing", "gone") and answer.kind == "not-modified":
            assert after.state == "failing"
            assert after.failures == before.failures + 1


@given(polls)
def test_failures_are_counted_until_there_is_a_good_answer(polls):
    for before, answer, after, now in lived(polls):
        failing = after.state in ("failing", "gone")
        assert after.failures == (before.failures + 1 if failing else 0)
        assert (after.last_success == now) is not failing
        assert failing or answer.kind != "failed"


@given(polls)
def test_health_is_told_exactly_when_state_or_reason_change(polls):
    for before, _, after, now in lived(polls):
        changed = before.since is None or (before.state, before.reason) != (after.state, after.reason)
        told = health_change(FEED, before, after)
        # two polls at one moment never happen, for the floor is between them
        assert (told is not None) is changed
        assert after.since == (now if changed else before.since)


@given(polls)
def test_only_a_feed_that_had_entries_is_empty_and_only_one_with_a_cadence_is_quiet(polls):
    for before, answer, after, now in lived(polls):
        if after.state == "empty":
            assert before.recent_ids
            assert not answer.ids
        if after.state == "quiet":
            assert len(after.gaps) >= 10
            assert now - after.last_new > 3 * FEED.poll_ceiling
            assert not answer.new


@given(polls)
def test_conditional_requests_are_never_more_than_23_in_a_row(polls):
    for before, _, after, _ in lived(polls):
        if after.polls % 24 == 23 or after.lies or after.state in ("failing", "gone"):
            assert validators(after) == (None, None)
        assert after.lies >= before.lies


@settings(deadline=None, max_examples=25)
@given(
    st.timedeltas(timedelta(minutes=40), timedelta(hours=30)),
    st.integers(12, 30),
    st.lists(st.sampled_from(["unchanged", "not-modified"]), min_size=1),
    jitters,
)
def test_quiet_is_raised_once_and_cleared_once(gap, news, kinds, jitter):
    state, now, told = FeedState(FEED.url), START, []

    def poll(answer):
        nonlocal state
        before, state = state, settle(FEED, state, answer, now, jitter)
        told.extend(filter(None, [health_change(FEED, before, state)]))

    def spoke(number):
        return Answer("entries", ids=(str(number),), new=1, etag=f'"{number}"', body_hash=str(number))

    for number in range(news):
        poll(spoke(number))
        due = now + gap
        while state.next_poll < due:
            now = state.next_poll
            poll(Answer("unchanged", etag='"e"'))
        now = due
    spoken = now - gap
    for number in range(2000):
        now = max(now, state.next_poll)
        poll(Answer(kinds[number % len(kinds)] if any(validators(state)) else "unchanged", etag='"e"'))
        if now - spoken > 6 * gap:
            break
    now = state.next_poll
    poll(spoke("last"))
    assert [change.state for change in told] == ["ok", "quiet", "ok"]
    assert told[1].since - spoken <= 3 * max(gap, FEED.poll_ceiling) + FEED.poll_ceiling
