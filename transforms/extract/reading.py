"""A reading: one article as page, lines and scenes, with the mentions found in them."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Literal

from transforms.extract.asides import is_aside
from transforms.extract.budget import Meter
from transforms.extract.cues import cues_of
from transforms.extract.draft import EARLY, Draft
from transforms.extract.encoder import QUIET, blended
from transforms.extract.entities import find_entities
from transforms.extract.entity import Entity
from transforms.extract.lede import LEDE_WORDS, lede_of, signs_of
from transforms.extract.line import Line
from transforms.extract.mentions import Mention, Scene, Skipped, find_mentions
from transforms.extract.missions import Missions
from transforms.extract.name_odds import NameOdds
from transforms.extract.pack import Pack
from transforms.extract.page import Page
from transforms.extract.roundups import listed_in
from transforms.extract.ruling import EXPLICIT, Ruling
from transforms.extract.times import TimeMention, at_home
from transforms.extract.vocabulary import Hit, Vocabulary
from transforms.extract.vote import MOST

CARRIED_LINES = 3
RESTATED, HIGH, VOTED = 0.5, 1.0, 0.4  # log odds, and how sure a status is that only the vote gives
ASSURED = 3.5  # log odds of the encoder that count where it alone hears something
OPENING = 2  # sentences, the headline among them


class Reading:
    """One article on its way: page, lines, scenes."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        pack: Pack,
        title: str,
        text: str,
        anchor: datetime | None,
        meter: Meter,
    ) -> None:
        self.pack, self.anchor, self.meter = pack, at_home(anchor, pack.timex.home), meter
        self.vote, self.encoder = vocabulary.vote, vocabulary.encoder
        self._grammar, self._gaps = vocabulary.times, vocabulary.gaps
        self.odds: dict[str, float] = {}
        self.counted: dict[str, float] = {}  # what the vote alone says
        self.heard: dict[str, float] = {}  # what vote and encoder say, before one event implies another
        self.encoded: dict[str, float] = {}  # what the encoder alone says, if it was asked
        self._told_by: dict[frozenset[int], dict[str, float]] = {}  # what the vote says of some lines
        self.signs: list[str] = []
        self.names: NameOdds | None = None  # how the encoder hears flights called, if it was asked
        self.stop_words, self._common = vocabulary.stop_words, vocabulary.common
        self.page = Page(vocabulary, title, text)
        meter.count("sentences", len(self.page.sentences), meter.budget.sentences)
        meter.count("triggers", len(self.page.by_group["trigger"]), meter.budget.triggers)
        found = find_entities(self.page, vocabulary, meter)
        names, doubtful = self._by_line(found.names), self._by_line(found.doubtful)
        self._doubtful = {self.page.sentences[number].start: some for number, some in doubtful.items()}
        self._hits = hits = _by_sentence(self.page)
        self.lines: list[Line] = []
        self.scenes: dict[int, Scene] = {}
        titles = [n for n, sentence in enumerate(self.page.sentences) if sentence.title]
        anti = sum(h.term.entry for n in titles for h in hits.get(n, ()) if h.term.group == "anti")
        for number, sentence in enumerate(self.page.sentences):
            meter.tick()
            here = hits.get(number, [])
            groups = [h.term.group for h in here]
            telling = ("trigger" in groups or "word" in groups) and not _is_ignored(here)
            times = self._times_of if telling else _no_times
            line = Line(self.page, sentence, cues_of(here, self.page), names.get(number, ()), times)
            self.lines.append(line)
            if telling:
                self.scenes[number] = Scene(line, here)
                self.scenes[number].anti += 0 if line.title else anti
                self.scenes[number].named_before = self._named_before(number)

    def _by_line(self, entities: list[Entity]) -> dict[int, list[Entity]]:
        starts = [s.start for s in self.page.sentences]
        names: dict[int, list[Entity]] = defaultdict(list)
        for entity in entities:
            names[max(0, bisect_right(starts, entity.start) - 1)].append(entity)
        return names

    def _named_before(self, number: int) -> bool:
        """Tell whether the title or one of the lines just before names a flight."""
        near = self.lines[max(0, number - CARRIED_LINES) : number]
        near += [line for line in self.lines[: min(number, CARRIED_LINES)] if line.title]
        return any(e.kind in self.pack.manifest.mission for line in near for e in line.entities)

    def mentions(self) -> list[tuple[int, Mention]]:
        """Return the mentions of all lines, each with the number of its line."""
        found: list[tuple[int, Mention]] = []
        listed = [(0, mention) for line in self.lines[:1] for mention in listed_in(line, self.pack)]
        for number, scene in self.scenes.items():
            if scene.line.title and listed:
                continue
            self.meter.tick()
            here = find_mentions(scene, self.pack.anti.limit, self._gaps)
            found += [(number, self.in_mood(m)) for m in here]
            self.meter.count("mentions", len(found), self.meter.budget.mentions)
        return [*listed, *found]

    @cached_property
    def told(self) -> list[tuple[Line, Sequence[Hit]]]:
        """Return the lines, each with the hits in it."""
        return [(line, self._hits.get(number, ())) for number, line in enumerate(self.lines)]

    def ask_vote(self, drafts: Sequence[Draft], skipped: Sequence[Skipped]) -> None:
        """Ask the vote, if any, of lede and what rules made of it; for drafts or in doubt the encoder too.

        Where the first sentences name a flight, it is heard in any case: for what people are woken for,
        or if it is assured.
        """
        self.signs = signs_of(drafts, skipped)
        if self.vote:
            self.odds = self.counted = self.vote.says(lede_of(self.told, self.signs))
        doubted = bool(drafts) or _in_doubt(self.odds)
        if self.encoder and (doubted or self._opens_with_flight()):
            said = self.encoder.says(self.page.title, self.page.text)
            self.names, self.encoded = said.names, self._implying(said.odds)
            if doubted:
                self.odds = {o: blended(odds, said.odds[o]) for o, odds in self.odds.items()}
                self._restate(drafts)
            else:
                self.odds = self.odds | self._heard_in_quiet(said.odds)
        self.heard, self.odds = self.odds, self._implying(self.odds)

    def _heard_in_quiet(self, said: dict[str, float]) -> dict[str, float]:
        """Return odds of what the encoder hears where nothing else does: of what is grave, or assured."""
        types = self.pack.manifest.types
        grave = {o: v for o, v in said.items() if v >= HIGH and types[o.split("/")[0]].grave}
        return dict.fromkeys((o for o, v in said.items() if v >= ASSURED), HIGH) | grave

    def _opens_with_flight(self) -> bool:
        """Tell whether the first sentences, of which a headline is one, name what may fly."""
        kinds = self.pack.manifest.mission
        return any(e.kind in kinds for line in self.lines[:OPENING] for e in line.entities)

    def _implying(self, odds: dict[str, float]) -> dict[str, float]:
        """Return odds by which what an event implies (a failed flight its launch) is at least as likely."""
        out = dict(odds)
        for kind, entry in self.pack.manifest.types.items():
            least = odds.get(f"{kind}/occurred", -MOST)
            out |= {o: max(out[o], least) for i in entry.implies if (o := f"{i}/occurred") in out}
        return out

    def _restate(self, drafts: Sequence[Draft]) -> None:
        """Give a draft of the lede its other status if the odds are much higher for that.

        What a headline's prefix or a time to come says to be a plan stays one, and what is said to be past in
        so many words is past (`launched one, and another is due`). Which of two flights the odds
        are of nobody knows, so a draft must be alone of its type; and its mentions be its own, for what a
        failed launch implies has taken place.
        """
        alone = Counter(draft.type for draft in drafts)
        held = Counter(id(mention) for draft in drafts for mention in draft.mentions)
        for draft in drafts:
            status: Literal["occurred", "planned"] = "planned" if draft.status == "occurred" else "occurred"
            now, then = (self.odds.get(f"{draft.type}/{s}", -MOST) for s in (draft.status, status))
            ahead = self._plans or any(m.line.awaits(m.start, m.end) for m in draft.mentions)
            lone = alone[draft.type] == 1 and all(held[id(m)] == 1 for m in draft.mentions)
            explicit = any(m.ruling.sure >= EXPLICIT for m in draft.mentions)
            kept = draft.first >= LEDE_WORDS or explicit or (ahead and draft.status == "planned")
            if lone and not kept and then - now > RESTATED:
                draft.status = status
                draft.mentions = [m._replace(ruling=Ruling(status, VOTED)) for m in draft.mentions]

    def odds_for(self, draft: Draft) -> dict[str, float]:
        """Return what is said of an event.

        In the first `EARLY` tokens it is of the lede. Behind `LEDE_WORDS` the vote says it of headline and
        own sentences; in between the higher of both counts.
        """
        if not self.vote or draft.first < EARLY:
            return self._as_planned(draft, self.odds)
        own = frozenset(mention.line.start for mention in draft.mentions)
        if own not in self._told_by:
            near = [(line, hits) for line, hits in self.told if line.start in own or _is_short_title(line)]
            self._told_by[own] = self._implying(self.vote.says(lede_of(near, self.signs)))
        odds = self._told_by[own]
        if draft.first >= LEDE_WORDS:
            return odds
        return {output: max(value, self.odds[output]) for output, value in odds.items()}

    def encoded_for(self, draft: Draft) -> float | None:
        """Return what the encoder alone says of an event in the lede, nearly all of which it has read."""
        if not self.encoded or draft.first >= LEDE_WORDS:
            return None
        return self._as_planned(draft, self.encoded).get(f"{draft.type}/{draft.status}")

    def _as_planned(self, draft: Draft, odds: dict[str, float]) -> dict[str, float]:
        """Return odds in which what is heard as done speaks for a draft that the words say to be a plan.

        It does of a mere headline with a prefix, and by half of what has a time to come.
        """
        plan, done = (odds.get(f"{draft.type}/{s}", -MOST) for s in ("planned", "occurred"))
        if draft.status == "occurred" or plan >= done:
            return odds
        half = 0.5 * all(m.line.awaits(m.start, m.end) for m in draft.mentions)
        share = half if len(self.lines) > 1 or not self._plans else 1.0
        return odds | {f"{draft.type}/planned": plan + share * (done - plan)}

    def presumed(self, draft: Draft) -> Entity | None:
        """Return the name beside a draft that no word of the domain makes sure, as an event does that."""
        kinds = self.pack.manifest.kinds_naming(draft.type)
        near = [
            (kinds.index(e.kind), abs(e.start - mention.at), e)
            for mention in draft.mentions
            for e in self._doubtful.get(mention.line.start, ())
            if e.kind in kinds and not (mention.line.title and e.name.lower() in self._common)
            if not is_aside(mention.line, e, mention.at)
        ]
        return min(near, key=lambda pair: pair[:2])[2] if near else None

    @cached_property
    def missions(self) -> Missions:
        """Return the names of the article, to be asked for missions."""
        return Missions(self.lines, self.pack.manifest)

    def in_mood(self, mention: Mention) -> Mention:
        """Return a mention as the prefix of its headline has it: history, or a plan if its type has any."""
        if not mention.line.title or mention.ruling.verdict not in ("occurred", "unclear"):
            return mention
        if self._opens_with(self.pack.headline.past_prefixes):
            return mention._replace(ruling=Ruling("historical", 0.8))
        if self._plans and not self.pack.manifest.types[mention.type].only:
            return mention._replace(ruling=Ruling("planned", 0.8))
        return mention

    @cached_property
    def _plans(self) -> bool:
        """Tell whether the headline has a planning prefix (`Live coverage:`)."""
        replayed = not set(self.pack.headline.replays).isdisjoint(self.page.headline.casefold().split())
        return not replayed and self._opens_with(self.pack.headline.planned_prefixes)

    def _opens_with(self, prefixes: Sequence[str]) -> bool:
        """Tell whether the headline, or for a prefix with a colon what stands before its colon, begins so."""
        headline = self.page.headline.casefold().lstrip()
        topic = headline.partition(":")[0] if ":" in headline else ""
        known = [prefix.casefold() for prefix in prefixes]
        return any(topic.startswith(p[:-1]) if p.endswith(":") else headline.startswith(p) for p in known)

    def times_in(self, line: Line) -> Sequence[TimeMention]:
        """Return the time expressions of a line; what is a part of a name (`Long March 6`) is none."""
        page = self.page
        begin, finish = page.starts[line.start], page.span_end(line.end - 1)
        times = self._grammar.find(page.source[begin:finish], begin, page.token_at, self.anchor)
        return [t for t in times if t.token not in line.names]

    def _times_of(self, line: Line) -> Sequence[TimeMention]:
        return [t for t in self.times_in(line) if not line.led_by("stretch", t.token)]


def _no_times(line: Line) -> Sequence[TimeMention]:  # noqa: ARG001 - in the shape of `Reading._times_of`
    return ()


def _by_sentence(page: Page) -> dict[int, list[Hit]]:
    """Return the hits of each sentence that lie within it."""
    hits: dict[int, list[Hit]] = defaultdict(list)
    sentences = iter(enumerate(page.sentences))
    number, first, last = -1, 0, 0
    for hit in page.hits:
        while last <= hit.start:
            number, sentence = next(sentences, (-1, None))
            if sentence is None:
                return hits
            first, last = sentence.start, sentence.end
        if first <= hit.start and hit.end <= last:
            hits[number].append(hit)
    return hits


def _is_ignored(hits: list[Hit]) -> bool:
    return any(h.term.name == "ignored_sentence" for h in hits)


def _in_doubt(odds: dict[str, float]) -> bool:
    """Tell whether a vote leaves open that there is an event where rules see none."""
    return any(value > QUIET for value in odds.values())


def _is_short_title(line: Line) -> bool:
    """Tell whether a line is a headline that leaves room for more to be asked of."""
    return line.title and line.end - line.start < LEDE_WORDS // 2
