"""A sender that was held up does not begin what another may have taken over."""

import asyncio
from datetime import timedelta

import pytest

from tests.alerts.notify.test_notifier import notifier, run
from transforms.sql_store import StoreUnavailableError


@pytest.mark.parametrize("which", ["wall clock", "monotonic clock"])
def test_an_attempt_that_would_outlive_its_lease_is_not_begun(make, clock, store, which):
    topic, desk, ticks, held = make.topic(), make.receiver(), [0.0], [True]
    topic.append(make.alert())
    begin = store.outbox.begin

    def stopped_after(*arguments):
        told = begin(*arguments)
        if held and held.pop():
            clock.forward(seconds=30 if which == "wall clock" else -3600)
            ticks[0] += 30.0 if which == "monotonic clock" else 0.0
        return told

    store.outbox.begin = stopped_after
    n = notifier(make, clock, store, topic, desk, ticks=lambda: ticks[0])

    async def first_turn():
        await n.take_in()
        await n.send_due()

    asyncio.run(first_turn())
    assert desk.taken == []
    assert store.ledger.counts().outcomes == {"retry": 1}
    run(n, clock)
    assert len(desk.taken) == 1


def test_a_lease_that_was_waited_for_counts_from_when_it_was_had(make, clock, store):
    topic, desk, took = make.topic(), make.receiver(), []
    topic.append(make.alert())
    take = store.outbox.take

    def after_an_outage(receiver, owner, now, *more):
        took.append(now)
        if len(took) == 1:
            raise StoreUnavailableError("outbox", "take notifications", "away", retryable=True)
        return take(receiver, owner, now, *more)

    async def an_hour(seconds):
        clock.forward(hours=1)

    store.outbox.take = after_an_outage
    n = notifier(make, clock, store, topic, desk, sleep=an_hour)

    async def first_turn():
        await n.take_in()
        await n.send_due()

    asyncio.run(first_turn())
    assert took == [make.start, make.start + timedelta(hours=1)]
    assert len(desk.taken) == 1
