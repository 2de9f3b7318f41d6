from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, document
from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Parsed, Request, SourceState
from watcher.sources.json_list import JsonList, JsonOptions
from watcher.sources.lists.listing import Item, entries_of

API = "https://api.example/list.json"


def source(**options: object) -> JsonList:
    return JsonList(JsonOptions.model_validate({"url": API, "fields": {"title": "title", "link": "url"}, **options}))


def replied(body: object, *, step: str = "", url: str = API) -> Document:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return replace(document(text, url=url), step=step)


def read(kind: JsonList, body: object, *, step: str = "", cursor: Mapping[str, object] | None = None) -> Parsed:
    return kind.parse(replied(body, step=step), SourceState(cursor=cursor or {}))


def query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))


def titles(parsed: Parsed) -> list[str]:
    return [entry.title for entry in parsed.entries]


def only(parsed: Parsed) -> Entry:
    (entry,) = parsed.entries
    return entry


# Federal Register

RULE = {
    "title": "Addition of Entities to the Entity List",
    "type": "Rule",
    "abstract": None,
    "document_number": "2026-01234",
    "html_url": "https://www.federalregister.gov/documents/2026/02/06/2026-01234/addition",
    "publication_date": "2026-02-06",
    "effective_on": "2026-03-01",
    "agencies": [{"name": "Industry and Security Bureau"}, {"name": "Commerce Department"}],
}
REGISTER = {
    "items": "results",
    "id": "document_number",
    "fields": {
        "title": "title",
        "link": "html_url",
        "published": "publication_date",
        "effective": "effective_on",
        "text": "abstract",
        "kind": "type",
        "agencies": "agencies[].name",
    },
    "next": "next_page_url",
    "query": {"conditions[agencies][]": "industry-and-security-bureau", "order": "newest", "per_page": 50},
}


def test_a_document_of_the_federal_register_is_read_with_a_null_abstract():
    entry = only(read(source(**REGISTER), {"count": 1, "total_pages": 1, "results": [RULE]}))

    assert (entry.guid, entry.title) == ("2026-01234", "Addition of Entities to the Entity List")
    assert (entry.published, entry.flags) == (datetime(2026, 2, 6, tzinfo=UTC), ("date_only",))
    assert entry.content_html == (
        "<p>effective: 2026-03-01</p><p>kind: Rule</p>"
        "<p>agencies: Industry and Security Bureau; Commerce Department</p>"
    )


def test_the_registers_reply_without_results_counts_no_hits():
    assert read(source(**REGISTER), {"count": 0, "description": "Documents from ..."}).entries == ()


def test_a_reply_whose_list_was_renamed_is_no_silence():
    with pytest.raises(ParseError, match=r'nothing lies at "results": the reply has count, documents; lists lie at'):
        read(source(**REGISTER), {"count": 12, "documents": [RULE]})


def test_a_refusal_is_quoted():
    with pytest.raises(ParseError, match='the reply says "agency is not a valid field"'):
        read(source(**REGISTER), {"errors": {"agencies": "agency is not a valid field"}})


def test_an_absent_list_may_be_allowed():
    assert read(source(items="results", items_may_be_absent=True), {"took": 3}).entries == ()


def test_the_registers_pages_are_followed_by_the_address_it_names():
    kind = source(**REGISTER)
    assert query(kind.plan(SourceState(), FETCHED)) == {
        "conditions[agencies][]": "industry-and-security-bureau",
        "order": "newest",
        "per_page": "50",
    }

    first = read(kind, {"count": 2, "results": [RULE], "next_page_url": f"{API}?page=2"})
    (second,) = first.next_requests
    last = read(
        kind, {"count": 2, "results": [{**RULE, "document_number": "2"}]}, step=second.step, cursor=first.cursor
    )

    assert (second.url, second.step, second.headers) == (f"{API}?page=2", "page 2", ())
    assert last.next_requests == ()


def test_the_registers_padded_numbers_are_one_identity():
    kind = source(
        items="results", id={"regex": r"^(\d{4})-0*(\d+)$", "from": "document_number", "else": "document_number"}
    )

    found = [
        only(read(kind, {"results": [{"title": "T", "document_number": number}]})).guid
        for number in ("2012-07333", "2012-7333", "E9-4")
    ]

    assert found == ["2012-7333", "2012-7333", "E9-4"]


