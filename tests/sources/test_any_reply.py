"""Whatever a server sends, a list is read or refused; nothing else is raised, and what is read can be stored."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.make import FETCHED, document
from tests.sources.test_json_list import MOFCOM
from watcher.core.articles.drafts import draft
from watcher.core.errors import ParseError
from watcher.core.model import SourceState
from watcher.sources.base import Source
from watcher.sources.json_list import JsonList, JsonOptions
from watcher.sources.page_list import PageList, PageListOptions
from watcher.sources.sitemap import Sitemap, SitemapOptions

URL = "https://api.example/list"
NAMES = ("results", "title", "url", "at", "text", "next", "count", "a", "html", "lang", "id")
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
HINTS = st.sampled_from(
    ("2026-02-30", "javascript:x", "//evil.example", "None", "<li><a href=x>y</a>", "{page}", "\ud800")
)
VALUES = st.recursive(
    LEAVES | HINTS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inside, max_size=5),
    max_leaves=25,
)
REPLIES = VALUES | st.fixed_dictionaries(
    {"results": st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), max_size=4)},
    optional={"next": VALUES, "count": VALUES, "html": VALUES},
)
SOURCES: tuple[Source, ...] = (
    JsonList(
        JsonOptions.model_validate(
            {
                "url": URL,
                "items": "results",
                "fields": {
                    "title": "title",
                    "link": "url",
                    "text": "text",
                    "published": "at",
                    "language": "lang",
                    "more": "a",
                },
                "id": {"regex": r"(\w+)", "from": "text", "else": "join('', [id, title])"},
                "next": "next",
                "cursor": {"last": "max(results[].at)"},
                "query": {"since": "{cursor.last:%Y}"},
            }
        )
    ),
    JsonList(
        JsonOptions.model_validate(
            {"url": URL, "items": "results", "zip": True, "id": ["id", "a"], "fields": {"title": "title"}}
        )
    ),
    JsonList(JsonOptions.model_validate({**MOFCOM, "items_html": "html"})),
)
PAGES: tuple[Source, ...] = (
    PageList(
        PageListOptions.model_validate(
            {
                "url": URL,
                "item": "li, tr",
                "fields": {"title": "a", "link": "a@href", "text": ".", "published": "span"},
                "next": "a[rel]",
            }
        )
    ),
    Sitemap(SitemapOptions.model_validate({"url": URL, "match": "a"})),
)
PIECES = st.sampled_from(
    (
        *("<li>", "</li>", "<a href=x rel=next>", "<a href='http://[::1'>", "</a>", "<tr>", "<table>", "<span>"),
        *("<urlset>", "<url>", "<loc>", "https://a.example/", "</loc>", "</url>", "</urlset>", "<sitemapindex>"),
        *("<sitemap>", "2026-02-06", "&amp;", "<!--", "]]>", "\x00", "\ud83d\ude00"),
    )
)


def survives(source: Source, body: bytes) -> None:
    try:
        parsed = source.parse(document(body, url=URL), SourceState())
    except ParseError as error:
        str(error).encode()
        return
    msgspec.json.encode((parsed.cursor, parsed.next_requests))
    for entry in parsed.entries:
        msgspec.json.encode(draft(entry, fetched=FETCHED))


@settings(max_examples=40, deadline=None)
@given(reply=REPLIES)
def test_any_json_is_read_or_refused(reply):
    body = json.dumps(reply).encode()

    for source in SOURCES:
        survives(source, body)


@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(PIECES | st.text(max_size=10), max_size=30))
def test_any_page_is_read_or_refused(pieces):
    body = "".join(pieces).encode("utf-8", "replace")

    for source in PAGES:
        survives(source, body)
