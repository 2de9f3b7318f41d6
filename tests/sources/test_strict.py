"""Common feeds are read without feedparser, and not one of them otherwise than by feedparser."""

from __future__ import annotations

import codecs
import gc
import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.make import document, rss
from watcher.core.model import Parsed
from watcher.sources.feed import strict, xml

_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" {head}><title>F</title>{inside}</feed>'
_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" {head}>'
    '<channel rdf:about="x"><title>C</title><items><rdf:Seq><rdf:li rdf:resource="y"/></rdf:Seq></items></channel>'
    "{inside}</rdf:RDF>"
)
_NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:x="urn:x"'
)
_ITEM = "<title>T</title><link>https://n.example/1</link>"


def _by_feedparser(body: bytes) -> Parsed | None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict, "read", lambda _: None)
        return xml.parse(document(body))


def _same(body: bytes) -> bool:
    """Whether the body is read without feedparser; if so, the result is feedparser's."""
    if not xml._is_utf8(body) or strict.read(body) is None:
        return False
    assert xml.parse(document(body)) == _by_feedparser(body), body[:2000]
    return True


def _samples(shared: Path) -> list[Path]:
    folder = shared / "corpus" / "dev" / "feed_samples"
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "MANIFEST.jsonl"]


def test_the_samples_of_the_wild_are_the_same_by_either_way(shared):
    read = sum(_same(path.read_bytes()) for path in _samples(shared))

    assert read > 40


def test_a_feed_of_the_trade_press_is_read_without_feedparser(shared):
    assert _same((shared / "corpus" / "feeds" / "rareearthexchanges.xml").read_bytes())


@pytest.mark.parametrize(
    ("name", "least"),
    [("feeds_feedparser_tests", 4), ("feeds_feedvalidator_testcases", 500), ("feeds_gofeed_testdata", 4)],
)
def test_archived_oddities_are_the_same_by_either_way(shared, name, least):
    read = 0
    with tarfile.open(shared / "hostile" / f"{name}.tar.xz", "r:xz") as opened:
        for member in opened:
            file = opened.extractfile(member) if member.isfile() else None
            read += file is not None and _same(file.read())

    assert read > least


_ENTRY = '<entry><title>T</title><id>urn:1</id><link href="https://n.example/1"/>{}</entry>'
_WORDPRESS = (
    "<pubDate>Fri, 06 Feb 2026 23:28:24 +0100</pubDate><dc:creator><![CDATA[Desk]]></dc:creator>"
    "<category><![CDATA[Mining]]></category><guid isPermaLink='false'>https://n.example/?p=1</guid>"
    "<description><![CDATA[<p>Short [&#8230;]</p>]]></description><content:encoded><![CDATA[<p>Long</p>]]>"
    "</content:encoded><slash:comments>0</slash:comments><post-id xmlns='com-wordpress:feed-additions:1'>1</post-id>"
)


@pytest.mark.parametrize(
    "body",
    [
        rss(_ITEM + _WORDPRESS, head=_NAMESPACES),
        rss(
            _ITEM + "<x:a b='c'><x:d/></x:a>",
            head='xmlns:cc="http://backend.userland.com/creativeCommonsRssModule" xmlns:x="u:x"',
        ),
        rss(_ITEM + '<media:content url="u"/><media:title>m</media:title>', head='xmlns:media="http://other.example/"'),
        _ATOM.format(head='xml:lang="de_DE"', inside=_ENTRY.format("<updated>2026-02-06T23:28:24Z</updated>")),
        _RDF.format(
            head="", inside=f'<item rdf:about="https://n.example/1">{_ITEM}<dc:date>2026-02-06</dc:date></item>'
        ),
    ],
)
def test_common_feeds_are_read_without_feedparser(body):
    assert _same(body.encode())
    assert _same(codecs.BOM_UTF8 + body.encode())


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE rss>" + rss(_ITEM).partition("?>")[2],
        "<!--\n<!ENTITY a 'b'> -->" + rss(_ITEM).partition("?>")[2],
        "\ufeff\ufeff" + rss(_ITEM),
        rss(_ITEM).removesuffix("</rss>"),
        rss(_ITEM + "&nbsp;"),
        rss(),
        rss("<title>T</title>"),
        rss("<link>https://n.example/1</link>"),
        rss(_ITEM + "<pubDate>yesterday</pubDate>"),
        rss(_ITEM + "<description xml:base='https://b.example/'>x</description>"),
        rss(_ITEM + "<description>a <b>b</b></description>"),
        rss(_ITEM + "<author><comments>c</comments>A</author>"),
        rss(_ITEM + "<author><name>A</name><dc:contributor/></author>"),
        rss(_ITEM + "<source><title>t</title></source>"),
        rss(_ITEM + "<published_parsed>x</published_parsed>"),
        rss(_ITEM + "<x:parsed xmlns:x='u:x'/>").replace("x:", "published:").replace(":x=", ":published="),
        rss(_ITEM + "<media:description>m</media:description>", head=_NAMESPACES),
        rss(
            _ITEM,
            head='xmlns:itunes="http://search.yahoo.com/mrss/" xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd"',
        ),
        rss(_ITEM, channel="<title>One</title><title>Two</title>"),
        rss(_ITEM + "<x:a xmlns:x='u:x'>" + "<x:a>" * 30 + "</x:a>" * 31),
        rss(_ITEM + "".join(f"<n{number}/>" for number in range(1100))),
        _ATOM.format(head="", inside=_ENTRY.format("<content type='xhtml'><div>x</div></content>")),
        _ATOM.format(head="", inside=_ENTRY.format("<source><title>x</title></source>")),
    ],
)
def test_unusual_feeds_are_left_to_feedparser(body):
    assert strict.read(body.encode()) is None


