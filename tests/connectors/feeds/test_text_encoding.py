import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.text_encoding import decoded


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Café".encode(), "text/html"),
        ("Café".encode(), "text/html; charset=utf-8"),
        ("Café".encode("utf-8-sig"), "text/html; charset=latin-1"),
        ("Café".encode("utf-16"), "text/html"),
        ("Café".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("Café".encode("latin-1"), "text/html"),
        ("Café".encode("latin-1"), "text/html; charset=us-ascii"),
        (b"<meta charset=koi8-r>" + "Café".encode(), "text/html; charset='utf-8'"),
        ("<meta charset='windows-1252'>Café".encode("cp1252"), ""),
        ("Café".encode(), "text/html; charset=hex"),
        ("Café".encode(), "text/html; charset=idna"),
        ("Café".encode(), "text/html; charset=nonsense"),
        ("Café".encode(), "text/html; charset=punycode"),
        ("Café".encode(), "text/html; charset=us-ascii"),
        ("Café".encode("utf-16-le"), "text/html; charset=UTF-16LE"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + "Café".encode(), "text/xml"),
        (b'<?xml version="1.0" encoding="utf-8"?>' + "Café".encode("latin-1"), "text/xml"),
        (b"<META CHARSET=ISO-8859-15>" + "Café".encode("latin-1"), ""),
    ],
)
def test_the_characters_survive_wrong_and_missing_encodings(body, content_type):
    assert decoded(body, content_type).endswith("Café")


def test_one_broken_byte_does_not_change_the_others():
    assert decoded("Café ".encode() + b"\xff", "text/html; charset=utf-8") == "Café \ufffd"


def test_a_document_that_is_cut_in_a_character_loses_only_that():
    assert decoded("Café, déjà".encode()[:-1]) == "Café, déj\ufffd"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_and_no_header_are_too_strange(body, content_type):
    assert isinstance(decoded(b"charset=" + body, content_type), str)
