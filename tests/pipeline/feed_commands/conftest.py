"""A server of feeds, and a configuration to work on."""

import pytest

from tests.bench.servers import Feeds
from tests.pipeline.feed_commands.desk import ATOM, GOOD, JSON_FEED, PAGE, Desk


@pytest.fixture
def server():
    with Feeds({"/wire.xml": GOOD, "/page": PAGE, "/atom": ATOM, "/json": JSON_FEED}) as server:
        yield server


@pytest.fixture
def desk(tmp_path, server, capsys):
    return Desk(tmp_path, server, capsys)
