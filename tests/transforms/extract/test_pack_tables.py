"""The taught tables of a pack: its hash covers them, and a note beside each says where it is from."""

import hashlib
import shutil
import tomllib

import pytest

from transforms.extract.entries import ENCODER, VOTE
from transforms.extract.pack import BUNDLED, load_pack


def test_the_hash_of_a_pack_covers_its_tables(tmp_path):
    copy = shutil.copytree(BUNDLED, tmp_path / "pack")
    whole = load_pack(copy)
    (copy / ENCODER).unlink()
    without_encoder = load_pack(copy)
    (copy / VOTE).unlink()
    bare = load_pack(copy)
    assert (without_encoder.encoder, bare.encoder, bare.vote) == (None, None, None)
    assert len({whole.hash, without_encoder.hash, bare.hash}) == 3


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (VOTE, {"texts", "ids", "held", "licence"}),
        (ENCODER, {"texts", "ids", "held", "licence", "base", "base_sha256"}),
    ],
)
def test_the_note_of_where_a_table_is_from_is_that_of_this_table(table, told):
    note = tomllib.loads((BUNDLED / table).with_suffix(".toml").read_text())
    data = (BUNDLED / table).read_bytes()
    assert note["table"] == hashlib.blake2b(data, digest_size=8).hexdigest()
    assert told <= note.keys()


def test_the_network_tells_nothing_of_the_machine_that_made_it():
    assert b".py" not in load_pack(BUNDLED).encoder.network
