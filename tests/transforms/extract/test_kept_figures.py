"""What extraction finds of labelled articles does not fall by more than a point between changes."""

import json

import pytest

from tests.bench.extraction.articles import SETS, SHARED, articles
from tests.bench.extraction.quality import KEPT, figures_of, report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SHARED.is_dir(), reason="no labelled articles beside the repository"),
]
POINT = 0.01


@pytest.mark.parametrize("name", SETS)
def test_no_figure_fell_by_more_than_a_point(extractor, name):
    kept = json.loads(KEPT.read_text())[name]
    found = figures_of(report(extractor, articles(name)))
    fallen = {level: (kept[level], found[level]) for level in kept if found[level] < kept[level] - POINT}
    assert not fallen, "after a change that is meant: python -m tests.bench.extraction.quality --keep"
