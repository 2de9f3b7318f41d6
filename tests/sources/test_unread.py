"""What no article is made of is left out of a feed before it is read, and nothing else."""

from __future__ import annotations

import time

import pytest

from tests.sources.make import document, feed
from watcher.core.model import SourceState
from watcher.sources.feed import xml
from watcher.sources.feed.unread import without_unread

_HEAD = (
    b'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    b'xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">'
    b"<channel><title>C</title>"
)
_LONG = b"<content:encoded><![CDATA[" + b"x" * 300 + b"]]></content:encoded>"


def _whole(item: bytes) -> bytes:
    return _HEAD + b"<item><title>T</title>" + item + _LONG + b"</item></channel></rss>"


def test_categories_and_marks_of_comments_go():
    body = _whole(
        b"\n\t<category><![CDATA[Gr\xc3\xbcn]]></category>\n<category>Oil &amp; Gas</category><link>https://a.example/1</link>"
        b"<comments>https://a.example/1#respond</comments><wfw:commentRss>https://a.example/1/feed</wfw:commentRss>"
        b"<guid>1</guid><slash:comments>0</slash:comments>"
    )

    assert without_unread(body) == _whole(b"<link>https://a.example/1</link><guid>1</guid>")


@pytest.mark.parametrize(
    "item",
    [
        b"<description>See <category>x</category> there</description>",
        b"<description><category>x</category></description>",
        b"<description><![CDATA[<title>t</title><category>x</category>]]></description>",
        b"<link>l</link><category>broken & open</category>",
        b"<link>l</link><category>broken \x01</category>",
        b"<link>l</link><category><![CDATA[x]]>y</category>",
        b"<link>l</link><category>\xef\xbf\xbf</category>",
        b"<link>l</link><category><b>x</b></category>",
        b"<link>l</link><category>x</comments>",
        b"<link>l</link><category>&own;</category>",
        b"<link>l</link><category>x",
    ],
)
def test_what_may_be_text_or_ill_formed_stays(item):
    assert without_unread(_whole(item)) == _whole(item)


def test_a_document_with_entities_of_its_own_or_undeclared_prefixes_stays_whole():
    of_its_own = _whole(b"<link>l</link><category>x</category>").replace(b"<rss", b"<!DOCTYPE rss><rss")
    undeclared = _whole(b"<link>l</link><wfw:commentRss>x</wfw:commentRss>").replace(b"xmlns:wfw", b"xmlns:other")

    assert without_unread(of_its_own) == of_its_own
    assert without_unread(undeclared) == undeclared


def test_a_feed_says_the_same_without_them(monkeypatch):
    reply = document(
        _whole(
            b"<link>https://a.example/1</link><comments>https://a.example/1#respond</comments>"
            b"<category><![CDATA[Mining]]></category><category>Policy</category><guid>g-1</guid>"
            b"<pubDate>Fri, 06 Feb 2026 23:28:24 +0100</pubDate><slash:comments>3</slash:comments>"
        )
    )
    seen: list[bytes] = []
    monkeypatch.setattr(xml, "without_unread", lambda body: seen.append(body) or without_unread(body))

    short = feed().parse(reply, SourceState())
    monkeypatch.setattr(xml, "without_unread", lambda body: body)

    assert short == feed().parse(reply, SourceState())
    assert len(without_unread(seen[0])) < len(seen[0])


@pytest.mark.parametrize(
    "piece", [b"<![CDATA[", b"</title> <category>", b"</title><category>x</category>", b"</link>\n"]
)
def test_a_flood_is_looked_through_once(piece):
    flood = _HEAD + piece * 100_000
    begun = time.process_time()

    without_unread(flood)

    assert time.process_time() - begun < 1.0
