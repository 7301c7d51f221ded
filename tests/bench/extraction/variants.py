"""Texts made of labelled ones, of which the encoder learns what its teachers say."""

import random
import re


def variants(articles):
    """Return headlines and texts alone of articles that tell of something, and of as many that do not.

    Those whose first flight is named come once more, by the name of another that has an event of its type.
    """
    telling = [a for a in articles if a["events"]]
    quiet = [a for a in articles if not a["events"]]
    some = [*telling, *random.sample(quiet, min(len(quiet), len(telling)))]
    alone = [a for a in some if a["text"]]
    headlines = [{"title": a["title"], "text": ""} for a in alone]
    texts = [{"title": "", "text": a["text"]} for a in alone]
    return [*headlines, *texts, *_renamed(telling)]


def _renamed(articles):
    names = {}
    for article in articles:
        for event in article["events"]:
            if event["mission"]:
                names.setdefault(event["type"], []).append(event["mission"])
    for article in articles:
        event, texts = article["events"][0], {part: article[part] for part in ("title", "text")}
        if event["mission"]:
            other = random.choice(names[event["type"]])
            name = re.compile(rf"\b{re.escape(event['mission'])}(?!\w)")
            renamed = {part: name.sub(lambda _, other=other: other, text) for part, text in texts.items()}
            if renamed != texts:
                yield renamed