@pytest.mark.parametrize(
    "piece", ["<item>", "<item><title>T</title></item>", "<author> <x/>", "<![CDATA[", "<a b='", "&amp;"]
)
def test_a_flood_is_looked_through_once(piece):
    flood = ("<rss version='2.0'><channel>" + piece * 50_000).encode()
    begun = time.process_time()

    assert strict.read(flood) is None
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize("item", [_ITEM + _WORDPRESS, _ITEM + "<source><title>t</title></source>"])
def test_nothing_of_a_feed_waits_for_a_garbage_collection(item):
    body = rss(item, head=_NAMESPACES).encode()
    strict.read(body)
    gc.collect()
    gc.disable()
    try:
        strict.read(body)

        assert gc.collect() == 0
    finally:
        gc.enable()


_DATES = st.sampled_from(
    [
        *("Fri, 06 Feb 2026 23:28:24 +0100", "6 Oct 2026 3:28 GMT", "06 Feb 2026 23:28 EST", "2026-02-06T23:28:24Z"),
        *("2026-02-06T23:28:24.123-05:30", "2026-02-06", "", "   ", "Thu, 31 Feb 2026 10:00:00 GMT", "yesterday"),
        *("Sat, 01 Jan 0001 00:00:00 +0100", "2026", "2026-02-06 10:00:00", "Tue, 06 Oct 26 10:00:00 GMT"),
        *("Sat, 03 Oct 2026 10:00:60 GMT", "Wed, 02 Sep 2026 24:00:00 -0730", "9999-12-31T23:59:59-01:00"),
    ]
)
_TEXTS = st.sampled_from(
    [
        *("Plain", "", " \n ", "A &amp; B", "a &lt;b&gt; c &amp;lt;", "<![CDATA[<p>x</p> &amp; y]]>", "a<!-- c -->b"),
        *("<![CDATA[a]]> b <![CDATA[ c]]>", "caf\u00c3\u00a9", "“q” – 稀土", "\x93w\x94", "&#146;s &#x2019; &#8211;"),
        *(
            "x" * 400,
            "\u00a0nbsp\u2003",
            "line\r\nline\ttab",
            "<?pi x?>t",
            "caf\u00c3\u00a9 \u00c2\u0093",
            "joe@x.example (Joe)",
        ),
    ]
)
_LINKS = st.sampled_from(
    [
        *("https://n.example/1", "https://n.example/?a=1&amp;b=2", "/relative", "", "http:///three", "urn:uuid:1"),
        *(" https://n.example/s ", "https://n.example/ü", "https://n.example/?a=1&amp;amp;copy;=2", "HTTP://N.example"),
    ]
)


def _tag(name: str, text: st.SearchStrategy[str] = _TEXTS, *attributes: str) -> st.SearchStrategy[str]:
    """An element with a text, and with one of the attributes or none."""
    return st.tuples(text, st.sampled_from(["", *attributes])).map(
        lambda drawn: f"<{name} {drawn[1]}>{drawn[0]}</{name}>"
    )


