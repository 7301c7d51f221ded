"""What follows an attempt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.receivers.outcome import Delivered, Refused, Retry, Unknown
from alerts.retry import TRANSITIONS, RetryLimits, Tries, after_attempt, back_off

NOW = datetime(2021, 10, 5, tzinfo=UTC)
LIMITS = RetryLimits()
OUTCOMES = st.one_of(
    st.just(Delivered()),
    st.just(Refused("http-400")),
    st.just(Unknown("timeout")),
    st.builds(Retry, st.just("http-503"), st.none() | st.timedeltas(timedelta(0), timedelta(hours=24))),
)


@pytest.mark.parametrize(
    ("outcome", "on_unknown", "want"),
    [
        (Delivered(), "resend", ("sent", None, "")),
        (Refused("http-400"), "resend", ("dead", None, "http-400")),
        (Retry("http-500"), "resend", ("retrying", NOW + timedelta(seconds=2), "http-500")),
        (
            Retry("http-429", timedelta(seconds=7)),
            "hold",
            ("retrying", NOW + timedelta(seconds=7), "http-429"),
        ),
        (Unknown("timeout"), "resend", ("retrying", NOW + timedelta(seconds=2), "unknown: timeout")),
        (Unknown("timeout"), "hold", ("unknown", None, "timeout")),
    ],
)
def test_each_outcome_has_its_state(outcome, on_unknown, want):
    assert after_attempt(outcome, Tries(1, NOW), NOW, 1.0, on_unknown) == want


def test_waits_double_up_to_a_quarter_of_an_hour():
    seconds = [back_off(n, 1.0, LIMITS).total_seconds() for n in (1, 2, 3, 9, 10, 500)]
    assert seconds == [2, 4, 8, 512, 900, 900]
    assert back_off(1, 0.0, LIMITS) == timedelta(seconds=1)


def test_a_day_after_the_first_attempt_it_is_given_up():
    tries = Tries(100, NOW - timedelta(hours=24))
    assert after_attempt(Retry("http-500"), tries, NOW, 0.5, "resend")[::2] == ("dead", "gave-up: http-500")
    assert after_attempt(Unknown("timeout"), tries, NOW, 0.5, "resend").state == "unknown"


@given(
    OUTCOMES, st.integers(1, 300), st.timedeltas(timedelta(0), timedelta(days=2)), st.floats(0, 1), st.data()
)
def test_every_decision_is_a_legal_transition_with_a_future_time(outcome, number, age, jitter, data):
    policy = data.draw(st.sampled_from(["resend", "hold"]))
    following = after_attempt(outcome, Tries(number, NOW - age), NOW, jitter, policy)
    assert following.state in TRANSITIONS["sending"]
    assert (following.at is not None) == (following.state == "retrying")
    if following.at:
        assert following.at >= NOW + timedelta(seconds=1)
        asked = getattr(outcome, "after", None) or timedelta(0)
        assert NOW + asked <= following.at <= NOW + max(asked, LIMITS.longest_wait)


@given(st.lists(OUTCOMES, min_size=1, max_size=300), st.floats(0, 1))
def test_every_notification_comes_to_an_end(outcomes, jitter):
    now, state = NOW, "pending"
    for number in range(1, 400):
        outcome = outcomes[(number - 1) % len(outcomes)]
        following = after_attempt(outcome, Tries(number, NOW), now, jitter, "resend")
        state, now = following.state, following.at or now
        if state != "retrying":
            break
    assert state in ("sent", "dead", "unknown")
    assert now <= NOW + timedelta(hours=48)
