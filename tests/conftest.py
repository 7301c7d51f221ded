"""Real servers for the tests that ask for them, one of each for a run; see tests/cluster."""

import contextlib
import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest

from tests.cluster.flink import Flink
from tests.cluster.kafka import Kafka
from tests.cluster.postgres import Postgres

SERVERS = {"servers", "kafka_cluster", "postgres", "database_url", "flink"}
WITHOUT = "MISSIONWIRE_WITHOUT_CLUSTER"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the tests that need a server, before `-m` chooses among them."""
    for item in items:
        given = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if SERVERS & set(getattr(item, "fixturenames", ())) or "kafka" in list(given):
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def servers():
    """Return a folder that everybody may enter, for servers that run as another user."""
    if os.environ.get(WITHOUT):
        pytest.skip(f"needs the local cluster, and {WITHOUT} is set")
    folder = Path(tempfile.mkdtemp(prefix="missionwire-servers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka_cluster(servers):
    """Return a Kafka that runs."""
    with running(Kafka(servers / "kafka")) as kafka:
        yield kafka


@pytest.fixture(scope="session")
def postgres(servers):
    """Return a PostgreSQL that runs."""
    with running(Postgres(servers / "postgres")) as server:
        yield server


@pytest.fixture
def database_url(postgres):
    """Return the address of a database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def flink(servers):
    """Return a Flink that runs."""
    with running(Flink(servers / "flink")) as cluster:
        yield cluster


@contextlib.contextmanager
def running(server):
    """Start a server and stop it afterwards, also when it does not come up."""
    try:
        server.start()
        yield server
    finally:
        server.stop()