_TEXT_TYPES = ('type="html"', 'type="text"', 'type="xhtml"', 'xml:lang="de"', 'mode="escaped"', 'xml:base="http://b/"')
_COMMON = [
    _tag("title", _TEXTS, *_TEXT_TYPES),
    _tag("link", _LINKS),
    _tag("link", st.just(""), 'href="https://n.example/h"', 'rel="self" href="https://n.example/s"', 'rel="self"'),
    _tag(
        "author",
        st.sampled_from(
            ["Joe", "<x:a>x</x:a>Joe", "<name>A</name>", "<name>B</name><email>b@x</email>", "<uri>u</uri>", "@"]
        ),
    ),
    _tag("summary", _TEXTS, *_TEXT_TYPES),
    _tag("content", _TEXTS, *_TEXT_TYPES, 'src="https://n.example/c"'),
    _tag("source", _TEXTS, 'url="https://o.example/feed"'),
    *(_tag(name, _DATES) for name in ("published", "updated", "created")),
    _tag("category", _TEXTS, 'term="a"'),
    _tag("contributor", st.just("<name>C</name><uri>c</uri>")),
    _tag("x:note", st.sampled_from(["n", "<x:title>t</x:title>", "<x:parsed>p</x:parsed>"]), 'a="1"', 'lang="de"'),
    _tag("media:group", st.sampled_from(["<media:title>m</media:title>", "<media:content url='u'/>", "m"])),
    _tag("media:thumbnail", st.just(""), 'url="u"'),
    _tag("rights"),
    _tag("site", st.just("1"), 'xmlns="urn:site"'),
]
_OF_RSS = [
    *(_tag(name) for name in ("description", "content:encoded", "dc:creator", "dc:title", "language", "dc:subject")),
    _tag("guid", _LINKS, 'isPermaLink="false"', 'isPermaLink="true"', 'ispermalink="True"'),
    *(_tag(name, _DATES) for name in ("pubDate", "dc:date", "dcterms:modified", "lastBuildDate")),
    _tag("description", _TEXTS, *_TEXT_TYPES),
    _tag("image", st.sampled_from(["", "https://i.example/1", "<url>u</url>", "<title>i</title>", "<link>l</link>"])),
    *(_tag(name) for name in ("itunes:summary", "itunes:author", "itunes:subtitle", "comments", "slash:comments")),
    _tag("feedburner:origLink", _LINKS, 'a="1"'),
    _tag("atom:link", st.just(""), 'href="https://n.example/a" rel="alternate"', 'rel="self" href="x"'),
    _tag("enclosure", st.just(""), 'url="https://n.example/e.mp3" type="audio/mpeg"'),
    _tag("textInput", st.just("<title>i</title><name>q</name>")),
]
_OF_ATOM = [_tag("id", _LINKS), *_COMMON]
_FORMATS = {
    "rss": (lambda head, inside: rss(head=head, channel=inside), [*_COMMON, *_OF_RSS], "item"),
    "rdf": (lambda head, inside: _RDF.format(head=head, inside=inside), [*_COMMON, *_OF_RSS], "item"),
    "atom": (lambda head, inside: _ATOM.format(head=head, inside=inside), _OF_ATOM, "entry"),
}


@st.composite
def _feeds(draw: st.DrawFn) -> bytes:
    """A feed of common elements in any order and number, some of them with something odd about them."""
    whole, elements, name = _FORMATS[draw(st.sampled_from(sorted(_FORMATS)))]
    some = st.lists(st.one_of(elements), max_size=6).map("".join)
    link = '<link href="https://n.example/1"/>' if name == "entry" else "<link>https://n.example/1</link>"
    items = [
        f"<{name}>{draw(st.sampled_from(['', '<title>T</title>']))}{link}{draw(some)}<title>Last</title></{name}>"
        for _ in range(draw(st.integers(1, 3)))
    ]
    before = draw(st.one_of(st.just(""), st.lists(st.one_of(elements), max_size=3).map("".join)))
    lang = draw(st.sampled_from(["", 'xml:lang="de_AT"', 'lang="fr"']))
    return whole(f"{_NAMESPACES} {lang}", before + "\n ".join(items)).encode()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(_feeds())
def test_whatever_stands_in_a_feed_it_is_the_same_by_either_way(body):
    _same(body)
