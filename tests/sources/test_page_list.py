from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, document
from watcher.core.errors import ParseError
from watcher.core.model import Document, Parsed, SourceState
from watcher.sources.page_list import PageList, PageListOptions

URL = "https://www.exim.example/news"


def source(**options: object) -> PageList:
    fields = {"title": "h3 a", "link": "h3 a@href", "published": "time@datetime"}
    return PageList(PageListOptions.model_validate({"url": URL, "item": "article", "fields": fields, **options}))


def page(*items: str, more: str = "", title: str = "News | EXIM") -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body><main>{''.join(items)}</main>{more}</body></html>"


def article(
    slug: str, title: str = "Bank approves loan", date: str = "2026-02-05T10:00:00-05:00", more: str = ""
) -> str:
    return (
        f"<article><h3><a href='/news/{slug}'>{title}</a></h3><time datetime='{date}'>Thursday</time>{more}</article>"
    )


def served(body: str | bytes, *, step: str = "", url: str = URL, **headers: str) -> Document:
    return replace(document(body, url=url, **headers), step=step)


def read(kind: PageList, body: str | bytes, *, step: str = "", cursor: Mapping[str, object] | None = None) -> Parsed:
    return kind.parse(served(body, step=step), SourceState(cursor=cursor or {}))


def test_items_are_read_by_their_selectors_in_the_pages_order():
    parsed = read(source(), page(article("a"), article("b", "Second &amp; last <em>word</em>", "")))

    first, second = parsed.entries
    assert (first.title, first.link) == ("Bank approves loan", "https://www.exim.example/news/a")
    assert first.published == datetime(2026, 2, 5, 15, tzinfo=UTC)
    assert (second.title, second.published) == ("Second & last word", None)
    assert parsed.title == "News | EXIM"


def test_a_page_is_asked_for_as_a_page_with_validators():
    request = source().plan(SourceState(etag='"v1"'), FETCHED)

    assert (request.url, request.page, request.etag) == (URL, True, '"v1"')
    assert dict(request.headers)["accept"].startswith("text/html")


def test_an_item_may_be_the_link_itself_and_its_text_may_be_html():
    kind = source(item="a.card", fields={"title": ".", "link": "@href", "text": "p", "kind": "@data-kind"})

    (entry,) = read(kind, page("<a class=card href=x data-kind=Loan>Loan <p>For a <b>mine</b>.</p></a>")).entries

    assert (entry.title, entry.link) == ("Loan For a mine .", "https://www.exim.example/x")
    assert entry.content_html == "<p>For a <b>mine</b>.</p><p>kind: Loan</p>"


def test_what_is_ignored_is_taken_off_first():
    kind = source(ignore=["article.promoted", "h3 .tag"])

    parsed = read(
        kind,
        page(
            "<article class=promoted><h3><a href=/ad>Ad</a></h3></article>",
            article("a", "<span class=tag>NEW</span>Loan"),
        ),
    )

    assert [entry.title for entry in parsed.entries] == ["Loan"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("article", 'its links stand in 2 "div.row", 1 "nav"'),
        ("div.list article.item", 'has 1 "div.list", 0 "article", its links stand in 2 "div.row"'),
        ("[data-row]", 'its links stand in 2 "div.row"'),
    ],
)
def test_a_page_on_which_nothing_fits_any_more_says_what_is_there(item, words):
    row = "<div class='row wide'><h2><a href=/x>A</a></h2></div>"
    body = page(f"<nav><a href=/>Home</a></nav><div class=list>{row}{row}</div>", title="All news")

    with pytest.raises(ParseError) as caught:
        read(source(item=item), body)

    assert f'its layout changed: 0 items match "{item}"; the page is titled "All news"' in str(caught.value)
    assert words in str(caught.value)


def test_items_without_any_part_are_a_changed_layout():
    with pytest.raises(ParseError, match='2 items, but none has title at "h3 a", link at "h3 a@href"'):
        read(source(), page("<article><h4>A</h4></article><article><h4>B</h4></article>"))


def test_a_page_may_say_that_it_lists_nothing():
    assert read(source(empty=".no-results"), page("<p class=no-results>Nothing found</p>")).entries == ()
    with pytest.raises(ParseError, match="0 items"):
        read(source(empty=".no-results"), page("<p>Sign in</p>"))


