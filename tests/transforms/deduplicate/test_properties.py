"""What must hold for any history (I1 to I13 of the design; I14 is in `test_bindings`)."""

import json
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.deduplicate.invented import CHANGED, NOON, history, intake, story
from tests.transforms.deduplicate.racing import raced
from transforms.deduplicate import HORIZON, Deduplicator, edges, heads, identity
from transforms.deduplicate import story as stories
from transforms.deduplicate.boilerplate import story_of
from transforms.deduplicate.compare import compare, sketch_of
from transforms.deduplicate.reading import read, reading_of
from transforms.deduplicate.states import pack, unpack

SEEDS = st.integers(0, 2**32)
GOLDEN = Path(__file__).with_name("fingerprints.json")
NOTHING = frozenset()


def judged(intakes, deduplicator=None):
    deduplicator = deduplicator or Deduplicator(NOTHING)
    return [verdict for each in intakes for verdict in deduplicator.judge(each)]


def reading(article):
    return read(article, NOTHING)


def numbers(articles):
    return set().union(*(reading(a).numbers for a in articles))


def check_safety(told, verdicts, *, exactly_once=True):
    """Assert I1 to I6 on the verdicts of one history; `told` has pairs of story and intake.

    Where events between the stages come twice, as no runner with exact state lets them, an article may be
    decided again when its second coming has waited too long; what was let through once is let through.
    """
    articles = {i.article.id: i.article for _, i in told}
    final = {article: [] for article in articles}
    for each in verdicts:
        if each.fold.kind != "repeat":
            final[each.intake.article.id].append(each.fold)
    assert all(final.values())
    assert not exactly_once or {len(folds) for folds in final.values()} == {1}
    kept = {a for a, folds in final.items() if any(fold.kept for fold in folds)}
    for article, fold in ((a, fold) for a, folds in final.items() for fold in folds):
        if fold.kind == "duplicate":
            assert fold.of in kept
            leader = articles[fold.of]
            assert compare(reading(articles[article]), sketch_of(reading(leader))).refusal is None
            assert reading(articles[article]).numbers <= reading(leader).numbers
    for number in {n for n, _ in told}:
        assert kept & {i.article.id for n, i in told if n == number}
    assert numbers(articles[a] for a in kept) == numbers(articles.values())


@given(SEEDS)
def test_a_fold_is_safe_and_every_story_keeps_an_article(seed):
    told = history(seed)
    check_safety(told, judged([i for _, i in told]))


@given(SEEDS, SEEDS)
def test_the_same_holds_when_all_events_race_and_come_more_than_once(seed, race):
    told = history(seed, spread=timedelta(seconds=50))
    check_safety(told, raced([i for _, i in told], race), exactly_once=False)
    check_safety(told, raced([i for _, i in told], race, redelivered=0))


@given(SEEDS)
def test_redelivery_changes_nothing_that_goes_on(seed):
    told = [i for _, i in history(seed)]
    chance = random.Random(seed)
    twice = [i for each in told for i in [each] * chance.randrange(1, 4)]
    went_on = [[(v.intake.article.id, v.fold) for v in judged(x) if v.followed()] for x in (told, twice)]
    assert went_on[0] == went_on[1]


@given(SEEDS)
def test_in_the_order_of_times_verdicts_do_not_depend_on_arrival(seed):
    told = [i for _, i in history(seed)]
    shuffled = random.Random(seed).sample(told, len(told))
    ordered = [sorted(x, key=lambda i: (i.at, i.article.id)) for x in (told, shuffled)]
    assert judged(ordered[0]) == judged(ordered[1])


@given(SEEDS)
def test_an_unrelated_article_changes_no_verdict(seed):
    told = [i for _, i in history(seed)]
    stranger = intake("Nothing of this was ever said by anybody else in any town.", url="https://x.example/")
    place = random.Random(seed).randrange(len(told) + 1)
    more = judged([*told[:place], stranger, *told[place:]])
    assert [v for v in more if v.intake != stranger] == judged(told)


