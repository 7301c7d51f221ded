"""A line: one sentence with the cues, names and times in it, as the grammar of status reads it."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property

from transforms.extract.entity import Entity
from transforms.extract.page import Page, Sentence
from transforms.extract.times import TimeMention

NEAR_TIME, LEADS, TOPIC_REACH, GOVERNED, SETTLED, SUBJECT = 14, 3, 3, 12, 4, 3
SEAMS = frozenset({",", ";", "and", "but", "then", "after", "before"})
SUBORDINATE = frozenset(
    {"when", "as", "since", "until", "after", "before", "so"}
)  # what they open is of itself
OPENERS = SEAMS | SUBORDINATE | {"that"}
_NONE: frozenset[str] = frozenset()


class Line:
    """One sentence. `cues[i]` holds the cue classes of the phrases that end with (or cover) token `i`."""

    def __init__(
        self,
        page: Page,
        sentence: Sentence,
        cues: dict[int, frozenset[str]],
        entities: Sequence[Entity],
        find_times: Callable[["Line"], Sequence[TimeMention]],
    ) -> None:
        self.page, self.sentence = page, sentence
        self.start, self.end, self.title = sentence.start, sentence.end, sentence.title
        # Without a headline the first sentence tells of the day in the present tense as that does.
        self.headline = sentence.title or (sentence == page.sentences[0] and not page.title.strip())
        self.cues = _Cues.fromkeys(range(sentence.start, sentence.end), _NONE)
        self.cues |= cues
        self._places = _places(cues)
        self.entities, self._find_times = entities, find_times
        self.triggers: list[tuple[int, int]] = []
        self.names = {i for e in entities for i in range(e.start, e.end)}

    @cached_property
    def times(self) -> Sequence[TimeMention]:
        """Return the time expressions of the line; few lines are asked, and looking costs."""
        return self._find_times(self)

    @cached_property
    def said(self) -> frozenset[str]:
        """Return the words of the line."""
        return frozenset(self.page.words[self.start : self.end])

    def seams(self, start: int, end: int) -> int:
        """Return how many of tokens `start` to `end` join or part what stands on either side."""
        return max(0, bisect_left(self._seams, end) - bisect_left(self._seams, start))

    @cached_property
    def _seams(self) -> list[int]:
        return [i for i in range(self.start, self.end) if self.page.words[i] in SEAMS]

    def any(self, cue: str, start: int, end: int) -> bool:
        """Tell whether a cue of a class lies among tokens `start` to `end`."""
        places = self._places.get(cue)
        if places is None:
            return False
        first = bisect_left(places, start)
        return first < len(places) and places[first] < end

    def clause_start(self, token: int) -> int:
        """Return the first token of the clause that holds `token`."""
        breaks = self._places.get("breaks", ())
        before = bisect_left(breaks, token)
        return breaks[before - 1] + 1 if before else self.start

    def clause_end(self, token: int) -> int:
        """Return the token after the clause that holds `token`."""
        breaks = self._places.get("breaks", ())
        after = bisect_left(breaks, token)
        return breaks[after] if after < len(breaks) else self.end

    def window(self, start: int, end: int, reach: int) -> tuple[int, int]:
        """Return the bounds of what may be said about tokens `start` to `end`."""
        return max(self.clause_start(start), start - reach), min(self.clause_end(end), end + reach)

    def negated(self, start: int, end: int, but: Sequence[tuple[int, int]] = ()) -> bool:
        """Tell whether a negation among tokens, `but` for those in some spans, denies what they end with."""
        return any(
            start <= i < end and self.denies(i, end) and not any(first <= i < last for first, last in but)
            for i in self._places.get("negative", ())
        )

    def denies(self, token: int, end: int) -> bool:
        """Tell whether a token is a negation that reaches `end`, and no fixed exception (`not only`).

        `No` and its like are of what stands behind them up to a comma (`with no crew aboard, it failed`).
        """
        cues = self.cues[token]
        if "negative" not in cues or "negative_exceptions" in cues:
            return False
        return "none_of" not in cues or "," not in self.page.words[token:end]

    def is_inverted(self, token: int) -> bool:
        """Tell whether a token is in a condition that opens the sentence (`Had it exploded, ...`)."""
        words = self.page.words
        return words[self.start] == "had" and SEAMS.isdisjoint(words[self.start : token])

    def is_disowned(self, start: int, end: int) -> bool:
        """Tell whether somebody says that what stands there is not so (`denied that`, `are false`)."""
        if self._governs("disowned", start) or self.any("disowned_after", end, self.clause_end(end)):
            return True
        before = bisect_left(self.entities, start + 1, key=lambda e: e.end)
        subjects = self.entities[max(0, before - 1) : before]
        return any(start - e.end < SUBJECT and self.any("denied", e.start - 1, e.start) for e in subjects)

    def is_doubted(self, start: int) -> bool:
        """Tell whether what stands there is but feared, weighed or not known (`chances that`, `whether`)."""
        return self._governs("doubt", start)

    def _governs(self, cue: str, start: int) -> bool:
        """Tell whether a cue is of the clause at a token: nothing opens another, and nothing settles it."""
        last = self._last(cue, start)
        if last is None or start - last > GOVERNED or self.any("settled", last - SETTLED, last + 1):
            return False
        first = last + 1 + (self.page.words[last + 1] == "that")
        return OPENERS.isdisjoint(self.page.words[first:start]) and not self.any("breaks", last, start)

    def _last(self, cue: str, token: int) -> int | None:
        """Return the last place of a class of cues before a token."""
        places = self._places.get(cue, ())
        before = bisect_left(places, token)
        return places[before - 1] if before else None

    def is_passive_plan(self, start: int, end: int) -> bool:
        """Tell whether `will be`, `to be` or `be` governs a participle."""
        bare = [i for i in self._places.get("be", ()) if start <= i < end and self.page.words[i] == "be"]
        return bool(bare) and any(
            self.cues[i] & {"will", "to", "would", "maybe"}
            for i in range(max(self.start, bare[-1] - 4), bare[-1])
        )

    def subject_before(self, token: int) -> bool:
        """Tell whether a headline's verb may stand at `token`: a subject before it, and no other verb."""
        if token == self.start:
            return False
        return not self.any("headline_verb", self.clause_start(token), token)

    def is_topic(self, token: int) -> bool:
        """Tell whether the name or word before `token` is spoken about (`a report on Starship launches`)."""
        entity = next((e for e in self.entities if e.end == token), None)
        if entity is None:
            dated = any(time.token == token - 1 for time in self.times)
            return not dated and self.any("topic", token - 2, token - 1)
        return self.any("topic", entity.start - TOPIC_REACH, entity.start)

    def opens_day(self, token: int) -> bool:
        """Tell whether a bare weekday, or today, stands at `token` (`launches Thursday`)."""
        return any(
            t.token == token and (t.weekday is not None or bool(t.start and not t.relation))
            for t in self.times
        )

    def plural_subject(self, token: int) -> bool:
        """Tell whether what stands right before `token` may be the plural subject of a headline's verb."""
        before = token - 1
        if before < self.start or "article" in self.cues[before]:
            return False
        joints = ("and", ",", "&") if before in self.names else ("and", "&")
        if any(self.page.words[i] in joints for i in range(max(self.start, before - 6), before)):
            return True
        if before in self.names:
            return False
        word = self.page.words[before]
        return word.endswith("s") and not word.endswith("ss") and word.isalpha()

    def times_for(self, token: int) -> Sequence[TimeMention]:
        """Return the times that may be of what stands at a token."""
        return [t for t in self.times if not t.of_next or t.token < token]

    def nearest_time(self, token: int) -> TimeMention | None:
        """Return the time expression nearest to a token, in its clause first."""
        times = self.times_for(token)
        if not times:
            return None
        first, last = self.clause_start(token), self.clause_end(token)
        near = [t for t in times if abs(t.token - token) <= NEAR_TIME or self.title]
        inside = [t for t in near if first <= t.token < last] or near
        return min(inside, key=lambda t: (t.start is None, abs(t.token - token)), default=None)

    def future(self, token: int, within: int = 200) -> bool:
        """Tell whether the time nearest to a token, at most `within` tokens away, lies ahead."""
        time = self.nearest_time(token)
        return bool(time and time.relation == "future" and abs(time.token - token) <= within)

    def awaits(self, start: int, end: int) -> bool:
        """Tell whether a time to come stands behind an event in its clause, with no other event between."""
        time = self.nearest_time(start)
        if not time or time.relation != "future" or not end <= time.token < self.clause_end(end):
            return False
        return not any(end <= first < time.token for first, _ in self.triggers)

    def past(self, token: int, within: int = 200) -> bool:
        """Tell whether the time nearest to a token, at most `within` tokens away, lies shortly behind."""
        time = self.nearest_time(token)
        return bool(time and time.relation == "past" and abs(time.token - token) <= within)

    def led_by(self, cue: str, token: int) -> bool:
        """Tell whether a cue leads in what stands at a token (`to`, `until` before a day)."""
        return self.any(cue, token - LEADS, token)

    def recent(self, token: int) -> bool:
        """Tell whether the time nearest to a token lies shortly behind, is today, or a bare weekday."""
        time = self.nearest_time(token)
        return bool(
            time
            and (time.relation == "past" or (time.start and not time.relation) or time.weekday is not None)
        )

    def weekday(self, token: int) -> bool:
        """Tell whether the time nearest to a token is a bare weekday."""
        time = self.nearest_time(token)
        return bool(time and time.weekday is not None and not time.shift)

    @cached_property
    def marked_words(self) -> list[tuple[str, int]]:
        """Return the words with their tokens, names as their kinds, times and numbers as marks."""
        page = self.page
        spans = {page.token_at(t.begin): (page.token_at(t.end - 1) + 1, "<time>") for t in self.times}
        spans |= {e.start: (e.end, f"<{e.kind}>") for e in self.entities}
        out, i = [], self.start
        while i < self.end:
            end, word = spans.get(i) or (i + 1, _plain(page.words[i]))
            if word:
                out.append((word, i))
            i = max(end, i + 1)
        return out


def _plain(word: str) -> str:
    return "#" if any(c.isdigit() for c in word) else word.strip()


class _Cues(dict[int, frozenset[str]]):
    def __missing__(self, token: int) -> frozenset[str]:
        return _NONE


def _places(cues: dict[int, frozenset[str]]) -> dict[str, list[int]]:
    """Return the tokens of each class of cues, in order."""
    places: dict[str, list[int]] = {}
    for token in sorted(cues):
        for cue in cues[token]:
            places.setdefault(cue, []).append(token)
    return places
