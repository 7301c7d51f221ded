"""Entry markup to the plain text that people read, with its paragraphs kept.

Requires: time linear in the input, whatever it is. An HTML5 tree costs quadratic time when elements
nest without end (200 kB of `<ul><li>` take seconds), and NFC does for a letter with endless accents:
markup nested deeper than any page is stripped tag by tag instead, and accents are cut at thirty (the
bound of Unicode's stream-safe text).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MAX_DEPTH = 200
_PARAGRAPH, _LINE = "\x02", "\x03"
_HIDDEN_WORDS = "script style noscript template head iframe object embed svg math textarea select button"
_BLOCK_WORDS = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table "
    "tbody td tfoot th thead tr ul"
)
_VOID_WORDS = "area base br col embed hr img input link meta param source track wbr"
_HIDDEN, _BLOCKS, _VOID = (frozenset(words.split()) for words in (_HIDDEN_WORDS, _BLOCK_WORDS, _VOID_WORDS))
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_LOOKS_LIKE_TAG = re.compile(r"<[a-zA-Z/!?]")
_HIDDEN_TEXT = re.compile(
    r"<(script|style)\b.*?(?:</\1[^<>]*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_ACCENTS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0e38-\u0e3a\u0f71-\u0f84\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]{30})"
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0e38-\u0e3a\u0f71-\u0f84\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]+"
)
# control characters, soft hyphens, zero-width and direction marks, byte order marks, halves of pairs
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")


def plain_text(html: str) -> str:
    """Return the text of `html` in NFC: "\\n\\n" between blocks, "\\n" for line breaks, else single spaces.

    What holds no tag at all keeps its own line and paragraph breaks.
    """
    clean = _INVISIBLE.sub("", html)
    if not _LOOKS_LIKE_TAG.search(clean):
        return tidy(unescape(clean))
    shallow = _depth(clean) <= _MAX_DEPTH
    marked = "".join(_pieces(clean)) if shallow else _stripped(clean)
    return tidy(_laid_out(marked))


def tidy(text: str) -> str:
    """Return plain text in NFC without control characters, blanks collapsed, at most one empty line."""
    text = _BREAKS.sub("\n", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", text))
    lines = (line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    return _joined_lines(lines)


def one_line(text: str) -> str:
    """Return `text` without any line break, for titles and names."""
    return " ".join(text.split())


def _joined_lines(lines: Iterator[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def _depth(html: str) -> int:
    """Return an upper bound of the tree's depth: an end tag closes only what has its name."""
    open_tags: Counter[str] = Counter()
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        name, closes = tag[2].lower(), bool(tag[1])
        if name in _VOID or (closes and not open_tags[name]):
            continue
        step = -1 if closes else 1
        open_tags[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _pieces(html: str) -> Iterator[str]:
    """Walk the tree without recursion, yielding texts and the marks of blocks and line breaks."""
    root = LexborHTMLParser(html).body
    stack: list[tuple[LexborNode | None, str]] = [(root, "")]
    while stack:
        node, leaving = stack.pop()
        if node is None:
            yield leaving
            continue
        if node.next is not None and node is not root:
            stack.append((node.next, ""))
        yield from _enter(node, stack)


def _enter(node: LexborNode, stack: list[tuple[LexborNode | None, str]]) -> Iterator[str]:
    tag = node.tag or ""
    if tag == "-text":
        yield node.text_content or ""
    elif tag == "br":
        yield _LINE
    elif tag not in _HIDDEN and not tag.startswith("-"):
        mark = _PARAGRAPH if tag in _BLOCKS else ""
        yield mark
        stack.append((None, mark))
        if node.child is not None:
            stack.append((node.child, ""))


def _stripped(html: str) -> str:
    def mark(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        return _LINE if name == "br" else _PARAGRAPH if name in _BLOCKS else ""

    return unescape(_TAG.sub(mark, _HIDDEN_TEXT.sub("", html)))


def _laid_out(marked: str) -> str:
    flowing = " ".join(marked.split())
    return flowing.replace(_PARAGRAPH, "\n\n").replace(_LINE, "\n")
