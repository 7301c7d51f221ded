import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.plain_text import one_line, plain_text, tidy


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<br/><br/>Three", "One\nTwo\n\nThree"),
        ("<div><div>One</div><div> <p>Two  words\nhere</p></div></div>", "One\n\nTwo words here"),
        ("A <b>bold</b><i>er</i> word", "A bolder word"),
        ("<ul><li>a<li>b</ul>after", "a\n\nb\n\nafter"),
        ("x<script>alert('<p>')</script><style>p{}</style>y<!-- <p>c</p> -->z", "xyz"),
        ("<p>AT&amp;T &lt;3 &amp;amp; &#x41;&nbsp;b", "AT&T <3 &amp; A b"),
        ("<pre>a\n\n\nb</pre>", "a b"),
        ("<title>t</title><h1>Head</h1>body", "Head\n\nbody"),
        ("<p>unclosed <a href='x", "unclosed"),
        ("<img src=x onerror=alert(1)>pic", "pic"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\n\nb"),
        ("", ""),
        ("<p></p><br>", ""),
    ],
)
def test_markup_becomes_paragraphs(html, text):
    assert plain_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain & simple", "plain & simple"),
        ("2 < 3 and <3", "2 < 3 and <3"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("One.\nStill one.\n\n\n\nTwo.", "One.\nStill one.\n\nTwo."),
    ],
)
def test_what_holds_no_tag_keeps_its_lines(html, text):
    assert plain_text(html) == text


def test_text_is_composed_and_free_of_what_nobody_sees():
    assert tidy("Cafe\u0301 \u202eevil\u202c so\u00adft zero\u200bwidth\x00\x07\ufeff\ud800!") == (
        "Café evil soft zerowidth!"
    )
    assert tidy("a\r\nb\u2028c\u00a0\u3000d\te") == "a\nb\nc d e"


def test_one_line_has_no_breaks():
    assert one_line("a\n\n b\tc ") == "a b c"


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>",
        "<ul><li>",
        "<a><b><div>",
        "<font a=1></p>",
        "<b><p></b>",
        "<table><b>",
        "<!--",
        "</script",
        "<a",
    ],
)
def test_hostile_nesting_costs_no_more_than_its_length(hostile):
    assert plain_text("start " + hostile * 60_000 + " ").startswith("start")


def test_deep_markup_is_stripped_to_the_same_text():
    deep = "<div>" * 300 + "<p>One &amp; <b>two</b></p><script>no</script>three<br>four" + "</div>" * 300
    assert plain_text(deep) == "One & two\n\nthree\nfour"


def test_endless_accents_are_cut_at_thirty():
    assert len(tidy("a" + "\u0316\u0300" * 50_000)) <= 31


@given(st.text())
def test_any_string_becomes_tidy_text(html):
    text = plain_text(html)
    assert text == unicodedata.normalize("NFC", text)
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in text if c != "\n")


@given(st.text(alphabet="<>/pbdivscript &;#xlt!-= \n\"'é\u0301\u0345", max_size=60))
def test_tag_soup_becomes_text_too(html):
    assert tidy(plain_text(html)) == plain_text(html)
