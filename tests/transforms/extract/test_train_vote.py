"""Training gives the same bytes from the same texts, and keeps nothing that one text alone holds."""

import json

import pytest

from tests.bench.extraction import articles
from tests.bench.extraction.archive_texts import articles_of, items_in, readable
from tests.bench.extraction.articles import archive, is_held, labels_without_text, text_hash, unlabelled
from tests.bench.extraction.lessons import NEAR, Lesson, authored, lesson_of
from tests.bench.extraction.train_vote import TEXTS, kept_features, main, outputs_of, trained
from transforms.extract.entries import VOTE
from transforms.extract.pack import BUNDLED
from transforms.extract.vote import Lede, Vote

OUTPUTS = ["launch/occurred", "launch/planned"]
UP = frozenset({"launch/occurred"})


def lede(*words, signs=()):
    return Lede(list(words), [], list(signs))


def lessons():
    up = [Lesson(lede("<vehicle>", "soars", f"word{n}"), UP, f"up{n}") for n in range(12)]
    idle = [Lesson(lede("<vehicle>", "rests", f"word{n}"), frozenset(), f"idle{n}") for n in range(12)]
    return up + idle


def test_the_same_texts_give_the_same_bytes():
    assert trained(lessons(), OUTPUTS) == trained(lessons(), OUTPUTS)


def test_what_is_taught_is_said():
    vote = Vote(trained(lessons(), OUTPUTS))
    up, idle = (vote.says(lede("<vehicle>", verb)) for verb in ("soars", "rests"))
    assert up["launch/occurred"] > idle["launch/occurred"]
    assert vote.weight("soars", "launch/occurred") > 0 > vote.weight("rests", "launch/occurred")


def test_a_feature_of_fewer_texts_is_not_kept_and_none_is_longer_than_a_pair():
    few = [Lesson(lede("rare", "words"), frozenset(), f"few{n}") for n in range(TEXTS - 1)]
    assert kept_features(few)[0] == []
    assert max(len(f.split()) for f in kept_features(lessons())[0]) == 2


def test_a_lesson_is_the_lede_with_names_as_their_kinds(extractor):
    article = {
        "id": "a",
        "title": "Crew lifts off",
        "text": "Soyuz MS-29 left Baikonur.",
        "events": [{"type": "launch", "status": "occurred"}],
    }
    words = ["<t>", "crew", "lifts", "off", "</t>", "<s>", "<mission>", "left", "<site>", ".", "</s>"]
    lesson = lesson_of(extractor, article)
    assert (lesson.lede.words, lesson.told, lesson.text) == (words, frozenset({"launch/occurred"}), "a")
    assert "trigger:launch" in lesson.lede.classes
    assert "=launch/occurred" in lesson.lede.signs


def test_a_sign_is_taught_beside_the_words():
    plain, signed = (lede("<vehicle>", "soars", signs=signs) for signs in ((), ("=launch/occurred",)))
    wrong = [Lesson(plain, frozenset(), f"wrong{n}") for n in range(6)]
    right = [Lesson(signed, UP, f"right{n}") for n in range(6)]
    vote = Vote(trained([*wrong, *right], OUTPUTS))
    without, beside = vote.says(plain), vote.says(signed)
    assert beside["launch/occurred"] > 0 > without["launch/occurred"]


def test_what_we_wrote_has_labels_of_the_pack_and_each_text_once(extractor):
    known = set(outputs_of(extractor.pack.manifest))
    written = [*authored(), *authored(NEAR)]
    texts = [(a["title"], a["text"]) for a in written]
    told = {f"{e['type']}/{e['status']}" for a in written for e in a["events"]}
    assert len(set(texts)) == len(texts)
    assert told <= known


@pytest.fixture
def labels(tmp_path, monkeypatch):
    """Labels of three articles of an archive, of the last undecided; returns the texts that they are of."""
    texts = [{"id": f"a{n}", "title": "Probe leaves", "text": f"Word {n}."} for n in range(3)]
    rows = [{"id": a["id"], "hash": text_hash(a), "events": []} for a in texts]
    rows[-1]["events"] = None
    file = tmp_path / "labels_archive.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    monkeypatch.setattr(articles, "LABELS_ARCHIVE", file)
    return texts


def written(folder, texts):
    file = folder / "archive.jsonl"
    file.write_text("".join(json.dumps(text) + "\n" for text in texts))
    return [str(file)]


