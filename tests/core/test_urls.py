from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.core.urls import canonical_url, country_of, display_host, host_of, http_url, origin_of, redacted_url

URLISH = st.text(alphabet="htps:/?#[]@!$&'()*+,;=%.-_~aZ09é中 \\\t2eE", max_size=40)
URLS = st.one_of(st.text(max_size=30), URLISH, URLISH.map(lambda tail: "http://Ex.org" + tail))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://EXAMPLE.org/a", "https://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "https://example.org/a"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&id=1&fbclid=2", "https://example.org/a?id=1"),
        ("https://example.org/a?UTM_Source=x", "https://example.org/a"),
        ("https://example.org/%7euser/%c3%a9", "https://example.org/~user/%C3%A9"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://example.org/x/../a", "https://example.org/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://name:word@example.org/a", "https://example.org/a"),
        (" https://example.org/a\n", "https://example.org/a"),
    ],
)
def test_links_to_the_same_page_are_equal(one: str, other: str):
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org:8443/a", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://www.example.org/a", "https://example.org/a"),
        ("https://example.org/a?ref=1", "https://example.org/a"),
    ],
)
def test_links_to_different_pages_differ(one: str, other: str):
    assert canonical_url(one) != canonical_url(other)


@settings(deadline=None)
@given(URLS)
@example("http://ex.org/%%34%31")
@example("http://ex.org/a/%2e%2E/..//./")
@example("http://ex.org?&&utm_=%")
def test_canonical_twice_is_canonical_once(url: str):
    once = canonical_url(url)

    assert canonical_url(once) == once


@settings(deadline=None)
@given(URLS, st.one_of(st.none(), URLS))
def test_a_link_is_absolute_http_or_nothing(url: str, base: str | None):
    link = http_url(url, base)

    if link is not None:
        assert link.startswith(("http://", "https://"))
        assert link.isascii()
        assert not set(link) & set(" \\\t\r\n<>\"'`{}|^") - {"'"}
        assert "@" not in link.split("/")[2]
        assert http_url(link) == link
        assert host_of(link)


@pytest.mark.parametrize(
    ("url", "base", "absolute"),
    [
        ("../b?x=1", "https://example.org/a/c", "https://example.org/b?x=1"),
        ("b", "https://example.org", "https://example.org/b"),
        ("?x=1", "https://example.org/a?y=2", "https://example.org/a?x=1"),
        ("#top", "https://example.org/a?y=2", "https://example.org/a?y=2#top"),
        ("//other.example/x", "http://example.org/", "http://other.example/x"),
        ("/é x".replace(" ", "%20"), "https://example.org/a", "https://example.org/%C3%A9%20x"),
        ("  https://Example.ORG/a\n", None, "https://example.org/a"),
        ("https://[2001:DB8::0:1]:443/a", None, "https://[2001:db8::1]/a"),
        ("https://example.org:0080/a", None, "https://example.org:80/a"),
        ("HTTPS://example.org", None, "https://example.org/"),
    ],
)
def test_a_link_is_read_in_the_light_of_its_page(url: str, base: str | None, absolute: str):
    assert http_url(url, base) == absolute


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://example.org/",
            "mailto:a@example.org",
        ),
        *(
            "https://user@example.org/",
            "https://u:p@example.org/",
            "https://example.org\\@evil.example/",
            "https:\\\\x",
        ),
        *(
            "https://exa mple.org/",
            "https://example.org/a b",
            "https://example.org/\x00",
            "https://example.org/\u202f\u2028",
        ),
        *("https:///a", "https:example.org", "https://", "https://example.org:99999/", "https://example.org:x/"),
        *(
            "https://[::1",
            "https://[v1.x]/",
            "https://[fe80::1%25lo]/",
            "https://-a.example/",
            "https://a..b/",
            "",
            "a/b",
        ),
        *(
            "https://example.org:０/",
            "https://" + "a" * 300 + ".example/",
            "https://exam%70le.org/",
            "https://\ud800.example/",
        ),
    ],
)
def test_what_is_no_plain_web_address_is_nothing(url: str):
    assert http_url(url) is None


def test_a_link_without_a_page_or_on_a_bad_page_is_nothing():
    assert http_url("a/b") is None
    assert http_url("a/b", "file:///etc/") is None


def test_hosts_show_their_punycode():
    assert host_of("https://Exämple.org:8080/x") == "xn--exmple-cua.org"
    assert display_host("https://www.аррӏе.example/x") == "xn--80ak6aa92e.example"
    assert host_of("http://[2001:db8::1]/") == "2001:db8::1"
    assert display_host("mailto:a@b") is None


@pytest.mark.parametrize(
    ("host", "country"),
    [("mines.com.au", "AU"), ("news.gc.ca", "CA"), ("a.co.uk", "GB"), ("a.com", None), ("ore.io", None), ("", None)],
)
def test_a_host_under_a_countrys_domain_is_of_that_country(host, country):
    assert country_of(host) == country


def test_origins_tell_scheme_host_and_port_apart():
    assert origin_of("https://example.org/a") == origin_of("https://EXAMPLE.org:443/b")
    assert origin_of("http://example.org/") != origin_of("https://example.org/")
    assert origin_of("https://example.org:444/") != origin_of("https://example.org/")


def test_a_url_in_a_log_keeps_its_secrets():
    shown = redacted_url("https://hooks.example.org/T0/B0/secret?token=word")

    assert shown.startswith("hooks.example.org#")
    assert "secret" not in shown
    assert "word" not in shown


def test_hostile_addresses_are_refused_or_read_like_the_dialler_reads_them(shared: Path):
    rows = json.loads((shared / "hostile" / "ssrf_urls.json").read_text("utf-8"))

    for row in rows:
        link = http_url(row["url"])
        assert link is None or link.split("/")[2].isascii()
