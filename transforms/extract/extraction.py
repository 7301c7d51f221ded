"""What extraction says about one article."""

from typing import Literal, NamedTuple

from transforms.records import MissionEvent

Reason = Literal[
    "events",  # at least one event
    "no_gate_word",  # no word of the pack's gate: the text was not even tokenized
    "no_event",  # words of the domain, but nothing that is an event
    "too_long",  # over the size limit; not read
    "too_dense",  # more signs, sentences, triggers or names than any news has; not read on
    "too_slow",  # took far longer than any news does; not read on
]
Skip = Literal[
    "planned_only",  # a plan of a type that counts only when it has happened
    "historical",  # lies too far back
    "denied",  # the text says that it did not happen
    "hypothetical",  # only might, or would have
    "stative",  # a state, not a change
    "metaphor",  # the word means something else here
    "no_mission",  # nothing of the domain near a word that needs it
    "unclear",  # a bare word with neither tense nor date
    "doubtful",  # an event that is believed less than the pack wants it to be
    "surplus",  # one more event than an article may have
]


class Extraction(NamedTuple):
    """The events of one article, why there are none, and the mentions that were kept from being events.

    `dropped` names the fields that were left out because no words of the article say them.
    `counted` is what an article over its budget has too much of.
    """

    events: tuple[MissionEvent, ...]
    reason: Reason
    skipped: tuple[tuple[Skip, str], ...] = ()
    dropped: tuple[str, ...] = ()
    counted: str = ""
