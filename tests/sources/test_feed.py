"""Feeds become entries: whatever the format, the encoding and the publisher's habits."""

from __future__ import annotations

import codecs
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tests.sources.make import FETCHED, URL, document, feed, rss
from watcher.core.articles.drafts import draft
from watcher.core.errors import ParseError
from watcher.core.model import Entry, Parsed, SourceState, TextState
from watcher.core.text.html import BODY_LIMIT
from watcher.sources.feed import xml


def _parse(body: bytes | str, **headers: str) -> Parsed:
    return feed().parse(document(body, **headers), SourceState())


def _entry(body: bytes | str, **headers: str) -> Entry:
    (entry,) = _parse(body, **headers).entries
    return entry


def test_an_rss_item_gives_all_its_fields():
    entry = _entry(
        rss(
            "<title>Quota cut</title><link>https://news.example/a</link><guid isPermaLink='false'>a-1</guid>"
            "<comments>https://forum.example/t/9</comments><dc:creator>A. Writer</dc:creator>"
            "<pubDate>Fri, 06 Feb 2026 23:28:24 +0100</pubDate><description>Short</description>"
            "<content:encoded><![CDATA[<p>Long text</p>]]></content:encoded>"
            "<source url='https://origin.example/feed'>Origin</source>",
            channel="<title>T</title><language>de-DE</language>",
        )
    )

    assert entry == Entry(
        guid="a-1",
        link="https://news.example/a",
        title="Quota cut",
        summary_html="Short",
        content_html="<p>Long text</p>",
        author="A. Writer",
        published=datetime(2026, 2, 6, 22, 28, 24, tzinfo=UTC),
        language="de-DE",
        origin_name="Origin",
        origin_url="https://origin.example/feed",
    )


def test_an_atom_entry_gives_its_fields_and_text_titles_are_literal():
    entry = _entry(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://base.example/x/"><title>F</title>'
        '<entry><title type="text">Less &amp;lt; more &amp;amp; less</title><id>urn:1</id><link href="../y"/>'
        "<updated>2026-02-07T01:00:00Z</updated><author><name>N</name></author>"
        '<content type="text">a &lt;b&gt; c</content></entry></feed>'
    )

    assert (entry.title, entry.link, entry.guid) == ("Less &lt; more &amp; less", "https://base.example/y", "urn:1")
    assert (entry.language, entry.author, entry.content_html) == ("fr", "N", "a &lt;b&gt; c")
    assert entry.published == entry.updated == datetime(2026, 2, 7, 1, tzinfo=UTC)


_LINK = "<link>https://n.example/1</link>"
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_FORMATS = {
    "rss 1.0": f'<rdf:RDF {_RDF} xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>C</title></channel>'
    f'<item rdf:about="https://n.example/1"><title>One</title>{_LINK}</item></rdf:RDF>',
    "rss 0.90": f'<rdf:RDF {_RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>C</title></channel>'
    f"<item><title>One</title>{_LINK}</item></rdf:RDF>",
    "rss 0.91": f'<rss version="0.91"><channel><item><title>One</title>{_LINK}</item></channel></rss>',
    "json": '{"version": "https://jsonfeed.org/version/1", "items": [{"title": "One", "url": "https://n.example/1"}]}',
    "atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>One</title>'
    '<link rel="alternate" type="text/html" href="https://n.example/1"/></entry></feed>',
}


@pytest.mark.parametrize("body", _FORMATS.values(), ids=_FORMATS)
def test_every_format_is_told_by_its_content_not_its_label(body):
    entry = _entry(body, content_type="text/html; charset=utf-8")

    assert (entry.title, entry.link) == ("One", "https://n.example/1")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("AT&amp;T sells mine", "AT&T sells mine"),
        ("a &lt; b", "a < b"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("&amp;amp;amp; twice", "&amp; twice"),
        ("<![CDATA[<b>Bold</b> move]]>", "Bold move"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Ban", "Ban"),
        ("Dy&#8211;Tb", "Dy–Tb"),
        ("  spaced \n out ", "spaced out"),
        ("\u202eright\u202c", "right"),
    ],
)
def test_titles_are_text_decoded_once(title, shown):
    assert _entry(rss(f"<title>{title}</title>")).title == shown


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/a/b", "https://news.example/a/b"),
        ("c", "https://news.example/feed/c"),
        ("//other.example/d", "https://other.example/d"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://user:pass@news.example/", None),
    ],
)
def test_links_are_absolute_http_or_nothing(link, absolute):
    assert _entry(rss(f"<title>T</title><link>{link}</link>")).link == absolute


