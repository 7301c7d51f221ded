"""What a message says, and what the words of strangers cannot do to it."""

import re
import unicodedata
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser

import msgspec
import pytest

from alerts.plan import Route, plan
from alerts.receivers.email import compose
from alerts.receivers.settings import Email
from alerts.render.links import safe_link
from alerts.render.slack import escape
from transforms.records import Change, EventTime, Evidence

HOSTILE = [
    "<!channel> everyone look",
    "<!here|here> <!everyone>",
    "<@U012AB3CD> <#C123|general> <!subteam^S1>",
    "@channel @here @everyone",
    "<http://evil.example|https://bank.example>",
    "<https://evil.example/|nasa.gov>",
    "&lt;!channel&gt; &amp;lt;",
    "launch\r\nBcc: victim@example.org",
    "launch\nSubject: other\n\nbody",
    "launch\u2028Bcc: a\u2029b\x85c\x0bd\x0ce",
    "=?utf-8?q?a=0d=0aBcc:_x@example.org?=",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>",
    "</title></q></p><a href='javascript:alert(1)'>click</a>",
    "\x1b[2J\x1b]0;owned\x07 \x9b31m red",
    "safe \u202egnp.exe\u202c \u2066x\u2069 \u200b\u200d\ufeff",
    "`code` *bold* _it_ ~gone~ ```x```",
    "\ud800 lone",
    "\x00nul\x7fdel",
    "a" * 100_000,
    "<" * 5_000,
    "&" * 5_000,
]
LINKS = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://nasa.gov@evil.example/",
    "https://evil.example\\@nasa.gov/",
    "https://evil.example|nasa.gov/",
    "https://evil.example/\r\nX: y",
    "https://evil.example/\u202egpj",
    "ftp://evil.example/a",
    "//evil.example/a",
    "https:///a",
    "https://evil.example:99999/",
    "https://%65vil.example/",
    "https://e>vil.example/",
    "https://" + "a" * 3000 + ".example/",
]
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"}
MAIL = Email("mail", "localhost", "wire@wire.example", ("a@ops.example", "b@ops.example"))


def rendered(make, text, url="https://orbit.example/a"):
    of = make.incident(
        mission=text,
        reports=(make.report(publisher=text, quote=text, url=url, title=text),),
        changes=(Change("corrected", text, text, text, text, text),),
        fields={"vehicle": (text, text), "crew": (text,)},
    )
    hostile = make.alert(rule=text[:200], summary=text, of=of, id="alert-1")
    [told] = plan(hostile, [Route(("desk",))], make.start).notifications
    return told


def strings(value):
    if isinstance(value, dict):
        return [s for v in value.values() for s in strings(v)]
    if isinstance(value, list):
        return [s for v in value for s in strings(v)]
    return [value] if isinstance(value, str) else []


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.seen, self.attributes = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}


@pytest.mark.parametrize("text", HOSTILE)
def test_slack_sees_no_mention_and_no_link_of_a_stranger(make, text):
    body = rendered(make, text).rendered.slack
    for shown in strings(body):
        without_ours = shown.replace("<https://orbit.example/a|orbit.example>", "")
        assert "<" not in without_ours
        assert ">" not in without_ours
        assert not re.search(r"@(channel|here|everyone)", shown)
    kinds = [b["elements"][0] if b["type"] == "context" else b["text"] for b in body["blocks"]]
    assert [k["text"] for k in kinds if k["type"] == "mrkdwn"] == ["<https://orbit.example/a|orbit.example>"]
    assert (body["parse"], body["link_names"], body["unfurl_links"]) == ("none", False, False)


