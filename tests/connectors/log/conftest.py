"""The homes of the log: each opens logs as several processes would, and can let a member die."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.log import kafka_client
from connectors.log.kafka_log import KafkaLog
from connectors.log.location import KafkaLocation
from connectors.log.sqlite_log import MAX_RECORD_BYTES, SqliteLog


class SqliteHome:
    """Logs on one file; a member dies by no longer renewing its lease."""

    lease = timedelta(seconds=2)
    max_record_bytes = MAX_RECORD_BYTES

    def __init__(self, folder):
        self.path, self.opened, self.ahead = folder / "log.sqlite", [], timedelta(0)

    def open(self):
        self.opened.append(SqliteLog(self.path, lambda: datetime.now(UTC) + self.ahead, lease=self.lease))
        return self.opened[-1]

    def opener(self):
        return SqliteLog, (self.path,)

    def let_leases_expire(self):
        self.ahead += self.lease * 2

    def close(self):
        for log in self.opened:
            log.close()


class KafkaHome:
    """Logs of one Kafka; a member dies by no longer sending heartbeats."""

    session = timedelta(seconds=6)
    max_record_bytes = kafka_client.MAX_RECORD_BYTES

    def __init__(self, brokers):
        self.location, self.opened = KafkaLocation(tuple(brokers), 1, "plaintext"), []

    def open(self):
        self.opened.append(KafkaLog(self.location, session=self.session))
        return self.opened[-1]

    def opener(self):
        return KafkaLog, (self.location,)

    def let_leases_expire(self):
        for log in self.opened:
            for member in log._members:
                member.freeze()

    def close(self):
        for log in self.opened:
            log.close()


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.cluster)])
def home(request, tmp_path):
    if request.param == "sqlite":
        home = SqliteHome(tmp_path)
    else:
        home = KafkaHome(request.getfixturevalue("kafka_cluster").brokers)
    yield home
    home.close()


@pytest.fixture
def log(home):
    return home.open()
