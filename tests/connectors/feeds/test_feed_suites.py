"""Six thousand feeds from the test suites of others: each gives articles, rejections or a clean no."""

from collections import Counter

import pytest

from connectors.feeds.entry import NotAFeed
from connectors.feeds.parse import parse_feed
from connectors.feeds.reading import Unread
from tests.connectors.feeds.feedparser_claims import claims_of, fault, headers_of
from tests.connectors.feeds.promises import every_entry_is_accounted_for, read
from tests.connectors.feeds.suites import LIVE, SUITES, files

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SUITES.is_file(), reason=f"{SUITES.name} is not beside the repository"),
]

# Where we differ from what feedparser's files state, and why.
MEANT = {
    "wellformed/base/http_entry_id_base_content_location.xml": "a guid is never resolved: it outlives a move",
    "wellformed/base/http_entry_id_base_docuri.xml": "a guid is never resolved: it outlives a move",
    "wellformed/rss/item_description_not_a_doctype.xml": "a browser takes it for a comment",
    "wellformed/lang/entry_title_xml_lang_blank.xml": "what names no language has that of its feed",
    "wellformed/sanitize/item_content_encoded_script_nested_cdata.xml": "marks of CDATA inside of CDATA",
} | {
    f"wellformed/sanitize/{where}_{what}.xml": "what stands in for a frame or object is not read"
    for where, whats in {
        "entry_content": ("iframe", "object"),
        "entry_summary": ("iframe", "object"),
        "entry_title": ("object",),
        "item_content_encoded": ("iframe", "object"),
        "item_description": ("iframe", "object"),
        "item_fullitem": ("iframe", "object"),
    }.items()
    for what in whats
}


@pytest.mark.timeout(600)
def test_every_file_is_read_or_cleanly_refused():
    found = Counter()
    for name, body in files():
        result = read(body, name)
        if isinstance(result, Unread):
            found[result.detail.split()[0]] += 1
            continue
        # the large ones take half a minute, and are read once
        assert name.startswith(LIVE) or every_entry_is_accounted_for(body, result), name
        found["feeds"] += 1
        found["articles"] += len(result.articles)
        found["rejected"] += len(result.rejected)
    assert found["feeds"] > 4800
    assert found["articles"] > 8500
    assert found.keys() == {"feeds", "articles", "rejected", "html", "json", "other", "empty"}


def test_entries_are_what_feedparsers_own_suite_says():
    claims, differing = 0, {}
    for name, body in files("feedparser/tests/"):
        stated, headers = claims_of(body), headers_of(body)
        feed = parse_feed(
            body,
            url=headers.get("content-location", "http://127.0.0.1:8097/feed.xml"),
            content_type=headers.get("content-type", ""),
            language=headers.get("content-language", ""),
        )
        claims += len(stated)
        faults = ["no feed"] if stated and isinstance(feed, NotAFeed) else []
        faults += [why for claim in stated if not faults and (why := fault(claim, feed))]
        if faults:
            differing[name.removeprefix("feedparser/tests/")] = faults
    assert {name: why for name, why in differing.items() if name not in MEANT} == {}
    assert differing.keys() == MEANT.keys()
    assert claims > 1100
