"""How far a read has come is a value that any later version can read, and that finds new partitions."""

import json

import pytest

from connectors.log.interface import Partition
from connectors.log.offsets import Offsets, Share, decode_offsets, encode_offsets

FOUR = [Partition("articles", n) for n in range(4)]


@pytest.mark.parametrize(
    "offsets",
    [
        Offsets({}),
        Offsets({FOUR[0]: 7, FOUR[2]: 9}, done=True),
        Offsets({FOUR[1]: 1}, {FOUR[1]: 5}),
    ],
)
def test_offsets_come_back_as_they_were(offsets):
    assert decode_offsets(encode_offsets(offsets)) == offsets


def test_what_a_checkpoint_holds_does_not_change():
    """A failure here means that no running job can go on with this version: give it a new layout."""
    written = b'[1,[["articles",0,7],["articles",2,9]],null,false]'
    assert encode_offsets(Offsets({FOUR[2]: 9, FOUR[0]: 7})) == written
    assert decode_offsets(written) == Offsets({FOUR[0]: 7, FOUR[2]: 9})


def test_the_layout_of_another_version_is_refused_by_name():
    written = json.dumps([2, [], None, False]).encode()
    with pytest.raises(ValueError, match="layout 2, this Missionwire knows 1"):
        decode_offsets(written)


def test_a_partition_that_is_new_is_read_from_its_beginning():
    assert Offsets({FOUR[0]: 7}).due(FOUR[:2]) == {FOUR[0]: 7, FOUR[1]: 0}


def test_a_bounded_read_is_over_where_every_partition_is():
    ends = {FOUR[0]: 2, FOUR[1]: 0}
    assert Offsets({FOUR[0]: 1}, ends).due(FOUR) == {FOUR[0]: 1}
    assert Offsets({FOUR[0]: 2}, ends).due(FOUR) == {}


@pytest.mark.parametrize("of", [1, 2, 3, 8])
def test_every_partition_belongs_to_exactly_one_share(of):
    shares = [Share.parse(str(Share(number, of))) for number in range(of)]
    assert [sum(share.has(p) for share in shares) for p in FOUR] == [1, 1, 1, 1]