@given(SEEDS, st.sampled_from(CHANGED))
def test_a_revision_that_changes_a_fact_always_goes_on(seed, edit):
    chance = random.Random(seed)
    title, text = story(chance)
    changed = edit(title, text, chance)
    versions = [
        intake(text, url="https://a.example/1", title=title),
        intake(text, url="https://b.example/1", title=title, at=NOON + timedelta(minutes=1)),
        intake(changed[1], url="https://b.example/1", title=changed[0], at=NOON + timedelta(minutes=2)),
    ]
    assert [v.fold.kind for v in judged(versions)] == ["new", "duplicate", "revision"]


@given(SEEDS, st.integers(0, 20))
def test_what_goes_on_after_a_warm_start_is_what_an_unbroken_run_gives(seed, cut):
    told = [i for _, i in history(seed)]
    first = Deduplicator(NOTHING)
    judged(told[:cut], first)
    warm = Deduplicator(NOTHING)
    warm.cells = {p: unpack(p.stage, pack(p.stage, cell)) for p, cell in first.cells.items()}
    assert judged(told[cut:], warm) == judged(told)[len(judged(told[:cut])) :]


@given(SEEDS)
def test_nothing_older_than_the_horizon_has_a_say(seed):
    told = [i for _, i in history(seed)]
    later = [i._replace(at=i.at + HORIZON + timedelta(hours=21)) for i in told]
    deduplicator = Deduplicator(NOTHING)
    judged(told, deduplicator)
    assert judged(later, deduplicator) == judged(later)


def test_cells_stay_within_their_caps():
    deduplicator = Deduplicator(NOTHING)
    chance = random.Random(1)
    for n in range(400):
        title, text = story(chance)
        at = NOON + timedelta(minutes=n)
        deduplicator.judge(intake(text, url=f"https://a.example/{n}", title=title, at=at, feed="a"))
    sizes = Counter()
    for place, cell in deduplicator.cells.items():
        sizes[place.stage] = max(sizes[place.stage], len(cell))
    assert sizes["identity"] <= identity.CELL_CAP
    assert sizes["heads"] <= heads.CELL_CAP * 20
    assert sizes["edges"] <= edges.CELL_CAP
    assert sizes["waiting"] == 0
    assert sizes["stories"] <= stories.ROUTES


def test_a_route_keeps_its_youngest_leaders():
    deduplicator = Deduplicator(NOTHING)
    for n in range(stories.LEADERS + 10):
        text = f"The table of the harbour was read out by the master, with {n + 100} ships in it."
        at = NOON + timedelta(minutes=n)
        deduplicator.judge(
            intake(text, url=f"https://a.example/{n}", title="Ships in the old harbour", at=at)
        )
    routes = [r for p, cell in deduplicator.cells.items() if p.stage == "stories" for r in cell.values()]
    assert [len(r.leaders) for r in routes] == [stories.LEADERS]


def test_fingerprints_are_what_they_were():
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert {name: fingerprint(name) for name in TEXTS} == golden


@given(st.text(alphabet="abc .\n©", max_size=300) | st.text(max_size=300))
def test_a_story_without_its_boilerplate_has_no_more_of_it(text):
    assert (
        reading_of("", story_of(story_of(text)), NOTHING).keys == reading_of("", story_of(text), NOTHING).keys
    )


TEXTS = {
    "english": "MOSCOW (AP) — The crew of three docked at 12:22 GMT. It's a first.\nReporting by X",
    "german": "Die Raumfähre legte am Dienstag nicht an; 1.200 Zuschauer warteten vergeblich.",
    "russian": "«Союз МС-19» пристыковался к станции вручную в 12:22 по Гринвичу.",
    "chinese": "联盟号飞船手动对接国际空间站，三名宇航员安全。",
    "hindi": "अंतरिक्ष यान स्टेशन से जुड़ गया।",
    "odd": "ﬁrst № ５ ½ Å straße İstanbul a\u0301b",
}


def fingerprint(name):
    found = reading_of("A title of five words", story_of(TEXTS[name]), NOTHING)
    return {
        "words": [w.folded for w in found.words],
        "keys": [f"{key:016x}" for key in found.keys],
        "shingles": sorted(found.shingles)[:4],
        "names": sorted(found.names),
        "numbers": sorted(found.numbers),
    }


if __name__ == "__main__":
    GOLDEN.write_text(
        msgspec.json.format(json.dumps({n: fingerprint(n) for n in TEXTS}, ensure_ascii=False)) + "\n",
        "utf-8",
    )
