from __future__ import annotations

from datetime import UTC, datetime

from watcher.core.model import Entry
from watcher.sources.feed.identities import identified

DAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def entry(title, **more):
    return Entry(title=title, published=DAY, **more)


def test_nothing_is_changed_unless_asked_for():
    entries = (entry("A", guid="1"), entry("B", guid="1"))

    assert identified(entries, None) == entries


def test_entries_of_one_guid_are_one_with_all_their_titles_and_those_without_stay():
    entries = (entry("A <1>", guid="1"), entry("N"), entry("B <2>", guid="1"), entry("B <2>", guid="1"), entry("N"))

    found = identified(entries, "guid")

    assert [each.title for each in found] == ["A <1>", "N", "N"]
    assert found[0].summary_html == "<p>also: B &lt;2&gt;</p>"


def test_the_publishers_name_is_cut_off_the_title_only_where_it_is_that():
    entries = (
        entry("Ban - Daily", guid="x", origin_name="Daily", origin_url="https://daily.example/"),
        entry("Ban - Weekly", guid="y", origin_name="Daily", origin_url="https://daily.example/"),
        entry("BAN", guid="z", origin_name="Daily", origin_url="https://daily.example/a"),
        entry("Ban", guid="w"),
    )

    found = identified(entries, "title_source")

    assert [each.title for each in found] == ["Ban", "Ban - Weekly", "Ban"]
    assert found[0].guid == "ban|daily.example|2026-11-20"
    assert found[2].guid == "ban||2026-11-20"


def test_another_day_is_another_story():
    later = Entry(title="Ban", published=datetime(2026, 11, 21, tzinfo=UTC), origin_name="Daily")

    assert len(identified((entry("Ban", origin_name="Daily"), later), "title_source")) == 2
