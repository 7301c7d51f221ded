"""Two notifiers on one Kafka and one PostgreSQL: whatever is killed or held still, each message goes once.

A message whose sender dies between request and answer can only be sent again, and is counted as unknown. So
that the verdict is sharp, notifiers are hit while a gate in the database lets nobody begin: they have leases
then, and no request under way. PostgreSQL is killed at any time: who waits for it knows what was answered.
"""

import contextlib

import pytest

from connectors.log import topics
from connectors.log.interface import NewRecord
from tests.alerts.notify.conftest import alert, incident
from tests.alerts.notify.test_rivals import Hook, versions_told
from tests.whole.pair import Pair
from transforms.records import encode

pytestmark = [pytest.mark.slow, pytest.mark.cluster, pytest.mark.timeout(360)]
INCIDENTS, VERSIONS = 100, (1, 2, 3)
GATE = """
CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NEW; END $$;
CREATE TRIGGER gate BEFORE INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION pass_gate()
"""
WITH_LEASES = """
SELECT DISTINCT split_part(lease_owner, '.', 1) FROM notifications
WHERE state IN ('pending', 'retrying') AND lease_owner IS NOT NULL ORDER BY 1
"""


@pytest.fixture
def hook():
    hook = Hook()
    yield hook
    hook.close()


@pytest.fixture
def notifiers(servers, hook):
    with Pair(servers / "notifiers", "notify", hook=hook.url) as pair:
        pair.postgres.run(GATE, "pair")
        yield pair


@contextlib.contextmanager
def nobody_begins(pair):
    """Hold all who would begin to send; what was begun before ends."""
    with pair.postgres.connect("pair") as gate:
        gate.execute("SELECT pg_advisory_lock(42)")
        yield


def raise_alerts(pair, first, last):
    for version in VERSIONS:
        alerts = [alert(of=incident(f"incident-{n}", version=version)) for n in range(first, last)]
        pair.log.append([NewRecord(topics.ALERTS, a.incident.id, encode(a)) for a in alerts])


def kill_the_database(pair):
    pair.postgres.kill()
    pair.postgres.start()


def test_whatever_dies_every_message_goes_out_once_and_in_order(notifiers, hook):
    notifiers.postgres.kill()
    notifiers.start("a")
    notifiers.until(lambda: "the start waits: database: " in notifiers.words())
    notifiers.start("b", clock_is_off_by_s=-3600)
    notifiers.postgres.start()
    raise_alerts(notifiers, 0, 30)
    hook.wait_for(20)
    kill_the_database(notifiers)
    hook.wait_for(70)
    kill_the_database(notifiers)

    with nobody_begins(notifiers):
        raise_alerts(notifiers, 30, 95)
        notifiers.until(lambda: notifiers.ask(WITH_LEASES) == [("a",), ("b",)])
        # what was answered is stored behind those who wait at the gate, and they wait longer each time
        notifiers.until(
            lambda: notifiers.ask("SELECT count(*) FROM notifications WHERE state = 'sending'") == [(0,)],
            within_s=150,
        )
        notifiers.members["a"].pause()
        notifiers.members["b"].kill()
    notifiers.start("b", clock_is_off_by_s=3600)
    hook.wait_for(100)
    kill_the_database(notifiers)
    hook.wait_for(285)
    notifiers.members["a"].resume()
    raise_alerts(notifiers, 95, INCIDENTS)
    hook.wait_for(300, within_s=180)
    notifiers.stop()

    assert versions_told(hook) == {f"incident-{n}": [1, 2, 3] for n in range(INCIDENTS)}
    assert set(hook.counts().values()) == {1}
    assert notifiers.ask("SELECT state, count(*) FROM notifications GROUP BY state") == [("sent", 300)]
    assert notifiers.ask("SELECT count(*) FROM attempts WHERE outcome = 'unknown'") == [(0,)]
