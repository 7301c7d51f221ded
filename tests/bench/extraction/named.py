"""Where in the pieces of a labelled article the flights of its events are named."""

from transforms.extract.names import name_words, same_name
from transforms.extract.pieces import words_of


def marks_of(article, split, outputs):
    """Return for the numbers of what an article tells of (`outputs`) 1 for each piece that names its flights.

    All are 0 where they are nameless; what is of a flight that no piece names is left out.
    """
    runs = {}
    for event in article["events"]:
        output = f"{event['type']}/{event['status']}"
        if output in outputs:
            found = split.runs_of(words_of(event["mission"])) if event["mission"] else None
            runs.setdefault(outputs.index(output), []).append(found)
    return {
        output: _marks([run for each in found if each for run in each], split)
        for output, found in runs.items()
        if [] not in found
    }


def _marks(runs, split):
    marks = [0.0] * len(split.numbers)
    for run in runs:
        pieces = split.pieces_of(run)
        marks[pieces] = [1.0] * len(marks[pieces])
    return marks


def is_name_of(name, flight):
    """Tell whether two names are of one flight, as the scorer does: both none, or one a part of the other."""
    return same_name(*(name_words(each) if each else () for each in (name, flight)))
