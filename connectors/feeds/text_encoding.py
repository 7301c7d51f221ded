"""The characters of a document whose encoding may be stated, stated wrongly, or not at all.

A mark counts first, then what its header says, then what it says itself, then UTF-8, and Windows-1252 in the
end. Only names of a list are believed: Python knows codecs that are no encodings of text, and others
(Punycode) that take quadratic time. Latin-1 is read as browsers do.

What says it is UTF-8 and is not, is mostly Windows-1252; what has one broken byte, or is cut in the middle of
a character, is UTF-8 all the same. So UTF-8 is given up only where more of its characters are broken than are
not.
"""

import codecs
import re

_DECLARED = re.compile(
    rb"""(?:encoding|charset)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE
)
_DECLARED_WITHIN_BYTES = 4096
_OF_TEXT = re.compile(
    r"utf-?(8|16|16-?le|16-?be)|us-ascii|ascii|latin-?\d{1,2}|iso-?8859-?\d{1,2}|windows-?(125\d|874|31j)|cp125\d"
    r"|koi8-[rut]|shift[_-]jis|sjis|euc-?(jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5(-hkscs)?|tis-620|macintosh",
    re.IGNORECASE,
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_AS_BROWSERS = {"iso8859-1": "cp1252", "ascii": "utf-8"}


def decoded(body: bytes, content_type: str = "") -> str:
    """Return the characters of a document, without its mark; `content_type` is its header."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    stated = _stated(body, content_type)
    if stated and stated != "utf-8":
        return body.decode(stated, "replace")
    text = body.decode("utf-8", "replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if 2 * text.count("\ufffd") <= beyond_ascii else body.decode("cp1252", "replace")


def _stated(body: bytes, content_type: str) -> str | None:
    if known := _known(_DECLARED.search(content_type.encode("latin-1", "replace"))):
        return known
    known = _known(_DECLARED.search(body[:_DECLARED_WITHIN_BYTES]))
    # a document in UTF-16 could not have been searched
    return "utf-8" if known and known.startswith("utf-16") else known


def _known(declared: re.Match[bytes] | None) -> str | None:
    if declared is None or not _OF_TEXT.fullmatch(name := declared[1].decode("ascii")):
        return None
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return _AS_BROWSERS.get(found, found)
