"""A log in a folder for each test."""

import pytest

from tests.pipeline.dead_letters.shop import Shop


@pytest.fixture
def shop(tmp_path, capsys):
    shop = Shop(tmp_path, capsys)
    yield shop
    shop.log.close()
