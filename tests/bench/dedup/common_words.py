"""Count the words that open English sentences without being names; writes `common_words.txt` anew.

python -m tests.bench.dedup.common_words
"""

import re
import textwrap
from collections import Counter

from tests.bench.dedup import corpora
from transforms.deduplicate.words import COMMON_WORDS

_INSIDE = re.compile(r"(?<=[a-z,;] )([A-Za-z]{2,})\b")
_TEXTS, _OFTENER, _MOST = 40, 4, 4000
_MONTHS = (
    "january february march april may june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday"
)
_HEAD = """\
# English words that open sentences without being names: inside sentences of news at least four times as often
# in lower case as capitalised, in 40 texts or more. Written by tests/bench/dedup/common_words.py.
"""


def counted(texts):
    """Return the words, most widespread first."""
    lower, capitalised, spread = Counter(), Counter(), Counter()
    for text in texts:
        found = _INSIDE.findall(text)
        lower.update(w for w in found if w.islower())
        capitalised.update(w.lower() for w in found if w[0].isupper() and w[1:].islower())
        spread.update({w for w in found if w.islower()})
    wide = [w for w, count in spread.most_common() if count >= _TEXTS]
    return [w for w in wide if lower[w] >= _OFTENER * capitalised[w] and w not in _MONTHS.split()][:_MOST]


if __name__ == "__main__":
    words = counted(each.article.text for each in corpora.news() + corpora.reuters())
    COMMON_WORDS.write_text(_HEAD + textwrap.fill(" ".join(sorted({"a", "i", *words})), 110) + "\n")
