"""A text is folded into another only if nothing in it is new."""

import pytest

from transforms.deduplicate.boilerplate import story_of
from transforms.deduplicate.compare import compare, sketch_of
from transforms.deduplicate.reading import MAX_CHARS, Reading

DECISIVE = frozenset((frozenset(("dock", "docks", "docked")), frozenset(("launched",))))
TITLE = "Crew docks by hand after a fault"
TEXT = (
    "The crew of three docked with the station on Tuesday after a short flight from the desert. "
    "Mission control in Moscow said that the automatic system had lost its target at 200 metres. "
    "Commander Anton Shkaplerov then flew the last part of the approach himself. "
    "The director, Klim Shipenko, will film for 12 days and pay 5 dollars a day for his bread. "
    "Nobody was hurt, the agency said, and the hatches were opened two hours later than planned."
)


def refusal(text, title=TITLE, earlier=TEXT, earlier_title=TITLE):
    one, other = (Reading(t, story_of(x), DECISIVE) for t, x in ((title, text), (earlier_title, earlier)))
    return compare(one, sketch_of(other)).refusal


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT[: TEXT.index(" Nobody")],
        TEXT[: TEXT.index(" The director")],
        TEXT.replace("three", "3").replace("200", "200"),
        f"MOSCOW (AP) — {TEXT}",
        f"BAIKONUR, Kazakhstan, Oct 5 - {TEXT}",
        f"{TEXT}\n\n© 2021 Some Wire. All rights reserved.\nReporting by A. Writer; Editing by B. Reader",
        TEXT.lower(),
        TEXT.replace("'", "’"),
    ],
    ids=range(9),
)
def test_a_copy_is_folded(text):
    assert refusal(text) is None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("200 metres", "300 metres", "number"),
        ("crew of three", "crew of four", "number"),
        ("in Moscow", "in Houston", "name"),
        ("docked with", "launched for", "statement"),
        ("had lost", "had not lost", "negation"),
        ("Nobody was hurt", "Nobody was not hurt", "negation"),
        ("5 dollars a day", "5 dollars a minute", "context"),
        ("will film", "may film", "context"),
        ("at 200 metres", "at 200 miles", "context"),
    ],
)
def test_a_text_that_says_something_else_is_not(old, new, why):
    assert refusal(TEXT.replace(old, new), earlier=f"{TEXT} It may take a minute.") == why


def test_two_names_that_changed_places_are_seen():
    swap = {"Anton Shkaplerov": "Klim Shipenko", "Klim Shipenko": "Anton Shkaplerov"}
    first, second = swap
    text = TEXT.replace(first, "\0").replace(second, swap[second]).replace("\0", swap[first])
    assert refusal(text) == "context"


@pytest.mark.parametrize("title", [f"CORRECTED: {TITLE}", f"UPDATE 1-{TITLE}", f"Retraction: {TITLE}"])
def test_a_text_that_corrects_is_never_folded(title):
    assert refusal(TEXT, title=title) in ("correction", "number")


def test_a_short_text_is_folded_only_if_nearly_equal_title_and_all():
    short = TEXT[: TEXT.index(" Mission")]
    assert refusal(short) is None
    assert refusal(short, title="Station gets visitors today after long wait") == "wording"
    assert refusal(short.replace("a short flight", "a rather long journey")) == "wording"


@pytest.mark.parametrize("text", ["Live updates.", "From the ESA Blogs.", ""])
def test_captions_are_alike_by_habit(text):
    assert refusal(text, title="Picture of the day", earlier=text, earlier_title="Picture of the day") == (
        "too_short"
    )


def test_what_was_not_read_to_its_end_is_never_folded():
    long = f"{TEXT} " * (MAX_CHARS // len(TEXT) + 1)
    assert refusal(long, earlier=long) == "too_long"


@pytest.mark.parametrize(
    ("text", "changed", "why"),
    [
        (
            "国际空间站的三名宇航员周二乘坐联盟号飞船安全返回地球，在哈萨克斯坦草原着陆，医生说他们的身体状况良好。",
            ("三名", "四名"),
            "name",
        ),
        (
            "宇宙船は火曜日に国際宇宙ステーションへ手動でドッキングし、乗組員は全員無事だったと当局が発表した。",
            ("手動", "自動"),
            "name",
        ),
        (
            "Корабль «Союз МС-19» во вторник вручную пристыковался к станции, сообщил центр в Москве.",
            ("Москве", "Хьюстоне"),
            "name",
        ),
        (
            "अंतरिक्ष यान मंगलवार को स्टेशन से जुड़ गया और तीनों यात्री सुरक्षित हैं, एजेंसी ने बताया।",
            ("सुरक्षित", "घायल"),
            "name",
        ),
        (
            "وصلت المركبة يوم الثلاثاء إلى المحطة وعلى متنها ثلاثة رواد فضاء بسلام حسبما أعلنت الوكالة",
            ("الثلاثاء", "الأربعاء"),
            "name",
        ),
        (
            "우주선이 화요일 우주정거장에 수동으로 도킹했으며 승무원 세 명은 모두 안전하다고 밝혔다.",
            ("수동으로", "자동으로"),
            "name",
        ),
    ],
    ids=["zh", "ja", "ru", "hi", "ar", "ko"],
)
def test_other_scripts_are_read_by_the_same_rules(text, changed, why):
    assert refusal(text, earlier=text) is None
    assert changed[0] in text
    assert refusal(text.replace(*changed), earlier=text) == why
