"""What every kind of source keeps, ours and third parties' alike."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from tests.sources.kinds_for_tests import Chained, Rows
from tests.sources.make import FETCHED, URL, document, rss
from watcher.core.errors import ParseError
from watcher.core.kinds import resolve
from watcher.core.model import Request, SourceState
from watcher.core.urls import http_url
from watcher.parse.pool import ParsePool
from watcher.sources import KINDS
from watcher.sources.base import Source

_TESTED = {**KINDS, "tests.sources.kinds_for_tests:Chained": Chained, "tests.sources.kinds_for_tests:Rows": Rows}
_MINIMAL: dict[str, dict[str, object]] = {
    "feed": {"url": URL},
    "file": {"path": "/srv/in", "format": "json", "fields": {"title": "title", "link": "url"}},
    "imap": {"host": "mail.example", "user": "desk", "password": "a password"},
    "webhook": {
        "path": "/in/desk",
        "secret": "whsec_" + "QUJD" * 10,
        "fields": {"title": "title", "link": "url"},
    },
    "json": {"url": URL, "items": "results", "fields": {"title": "title", "link": "url"}},
    "page_list": {"url": URL, "item": "article", "fields": {"title": "h3", "link": "h3 a@href"}},
    "page_watch": {"url": URL},
    "series": {"url": URL, "date": "day", "value": "price"},
    "sitemap": {"url": URL},
    "table": {"url": URL, "key": "id", "watch": "status"},
}
_SAMPLES = {
    "feed": rss("<title>Ban</title><link>/ban</link>"),
    "file": json.dumps([{"title": "Ban", "url": "https://news.example/ban"}]),
    "imap": "Subject: Ban\r\nFrom: Desk <desk@news.example>\r\n\r\nGallium needs a licence.",
    "webhook": json.dumps({"title": "Ban", "url": "https://news.example/ban"}),
    "json": json.dumps({"results": [{"title": "Ban", "url": "/ban"}]}),
    "page_list": "<!doctype html><title>News</title><article><h3><a href='/ban'>Ban</a></h3></article>",
    "page_watch": "<main><p>Licences are needed for gallium and for germanium.</p></main>",
    "series": "day,price\n2026-02-06,108.5\n",
    "table": json.dumps([{"id": "7", "name": "Seven", "status": "Planned"}]),
    "sitemap": "<urlset><url><loc>https://news.example/ban</loc></url></urlset>",
    "tests.sources.kinds_for_tests:Chained": json.dumps(
        {"pages": ["https://list.example/1", "https://list.example/2"]}
    ),
    "tests.sources.kinds_for_tests:Rows": json.dumps([{"id": "7", "name": "Seven", "status": "Planned"}]),
}


@pytest.fixture(params=sorted(_TESTED))
def kind(request) -> str:
    return request.param


def _source(kind: str) -> Source:
    found = resolve(KINDS, kind, Source)
    return found(found.Options.model_validate(_MINIMAL.get(kind, {})))


def _address(source: Source) -> str:
    plan = source.plan(SourceState(), FETCHED)
    return plan.url if isinstance(plan, Request) else URL


def test_a_kind_is_found_under_its_name(kind):
    found = resolve(KINDS, kind, Source)

    assert found is _TESTED[kind]
    assert ":" in kind or found.kind == kind


def test_options_refuse_unknown_keys(kind):
    with pytest.raises(ValidationError, match="no_such_option"):
        _TESTED[kind].Options.model_validate({**_MINIMAL.get(kind, {}), "no_such_option": 1})


def test_every_option_says_what_it_is(kind):
    for name, option in _TESTED[kind].Options.model_fields.items():
        assert option.description, name
        assert option.description.endswith("."), name


def test_a_plan_is_pure_and_a_request_has_validators(kind):
    state = SourceState(etag='"v1"', last_modified="Sat, 07 Feb 2026 04:30:29 GMT")

    request = _source(kind).plan(state, FETCHED)

    assert request == _source(kind).plan(state, FETCHED)
    if not isinstance(request, Request):
        return
    assert http_url(request.url) == request.url
    assert (request.etag, request.last_modified) == (state.etag, state.last_modified)
    assert all(name == name.lower() for name, _ in request.headers)


def test_parsing_twice_gives_the_same_and_something(kind):
    source = _source(kind)
    reply = document(_SAMPLES[kind], url=_address(source))

    first, second = source.parse(reply, SourceState()), _source(kind).parse(reply, SourceState())

    assert first == second
    assert first.entries or first.rows or first.points or first.next_requests


@pytest.mark.parametrize("body", [b"", b"<html><title>Sign in</title></html>", b"\x00\xff\xfe", b"[[[[", b'{"a": 1}'])
def test_what_a_kind_cannot_read_is_a_parse_error(kind, body):
    source = _source(kind)

    with pytest.raises(ParseError):
        source.parse(document(body, url=_address(source)), SourceState())


def test_chained_requests_lead_to_entries_and_are_not_made_again():
    source = _source("tests.sources.kinds_for_tests:Chained")
    index = document(_SAMPLES["tests.sources.kinds_for_tests:Chained"], url="https://list.example/index.json")

    listed = source.parse(index, SourceState())
    cursor, pages = listed.cursor, []
    for n, request in enumerate(listed.next_requests):
        page = document(json.dumps({"id": n, "title": "Page"}), url=request.url)
        pages.append(source.parse(page, SourceState(cursor=cursor)))
        cursor = pages[-1].cursor

    assert [request.url for request in listed.next_requests] == ["https://list.example/1", "https://list.example/2"]
    assert [entry.guid for page in pages for entry in page.entries] == ["0", "1"]
    assert source.parse(index, SourceState(cursor=cursor)).next_requests == ()


def test_rows_carry_key_label_and_fields():
    source = _source("tests.sources.kinds_for_tests:Rows")

    (row,) = source.parse(document(_SAMPLES["tests.sources.kinds_for_tests:Rows"]), SourceState()).rows

    assert (row.key, row.label) == ("7", "Seven")
    assert ("status", "Planned") in row.fields


async def test_every_kind_reads_the_same_in_a_worker_where_strangers_documents_are_read():
    async with ParsePool(size=1) as pool:
        for kind, found in _TESTED.items():
            source = _source(kind)
            reply = document(_SAMPLES[kind], url=_address(source))
            here = source.parse(reply, SourceState())

            path = f"{found.__module__}:{found.__qualname__}"
            there = await pool.parse(path, source.options.model_dump_json(), reply, SourceState())

            assert [draft.link for draft in there.drafts if not draft.row_key] == [entry.link for entry in here.entries]
            assert (there.next_requests, there.cursor) == (here.next_requests, here.cursor), kind
