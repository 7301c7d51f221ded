"""The encoder: a small transformer that reads a headline and the words behind it, and says what they tell of.

The vote (`vote.py`) counts words that labels have taught it. The encoder has read much else before it was
taught the same labels, so it knows words that no label holds as well as their neighbours do, and it hears the
order in which they stand, and how flights are called. It costs a hundred times as much, so it is asked where
rules find an event, the vote leaves a doubt or a text begins with a flight (`Reading.ask_vote`). Its table is
made by `tests/bench/extraction/train_encoder.py`.
"""

import os
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from transforms.extract.entries import EncoderTable
from transforms.extract.name_odds import NameOdds
from transforms.extract.pieces import BEGIN, END, MOST_PIECES, UNKNOWN, Pieces
from transforms.extract.vote import MOST

MAX_BYTES = 40_000_000
# Set when onnxruntime is loaded; unset, it numbers this machine and sends its makers that and what it runs.
NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
# log odds of the vote below which a type is not there; how much each of both counts
QUIET, OF_VOTE, OF_ENCODER = -2.5, 0.35, 0.65
_SILENT = 4  # of onnxruntime's log levels
_SLOWER_WHEN_FUSED = ["SkipLayerNormFusion"]  # measured: a tenth of the whole
_ELSEWHERE = b"location"  # without this key ONNX has no external data


class Said(NamedTuple):
    """What is said of a text: log odds, from -6 to 6, that it tells of each output, and those of names."""

    odds: dict[str, float]
    names: NameOdds


class Encoder:
    """A table, ready to be asked. Its outputs are `type/status`; raise `ValueError` if it cannot be read."""

    def __init__(self, table: EncoderTable) -> None:
        os.environ[NO_TELEMETRY] = "1"
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
            probes = {n: self._heard([len(table.pieces) - 1] * n) for n in (2, MOST_PIECES)}
        except Exception as e:  # the errors of onnxruntime have no class of their own
            raise ValueError(f"no network of {len(table.pieces)} pieces: {str(e)[:200]}") from e
        width = len(self.outputs)
        for pieces, (odds, names) in probes.items():
            fits = odds.shape == (width,) and names.shape == (pieces, width)
            if not (fits and np.isfinite(odds).all() and np.isfinite(names).all()):
                raise ValueError(f"the network gives no {width} numbers for a text, and for each piece of it")

    def says(self, title: str, text: str) -> Said:
        """Return what a text tells of, and how its flights are called.

        In tenths: processors differ in the last digits of what they compute.
        """
        split = self._pieces.split(title, text)
        odds, names = (np.nan_to_num(x, nan=-MOST).clip(-MOST, MOST) for x in self._heard(split.numbers))
        said = dict(zip(self.outputs, odds.round(1).tolist(), strict=True))
        return Said(said, NameOdds(split, names, self.outputs))

    def _heard(self, pieces: list[int]) -> tuple[np.ndarray, np.ndarray]:
        odds, names = self._session.run(["odds", "names"], {"pieces": np.array([pieces], np.int64)})
        return odds[0].astype(np.float64), names[0].astype(np.float64)


def blended(vote: float, encoder: float) -> float:
    """Return the log odds that both together give."""
    return OF_VOTE * vote + OF_ENCODER * encoder


def bad_encoder(table: EncoderTable, outputs: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a table beside a vote of these outputs, but for its network."""
    if len(table.outputs) != len(outputs) or set(table.outputs) != set(outputs):
        yield f"its {len(table.outputs)} outputs are not the {len(outputs)} of the vote"
    missing = sorted({UNKNOWN, BEGIN, END} - set(table.pieces))
    yield from (f"the piece {piece} is missing" for piece in missing)
    if len(table.network) > MAX_BYTES:
        yield f"over {MAX_BYTES} bytes"
    if _ELSEWHERE in table.network:
        yield "the network has weights in other files"
