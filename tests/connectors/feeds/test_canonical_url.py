import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.canonical_url import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org/a", "https://example.org/a"),
        (" HTTPS://Example.ORG:443/a#part ", "https://example.org/a"),
        ("http://example.org:80", "http://example.org/"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/../../x", "https://example.org/x"),
        ("https://example.org/a/..", "https://example.org/"),
        ("https://example.org/%7euser/%2fx%c3%a9", "https://example.org/~user/%2Fx%C3%A9"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2"),
        ("https://example.org/a?", "https://example.org/a"),
        (
            "https://example.org/a?utm_source=rss&id=7&fbclid=x&UTM_Medium=y&at_campaign=z",
            "https://example.org/a?id=7",
        ),
        ("https://example.org/a?q=%20x+y&empty=", "https://example.org/a?empty=&q=%20x+y"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("http://[2001:DB8:0::1]:80/", "http://[2001:db8::1]/"),
        ("https://exa\nmple.org/", "https://example.org/"),
    ],
)
def test_a_url_gets_its_one_spelling(url, canonical):
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "example.org/a",
        "/a",
        "mailto:a@example.org",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "https://[::1",
        "https://example.org:http/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example..org/",
        "https://-.org/",
        "https://\x00/",
        "https://" + "a" * 300 + ".org/",
        "https://" + "é" * 100 + ".org/",
        "https://example.org/" + "a" * 3000,
        "tag:example.org,2026:1",
        "https://example.org/\u202e",
    ],
)
def test_junk_has_no_canonical_form(junk):
    assert canonical_url(junk) is None


urls = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    st.one_of(
        st.text(max_size=12), st.sampled_from(["Example.org", "bücher.example", "[::1]:80", "a.b:443"])
    ),
    st.text(alphabet="/.%aA2eEfF~é:;@ ", max_size=20),
    st.one_of(st.just(""), st.text(alphabet="?&=+%abut_m2F é;", max_size=20).map("?{}".format)),
    st.one_of(st.just(""), st.text(max_size=5).map("#{}".format)),
)


@given(urls | st.text())
def test_the_canonical_form_of_a_canonical_form_is_itself(url):
    canonical = canonical_url(url)
    assert canonical is None or canonical_url(canonical) == canonical
