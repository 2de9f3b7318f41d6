"""An entry becomes readable text with zones, flags and hashes; a row likewise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watcher.core.articles.drafts import draft, draft_row, entry_digest
from watcher.core.model import Draft, Entry, Row, TextState, Zone, ZoneSpan

NOW = datetime(2026, 2, 7, 6, tzinfo=UTC)
LONG = (
    "The ministry said on Monday that exports of the metal would need a licence from now on, and gave no end date. " * 3
)
ENTRY = Entry(
    guid="g1",
    link="https://news.example/a?utm_source=x",
    title="Ban on gallium",
    content_html=f"<p>{LONG}</p><p>Shares fell.</p>",
    published=NOW - timedelta(hours=2),
)


def made(**changes: object) -> Draft:
    return draft(replace(ENTRY, **changes), fetched=NOW)


def test_text_is_title_and_paragraphs_and_spans_point_into_it():
    found = made()

    assert found.text == f"Ban on gallium\n\n{LONG.strip()}\n\nShares fell."
    assert found.zones[0] == ZoneSpan(zone=Zone.TITLE, start=0, end=14)
    assert [found.text[span.start : span.end] for span in found.zones] == found.text.split("\n\n")
    assert [span.zone for span in found.zones] == [Zone.TITLE, Zone.LEAD, Zone.LEAD]
    assert found.keys[:2] == ("guid:g1", "link:https://news.example/a")
    assert (found.language, found.flags, found.text_state) == ("en", (), TextState.FULL)


def test_boilerplate_and_a_repeated_title_are_no_text():
    html = f"<h1>Ban on Gallium</h1><p>{LONG}</p><p>The post Ban on gallium appeared first on Daily Ores.</p>"

    assert made(content_html=html).text == f"Ban on gallium\n\n{LONG.strip()}"
    assert draft(ENTRY, fetched=NOW, strip=("Shares fell.",)).text.endswith("end date.")


@pytest.mark.parametrize(
    ("content", "summary", "state"),
    [
        (f"<p>{LONG}</p>", "", TextState.FULL),
        (f"<p>{LONG}</p><p>Continue reading Ban →</p>", "", TextState.EXCERPT),
        (f"<p>{LONG} […]</p>", "", TextState.EXCERPT),
        ("<p>Short.</p>", "", TextState.EXCERPT),
        ("", f"<p>{LONG}</p>", TextState.EXCERPT),
        ("", f"<p>{LONG * 3}</p>", TextState.FULL),
        ("<img src=x>", f"<p>{LONG}</p>", TextState.EXCERPT),
        ("", "", TextState.EXCERPT),
    ],
)
def test_an_excerpt_is_told_from_a_whole_text(content, summary, state):
    assert made(content_html=content, summary_html=summary).text_state is state


def test_an_empty_content_leaves_the_summary():
    assert made(content_html="<img src=x>", summary_html="What it says.").text.endswith("\n\nWhat it says.")


@pytest.mark.parametrize(
    ("published", "flag"),
    [
        (None, "undated"),
        (NOW + timedelta(days=30), "future_dated"),
        (datetime(1970, 1, 1, tzinfo=UTC), "ancient"),
    ],
)
def test_odd_dates_are_kept_and_flagged(published, flag):
    found = made(published=published)

    assert found.flags == (flag,)
    assert found.published == published
    assert made(published=NOW + timedelta(minutes=59)).flags == ()


def test_a_title_only_entry_is_kept_and_flagged():
    found = made(content_html="")

    assert found.flags == ("title_only",)
    assert found.text == "Ban on gallium"


def test_an_untitled_entry_is_named_by_its_first_sentence_or_link():
    assert made(title="").title == LONG.split(". ", maxsplit=1)[0] + "."
    assert made(title="", content_html=f"<p>{'word ' * 100}</p>").title.endswith("word…")
    assert made(title="", content_html="").title == "https://news.example/a?utm_source=x"
    assert draft(Entry(), fetched=NOW).title == "(untitled)"
    assert "untitled" in made(title=" \u202e").flags


def test_dates_without_zone_are_of_the_feeds_zone():
    naive = replace(ENTRY, published=datetime(2026, 2, 7, 3, tzinfo=UTC), flags=("zoneless",))

    found = draft(naive, fetched=NOW, feed_zone=ZoneInfo("Asia/Shanghai"))

    assert found.published == datetime(2026, 2, 6, 19, tzinfo=UTC)
    assert found.flags == ()
    assert draft(naive, fetched=NOW).flags == ("zoneless",)


def test_the_language_is_said_guessed_or_given():
    assert draft(ENTRY, fetched=NOW, language="de").language == "de"
    assert draft(replace(ENTRY, content_html=""), fetched=NOW, feed_language="fr-CA").language == "fr"
    assert made(title="Gallium", content_html="", language="nl").language == "nl"


def test_the_same_text_elsewhere_has_the_same_hash_and_stubs_take_their_title_in():
    curly = made(title="Other headline", content_html=f"<div>{LONG.upper()}</div><p>Shares  fell.</p>", guid="z")

    assert curly.text_sha256 == made().text_sha256
    assert made(content_html="<p>Code 1</p>").text_sha256 != made(content_html="<p>Code 1</p>", title="X").text_sha256


def test_the_digest_ignores_what_changes_by_itself():
    base = entry_digest(ENTRY)

    for volatile in (
        {"guid": "other"},
        {"published": None},
        {"updated": NOW},
        {"link": "http://news.example/a/?fbclid=1#x"},
        {"language": "de"},
    ):
        assert entry_digest(replace(ENTRY, **volatile)) == base
    for material in ({"title": "B"}, {"content_html": "x"}, {"summary_html": "y"}, {"link": "https://news.example/b"}):
        assert entry_digest(replace(ENTRY, **material)) != base
    assert entry_digest(replace(ENTRY, content_html="x"))[:16] == base[:16]
    assert entry_digest(replace(ENTRY, title="\ud800"))


def test_a_row_is_its_label_and_its_fields():
    row = Row(key="P-7", label="Stibnite <Gold>", fields=(("status", "In Progress"), ("note", "a\nb\x00"), ("x", "")))

    found = draft_row(row)

    assert found.text == "Stibnite <Gold>\n\nstatus: In Progress\n\nnote: a b\n\nx:"
    assert [span.zone for span in found.zones] == [Zone.TITLE, Zone.BODY, Zone.BODY, Zone.BODY]
    assert (found.keys, found.row_key, found.text_state) == (("row:P-7",), "P-7", TextState.FULL)
    assert found == draft_row(row)
    assert draft_row(replace(row, label="")).title == "P-7"
    changed = draft_row(replace(row, fields=(("status", "Complete"),)))
    assert (changed.entry_sha256 != found.entry_sha256, changed.text_sha256 != found.text_sha256) == (True, True)