@pytest.mark.parametrize("text", HOSTILE)
def test_slack_blocks_stay_within_their_limits(make, text):
    for block in rendered(make, text).rendered.slack["blocks"]:
        shown = block["elements"][0]["text"] if block["type"] == "context" else block["text"]["text"]
        assert 0 < len(shown) <= (150 if block["type"] == "header" else 3000)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_mail_has_our_headers_only_and_its_two_parts(make, text):
    mail = message_from_bytes(compose(rendered(make, text), MAIL).as_bytes(), policy=SMTP)
    assert set(mail.keys()) == HEADERS | {"MIME-Version", "Content-Type"}
    assert len(mail.keys()) == len(set(mail.keys()))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert str(mail["To"]) == "a@ops.example, b@ops.example"


@pytest.mark.parametrize("text", HOSTILE)
def test_html_holds_our_elements_only(make, text):
    tags = Tags(rendered(make, text).rendered.html)
    ours = {"html", "head", "meta", "title", "body", "h2", "table", "tr", "th", "td"}
    assert tags.seen <= ours | {"p", "b", "q", "br", "a", "small"}
    assert tags.attributes == {
        *(("html", "lang"), ("meta", "charset"), ("th", "align")),
        *(("a", "href"), ("a", "rel")),
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_has_no_control_and_no_direction_characters(make, text):
    shown = rendered(make, text).rendered
    for line in (*shown.text.split("\n"), shown.subject, *strings(shown.payload)):
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in line)
    assert len(shown.text) < 8_000


@pytest.mark.parametrize("url", LINKS)
def test_a_link_that_could_deceive_is_not_shown(make, url):
    assert safe_link(url) is None
    shown = rendered(make, "text", url).rendered
    assert "href" not in shown.html
    assert "evil" not in msgspec.json.encode(shown).decode()


@pytest.mark.parametrize(
    ("url", "want"),
    [
        ("https://orbit.example/a", ("https://orbit.example/a", "orbit.example")),
        ("http://ORBIT.example:8080/a?b=c&d#f", ("http://orbit.example:8080/a?b=c&d", "orbit.example:8080")),
        (
            "https://b\u00fccher.example/\u00fc",
            ("https://xn--bcher-kva.example/%C3%BC", "xn--bcher-kva.example"),
        ),
        ("https://\u0430pple.com/", ("https://xn--pple-43d.com/", "xn--pple-43d.com")),
        ("https://o.example/<!channel>|x", ("https://o.example/%3C!channel%3E%7Cx", "o.example")),
        ("https://[2001:db8::1]/x", ("https://[2001:db8::1]/x", "[2001:db8::1]")),
    ],
)
def test_a_link_shows_its_true_host(url, want):
    assert safe_link(url) == want


def test_an_escaped_text_keeps_its_words():
    assert escape("R&D <b> @Channel") == "R&amp;D &lt;b&gt; @\u2060Channel"


@pytest.mark.parametrize(
    ("time", "want"),
    [
        (EventTime, "When:        2021-10-05 12:22 UTC"),
        ("day", "When:        2021-10-05\n"),
        ("month", "When:        2021-10\n"),
        ("year", "When:        2021\n"),
        (None, "When:        not stated\n"),
    ],
)
def test_a_time_is_said_as_exactly_as_it_was_stated(make, time, want):
    when = EventTime(make.start, "minute" if time is EventTime else time, "explicit") if time else None
    [told] = plan(make.alert(of=make.incident(time=when)), [Route(("desk",))], make.start).notifications
    assert want in told.rendered.text