def test_the_link_to_the_next_page_is_followed_until_there_is_none():
    kind = source(next="a[rel=next]", pages={"max": 3})

    first = read(kind, page(article("a"), more="<a rel=next href='?page=1'>Next</a>"))
    last = read(kind, page(article("b")), step="page 2", cursor=first.cursor)

    (request,) = first.next_requests
    assert (request.url, request.step, request.page) == (f"{URL}?page=1", "page 2", True)
    assert last.next_requests == ()


def test_pages_may_be_counted_and_repeated_ones_end_the_list():
    kind = source(pages={"param": "page", "start": 0, "end_on": [404]})

    first = read(kind, page(article("a")))
    again = read(kind, page(article("a")), step="page 2", cursor=first.cursor)
    known = read(kind, page(article("a")), cursor=first.cursor)

    assert kind.plan(SourceState(), FETCHED).url == f"{URL}?page=0"
    assert [(request.url, request.end_on) for request in first.next_requests] == [(f"{URL}?page=1", (404,))]
    assert (again.entries, again.next_requests) == ((), ())
    assert known.next_requests == ()


def test_a_further_page_without_items_is_the_end():
    kind = source(pages={"param": "page"})
    first = read(kind, page(article("a")))

    assert read(kind, page("<p>No more"), step="page 2", cursor=first.cursor).entries == ()


def test_links_are_meant_from_the_pages_base():
    body = page("<article><h3><a href='x.html'>A</a></h3></article>").replace("<head>", "<head><base href='/press/'>")

    assert read(source(), body).entries[0].link == "https://www.exim.example/press/x.html"
    assert read(source(base="https://cdn.example/"), body).entries[0].link == "https://cdn.example/x.html"


def test_dates_in_words_and_in_forms_of_ones_own_are_read():
    kind = source(fields={"title": "h3", "published": ".date"}, dates=["%d/%m/%Y %I:%M %p"])
    texts = ("Posted February 5, 2026", "05/02/2026 9:05 AM", "[2026年02月05日]", "2026-02-05 18:00", "soon")

    parsed = read(
        kind, page(*(f"<article><h3>T{n}</h3><p class=date>{text}</p></article>" for n, text in enumerate(texts)))
    )

    assert [(entry.published, entry.flags) for entry in parsed.entries] == [
        (datetime(2026, 2, 5, tzinfo=UTC), ("date_only",)),
        (datetime(2026, 2, 5, 9, 5, tzinfo=UTC), ("zoneless",)),
        (datetime(2026, 2, 5, tzinfo=UTC), ("date_only",)),
        (datetime(2026, 2, 5, 18, tzinfo=UTC), ("zoneless",)),
        (None, ("unreadable_date",)),
    ]


def test_a_page_in_another_charset_is_read():
    body = page(article("a", "出口管制")).encode("gb18030")

    (entry,) = source().parse(served(body, content_type="text/html; charset=gb2312"), SourceState()).entries

    assert entry.title == "出口管制"


def test_an_id_may_be_an_attribute_or_stand_in_a_text():
    body = page("<article data-id=7><h3><a href=/x>Announcement No. 18 of 2025</a></h3></article>")

    ids = [
        read(source(id=id_), body).entries[0].guid
        for id_ in ("@data-id", {"regex": r"No\. (\d+) of (\d{4})", "from": "title", "else": "link"}, "link")
    ]

    assert ids == ["7", "18-2025", "/x"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"item": "article["}, "is no CSS selector"),
        ({"item": "a@href"}, "is no CSS selector"),
        ({"fields": {"title": "h3..a"}}, "is no CSS selector"),
        ({"ignore": ["::x"]}, "is no CSS selector"),
        ({"empty": "::x"}, "is no CSS selector"),
        ({"next": "a["}, "is no CSS selector"),
        ({"id": {"regex": "a", "from": "b["}}, "is no CSS selector"),
        ({"pages": {"max": 2}}, "nothing counts them"),
        ({"url": "ftp://x"}, "http or https"),
    ],
)
def test_mistakes_are_told_with_the_configuration(options, words):
    with pytest.raises(ValidationError, match=words):
        source(**options)
