from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, document, rss
from watcher.core.errors import ParseError
from watcher.core.model import Parsed, SourceState
from watcher.core.plans import FILE_MARK, LISTING, PASSED, Folder
from watcher.sources.file import File, FileOptions

MAPPED = {"fields": {"title": "title", "link": "link", "price": "price"}, "id": "id"}


def file(**options: object) -> File:
    return File(FileOptions.model_validate({"path": "/srv/in", "format": "text", **options}))


def read(body: bytes | str, **options: object) -> Parsed:
    reply = document(body, url="file:///srv/in/a%20b.txt", file_mark="a b.txt/9/1")
    return file(**options).parse(reply, SourceState())


def test_a_text_has_its_title_in_the_first_line():
    (entry,) = read("Export ban\r\n\r\nOn gallium <now>.\r\n\r\nFrom May.").entries

    assert (entry.guid, entry.title) == ("a b.txt", "Export ban")
    assert entry.content_html == "<p>On gallium &lt;now&gt;.</p><p>From May.</p>"
    assert read("Only a line").entries[0].content_html == "<p>Only a line</p>"


def test_a_page_has_its_title_in_its_heading():
    (entry,) = read("<title>Site</title><h1>Ban <i>on</i> gallium</h1><p>From May.</p>", format="html").entries

    assert (entry.title, "<p>From May.</p>" in entry.content_html) == ("Ban on gallium", True)
    assert read("<p>No title</p>", format="html").entries[0].title == "a b.txt"


def test_feeds_mails_and_json_are_read_as_such():
    assert read(rss("<title>Ban</title>"), format="feed").entries[0].title == "Ban"
    assert read("Subject: Ban\r\n\r\nText", format="eml").entries[0].title == "Ban"
    one = read(json.dumps({"id": 1, "title": "Ban"}), format="json", **MAPPED)
    many = read(json.dumps([{"id": 1, "title": "Ban"}, {"id": 2, "title": "Mine"}]), format="json", **MAPPED)
    assert ([each.guid for each in one.entries], [each.title for each in many.entries]) == (["1"], ["Ban", "Mine"])


def test_the_rows_of_a_csv_are_entries_by_their_columns():
    body = '\ufeffid;title;price; link \n7;"Ban; now";12;https://a.example/7\n8;Mine;;\n'

    first, second = read(body, format="csv", delimiter=";", **MAPPED).entries

    assert (first.guid, first.title, first.link) == ("7", "Ban; now", "https://a.example/7")
    assert (first.content_html, second.title) == ("<p>price: 12</p>", "Mine")


@pytest.mark.parametrize(
    ("body", "options", "why"),
    [
        (b" \n", {}, "it is empty"),
        (b"\x00\x01\x02" * 9, {}, "it is no text"),
        (b"\x00\x01\x02" * 9, {"format": "html"}, "it is no text"),
        (b"a,b\n1,2\n", {"format": "csv", **MAPPED}, "none has title"),
        (b"not json", {"format": "json", **MAPPED}, "came instead"),
    ],
)
def test_what_does_not_hold_what_the_format_says(body, options, why):
    with pytest.raises(ParseError, match=why):
        read(body, **options)


@pytest.mark.parametrize(
    ("body", "title", "flags"),
    [
        ("Müller".encode(), "Müller", ()),
        ("Müller".encode() + b"\n\nfirst \xef\xbf\xbd", "Müller", ()),
        ("Müller und Söhne".encode("latin-1"), "Müller und Söhne", ("guessed_charset",)),
        ("Müller und Söhne".encode() + b" & Co \xff", "Müller und Söhne & Co \ufffd", ("damaged_text",)),
        (b"Mine \x81 reopens in May", "Mine \ufffd reopens in May", ("damaged_text",)),
    ],
)
def test_a_charset_that_is_guessed_is_a_doubt(body, title, flags):
    (entry,) = read(body).entries

    assert (entry.title, entry.flags) == (title, flags)


def test_rows_json_and_pages_in_another_charset_are_read_alike():
    rows = read("title,id\nDie Grube Höhe öffnet wieder,1\n".encode("latin-1"), format="csv", **MAPPED).entries
    items = read('{"title": "Die Grube Höhe öffnet", "id": 1}'.encode("latin-1"), format="json", **MAPPED).entries
    declared = '<meta charset="shift_jis"><h1>レアアース</h1>'.encode("cp932")

    assert [(entry.title, entry.flags) for entry in (*rows, *items)] == [
        ("Die Grube Höhe öffnet wieder", ("guessed_charset",)),
        ("Die Grube Höhe öffnet", ("guessed_charset",)),
    ]
    assert [(entry.title, entry.flags) for entry in read(declared, format="html").entries] == [("レアアース", ())]


def test_the_cursor_remembers_files_as_they_were():
    kind = file()
    state = SourceState(cursor={"known": ["a b.txt/5/0", "c/1/1"]})
    reply = document("Text", file_mark="a b.txt/9/1")

    parsed = kind.parse(reply, state)
    passed = kind.parse(replace(reply, body=b"", step=PASSED), state)
    listing = replace(document(json.dumps(["c/1/1", "d/1/1"])), step=LISTING)

    assert parsed.cursor == {"known": ["c/1/1", "a b.txt/9/1"]}
    assert passed.cursor == {"known": ["c/1/1", "a b.txt/9/1"], "unread": ["a b.txt/9/1"]}
    assert kind.plan(SourceState(cursor=passed.cursor), FETCHED).read == {"c/1/1"}
    assert kind.parse(reply, SourceState(cursor=passed.cursor)).cursor == parsed.cursor
    assert kind.parse(listing, state).cursor == {"known": ["c/1/1"]}
    assert document("x").header(FILE_MARK) is None
    known = frozenset({"c/1/1", "a b.txt/9/1"})
    assert kind.plan(SourceState(cursor=parsed.cursor), FETCHED) == Folder(path="/srv/in", known=known, read=known)
    assert file(then="move").plan(SourceState(), FETCHED).moves


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"path": "in"}, "absolute path"),
        ({"path": "/srv/../etc"}, "absolute path"),
        ({"pattern": "../*"}, "pattern"),
        ({"format": "csv"}, "fields is missing"),
        ({"fields": {"title": "title"}}, "fields is for json and csv"),
        ({"format": "json", "fields": {"title": "a["}}, "no JMESPath"),
    ],
)
def test_options_that_cannot_be_meant(options, why):
    with pytest.raises(ValidationError, match=why):
        file(**options)