def test_an_identity_is_found_in_a_text_whatever_its_markup():
    kind = source(
        items="results", fields={"title": "t", "text": "html"}, id={"regex": "公告(\\d{4})年第(\\d+)号", "from": "text"}
    )

    entry = only(read(kind, {"results": [{"t": "T", "html": "<p>【发布文号】公告<b>2025</b>年第<i>18</i>号</p>"}]}))

    assert entry.guid == "2025-18"


def test_an_inspected_document_without_title_takes_its_subjects():
    kind = source(
        items="results",
        fields={"title": "title || join('; ', [subject_1, subject_2, subject_3][?@])", "published": "filed_at"},
    )

    entry = only(
        read(
            kind,
            {
                "count": 1,
                "results": [
                    {
                        "title": "",
                        "subject_1": "Export Controls",
                        "subject_2": None,
                        "subject_3": "Gallium",
                        "filed_at": "2026-02-05T08:45:00.000-05:00",
                    }
                ],
            },
        )
    )

    assert entry.title == "Export Controls; Gallium"
    assert (entry.published, entry.flags) == (datetime(2026, 2, 5, 13, 45, tzinfo=UTC), ())


# MOFCOM

COLUMN_PAGE = """<!doctype html><title>政策发布</title><div id="list" queryData="{'parseType':'bulidstatic','webId':'8f43',
'tplSetId':'52551e','pageId':'fc816c','tagId':'信息列表','editType':null,'paramJson':'{\\'pageNo\\':1}'}"></div>"""
MOFCOM = {
    "url": "https://www.mofcom.example/api-gateway/unit",
    "query": {"pageType": "column", "paramJson": '{"pageNo":{page},"pageSize":15}'},
    "discover": {"page": "https://www.mofcom.example/zwgk/zcfb/index.html", "attr": "queryData"},
    "pages": {"max": 3},
    "items_html": "data.html",
    "item": "li",
    "fields": {"title": "a@title", "link": "a@href", "published": "span"},
    "id": {"regex": "公告(\\d{4})年第(\\d+)号", "from": "title", "else": "link"},
}


def rows(*texts: str) -> dict[str, object]:
    html = "".join(
        f'<li><a href="/zwgk/art/{n}.html" title="{text}">{text[:6]}…</a><span>[2025-04-04]</span></li>'
        for n, text in enumerate(texts)
    )
    return {"data": {"html": f"<ul class='txtList'>{html}</ul><div class='pager' count='317'></div>"}}


def test_mofcom_is_asked_with_what_its_column_page_says():
    kind = source(**MOFCOM)
    asked = kind.plan(SourceState(etag='"old"'), FETCHED)

    found = kind.parse(replace(document(COLUMN_PAGE, url=asked.url), step=asked.step), SourceState())

    (request,) = found.next_requests
    assert (asked.step, asked.page, asked.etag, request.step, request.page) == ("discover", True, None, "list", False)
    assert query(request) == {
        "pageType": "column",
        "paramJson": '{"pageNo":1,"pageSize":15}',
        "parseType": "bulidstatic",
        "webId": "8f43",
        "tplSetId": "52551e",
        "pageId": "fc816c",
        "tagId": "信息列表",
    }


def test_mofcoms_html_in_json_is_read_and_its_second_page_asked_with_the_same_parameters():
    kind = source(**MOFCOM)
    found = kind.parse(replace(document(COLUMN_PAGE, url=str(MOFCOM["url"])), step="discover"), SourceState())

    parsed = kind.parse(
        replied(
            rows("商务部 海关总署公告2025年第18号 公布对钐等物项实施出口管制的决定", "关于其他事项的通知"),
            step="list",
            url=str(MOFCOM["url"]),
        ),
        SourceState(cursor=found.cursor),
    )

    first, second = parsed.entries
    assert (first.guid, second.guid) == ("2025-18", "/zwgk/art/1.html")
    assert first.link == "https://www.mofcom.example/zwgk/art/0.html"
    assert first.published == datetime(2025, 4, 4, tzinfo=UTC)
    (request,) = parsed.next_requests
    assert request.step == "page 2"
    assert query(request)["paramJson"] == '{"pageNo":2,"pageSize":15}'
    assert query(request)["webId"] == "8f43"


