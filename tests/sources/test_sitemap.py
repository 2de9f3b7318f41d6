from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, document
from watcher.core.errors import ParseError
from watcher.core.model import Document, Parsed, SourceState
from watcher.sources.sitemap import Sitemap, SitemapOptions

URL = "https://paper.example/sitemap-news.xml"
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def source(**options: object) -> Sitemap:
    return Sitemap(SitemapOptions.model_validate({"url": URL, **options}))


def urlset(*urls: str) -> str:
    inside = "".join(f"<url>{url}</url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS} {IMAGE}>{inside}</urlset>'


def story(slug: str, title: str, date: str) -> str:
    return (
        f"<loc>https://paper.example/{slug}</loc><image:image><image:loc>https://paper.example/i.jpg</image:loc>"
        f"<image:title>A picture</image:title></image:image><news:news><news:publication><news:name>The Paper</news:name>"
        f"<news:language>en</news:language></news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news>"
    )


def index(*maps: tuple[str, str]) -> str:
    inside = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for loc, at in maps
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</sitemapindex>'


def served(body: str | bytes, step: str = "") -> Document:
    return replace(document(body, url=URL), step=step)


def read(kind: Sitemap, body: str | bytes, *, step: str = "", cursor: Mapping[str, object] | None = None) -> Parsed:
    return kind.parse(served(body, step), SourceState(cursor=cursor or {}))


def test_news_carry_their_titles_times_and_publisher_newest_first():
    body = urlset(
        story("a", "Older &amp; wiser", "2026-02-05"),
        story("b", "Gallium ban", "2026-02-06T09:00:00+01:00"),
        "<loc>https://paper.example/about</loc><lastmod>2026-02-07</lastmod>",
    )

    first, second = read(source(news=True), body).entries

    assert (first.title, first.link, first.language) == ("Gallium ban", "https://paper.example/b", "en")
    assert (first.published, first.origin_name) == (datetime(2026, 2, 6, 8, tzinfo=UTC), "The Paper")
    assert (second.title, second.flags) == ("Older & wiser", ("date_only",))


def test_plain_pages_have_no_title_and_what_was_changed_is_no_publication():
    (entry,) = read(source(), urlset("<loc>/about</loc><lastmod>2026-02-07T08:00:00Z</lastmod>")).entries

    assert (entry.link, entry.title) == ("https://paper.example/about", "")
    assert (entry.published, entry.updated) == (None, datetime(2026, 2, 7, 8, tzinfo=UTC))


def test_only_the_newest_are_taken_and_only_what_fits():
    body = urlset(
        *(
            f"<loc>https://paper.example/{'news' if n % 2 else 'sport'}/{n}</loc><lastmod>2026-01-{n:02}</lastmod>"
            for n in range(1, 21)
        )
    )

    links = [entry.link for entry in read(source(newest=3, match="/news/"), body).entries]

    assert links == [f"https://paper.example/news/{n}" for n in (19, 17, 15)]


def test_an_index_leads_to_its_newest_sitemaps_and_to_the_same_one_only_when_it_changed():
    kind = source(sitemaps=2)
    maps = [(f"https://paper.example/{n}.xml", f"2026-02-0{n}") for n in (1, 2, 3)]

    first = read(kind, index(*maps))
    again = read(kind, index(*maps), cursor=first.cursor)
    changed = read(kind, index(*maps[:2], (maps[2][0], "2026-02-04")), cursor=first.cursor)

    assert [request.url[-5:] for request in first.next_requests] == ["3.xml", "2.xml"]
    assert {request.step for request in first.next_requests} == {"sitemap"}
    assert again.next_requests == ()
    assert [request.url[-5:] for request in changed.next_requests] == ["3.xml"]


def test_sitemaps_without_a_time_are_always_read():
    kind = source()
    first = read(kind, index(("/one.xml", "")))

    assert [request.url for request in read(kind, index(("/one.xml", "")), cursor=first.cursor).next_requests] == [
        "https://paper.example/one.xml"
    ]


def test_the_cursor_of_an_index_outlives_its_sitemaps():
    first = read(source(), index(("/one.xml", "2026-02-01")))

    assert read(source(), urlset("<loc>/a</loc>"), step="sitemap", cursor=first.cursor).cursor == first.cursor


def test_an_index_within_an_index_is_refused():
    with pytest.raises(ParseError, match="an index within an index"):
        read(source(), index(("/one.xml", "")), step="sitemap")


def test_gzip_files_are_inflated_within_a_bound():
    assert len(read(source(), gzip.compress(urlset("<loc>/a</loc>").encode())).entries) == 1
    with pytest.raises(ParseError, match="larger than 50 MiB"):
        read(source(), gzip.compress(b" " * (51 << 20), 1))
    with pytest.raises(ParseError, match="a broken gzip file"):
        read(source(), b"\x1f\x8b\x08\x00broken")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "an empty reply"),
        ("<!doctype html><title>Sign in</title>", 'a page titled "Sign in" came instead'),
        ("<rss><channel/></rss>", "an XML document <rss> came instead"),
        ('{"a": 1}', "came instead"),
        ("<urlset><url><loc>/a</loc>", "not well-formed XML"),
        (
            '<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
            "document type",
        ),
        (
            b'<?xml version="1.0" encoding="x-none"?><urlset><url><loc>/\xff</loc></url></urlset>',
            "unknown encoding|encoding that is not",
        ),
    ],
)
def test_what_is_no_sitemap_is_told(body, words):
    with pytest.raises(ParseError, match=words):
        read(source(), body)


def test_a_wrong_declaration_is_not_believed():
    body = urlset(story("a", "出口管制", "2026-02-05")).replace("?>", ' encoding="gb2312"?>')

    assert read(source(), body).entries[0].title == "出口管制"


def test_links_elsewhere_than_the_web_are_left_out():
    assert (
        read(source(), urlset("<loc>javascript:alert(1)</loc>", "<loc>file:///etc/passwd</loc>", "<loc/>")).entries
        == ()
    )


def test_a_plan_may_be_large_and_keeps_secrets_at_home():
    kind = source(headers={"Authorization": "Bearer 0123456789"})
    request = kind.plan(SourceState(etag='"v1"'), FETCHED)

    assert (request.large, request.page, request.etag) == (True, False, '"v1"')
    assert ("authorization", "Bearer 0123456789") in request.headers
    assert "authorization" not in dict(kind.keyed(replace(request, url="https://other.example/", headers=())).headers)


def test_a_pattern_that_is_none_is_told():
    with pytest.raises(ValidationError, match="is no RE2 pattern"):
        source(match="(?=a)")
