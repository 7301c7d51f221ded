from ipaddress import ip_address, ip_network

import pytest

from transforms.address_rules import networks, refusal, url_refusal


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("8.8.8.8", None),
        ("2606:4700:4700::1111", None),
        ("127.0.0.1", "loopback"),
        ("127.8.9.1", "loopback"),
        ("::1", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("0.1.2.3", "private"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.32.0.1", None),
        ("192.168.1.1", "private"),
        ("192.0.2.1", "private"),
        ("198.18.0.1", "private"),
        ("169.254.169.254", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fd00:ec2::254", "private"),
        ("fec0::1", "private"),
        ("100.64.0.1", "carrier-grade-nat"),
        ("100.128.0.1", None),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("255.255.255.255", "private"),
        ("240.0.0.1", "private"),
        ("::ffff:127.0.0.1", "ipv4-mapped"),
        ("::ffff:8.8.8.8", "ipv4-mapped"),
        ("64:ff9b::7f00:1", "nat64"),
        ("64:ff9b:1::1", "nat64"),
        ("2002:7f00:1::", "6to4"),
        ("2001::1", "teredo"),
        ("::127.0.0.1", "reserved"),
        ("2001:db8::1", "private"),
        ("nonsense", "not-an-address"),
        ("", "not-an-address"),
    ],
)
def test_only_public_addresses_may_be_dialled(address, why):
    assert refusal(address) == why


def test_an_address_object_is_judged_like_its_text():
    assert refusal(ip_address("10.0.0.1")) == "private"


def test_an_allowed_network_opens_that_network_alone():
    allowed = networks(["10.0.0.0/8", "fd00::/8"])
    assert refusal("10.2.3.4", allowed) is None
    assert refusal("fd00::1", allowed) is None
    assert refusal("192.168.0.1", allowed) == "private"


def test_an_allowed_carrier_of_ipv4_still_asks_about_the_address_inside():
    allowed = (ip_network("64:ff9b::/96"), ip_network("2002::/16"))
    assert refusal("64:ff9b::808:808", allowed) is None
    assert refusal("64:ff9b::a9fe:a9fe", allowed) == "link-local"
    assert refusal("2002:a00:1::1", allowed) == "private"
    assert refusal("::ffff:10.0.0.1", [ip_network("10.0.0.0/8")]) == "ipv4-mapped"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.org/feed", None),
        ("http://example.org:8080/feed?x=1", None),
        ("HTTP://EXAMPLE.org/", None),
        ("ftp://example.org/", "refused-url"),
        ("//example.org/", "refused-url"),
        ("https://user@example.org/", "refused-url"),
        ("https://user:password@example.org/", "refused-url"),
        ("https://:@example.org/", "refused-url"),
        ("https://", "refused-url"),
        ("https://exa mple.org/", "refused-url"),
        ("https://example.org/\r\nX: y", "refused-url"),
        ("https://example.org:0/", "refused-url"),
        ("https://example.org:http/", "refused-url"),
        ("https://[::1/", "refused-url"),
        ("https://example.org/" + "a" * 5000, "refused-url"),
    ],
)
def test_only_plain_http_urls_may_be_asked(url, why):
    assert url_refusal(url) == why


def test_a_secure_url_never_leads_to_an_insecure_one():
    assert url_refusal("http://b.org/", after="https://a.org/") == "insecure-redirect"
    assert url_refusal("https://b.org/", after="http://a.org/") is None
