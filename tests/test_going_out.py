"""Calendar files and feeds as programs read them: folded, escaped, with ids that stay."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.make import make_told
from tests.sources.make import document, feed
from watcher.app.out_words import alert_item
from watcher.core.model import SourceState
from watcher.render.dates import Event, calendar, escaped, folded
from watcher.render.syndication import Feed, Item, atom, json_feed, newest, stable_id

NOW = datetime(2026, 2, 6, 7, 40, tzinfo=UTC)
EVENT = Event(
    id="e-1",
    first=date(2026, 2, 9),
    last=date(2026, 2, 12),
    title="Meeting: allied ministers",
    text='Reuters: "They meet; nobody, they say, signs."',
    kind="meeting",
    made=NOW,
    changed=NOW,
    link="https://wire.example/meeting",
)
ITEM = Item(id="alert a", title="A ban", text="Words", updated=NOW, published=NOW, link="https://wire.example/a")


def unfolded(data: bytes) -> list[str]:
    """Lines of an iCalendar file, put together again. Source: RFC 5545 3.1."""
    lines: list[str] = []
    for line in data.decode().split("\r\n")[:-1]:
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def plain(value: str) -> str:
    """A text value without its escapes, character by character. Source: RFC 5545 3.3.11."""
    out, at = "", 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
            out += "\n" if value[at] in "nN" else value[at]
        else:
            assert value[at] not in ";,"
            out += value[at]
        at += 1
    return out


def properties(data: bytes) -> dict[str, str]:
    return dict(line.split(":", 1) for line in unfolded(data))


def test_an_event_is_whole_days_and_keeps_its_id():
    said = properties(calendar([EVENT], name="Dates"))

    assert said["UID"] == "e-1@watcher"
    assert (said["DTSTART;VALUE=DATE"], said["DTEND;VALUE=DATE"]) == ("20260209", "20260213")
    assert (said["DTSTAMP"], said["STATUS"]) == ("20260206T074000Z", "CONFIRMED")
    assert plain(said["DESCRIPTION"]) == EVENT.text
    assert said["URL"] == "https://wire.example/meeting"


def test_what_is_not_firm_is_tentative_and_what_was_moved_is_struck_out():
    expected = properties(calendar([replace(EVENT, firm=False)], name="x"))
    moved = properties(calendar([replace(EVENT, dropped=True)], name="x"))

    assert (expected["STATUS"], moved["STATUS"]) == ("TENTATIVE", "CANCELLED")
    assert expected["UID"] == moved["UID"]


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=300))
def test_no_text_leaves_its_line(text):
    data = calendar([replace(EVENT, title=text, text=text, kind=text)], name=text)

    lines = unfolded(data)
    assert all(len(line.encode()) <= 75 for line in data.decode().split("\r\n"))
    assert [line.partition(":")[0] for line in lines if line.startswith(("BEGIN", "END"))] == ["BEGIN"] * 2 + [
        "END"
    ] * 2
    assert len(lines) == len(unfolded(calendar([replace(EVENT, title="x", text=text and "x", kind="x")], name="x")))


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200))
def test_a_text_is_read_back_as_it_was(text):
    assert plain(escaped(text)) == text
    assert "".join(part[at > 0 :] for at, part in enumerate(folded(text).split("\r\n"))) == text


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=80), st.text(max_size=80))
def test_every_feed_can_be_read_whatever_was_told(title, text):
    item = replace(ITEM, title=title, text=text, author=title, about=(text,))
    feed = Feed(id="feed", title=title, updated=NOW, items=(item, replace(ITEM, id="alert b")))

    read = feedparser.parse(atom(feed))
    told = json.loads(json_feed(feed))

    assert (read.bozo, len(read.entries)) == (False, 2)
    assert [entry.id for entry in read.entries] == [each["id"] for each in told["items"]]


def test_our_own_feed_source_reads_what_we_tell():
    shown = replace(ITEM, title="<b>A ban</b> & more", text="Words & <i>signs</i>", author="Ore & Metal", language="en")
    made = Feed(id="feed", title="x", updated=NOW, items=(shown,))

    by_atom, by_json = (feed().parse(document(each(made)), SourceState()).entries for each in (atom, json_feed))

    for (entry,) in (by_atom, by_json):
        assert (entry.guid, entry.title) == (stable_id("alert a"), "<b>A ban</b> & more")
        assert (entry.link, entry.published) == ("https://wire.example/a", NOW)
        assert entry.author == "Ore & Metal"


@pytest.mark.parametrize(
    ("change", "begins"), [("raised", "A ban"), ("retracted", "Withdrawn: A ban"), ("closed", "Closed: ")]
)
def test_a_headline_says_when_its_alert_is_over(change, begins):
    item = alert_item(make_told(headline="A ban", change=change, status="in_force"), NOW)

    assert item.title.startswith(begins)
    assert "in force" in item.text.lower()
    assert item.id == f"alert {make_told().alert}"


def test_a_thing_told_again_is_one_entry_with_its_first_and_its_last_time():
    later = replace(ITEM, title="A ban, in force", updated=NOW + timedelta(days=1), published=NOW + timedelta(days=1))

    (one,) = newest([later, ITEM], 10)

    assert (one.title, one.published, one.updated) == ("A ban, in force", NOW, later.updated)
    assert stable_id("alert a") == stable_id("alert a") != stable_id("alert b")
    assert len(newest((replace(ITEM, id=str(n)) for n in range(9)), 5)) == 5
