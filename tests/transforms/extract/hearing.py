"""An encoder that hears in the words of a text what a test wants it to."""

import numpy as np

from transforms.extract.name_odds import NameOdds
from transforms.extract.pieces import Pieces, words_of

PIECES = Pieces(["[UNK]", "[CLS]", "[SEP]"])


def heard(title, text, said):
    """Return name odds by what is `said` of the words of names, by output; of all others they are -6."""
    split = PIECES.split(title, text)
    odds = {o: {w: v for name, v in some.items() for w in words_of(name)} for o, some in said.items()}
    rows = [[float(some.get(word, -6.0)) for some in odds.values()] for word in split.words]
    return NameOdds(split, np.array(rows), list(odds))
