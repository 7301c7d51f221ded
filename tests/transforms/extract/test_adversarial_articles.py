import sys
import threading

import pytest

from tests.bench.extraction.hostile import HOSTILE, hostile
from transforms.extract import Extractor
from transforms.extract.vocabulary import Vocabulary

WHOLE, SMALL_CHANGE = 20_000, 10_000


def steps(work):
    """Return how many calls a piece of work makes, C functions included: its time, without a clock."""
    count = 0

    def step(_frame, event, _argument):
        nonlocal count
        count += event.endswith("call")

    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_work_grows_no_faster_than_hostile_text(extractor, saying, kind):
    half, whole = (saying(hostile(kind, size)) for size in (WHOLE // 2, WHOLE))
    assert (
        steps(lambda: extractor.extract(whole)) < 2.2 * steps(lambda: extractor.extract(half)) + SMALL_CHANGE
    )


@pytest.mark.parametrize("head", ["Rocket", "Satellite"])
@pytest.mark.parametrize("text", ["", "a b " * 5000])
def test_work_grows_no_faster_than_a_hostile_headline(extractor, saying, head, text):
    half, whole = (saying(text, title="Rocket launched " + f"Foo {head} " * n) for n in (300, 600))
    assert (
        steps(lambda: extractor.extract(whole)) < 2.2 * steps(lambda: extractor.extract(half)) + SMALL_CHANGE
    )


def test_a_text_over_the_limit_is_not_read(extractor, saying):
    found = extractor.extract(saying("rocket launched " * 13_000))
    assert (found.events, found.reason) == ((), "too_long")


def test_news_without_the_words_of_the_domain_ends_at_the_gate(extractor, saying):
    assert extractor.extract(saying("The council met on Tuesday.")).reason == "no_gate_word"


@pytest.mark.parametrize(
    "text", ["Crew\u201119 was scrubbed on Tuesday.", "New\u00a0Glenn was scrubbed on Tuesday."]
)
def test_marks_that_look_like_a_hyphen_or_a_blank_do_not_hide_a_text_from_the_gate(extractor, saying, text):
    assert [e.type for e in extractor.extract(saying(text)).events] == ["launch_delay"]


def test_words_of_the_domain_without_an_event_say_so(extractor, saying):
    assert extractor.extract(saying("The Soyuz rocket launch site was painted blue.")).reason == "no_event"


def test_the_same_article_gives_the_same_events(extractor, saying):
    article = saying("Soyuz MS-40 lifted off on Tuesday and docked with the station.")
    assert extractor.extract(article) == extractor.extract(article)


def test_a_vocabulary_that_many_words_went_through_is_made_anew_and_finds_the_same(extractor, saying):
    first = Vocabulary(extractor.pack)
    words = len(first.nlp.vocab)
    short = Extractor(extractor.pack, first, most_lexemes=words)
    articles = [saying(f"Soyuz MS-40 lifted off on Tuesday. Zq{n}x{words + n} is new.") for n in range(3)]
    assert [short.extract(a) for a in articles] == [extractor.extract(a) for a in articles]
    assert short._vocabulary is not first


def test_four_threads_that_share_an_extractor_find_what_one_finds(extractor, saying):
    articles = [
        saying(
            f"Soyuz MS-{n} lifted off on Tuesday. Novel words zq{n}x{n} of a rocket launched today.", f"T{n}"
        )
        for n in range(40)
    ]
    expected = [extractor.extract(article) for article in articles]
    found = {}

    def work(number):
        found[number] = [extractor.extract(article) for article in articles]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(range(4), expected)
