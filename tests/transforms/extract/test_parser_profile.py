"""The profile `parser`: what trees say of mentions, with trees made by hand and with those of the model."""

import json
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from transforms.article_lines import read_line
from transforms.extract import Extractor
from transforms.extract.parser import MAX_TOKENS, Parser
from transforms.extract.tree import Tree
from transforms.extract.tree_arguments import named_by_tree
from transforms.extract.tree_rulings import ruled_by_tree
from transforms.extract.vocabulary import Vocabulary

LATE_VERB = "The Soyuz MS-40, whose backup antenna was not needed, docked on Tuesday."
UNKNOWN_VERB = "The second launch rehearsal for Artemis II was a massive success."
OTHERS_NAME = "Soyuz MS-40 left the station that Progress MS-33 had docked with."


@pytest.fixture(scope="session")
def parsing(parser_model):
    return Extractor.load(None, parser_model)


def heads(text):
    """Read `word:head:label` triples, `head` as a word's number, into the tree of a page's first sentence."""
    triples = [part.rsplit(":", 2) for part in text.split()]
    numbers = [1 + int(head) for _, head, _ in triples]
    return Tree(1, numbers, [label for _, _, label in triples], ["VB"] * len(triples))


def first_mention(extractor, text):
    with extractor.reading("", text, None) as reading:
        return next(m for _, m in reading.mentions() if not m.skip)


def test_a_negation_of_another_verb_denies_nothing(extractor):
    text = "The crew that was not trained now launched Soyuz MS-40 ."
    tree = heads(
        "The:1:det crew:7:nsubj that:5:nsubj was:5:aux not:5:neg trained:1:relcl now:7:advmod "
        "launched:7:ROOT Soyuz:9:compound MS-40:7:dobj .:7:punct"
    )
    mention = first_mention(extractor, text)
    assert (mention.ruling.verdict, ruled_by_tree(mention, tree).ruling) == ("denied", ("occurred", 0.8))


def test_a_negation_is_found_across_a_clause_that_stands_between(extractor):
    tree = heads(
        "Soyuz:1:compound MS-40:9:nsubj did:9:aux not:9:neg ,:9:punct because:7:mark hooks:7:nsubj "
        "held:9:advcl ,:9:punct undock:9:ROOT .:9:punct"
    )
    mention = first_mention(extractor, "Soyuz MS-40 did not , because hooks held , undock .")
    assert (mention.ruling.verdict, ruled_by_tree(mention, tree).ruling) == ("occurred", ("denied", 0.8))


def test_the_subject_of_a_verb_is_its_flight_though_another_stands_nearer(extractor):
    text = "Soyuz MS-40 left behind Progress MS-33 and docked ."
    tree = heads(
        "Soyuz:1:compound MS-40:2:nsubj left:2:ROOT behind:2:prep Progress:5:compound MS-33:3:pobj and:2:cc "
        "docked:2:conj .:2:punct"
    )
    with extractor.reading("", text, None) as reading:
        docked = next(m for _, m in reading.mentions() if m.type == "docking")
        named = named_by_tree(docked, tree, extractor.pack.manifest.mission).named
    assert named.name == "Soyuz MS-40"


def test_flights_that_share_a_verb_are_not_chosen_from(extractor):
    text = "Soyuz MS-40 and Progress MS-33 docked ."
    tree = heads(
        "Soyuz:1:compound MS-40:5:nsubj and:1:cc Progress:4:compound MS-33:1:conj docked:5:ROOT .:5:punct"
    )
    mention = first_mention(extractor, text)
    assert named_by_tree(mention, tree, extractor.pack.manifest.mission) is mention


def test_a_verb_far_from_its_subject_keeps_its_own_auxiliaries(parsing, extractor, saying):
    assert ("docking", "occurred") not in [
        (e.type, e.status) for e in extractor.extract(saying(LATE_VERB)).events
    ]
    assert ("docking", "occurred") in [(e.type, e.status) for e in parsing.extract(saying(LATE_VERB)).events]


def test_the_subject_of_any_verb_in_the_past_has_taken_place(parsing, extractor, saying):
    pack = msgspec.structs.replace(extractor.pack, vote=None)
    assert Extractor(pack, Vocabulary(pack)).extract(saying(UNKNOWN_VERB)).events == ()
    (event,) = parsing.extract(saying(UNKNOWN_VERB)).events
    assert (event.type, event.status, event.mission) == ("test", "occurred", "Artemis II")


def test_an_event_says_that_a_parser_had_a_part_in_it(parsing, extractor, saying):
    article = saying("Soyuz MS-40 lifted off on Tuesday.")
    assert [e.profile for e in parsing.extract(article).events] == ["parser"]
    assert [e.profile for e in extractor.extract(article).events] == ["rules"]


def test_headlines_are_left_to_the_rules(parsing, extractor, saying):
    article = saying(title="Soyuz MS-40 undocks, to land on Friday")
    told = [(e.type, e.status) for e in parsing.extract(article).events]
    assert told == [(e.type, e.status) for e in extractor.extract(article).events] != []


def test_the_same_article_gives_the_same_events_whichever_came_before(parsing, parser_model, saying):
    texts = [LATE_VERB, UNKNOWN_VERB, OTHERS_NAME, f"{LATE_VERB} {OTHERS_NAME}"]
    forth = [parsing.extract(saying(t)).events for t in texts]
    back = [Extractor.load(None, parser_model).extract(saying(t)).events for t in reversed(texts)]
    assert forth == back[::-1]


def test_threads_that_share_a_parser_find_what_one_finds(parsing, saying):
    articles = [saying(text) for text in (LATE_VERB, UNKNOWN_VERB, OTHERS_NAME) * 6]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(parsing.extract, articles))
    assert found == [parsing.extract(article) for article in articles]


def test_no_more_than_a_bounded_part_of_an_article_is_parsed(parser_model, parsing, saying):
    text = "Soyuz MS-40 lifted off. " * 1_000
    with parsing.reading("", text, None) as reading:
        trees = Parser(parser_model).trees(reading.page, reading.page.sentences)
    assert len(trees) == MAX_TOKENS // 5


def test_the_vocabulary_of_the_parser_does_not_grow(parser_model, parsing):
    parser = Parser(parser_model)
    before = len(parser._nlp.vocab.strings)
    for n in range(20):
        with parsing.reading("", f"Soyuz MS-40 brought zubrin{n} to orbit.", None) as reading:
            parser.trees(reading.page, reading.page.sentences)
    assert len(parser._nlp.vocab.strings) == before


def test_every_quote_is_what_real_articles_say_with_a_parser_too(parsing, shared):
    for line in (shared / "gold" / "dev_rare.jsonl").read_bytes().splitlines():
        article = read_line(line).article
        for event in parsing.extract(article).events:
            for e in (e for entries in event.evidence.values() for e in entries):
                source = article.title if e.field == "title" else article.text
                assert source[e.start : e.end] == e.quote, json.loads(line)["id"]
