"""The database, of both kinds."""

import pytest

from tests.alerts.notify.own_postgres import BOTH, database_url, postgres  # noqa: F401 - fixtures


def pytest_configure(config):
    config.addinivalue_line("markers", "cluster: needs Kafka, Flink or PostgreSQL")


@pytest.fixture(params=BOTH)
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/state.sqlite"
    return request.getfixturevalue("database_url")


@pytest.fixture
def sqlite(tmp_path):
    return f"sqlite:///{tmp_path}/state.sqlite"