def test_a_column_page_without_its_attribute_is_told_with_what_came():
    kind = source(**MOFCOM)

    with pytest.raises(ParseError, match='attribute "queryData" is nowhere on it; the page is titled "访问验证"'):
        kind.parse(replace(document("<title>访问验证</title>", url=API), step="discover"), SourceState())


def test_html_in_json_whose_rows_have_changed_is_no_silence():
    with pytest.raises(ParseError, match='0 items match "li"'):
        read(source(**MOFCOM), {"data": {"html": "<div class=row><a href=/x>公告</a></div>"}}, step="list")
    with pytest.raises(ParseError, match=r'no HTML lies at "data\.html": the reply says "参数错误"'):
        read(source(**MOFCOM), {"message": "参数错误", "data": None}, step="list")


# the export-control network

NETWORK = {
    "url": "https://exportcontrol.example/front/column/getColumnList",
    "headers": {"Accept": "application/json;charset=utf-8"},
    "body": {"columnID": "1", "pageNum": "{page}", "pageSize": 20},
    "pages": {"max": 10, "all": True},
    "items": "pageInfo.rows",
    "fields": {"title": "title", "link": "url", "text": "content", "published": "publishTimeStr"},
}


def test_the_export_control_network_is_posted_to():
    request = source(**NETWORK).plan(SourceState(etag='"x"'), FETCHED)

    assert (request.method, request.etag) == ("POST", None)
    assert json.loads(request.body or b"") == {"columnID": "1", "pageNum": 1, "pageSize": 20}
    assert dict(request.headers) == {"accept": "application/json;charset=utf-8", "content-type": "application/json"}


def test_pages_that_repeat_the_first_end_the_list_whatever_the_total_says():
    kind = source(**NETWORK)
    same = {
        "pageInfo": {
            "total": 4000,
            "maxPageNum": 200,
            "rows": [
                {"url": f"/a/{n}", "title": f"公告 {n}", "publishTimeStr": "2026-01-09 09:00:00"} for n in range(20)
            ],
        }
    }

    first = read(kind, same)
    second = read(kind, same, step=first.next_requests[0].step, cursor=first.cursor)

    assert json.loads(first.next_requests[0].body or b"")["pageNum"] == 2
    assert first.entries[0].flags == ("zoneless",)
    assert (second.entries, second.next_requests) == ((), ())
    assert "repeats" in second.warnings[0]


def test_a_wrong_charset_label_is_not_believed():
    body = json.dumps({"pageInfo": {"rows": [{"title": "出口管制", "url": "/1"}]}}, ensure_ascii=False).encode()
    wrong = replace(document(body, url=API, content_type="application/json;charset=ISO-8859-1"), step="list")

    assert titles(source(**NETWORK).parse(wrong, SourceState())) == ["出口管制"]


# regulations.gov, congress, SEC


def test_regulations_gov_goes_on_from_the_newest_change_it_saw():
    kind = source(
        headers={"X-Api-Key": "0123456789abcdef"},
        items="data",
        id="id",
        fields={"title": "attributes.title", "published": "attributes.postedDate", "docket": "attributes.docketId"},
        cursor={"changed": "max(data[].attributes.lastModifiedDate)"},
        query={"filter[searchTerm]": "gallium", "filter[lastModifiedDate][ge]": "{cursor.changed:%Y-%m-%d %H:%M:%S}"},
        zone="America/New_York",
    )
    reply = {
        "data": [
            {
                "id": "BIS-2026-0001-0001",
                "type": "documents",
                "attributes": {
                    "title": "Controls",
                    "docketId": "BIS-2026-0001",
                    "postedDate": "2026-02-06T05:00:00Z",
                    "lastModifiedDate": "2026-02-06T14:00:00Z",
                },
            }
        ],
        "meta": {"totalElements": 1},
    }

    before = kind.plan(SourceState(), FETCHED)
    parsed = read(kind, reply)
    after = kind.plan(SourceState(cursor=parsed.cursor, etag='"v1"'), FETCHED)

    assert "filter[lastModifiedDate][ge]" not in query(before)
    assert query(after)["filter[lastModifiedDate][ge]"] == "2026-02-06 09:00:00"
    assert after.etag is None
    assert (only(parsed).guid, only(parsed).published) == ("BIS-2026-0001-0001", datetime(2026, 2, 6, 5, tzinfo=UTC))
    assert read(kind, {"data": [], "meta": {"totalElements": 0}}).entries == ()


