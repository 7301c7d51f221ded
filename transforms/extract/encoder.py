"""The encoder: a small transformer that reads a headline and the words behind it, and says what they tell of.

The vote (`vote.py`) counts words that labels have taught it. The encoder has read much else before it was
taught the same labels, so it knows words that no label holds as well as their neighbours do, and it hears the
order in which they stand. It costs a hundred times as much, so it is asked where the vote leaves a doubt
(`Reading.ask_vote`). Its table is made by `tests/bench/extraction/train_encoder.py`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice

import numpy as np

from transforms.extract.entries import EncoderTable
from transforms.extract.vote import MOST

MOST_PIECES, TITLE_PIECES, MOST_LETTERS, MAX_BYTES = 128, 60, 32, 40_000_000
# log odds of the vote below which a type is not there, and above which it is; how much each of both counts
QUIET, CLEAR, OF_VOTE, OF_ENCODER = -3.0, 2.0, 0.45, 0.55
_UNKNOWN, _BEGIN, _END = "[UNK]", "[CLS]", "[SEP]"
_SILENT = 4  # of onnxruntime's log levels
_SLOWER_WHEN_FUSED = ["SkipLayerNormFusion"]  # measured: a tenth of the whole
_ELSEWHERE = b"location"  # without this key ONNX has no external data
_WORD, _OTHER = re.compile(r"\w+|[^\w\s]"), re.compile(r"[^\x00-\x7f]")


class Encoder:
    """A table, ready to be asked. Its outputs are `type/status`; raise `ValueError` if it cannot be read."""

    def __init__(self, table: EncoderTable) -> None:
        import onnxruntime  # noqa: PLC0415 - a third of a second, wanted by workers alone

        self.outputs = table.outputs
        self._pieces = Pieces(table.pieces)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # workers scale by processes
        options.log_severity_level = _SILENT
        try:
            self._session = onnxruntime.InferenceSession(
                table.network, options, disabled_optimizers=_SLOWER_WHEN_FUSED
            )
            odds = self._odds([len(table.pieces) - 1] * MOST_PIECES)
        except Exception as e:  # the errors of onnxruntime have no class of their own
            raise ValueError(f"no network of {len(table.pieces)} pieces: {str(e)[:200]}") from e
        if odds.shape != (len(self.outputs),) or not np.isfinite(odds).all():
            raise ValueError(f"the network gives no {len(self.outputs)} numbers, which have names")

    def says(self, title: str, text: str) -> dict[str, float]:
        """Return the log odds, from -6 to 6, that a text tells of each output.

        In tenths: processors differ in the last digits of what they compute.
        """
        odds = np.nan_to_num(self._odds(self._pieces.of(title, text)), nan=-MOST).clip(-MOST, MOST)
        return dict(zip(self.outputs, odds.round(1).tolist(), strict=True))

    def _odds(self, pieces: list[int]) -> np.ndarray:
        return self._session.run(None, {"pieces": np.array([pieces], np.int64)})[0][0].astype(np.float64)


def blended(vote: float, encoder: float) -> float:
    """Return the log odds that both together give."""
    return OF_VOTE * vote + OF_ENCODER * encoder


class Pieces:
    """WordPiece: a word is the longest piece that it begins with, then the longest `##` one, and so on."""

    def __init__(self, pieces: list[str]) -> None:
        self._number = {piece: n for n, piece in enumerate(pieces)}
        self._unknown, self._begin, self._end = (self._number[p] for p in (_UNKNOWN, _BEGIN, _END))
        self._of_word = lru_cache(50_000)(self._split)

    def of(self, title: str, text: str) -> list[int]:
        """Return the numbers of the pieces of a headline and of what follows, between marks."""
        head = [self._begin, *islice(self._all(title), TITLE_PIECES), self._end]
        return [*head, *islice(self._all(text), MOST_PIECES - len(head) - 1), self._end]

    def _all(self, text: str) -> Iterator[int]:
        for word in _WORD.finditer(plain(text)):
            short = word.end() - word.start() <= MOST_LETTERS
            yield from self._of_word(word[0]) if short else (self._unknown,)

    def _split(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start, mark = 0, ""
        while start < len(word):
            ends = range(len(word), start, -1)
            end = next((e for e in ends if mark + word[start:e] in self._number), None)
            if end is None:
                return (self._unknown,)
            found.append(self._number[mark + word[start:end]])
            start, mark = end, "##"
        return tuple(found)


def plain(text: str) -> str:
    """Return as much of a text as may be asked of, in small letters without their accents."""
    low = text[: MOST_PIECES * MOST_LETTERS].lower()
    if low.isascii():
        return low
    return _OTHER.sub(_unaccented, unicodedata.normalize("NFD", low))


def _unaccented(letter: re.Match[str]) -> str:
    return "" if unicodedata.category(letter[0]) == "Mn" else letter[0]


def bad_encoder(table: EncoderTable, outputs: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a table beside a vote of these outputs, but for its network."""
    if len(table.outputs) != len(outputs) or set(table.outputs) != set(outputs):
        yield f"its {len(table.outputs)} outputs are not the {len(outputs)} of the vote"
    missing = sorted({_UNKNOWN, _BEGIN, _END} - set(table.pieces))
    yield from (f"the piece {piece} is missing" for piece in missing)
    if len(table.network) > MAX_BYTES:
        yield f"over {MAX_BYTES} bytes"
    if _ELSEWHERE in table.network:
        yield "the network has weights in other files"
