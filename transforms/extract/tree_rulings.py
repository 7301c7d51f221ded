"""Status from a tree: which auxiliary, negation or governing verb belongs to a mention.

The window rules take the words that stand near; a tree tells those of this verb from those of another. It
speaks only where it is sure. Left to the window rules are headlines, whose grammar the model was not trained
on; gap rules, which may hold their own negation (`could not dock`); infinitives, but for those that something
managed or denied governs; nouns, but for subjects (a fault that `did not delay the launch` denies no launch);
and states, history and metaphors, which no tree shows.
"""

from transforms.extract.line import Line
from transforms.extract.mentions import Mention
from transforms.extract.ruling import Ruling, Verdict
from transforms.extract.tree import SUBJECTS, Tree

SURE, SUBJECT = 0.8, 0.6
_OPEN = frozenset({"occurred", "planned", "denied", "hypothetical", "unclear"})


def ruled_by_tree(mention: Mention, tree: Tree) -> Mention:
    """Return the mention with the tree's ruling where that is sure of another one, else the same."""
    if mention.gap or mention.ruling.verdict not in _OPEN:
        return mention
    at = tree.top(mention.start, mention.end)
    ruling: Ruling | None = None
    if tree.label(at) in SUBJECTS:
        ruling = _of_subject(at, mention, tree)
    elif tree.is_verb(at) and mention.form != "noun":
        verdict = _of_verb(at, mention, tree)
        ruling = Ruling(verdict, SURE) if verdict else None
    if ruling is None or ruling.verdict == mention.ruling.verdict:
        return mention
    return mention._replace(ruling=ruling)


def _of_subject(at: int, mention: Mention, tree: Tree) -> Ruling | None:
    """Judge a noun by the verb that it is the subject of, however much stands between the two."""
    line, verb = mention.line, tree.head(at)
    auxiliaries, cues = _auxiliaries(verb, line, tree), line.cues[verb]
    if _negated(verb, range(0), line, tree) or auxiliaries & {"would", "maybe"}:
        return None
    if "took_place" in cues:
        return Ruling("planned" if auxiliaries & {"will", "to"} else "occurred", SURE)
    if "predicate" in cues:
        return Ruling("planned", SURE)
    acted = mention.ruling.verdict == "unclear" and _acted(verb, line, tree)
    return Ruling("occurred", SUBJECT) if acted and not line.future(at) else None


def _acted(verb: int, line: Line, tree: Tree) -> bool:
    """Tell whether a verb says in the past what its subject did or was (`took crews up`, `was a success`)."""
    if not tree.is_past(verb) or any(start <= verb < end for start, end in line.triggers):
        return False
    return any(tree.children(verb, "dobj", "attr"))


def _of_verb(at: int, mention: Mention, tree: Tree) -> Verdict | None:
    line, span = mention.line, range(mention.start, mention.end)
    verb = tree.sharing(at)
    if _negated(at, span, line, tree) or _negated(verb, span, line, tree):
        return "denied"
    leads = {cue for c in tree.children(verb, "mark", "advmod") for cue in line.cues[c]}
    if "conditional" in leads:
        return "hypothetical"
    auxiliaries = _auxiliaries(verb, line, tree)
    if "to" in auxiliaries:
        return None if "have" in auxiliaries else _of_infinitive(verb, line, tree)
    if "will" in auxiliaries:
        return "planned"
    if auxiliaries & {"would", "maybe"}:
        return "hypothetical" if "have" in auxiliaries or not line.future(at) else "planned"
    if "subordinate_future" in leads or line.future(at) or mention.form not in ("past", "bare"):
        return None
    return "occurred" if auxiliaries & {"have", "did"} or any(tree.children(at, "nsubj")) else None


def _of_infinitive(verb: int, line: Line, tree: Tree) -> Verdict | None:
    """Judge an infinitive by the verb over it, if that is denied or managed (`was able to dock`)."""
    governor = tree.head(verb)
    if governor == verb or not tree.is_verb(governor):
        return None
    if _negated(governor, range(0), line, tree):
        return "denied"
    if "managed" not in line.cues[governor]:
        return None
    auxiliaries = _auxiliaries(governor, line, tree)
    if "will" in auxiliaries:
        return "planned"
    return "hypothetical" if auxiliaries & {"would", "maybe"} else "occurred"


def _auxiliaries(verb: int, line: Line, tree: Tree) -> set[str]:
    return {cue for c in tree.children(verb, "aux", "auxpass") for cue in line.cues[c]}


def _negated(verb: int, span: range, line: Line, tree: Tree) -> bool:
    """Tell whether a negation that is no part of the mention hangs on a verb."""
    return any(
        c not in span and "negative_exceptions" not in line.cues[c] for c in tree.children(verb, "neg")
    )