def test_an_archive_gives_the_articles_that_have_labels(labels, tmp_path):
    files = written(tmp_path, [*labels, {"id": "unknown", "title": "Probe stays", "text": ""}])
    assert [a["id"] for a in archive(files)] == ["a0", "a1"]
    assert labels_without_text(files) == 0
    assert labels_without_text(written(tmp_path, labels[:1])) == 2


def test_what_two_labellings_differ_about_is_an_article_without_a_label(labels, tmp_path):
    assert [a["id"] for a in unlabelled(written(tmp_path, labels))] == ["a2"]


def test_an_article_in_six_teaches_nothing():
    held = [is_held({"id": f"press-{number}"}) for number in range(6000)]
    assert 900 < sum(held) < 1100
    assert held == [is_held({"id": f"press-{number}"}) for number in range(6000)]


def test_a_text_that_has_changed_since_it_was_labelled_teaches_nothing(labels, tmp_path):
    with pytest.raises(ValueError, match=r"labels_archive.jsonl: a1: its text has changed"):
        archive(written(tmp_path, [labels[0], labels[1] | {"text": "Other words."}]))


def test_a_vote_is_not_taught_by_less_than_there_are_labels_for(capsys):
    before = (BUNDLED / VOTE).read_bytes()
    assert main([]) == 2
    assert "have no text in any file" in capsys.readouterr().err
    assert (BUNDLED / VOTE).read_bytes() == before


TOLD = {"title": "Falcon 9, and Dragon, lift off", "text": "They left Florida, at dawn."}
FEED = f"""<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Kestrel</title>
<item><title>{TOLD["title"]}</title><pubDate>Wed, 19 Aug 2026 07:00:00 +0000</pubDate>
<description>They left Florida,</description>
<content:encoded>&lt;p&gt;at dawn.&lt;/p&gt;</content:encoded></item></channel></rss>"""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "space_news.csv",
            "7,Kestrel, Falcon 9, and Dragon, lift off, They left Florida,  at dawn.\n8,Kestrel,x",
        ),
        ("old.csv", 'title,content\n"Falcon 9, and Dragon, lift off","They left Florida,<br>at dawn."\n'),
        ("top.json", json.dumps({"articles": [{"title": "x"}, TOLD | {"description": TOLD["text"]}]})),
        ("top.json", json.dumps([{"headline": f"{TOLD['title']} - The Kestrel", "summary": TOLD["text"]}])),
        (
            "2026.ndjson",
            json.dumps({"title": TOLD["title"], "summary": TOLD["text"]}) + "\n" + '{"title": "x"}',
        ),
        ("all.xml", FEED),
    ],
    ids=["without quotes", "table", "json", "with the site's name", "lines", "feed"],
)
def test_an_item_is_found_in_the_file_of_a_public_copy(name, data):
    found = [a for item in items_in(name, data.encode()) for a in articles_of(item)]
    assert text_hash(TOLD) in {text_hash(article) for article in found}


def test_a_feed_that_is_the_name_of_a_file_is_not_that_file(tmp_path):
    file = tmp_path / "feed.xml"
    file.write_text(FEED)
    assert list(readable("feed.xml", FEED.encode()))
    assert list(readable("feed.xml", str(file).encode())) == []


def test_a_file_that_is_broken_off_holds_nothing():
    assert list(items_in("top.json", b'{"articles": [{"title": "Falcon')) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", "[" * 100_000),
        ("a.csv", "title,content\nab\rcd,ef"),
    ],
    ids=["deep", "carriage return"],
)
def test_a_file_that_cannot_be_read_is_told_of_and_ends_nothing(capsys, name, data):
    assert list(readable(name, data.encode())) == []
    assert f"{name}: not read to its end" in capsys.readouterr().err


def test_a_broken_line_costs_no_other_line(capsys):
    data = "\n".join([json.dumps({"title": "One", "text": "", "summary": "First."}), '{"title": ', "", "[1]"])
    assert [item.title for item in readable("a.ndjson", data.encode())] == ["One"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("stated", "noon"),
    [
        ("2026-05-31T08:00:00Z", "2026-05-31T12:00:00Z"),
        ("Wed, 19 Aug 2026 07:00:00 +0000", "2026-08-19T12:00:00Z"),
        ("Wed, 19 Aug 2026", None),
        ("Mon, 1 Jan 10000000000 00:00:00 +0000", None),
        ("2026-19-39", None),
        ("yesterday", None),
    ],
)
def test_a_day_that_is_none_is_left_out(stated, noon):
    row = json.dumps({"title": "One", "summary": "First.", "date": stated})
    assert [item.published for item in items_in("a.json", row.encode())] == [noon]