def test_comments_are_never_a_link():
    assert _entry(rss("<title>T</title><comments>https://forum.example/1</comments>")).link is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "shift_jis", "euc-jp"])
def test_encodings_declared_in_the_document_decode_to_the_same_text(encoding):
    text = '<?xml version="1.0" encoding="%s"?><rss version="2.0"><channel><item><title>中国</title></item></channel></rss>'
    body = (text % encoding.removesuffix("-sig").removesuffix("-le")).encode(encoding)

    assert _entry(body).title == "中国"


@pytest.mark.parametrize(
    "lie", ["iso-8859-1", "us-ascii", "utf-16", "no-such-charset", "hex", "rot13", "undefined", "idna", "utf-8\x00"]
)
def test_a_charset_that_lies_costs_nothing(lie):
    assert _entry(rss("<title>稀土 – é</title>"), content_type=f"text/xml; charset={lie}").title == "稀土 – é"
    latin = rss("<title>caf\u00e9</title>").replace("UTF-8", "iso-8859-1").encode("latin-1")
    assert _entry(latin, content_type=f"text/xml; charset={lie}").title


def test_absurd_dates_are_no_dates_and_missing_zones_are_flagged():
    def published(stated: str) -> tuple[object, object]:
        entry = _entry(rss(f"<title>T</title><pubDate>{stated}</pubDate>"))
        return entry.published, entry.flags

    assert published("Mon, 30 Feb 2026 25:61:00 GMT") == (None, ("unreadable_date",))
    assert published("yesterday") == (None, ("unreadable_date",))
    assert published(" ") == (None, ())
    assert published("2026-02-07") == (datetime(2026, 2, 7, tzinfo=UTC), ("date_only",))
    assert published("2026-02-07T10:00:00") == (datetime(2026, 2, 7, 10, tzinfo=UTC), ("zoneless",))
    assert published("2026-02-07T10:00:00+08:00") == (datetime(2026, 2, 7, 2, tzinfo=UTC), ())
    assert published("Sat, 07 Feb 2026 10:00:00 EST") == (datetime(2026, 2, 7, 15, tzinfo=UTC), ())


@pytest.mark.parametrize(("stated", "flags"), [("soon", ("unreadable_date",)), ("", ())])
def test_a_date_of_json_that_nobody_can_read_is_flagged(stated, flags):
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "title": "A", "date_published": stated}],
    }

    entry = _entry(json.dumps(feed), content_type="application/feed+json")

    assert (entry.published, entry.flags) == (None, flags)


def test_fields_are_cut_before_anything_is_done_with_them():
    entry = _entry(rss(f"<title>{'t' * 100_000}</title><description>{'d ' * 400_000}</description>"))

    assert len(entry.title) == 500
    assert len(entry.summary_html) == BODY_LIMIT


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "an empty reply"),
        (b" \n\t ", "an empty reply"),
        (b"\xef\xbb\xbf", "an empty reply"),
        (
            b"<!DOCTYPE html><html><head><title>Sign in &amp; go</title></head></html>",
            'an HTML page titled "Sign in & go"',
        ),
        (b"<html><body>moved", "an HTML page without a title"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "an XML document <opml>"),
        (b'{"error": "quota"}', "a JSON object without items"),
        (b"[1, 2]", "a JSON list"),
        (b"service unavailable", "19 bytes that are neither XML nor JSON"),
    ],
)
def test_what_is_no_feed_is_an_error_that_says_what_came(body, says):
    with pytest.raises(ParseError, match="reading the feed") as caught:
        _parse(body)

    assert says in str(caught.value)


def test_an_empty_feed_is_a_feed():
    assert _parse(rss()).entries == ()
    assert _parse('{"version": "https://jsonfeed.org/version/1.1", "items": []}').entries == ()


def test_ill_formed_xml_still_gives_its_entries_and_a_warning():
    parsed = _parse(rss("<title>Fish & chips</title>", "<title>Two</title>").removesuffix("</channel></rss>"))

    assert [entry.title for entry in parsed.entries] == ["Fish & chips", "Two"]
    assert parsed.warnings


def test_a_bomb_of_entities_is_not_expanded():
    bomb = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + rss("<title>&b;</title>").partition("?>")[2]

    assert _entry(bomb).title in {"", "&b;"}


def _long(tag: str, text: str) -> str:
    return f"<title>T</title><{tag}><![CDATA[{text}]]></{tag}>"


