import threading
import time

import pytest

SIZE = 190_000
HOSTILE = {
    "triggers": "launched docked " * (SIZE // 16),
    "names": "Soyuz MS-40 Falcon 9 " * (SIZE // 21),
    "no spaces": "launch" * (SIZE // 6) + " rocket launched",
    "zero width": "rocket launched " + "\u200blaunch\u200b" * (SIZE // 8),
    "bidi": "rocket \u202elaunched " * (SIZE // 17),
    "emoji": "rocket launched " + "🚀" * SIZE,
    "dates": "rocket launched on June 8, 2026 at 0855 GMT " * (SIZE // 44),
    "delays and launches": "delayed launch scrubbed liftoff of rocket, " * (SIZE // 43),
    "commas": "rocket launched" + " ," * (SIZE // 2),
    "capitals": "Rocket Aa Bb Cc Dd Ee " * (SIZE // 22),
    "full stops": "rocket launched. " + ". " * (SIZE // 2),
    "blank": "rocket launched" + " " * SIZE,
    "digits": "rocket launched " + "1" * SIZE,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_text_is_read_in_about_a_second(extractor, saying, kind):
    started = time.process_time()
    extractor.extract(saying(HOSTILE[kind]))
    assert time.process_time() - started < 4  # a few times what it takes on a slow, shared machine


def test_a_text_over_the_limit_is_not_read(extractor, saying):
    found = extractor.extract(saying("rocket launched " * 13_000))
    assert (found.events, found.reason) == ((), "too_long")


def test_news_without_the_words_of_the_domain_ends_at_the_gate(extractor, saying):
    assert extractor.extract(saying("The council met on Tuesday.")).reason == "no_gate_word"


def test_words_of_the_domain_without_an_event_say_so(extractor, saying):
    assert extractor.extract(saying("The Soyuz rocket launch site was painted blue.")).reason == "no_event"


def test_the_same_article_gives_the_same_events(extractor, saying):
    article = saying("Soyuz MS-40 lifted off on Tuesday and docked with the station.")
    assert extractor.extract(article) == extractor.extract(article)


def test_threads_may_share_an_extractor(extractor, saying):
    expected = extractor.extract(saying("Soyuz MS-40 lifted off on Tuesday."))
    found = []

    def work(number):
        for n in range(20):
            extractor.extract(saying(f"Novel words {number} {n} zq{number}x{n} of a rocket launched today."))
            found.append(extractor.extract(saying("Soyuz MS-40 lifted off on Tuesday.")))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 80
