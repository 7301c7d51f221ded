"""Real servers and the parser's model for the tests that ask for them, one of each for a run."""

import contextlib
import os
import shutil
import tempfile
import uuid
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from tests.cluster.flink import Flink
from tests.cluster.kafka import Kafka
from tests.cluster.packages import PackagesError
from tests.cluster.postgres import Postgres
from transforms.parser_model import PACKAGE

WITHOUT = "MISSIONWIRE_WITHOUT_CLUSTER"

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the tests that need a server or the parser's model, before `-m` chooses among them."""
    for item in items:
        wanted = getattr(item, "fixturenames", ())
        if "servers" in wanted:
            item.add_marker(pytest.mark.cluster)
        if "parser_model" in wanted:
            item.add_marker(pytest.mark.parser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup():
    """Skip a test whose servers cannot be had, but not in CI, where no green run may hide it."""
    try:
        return (yield)
    except PackagesError as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


pytest_runtest_call = pytest_runtest_setup


@pytest.fixture(autouse=True)
def mask_of_new_files():
    """Put back what commands narrow for the life of their process."""
    before = os.umask(0)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def parser_model():
    """Return the name of the parser's model; skip without it, but not in CI, which installs it."""
    if find_spec(PACKAGE) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{PACKAGE} is not installed")
        pytest.skip(f"{PACKAGE} is not installed (it is among the dependencies for development)")
    return PACKAGE


@pytest.fixture(scope="session")
def servers():
    """Return a folder that everybody may enter, for servers that run as another user."""
    if os.environ.get(WITHOUT):
        raise PackagesError(f"needs the local cluster, and {WITHOUT} is set")
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
