"""Count the words that the vocabulary is warmed with, and write them where it reads them.

    python -m tests.bench.extraction.warm_words

They are the most frequent ones of space news, of headlines and of news of 2017, as they are written there.
"""

import re
import sys
from collections import Counter

from tests.bench.dedup import corpora
from transforms.extract.vocabulary import WARM_WORDS

MOST = 5000
_WORD = re.compile(r"[A-Za-z][a-z]+|[a-z]+")


def main(_):
    """Count and write."""
    counts = Counter()
    for intakes in (corpora.snapi(), corpora.headlines()[::20], corpora.news()):
        for intake in intakes:
            counts.update(_WORD.findall(f"{intake.article.title}\n{intake.article.text}"))
    words = sorted(word for word, _ in counts.most_common(MOST))
    WARM_WORDS.write_text("\n".join(words) + "\n")
    print(f"{len(words)} words")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
