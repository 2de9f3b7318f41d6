"""A real WordPress feed of 25 items, compared field by field with an independent reading of its XML."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from tests.core.memory_ledger import MemoryLedger
from tests.sources.make import FETCHED, document, feed
from watcher.core.articles.drafts import draft
from watcher.core.articles.identity import IdentityPolicy
from watcher.core.model import Draft, Entry, Reason, SourceState, TextState, Zone


@pytest.fixture(scope="module")
def body(shared) -> bytes:
    return (shared / "corpus" / "feeds" / "rareearthexchanges.xml").read_bytes()


@pytest.fixture(scope="module")
def items(body) -> list[ET.Element]:
    return list(ET.fromstring(body).iter("item"))


@pytest.fixture(scope="module")
def entries(body) -> tuple[Entry, ...]:
    return feed().parse(document(body), SourceState()).entries


@pytest.fixture(scope="module")
def drafts(entries) -> tuple[Draft, ...]:
    return tuple(draft(entry, fetched=FETCHED) for entry in entries)


def test_every_title_link_guid_date_and_text_is_the_feeds_own(items, entries):
    assert len(entries) == len(items) == 25
    for item, entry in zip(items, entries, strict=True):
        assert entry.title == " ".join(item.findtext("title").split())
        assert entry.link == item.findtext("link")
        assert entry.guid == item.findtext("guid")
        assert entry.published == parsedate_to_datetime(item.findtext("pubDate"))
        assert entry.content_html == item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded").strip()
        assert entry.language == "en-US"
        assert entry.flags == ()


def test_one_item_has_a_guid_that_is_not_its_link(entries):
    differing = [number for number, entry in enumerate(entries) if entry.guid != entry.link]

    assert differing == [14]


def test_drafts_are_full_english_texts_without_chrome(drafts):
    for made in drafts:
        assert "opens in a new tab" not in made.text
        assert "]]>" not in made.text
        assert made.text_state is TextState.FULL
        assert made.language == "en"
        assert set(made.flags) <= {"unverified"}


def test_zones_point_into_the_text_and_every_article_has_highlights_and_lead(drafts):
    for made in drafts:
        assert made.zones[0].zone is Zone.TITLE
        assert made.text[made.zones[0].start : made.zones[0].end] == made.title
        assert "\n\n".join(made.text[span.start : span.end] for span in made.zones) == made.text
        lead = sum(span.end - span.start for span in made.zones if span.zone is Zone.LEAD)
        assert 100 <= lead <= 2500
    assert sum(any(span.zone is Zone.HIGHLIGHTS for span in made.zones) for made in drafts) >= 24


def test_the_think_tanks_profile_is_no_news(drafts):
    profile = " ".join(drafts[0].text[span.start : span.end] for span in drafts[0].zones if span.zone is Zone.PROFILE)

    assert "founded in 1920" in profile


def test_a_second_poll_finds_nothing_new(drafts):
    ledger = MemoryLedger("reex")

    assert ledger.count(drafts) == {Reason.NEW: 25}
    assert ledger.articles == 25
    assert ledger.policy == IdentityPolicy()
    assert ledger.count(drafts) == {Reason.UNCHANGED: 25}