def test_a_message_tells_everything(make):
    of = make.incident(
        version=2,
        changes=(Change("slipped", "time", "2021-10-05", "2021-10-07", "on Tuesday", "on Thursday"),),
        reports=(
            make.report("Low", "was docked", "https://low.example/x", confidence=0.5),
            make.report("High", "docked by hand", "https://high.example/y"),
            make.report("High", "again", "https://high.example/z", received=make.start + timedelta(1)),
        ),
        fields={"vehicle": ("Soyuz",), "outcome": ("docked", "aborted")},
        disputed=True,
        independent_sources=2,
    )
    [told] = plan(make.alert(of=of, id="alert-1"), [Route(("desk",))], make.start).notifications
    assert told.rendered.text == (
        "[CRITICAL] Soyuz MS-19: docking trouble (update: slipped)\n"
        "\n"
        "  What:        docking anomaly\n"
        "  Mission:     Soyuz MS-19\n"
        "  Status:      occurred (disputed: reports disagree)\n"
        "  When:        2021-10-05 12:22 UTC\n"
        "  Severity:    critical\n"
        "  Confidence:  0.90, 2 independent sources\n"
        "  Reported:    2021-10-05 12:22:00 UTC\n"
        "  Vehicle:     Soyuz\n"
        "  Outcome:     docked / aborted\n"
        "  Changed:     slipped: time 2021-10-05 → 2021-10-07 (“on Tuesday” → “on Thursday”)\n"
        "\n"
        "  High: “docked by hand”\n"
        "    https://high.example/y [high.example]\n"
        "  Low: “was docked”\n"
        "    https://low.example/x [low.example]\n"
        "\n"
        "  You get this because of: docking-anomaly (critical)\n"
        "  incident incident-1 version 2, alert alert-1\n"
    )


@pytest.mark.parametrize("status", ["occurred", "failed"])
def test_what_has_happened_is_quoted_before_that_it_was_to(make, status):
    plan_of = make.report("Sure", "to be docked", "https://sure.example/x", confidence=0.95, status="planned")
    of = make.incident(
        status=status, reports=(plan_of, make.report("Later", "was docked", "https://later.example/x"))
    )
    [told] = plan(make.alert(of=of), [Route(("desk",))], make.start).notifications
    assert told.rendered.text.index("was docked") < told.rendered.text.index("to be docked")


def test_many_publishers_are_counted_instead_of_listed(make):
    of = make.incident(reports=tuple(make.report(f"Paper {i}", f"words {i}") for i in range(11)))
    [told] = plan(make.alert(of=of), [Route(("desk",))], make.start).notifications
    assert told.rendered.text.count("“words") == 8
    assert "and 3 more publishers" in told.rendered.text


def test_evidence_of_a_title_is_quoted_like_any_other(make):
    of = make.incident(reports=(make.report(evidence=Evidence("Docked!", 0, 7, "title")),))
    [told] = plan(make.alert(of=of), [Route(("desk",))], make.start).notifications
    assert "“Docked!”" in told.rendered.text


def shown_by_slack(message):
    quotes = [b["text"]["text"] for b in message["blocks"] if b["type"] == "section"]
    links = [e["text"] for b in message["blocks"] if b["type"] == "context" for e in b["elements"]]
    return "\n".join([*quotes, *links])


@pytest.mark.parametrize("form", ["slack", "text", "html", "payload"])
def test_every_form_has_a_quote_and_a_link_of_each_publisher(make, form):
    names = ["Low", "High", "Middle"]
    reports = [make.report(n, f"words of {n}", f"https://{n.lower()}.example/a") for n in names]
    [told] = plan(
        make.alert(of=make.incident(reports=tuple(reports))), [Route(("desk",))], make.start
    ).notifications
    body = getattr(told.rendered, form)
    shown = shown_by_slack(body) if form == "slack" else str(body)
    for name in names:
        assert f"words of {name}" in shown
        assert f"https://{name.lower()}.example/a" in shown


@pytest.mark.parametrize("address", [None, "javascript:alert(1)"])
def test_a_report_without_a_link_gives_way_to_one_of_its_publisher_that_has_one(make, address):
    reports = (
        make.report("Paper", "the surer words", address),
        make.report("Paper", "words with a link", "https://paper.example/b", confidence=0.5),
    )
    [told] = plan(make.alert(of=make.incident(reports=reports)), [Route(("desk",))], make.start).notifications
    assert "Paper: “words with a link”\n    https://paper.example/b" in told.rendered.text
    assert "surer" not in told.rendered.text