@pytest.mark.parametrize("tag", ["content:encoded", "description"])
@pytest.mark.parametrize(
    "text",
    [
        "<p>Line one</p>\r\n<p>Líne – two \x93quoted\x94</p>" * 20,
        "caf\u00c3\u00a9 " * 100,
        "plain " * 100,
        " \n " + "稀土 " * 200 + " \n",
        "<description><![CDATA[" + "inner " * 80,
    ],
)
def test_long_sections_read_as_feedparser_reads_them(tag, text):
    body = document(rss(_long(tag, text)))

    plain = xml._feedparser(body.body, {"content-type": "application/xml; charset=utf-8"})
    assert plain is not None
    raw = plain["entries"][0]
    expected = raw["content"][0]["value"] if tag == "content:encoded" else raw["summary"]
    (entry,) = feed().parse(body, SourceState()).entries

    assert (entry.content_html or entry.summary_html) == expected


def test_a_json_feed_gives_its_fields():
    entry = _entry(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "J",
                "language": "en",
                "items": [
                    {
                        "id": "tag:1",
                        "url": "/one",
                        "external_url": "https://elsewhere.example/",
                        "title": "A <b> & c",
                        "content_text": "if a < b\n\nthen",
                        "summary": "S",
                        "date_published": "2026-02-07T01:00:00+01:00",
                        "authors": [{"name": "A"}, {"name": "B"}],
                    }
                ],
            }
        )
    )

    assert entry == Entry(
        guid="tag:1",
        link="https://news.example/one",
        title="A <b> & c",
        summary_html="S",
        content_html="if a &lt; b\n\nthen",
        author="A, B",
        published=datetime(2026, 2, 7, tzinfo=UTC),
        language="en",
    )
    assert draft(entry, fetched=FETCHED).text == "A <b> & c\n\nif a < b\n\nthen"


def test_json_traps_are_refused_or_survived():
    head = '{"version": "https://jsonfeed.org/version/1.1", "items": ['
    big = "9" * 5000

    assert _entry(f'{head}{{"id": {big}, "title": "\\ud800x"}}]}}').guid == big
    assert draft(_entry(f'{head}{{"id": 1, "title": "\\ud800x"}}]}}'), fetched=FETCHED).title == "x"
    assert _entry(codecs.BOM_UTF8 + f'{head}{{"id": 1, "title": null, "url": 7, "authors": 3}}]}}'.encode()).guid == "1"
    assert _parse(f'{head}1, "two", null]}}').warnings == ("3 items are no objects",)
    for bad in (f'{head}{{"id": NaN}}]}}', f'{head}{{"id": -Infinity}}]}}', head + "[" * 200_000, head):
        with pytest.raises(ParseError):
            _parse(bad)


def test_the_request_carries_secrets_from_the_options_and_shows_them_nowhere():
    source = feed(headers={"X-Key": "s3cret"})

    request = source.plan(SourceState(), FETCHED)

    assert ("x-key", "s3cret") in request.headers
    assert "s3cret" not in repr(source.options)


@pytest.mark.parametrize(
    "options",
    [
        {"url": "ftp://news.example/"},
        {"url": "news.example/feed"},
        {"headers": {"bad name": "x"}},
        {"headers": {"x-key": "a\r\nb: c"}},
        {"language": "German"},
        {"strip": ["x"]},
    ],
)
def test_options_refuse_what_cannot_be_meant(options):
    with pytest.raises(ValidationError):
        feed(**options)


def test_a_truncated_item_is_an_excerpt():
    entry = _entry(rss("<title>T</title><description>Highlights The government has decided [&#8230;]</description>"))

    assert draft(entry, fetched=FETCHED).text_state is TextState.EXCERPT
    assert URL.startswith("https://")


@pytest.mark.parametrize("link", ["#one", "", "https://wire.example/feed?token=abc", "?token=abc#top"])
def test_a_link_back_to_the_feed_itself_is_none_of_an_article(link):
    body = rss(f"<title>T</title><link>{link}</link>")
    found = feed().parse(replace(document(body), final_url="https://wire.example/feed?token=abc"), SourceState())

    assert [entry.link for entry in found.entries] == [None]


def test_an_item_that_says_all_in_elements_of_its_own_is_listed_by_them():
    entry = _entry(
        rss(
            "<guid isPermaLink='false'>n-1</guid><n:type>CREATE</n:type><n:number>celex:32026R9999</n:number>",
            head='xmlns:n="https://ores.example/notifications"',
        )
    )

    assert (entry.guid, entry.title) == ("n-1", "CREATE, celex:32026R9999")
    assert "<p>number: celex:32026R9999</p>" in entry.summary_html


def test_an_item_with_a_link_is_not_named_by_elements_of_its_own():
    entry = _entry(
        rss("<link>https://ores.example/a</link><n:post>7</n:post>", head='xmlns:n="https://ores.example/notes"')
    )

    assert (entry.title, entry.summary_html) == ("", "")