def test_one_action_told_by_two_systems_of_congress_is_one_entry():
    def action(code: int, name: str) -> dict[str, object]:
        return {
            "actionDate": "2026-02-04",
            "text": "On passage Passed by the Yeas and Nays: 224 - 195.",
            "type": "Floor",
            "sourceSystem": {"code": code, "name": name},
            "committees": None,
        }

    kind = source(items="actions", id=["actionDate", "text"], fields={"title": "text", "published": "actionDate"})

    entry = only(
        read(
            kind,
            {
                "actions": [action(2, "House floor actions"), action(9, "Library of Congress")],
                "pagination": {"count": 2},
            },
        )
    )

    assert entry.guid == "2026-02-04|On passage Passed by the Yeas and Nays: 224 - 195."


def test_hits_of_the_secs_search_are_read_once_for_each_filing():
    def hit(name: str) -> dict[str, object]:
        return {
            "_id": f"0001234567-26-000007:{name}",
            "_source": {
                "adsh": "0001234567-26-000007",
                "ciks": ["0001234567"],
                "display_names": ["Rare Ores Inc (RORE) (CIK 0001234567)"],
                "form": "8-K",
                "file_date": "2026-02-05",
                "items": ["1.01", "9.01"],
            },
        }

    kind = source(
        items="hits.hits",
        id="_source.adsh",
        fields={
            "title": "join(' - ', [_source.form, _source.display_names[0]])",
            "link": "join('', ['https://www.sec.example/data/', _source.ciks[0], '/', replace(_source.adsh, '-', ''), '/'])",
            "published": "_source.file_date",
            "items": "_source.items",
        },
        pages={"param": "from", "start": 0, "step": 100, "max": 3},
        query={"q": '"rare earth"', "startdt": "{today-7d}", "enddt": "{today}"},
    )

    request = kind.plan(SourceState(), FETCHED)
    entry = only(read(kind, {"hits": {"total": {"value": 2}, "hits": [hit("a.htm"), hit("ex99.htm")]}}))

    assert query(request) == {"q": '"rare earth"', "startdt": "2026-01-31", "enddt": "2026-02-07", "from": "0"}
    assert entry.title == "8-K - Rare Ores Inc (RORE) (CIK 0001234567)"
    assert entry.link == "https://www.sec.example/data/0001234567/000123456726000007/"
    assert entry.content_html == "<p>items: 1.01; 9.01</p>"
    assert read(kind, {"hits": {"total": {"value": 0}, "hits": []}}).entries == ()


def test_submissions_are_zipped_from_columns():
    kind = source(
        items="filings.recent",
        zip=True,
        id="accessionNumber",
        fields={
            "title": "join(' ', [form, primaryDocDescription])",
            "published": "acceptanceDateTime",
            "items": "items",
        },
    )
    recent = {
        "accessionNumber": ["0001-26-2", "0001-26-1"],
        "form": ["8-K", "10-Q"],
        "primaryDocDescription": ["CURRENT REPORT", "QUARTERLY"],
        "acceptanceDateTime": ["2026-02-05T16:31:05.000Z", "2026-01-05T16:31:05.000Z"],
        "items": ["1.01", "None"],
    }

    parsed = read(kind, {"cik": "1", "filings": {"recent": recent}})

    assert [(entry.guid, entry.title) for entry in parsed.entries] == [
        ("0001-26-2", "8-K CURRENT REPORT"),
        ("0001-26-1", "10-Q QUARTERLY"),
    ]
    assert [entry.content_html for entry in parsed.entries] == ["<p>items: 1.01</p>", ""]
    with pytest.raises(ParseError, match="not of equal length"):
        read(kind, {"filings": {"recent": {**recent, "form": ["8-K"]}}})


# gov.uk, ASX, GDELT, Media Cloud


