"""Invented stories and what publishers make of them, from a seed: the same in every run."""

import random
from datetime import UTC, datetime, timedelta

from transforms.intake import Intake
from transforms.records import Article, Position
from transforms.records.article import article_id, content_hash

NOON = datetime(2021, 10, 5, 12, tzinfo=UTC)
NAMES = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Gorse",
    "Hazel",
    "Ivy",
    "Juniper",
    "Larch",
    "Maple",
    "Oak",
    "Poplar",
    "Rowan",
    "Spruce",
]
SUBJECTS = [
    "the council",
    "the crew",
    "an engineer",
    "the company",
    "a spokesman",
    "the agency",
    "the harbour",
    "the mayor",
]
VERBS = [
    "opened",
    "closed",
    "moved",
    "sold",
    "checked",
    "painted",
    "measured",
    "built",
    "bought",
    "lifted",
    "crossed",
    "repaired",
]
THINGS = [
    "bridge",
    "station",
    "engine",
    "tower",
    "river",
    "market",
    "garden",
    "tunnel",
    "library",
    "ferry",
    "school",
    "antenna",
    "road",
]
PLACES = [
    "near the old mill",
    "by the sea",
    "in the valley",
    "behind the hill",
    "at the northern gate",
    "on the far shore",
]


def intake(text, *, url, title="Crew arrives", at=NOON, feed=None, historical=False, unfold=False):
    """Return an article on its way; each address is a feed of its own unless one is given."""
    article = Article(
        id=article_id(url, content_hash(title, text)),
        feed=feed or url,
        publisher=feed or url,
        title=title,
        text=text,
        fetched=at,
        url=url,
        historical=historical,
        content_hash=content_hash(title, text),
    )
    return Intake(article, Position("articles", 0, 0), at, unfold=unfold)


def sentence(chance):
    """Return a sentence with a name and a number."""
    number, name, place = chance.randrange(21, 99_999), chance.choice(NAMES), chance.choice(PLACES)
    who, did, also = chance.choice(SUBJECTS), chance.choice(VERBS), chance.choice(VERBS)
    what, things, more = (chance.choice(THINGS) for _ in range(3))
    told = f"{who} {did} the {what} of {name} with {number} {things}s {place} and {also} a {more}."
    return told[0].upper() + told[1:]


def story(chance):
    """Return title and text of a story of its own."""
    return f"{chance.choice(NAMES)} {chance.choice(VERBS)} a {chance.choice(THINGS)}", " ".join(
        sentence(chance) for _ in range(chance.randrange(4, 12))
    )


def trimmed(title, text, chance):
    """Return the beginning of a text."""
    sentences = text.split(". ")
    return title, ". ".join(sentences[: chance.randrange(2, len(sentences) + 1)])


def gapped(title, text, chance):
    """Return a text without one of its sentences."""
    sentences = text.split(". ")
    del sentences[chance.randrange(len(sentences))]
    return title, ". ".join(sentences)


def framed(title, text, chance):
    """Return a text with boilerplate around it."""
    return (
        title,
        f"SPRINGFIELD (AP) - {text}\nCopyright 2021 {chance.choice(NAMES)} News. All rights reserved.",
    )


def renumbered(title, text, chance):
    """Return a text with another number."""
    number = next(word for word in text.split() if word.isdigit())
    return title, text.replace(number, str(int(number) + chance.randrange(1, 9)), 1)


def renamed(title, text, chance):
    """Return a text with another name."""
    name = next(word for word in text.split() if word in NAMES)
    return title, text.replace(f"of {name}", "of Quillfeather", 1)


def denied(title, text, chance):
    """Return a text with a negation more."""
    return title, text.replace(" and ", " and not ", 1)


def corrected(title, text, chance):
    """Return a text that corrects another."""
    return f"Correction: {title}", text


def whole(title, text, chance):
    """Return the text as it is."""
    return title, text


SAME = (whole, trimmed, gapped, framed)
CHANGED = (renumbered, renamed, denied, corrected)


def history(seed, spread=timedelta(hours=20)):
    """Return what some publishers made of some stories, in order of arrival: pairs of story and intake."""
    chance = random.Random(seed)
    found = []
    for number in range(chance.randrange(1, 4)):
        title, text = story(chance)
        for copy in range(chance.randrange(1, 7)):
            edit = chance.choice(SAME * 2 + CHANGED)
            at = NOON + chance.random() * spread
            url = f"https://p{chance.randrange(9)}.example/{number}/{copy % 5}"
            made = edit(title, text, chance)
            found.append((number, intake(made[1], url=url, title=made[0], at=at)))
    if chance.random() < 0.5:
        found.sort(key=lambda pair: pair[1].at)
    return found
