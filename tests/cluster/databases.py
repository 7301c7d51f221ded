"""The homes of the database, for tests that ask the same of each."""

import pytest

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.cluster)]
