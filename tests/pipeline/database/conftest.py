"""The database, of both kinds."""

import pytest

from tests.cluster.databases import BOTH


@pytest.fixture(params=BOTH)
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/state.sqlite"
    return request.getfixturevalue("database_url")


@pytest.fixture
def sqlite(tmp_path):
    return f"sqlite:///{tmp_path}/state.sqlite"