def test_gov_uk_names_its_links_by_path():
    kind = source(
        url="https://www.gov.example/api/search.json",
        items="results",
        fields={"title": "title", "link": "link", "summary": "description", "published": "public_timestamp"},
    )
    reply = {
        "results": [
            {
                "title": "Critical minerals strategy",
                "link": "/government/news/minerals",
                "description": "A plan.",
                "public_timestamp": "2026-02-06T09:30:00.000+00:00",
                "es_score": None,
            }
        ],
        "total": 1,
    }

    entry = only(kind.parse(replied(reply, url="https://www.gov.example/api/search.json"), SourceState()))

    assert entry.link == "https://www.gov.example/government/news/minerals"
    assert (entry.summary_html, entry.content_html) == ("<p>A plan.</p>", "")
    assert entry.published == datetime(2026, 2, 6, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("key", ["data", "announcement_data"])
def test_both_shapes_of_the_asx_are_read(key):
    kind = source(
        items="data || announcement_data",
        id="id",
        base="https://announcements.asx.example",
        fields={
            "title": "header",
            "link": "url || relative_url",
            "published": "document_release_date",
            "code": "issuer_code",
            "sensitive": "market_sensitive",
        },
    )
    row = {
        "id": "0291",
        "header": "Offtake signed",
        "relative_url": "/asxpdf/20260206/pdf/x.pdf",
        "document_release_date": "2026-02-06T09:31:00+1100",
        "issuer_code": "LYC",
        "market_sensitive": True,
    }

    entry = only(read(kind, {key: [row]}))

    assert entry.link == "https://announcements.asx.example/asxpdf/20260206/pdf/x.pdf"
    assert entry.published == datetime(2026, 2, 5, 22, 31, tzinfo=UTC)
    assert entry.content_html == "<p>code: LYC</p><p>sensitive: yes</p>"


def test_the_asx_list_is_asked_backwards_from_now_in_milliseconds():
    request = source(query={"end_date": "{now:ms}"}).plan(SourceState(etag='"v1"'), FETCHED)

    assert query(request) == {"end_date": "1770444000000"}
    assert request.etag is None


GDELT = {
    "items": "articles",
    "fields": {
        "title": "title",
        "link": "url",
        "published": "seendate",
        "origin": "domain",
        "origin_language": "language",
    },
}


def test_gdelts_articles_are_read_and_its_empty_object_is_no_hit():
    article = {
        "url": "https://paper.example/1",
        "title": "Gallium ban , ministry says",
        "seendate": "20261121T224500Z",
        "domain": "paper.example",
        "language": "English",
    }

    entry = only(read(source(**GDELT), {"articles": [article]}))

    assert (entry.published, entry.flags) == (datetime(2026, 11, 21, 22, 45, tzinfo=UTC), ())
    assert entry.origin_name == "paper.example"
    assert read(source(**GDELT), "{}").entries == ()


def test_gdelts_illegal_escapes_are_repaired():
    body = r'{"articles": [{"url": "https://paper.example/1", "title": "China\'s \"ban\" of 5\% \u00e9\\n"}]}'

    assert titles(read(source(**GDELT), body)) == ['China\'s "ban" of 5% é\\n']


def test_a_sentence_in_place_of_json_is_quoted():
    with pytest.raises(ParseError, match=r'"Your query was too short or too long\." came instead'):
        read(source(**GDELT), "<html><body>Your query was too short or too long.</body></html>")
    with pytest.raises(ParseError, match='a page titled "Just a moment" came instead'):
        read(source(**GDELT), "<html><head><title>Just a moment</title></head></html>")


def test_media_clouds_token_asks_for_the_next_page_until_it_is_null():
    kind = source(
        url="https://search.example/api/story-list",
        headers={"Authorization": "Token 0123456789"},
        items="stories",
        id="id",
        fields={
            "title": "title",
            "link": "url",
            "published": "publish_date",
            "origin": "media_name",
            "origin_link": "media_url",
        },
        query={"q": "gallium"},
        next={"token": "pagination_token", "param": "pagination_token"},
    )
    story = {
        "id": "s1",
        "title": "Ban",
        "url": "https://paper.example/1",
        "media_name": "Paper",
        "media_url": "https://paper.example",
        "publish_date": "2026-02-06",
    }

    first = read(kind, {"stories": [story], "pagination_token": "t2"})
    last = read(
        kind, {"stories": [{**story, "id": "s2"}], "pagination_token": None}, step="page 2", cursor=first.cursor
    )

    (request,) = first.next_requests
    assert query(request) == {"q": "gallium", "pagination_token": "t2"}
    assert (only(first).origin_name, only(first).origin_url) == ("Paper", "https://paper.example/")
    assert last.next_requests == ()


# paging


def page_of(*numbers: int) -> dict[str, object]:
    return {"results": [{"title": f"Item {n}", "url": f"https://news.example/{n}"} for n in numbers]}


def test_paging_stops_at_what_the_last_poll_has_seen():
    kind = source(items="results", pages={"param": "page", "end_on": [503]})
    last = read(kind, page_of(3, 2, 1))

    little = read(kind, page_of(4, 3, 2), cursor=last.cursor)
    burst = read(kind, page_of(9, 8, 7), cursor=last.cursor)
    caught_up = read(kind, page_of(6, 5, 4, 3), step="page 2", cursor=burst.cursor)

    assert little.next_requests == ()
    (request,) = burst.next_requests
    assert (query(request), request.end_on, request.step) == ({"page": "2"}, (503,), "page 2")
    assert caught_up.next_requests == ()
    assert titles(caught_up) == ["Item 6", "Item 5", "Item 4", "Item 3"]


def test_an_item_pinned_to_the_top_does_not_end_the_paging():
    kind = source(items="results", pages={"param": "page"})
    last = read(kind, page_of(1, 3, 2))

    assert read(kind, page_of(1, 9, 8, 7), cursor=last.cursor).next_requests != ()


def test_the_first_page_may_not_be_ended_by_a_status():
    assert source(pages={"param": "page", "end_on": [503]}).plan(SourceState(), FETCHED).end_on == ()


def test_no_more_pages_are_read_than_allowed_and_an_empty_one_ends():
    kind = source(items="results", pages={"param": "page", "max": 2, "all": True})
    first = read(kind, page_of(1, 2))

    assert read(kind, page_of(3), step="page 2", cursor=first.cursor).next_requests == ()
    assert read(kind, {"results": []}, cursor={}).next_requests == ()
    assert read(kind, {"note": "past the end"}, step="page 2", cursor=first.cursor).entries == ()


def test_a_next_page_that_is_this_one_is_not_asked_for():
    kind = source(items="results", next="next")

    assert read(kind, {**page_of(1), "next": API}).next_requests == ()
    assert read(kind, {**page_of(1), "next": "javascript:alert(1)"}).next_requests == ()


# secrets


def test_configured_headers_go_to_the_lists_own_origin_only():
    kind = source(headers={"X-Api-Key": "0123456789abcdef"}, next="next")

    home, stranger = (
        kind.keyed(Request(url=url)) for url in ("https://api.example/list?page=2", "https://evil.example/")
    )

    assert ("x-api-key", "0123456789abcdef") in home.headers
    assert kind.keyed(home) == home
    assert stranger.headers == (("accept", "application/json, */*;q=0.1"),)


def test_a_key_in_the_address_is_not_quoted_back():
    kind = source()
    reply = replied("Unknown key 0123456789abcdef for gallium", url=f"{API}?api_key=0123456789abcdef")

    with pytest.raises(ParseError) as caught:
        kind.parse(reply, SourceState())

    assert "0123456789abcdef" not in str(caught.value)


def test_a_link_back_to_the_list_with_its_key_is_dropped():
    kind = source(url=f"{API}?key=0123456789abcdef", items="results", base="https://www.example/")

    entry = only(
        kind.parse(
            replied(
                {"results": [{"title": "A", "url": f"{API}?key=0123456789abcdef#a"}]}, url=f"{API}?key=0123456789abcdef"
            ),
            SourceState(),
        )
    )

    assert entry.link is None


# what is odd


def test_items_that_say_nothing_are_a_changed_layout():
    with pytest.raises(ParseError, match='2 items, but none has title at "title", link at "url"'):
        read(source(items="results"), {"results": [{"headline": "A"}, {"headline": "B"}]})


def test_some_mute_items_are_warned_of():
    parsed = read(source(items="results"), {"results": [{"title": "A"}, {"id": 7}, None]})

    assert (titles(parsed), parsed.warnings) == (["A"], ("1 items have neither title nor link nor text",))


def test_of_a_flood_only_the_beginning_is_read():
    many = read(source(items="results"), {"results": [{"title": str(n)} for n in range(5_001)]})
    text = "y" * 200_000
    items = [Item(values={"title": "a", "text": text}, place=lambda _: None)] * 300
    long = entries_of(items, source().options, None, {}, API)

    assert (len(many.entries), many.warnings) == (
        5_000,
        ("only the first 5,000 items were read: the list is too long",),
    )
    assert 160 < len(long.entries) < 200


@pytest.mark.parametrize("body", ["[NaN]", "[" * 100_000, '{"results": [{"title": "x"', "null", "7", '"results"'])
def test_what_is_no_list_is_refused(body):
    with pytest.raises(ParseError):
        read(source(items="results"), body)


@pytest.mark.parametrize("results", [{}, "x", 7, {"a": {"b": []}}])
def test_a_list_of_another_shape_is_refused(results):
    with pytest.raises(ParseError, match="no list lies at"):
        read(source(items="results"), {"results": results})


def test_values_of_another_shape_than_expected_are_missing_not_fatal():
    kind = source(
        items="results", fields={"title": "title", "text": "join('', parts)", "published": "at", "language": "lang"}
    )

    entry = only(read(kind, {"results": [{"title": ["A", "B"], "parts": 7, "at": {"x": "soon"}, "lang": "<b>"}]}))

    assert (entry.title, entry.content_html, entry.published, entry.language) == ("A; B", "", None, None)
    assert entry.flags == ("unreadable_date",)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"items": "a["}, "is no JMESPath: it ends too early"),
        ({"fields": {"title": "dc:title"}}, 'write a key with such signs "in quotes"'),
        ({"fields": {"title": "jion('', a)"}}, 'did you mean "join"'),
        ({"fields": {"title": "join(a)"}}, r"gives join\(\) 1 values; it takes 2"),
        ({"fields": {"Title": "a"}}, "is no name for a field"),
        ({"fields": {}}, "at least 1"),
        ({"fields": {"titel": "a", "link": "b"}}, 'did you mean "title"'),
        ({"fields": {"title": "a", "url": "b"}}, 'did you mean "link"'),
        ({"fields": {"title": "a", "date": "b"}}, 'did you mean "published"'),
        ({"fields": {"published": "a", "effective": "b"}}, "needs one of title, link and text"),
        ({"items_html": "html", "item": "li", "fields": {"title": "a@@"}}, "selector@name"),
        ({"items_html": "html", "item": "li["}, "is no CSS selector"),
        ({"items_html": "html"}, "items_html and item go together"),
        ({"id": {"regex": "(", "from": "title"}}, "is no RE2 pattern"),
        ({"id": ["a", "b["]}, "is no JMESPath"),
        ({"query": {"a": "{todya}"}}, 'unknown placeholder {todya}, did you mean "today"'),
        ({"query": {"a": ["{now:xx}"]}}, '"xx" is no form'),
        ({"query": {"a": "{now:%Q}"}}, "%Q is no form"),
        ({"query": {"a": "{now-5x}"}}, "is no duration"),
        ({"query": {"a": "{page}"}}, "{page} needs pages:"),
        ({"body": {"a": {"b": ["{found.x}"]}}}, "{found.x} needs discover:"),
        ({"query": {"a": "{cursor.latst}"}, "cursor": {"latest": "a"}}, 'did you mean "latest"'),
        ({"query": {"a": "{cursor.x:xx}"}, "cursor": {"x": "a"}}, '"xx" is no form'),
        ({"pages": {"max": 3}}, "nothing counts them"),
        ({"pages": {"param": "p", "max": 99}}, "less than or equal to 15"),
        ({"method": "GET", "body": {"a": 1}}, "has no body"),
        ({"url": "https://api.example/{today}"}, "placeholders belong into query"),
        ({"dates": ["%d.%m."]}, "reads no year"),
        ({"discover": {"page": "https://api.example/"}}, "says no place"),
        ({"discover": {"page": "https://api.example/", "regex": "a"}}, "has no named group"),
    ],
)
def test_mistakes_are_told_with_the_configuration(options, words):
    with pytest.raises(ValidationError, match=words):
        source(**options)


def test_options_come_back_the_same_from_the_worker():
    kind = source(**MOFCOM)

    again = JsonOptions.model_validate_json(kind.options.model_dump_json())

    assert again == kind.options
