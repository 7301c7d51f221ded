"""Names as words that compare: case, spelling of numbers and punctuation aside."""

import re

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


def tokens(name: str) -> list[str]:
    """Return the words and numbers of a name, in lower case; `MS-19`, `MS 19` and `ms19` are one."""
    return [_ROMAN.get(token, token) for token in _TOKEN.findall(name.casefold())]


def slug(name: str) -> str:
    """Return a name as one word."""
    return "-".join(tokens(name))
