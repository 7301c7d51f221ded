"""Sources are independent if each has a story of its own."""

from datetime import UTC, datetime

import pytest

from transforms.correlate.sources import confidence, independent
from transforms.records import Evidence, Report


def report(publisher, lineage, origin=None, sure=0.5):
    return Report(
        article_id=publisher + lineage,
        event_id="e",
        publisher=publisher,
        lineage=lineage,
        status="occurred",
        confidence=sure,
        received=datetime(2021, 10, 5, tzinfo=UTC),
        evidence=Evidence("", 0, 0),
        origin=origin,
    )


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ([("A", "1"), ("B", "2")], 2),
        ([("A", "1"), ("B", "1")], 1),
        ([("A", "1"), ("A", "2")], 1),
        ([("A", "1", "AP"), ("B", "2", "AP")], 1),
        ([("A", "1", "AP"), ("AP", "2")], 1),
        ([("A", "1", "AP"), ("A", "2")], 2),
        ([("A", "1"), ("B", "1"), ("A", "2"), ("B", "3")], 2),
        ([("A", "1"), ("B", "1"), ("C", "1"), ("C", "2")], 2),
    ],
)
def test_a_source_and_a_story_count_once(told, count):
    assert len(independent(report(*each) for each in told)) == count
    assert len(independent(report(*each) for each in reversed(told))) == count


def test_sure_sources_add_up_and_one_publisher_alone_is_capped():
    assert confidence(independent([report("A", "1", sure=0.5), report("B", "2", sure=0.6)])) == 0.8
    assert confidence(independent([report("A", str(n), sure=0.99) for n in range(9)])) == 0.9
