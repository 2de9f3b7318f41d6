"""What parts relevant alerts from the others, and when a rule counts as noisy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.rules.noise import marked_down, matched_much, silent_long
from watcher.core.rules.suggesting import Told, proposals

NOW = datetime(2026, 3, 2, tzinfo=UTC)
YEAR = timedelta(days=366)


def told(text, *zones, sources=1):
    return Told(text=text, zones=frozenset(zones), sources=sources)


def test_words_that_only_the_others_have_are_proposed_the_most_frequent_first():
    relevant = [told("A ban on gallium exports.", "title"), told("Shares of the ban's victims fall.", "title")]
    others = [
        told(f"Shares rise as a ban on {metal} nears, brokers say.", "title") for metal in ("tin", "zinc", "iron")
    ]

    found = list(proposals(relevant, others, ["ban"]))

    assert {(each.kind, each.takes) for each in found} == {("words", 3)}
    assert len(found) == 3, "the next ones are for whoever finds the first without effect"
    assert {each.words for each in found} <= {"shares rise", "brokers say", "shares", "brokers", "nears", "rise", "say"}


def test_no_phrase_runs_over_a_sign_that_rules_stop_at():
    others = [told(f"Up, up (and away) - shares/rise; {metal}.", "title") for metal in ("tin", "zinc")]

    assert {each.words for each in proposals([], others)} <= {"away", "shares", "rise"}


def test_a_proof_at_the_top_and_a_second_source_part_them_too():
    relevant = [told("One of a kind.", "title", sources=2), told("Two.", "lead", "body", sources=3)]
    others = [told("Three.", "body"), told("Four.", "body"), told("Five.", "body")]

    assert [(each.kind, each.takes) for each in proposals(relevant, others)] == [("zone", 3), ("sources", 3)]


def test_one_article_speaks_for_nothing_and_without_relevant_ones_only_words_do():
    assert list(proposals([], [told("Only one.", "body")])) == []
    assert [each.kind for each in proposals([], [told("The stock is up.", "body"), told("A stock, up.", "body")])] == [
        "words"
    ]


@pytest.mark.parametrize(
    ("matched", "articles", "said"),
    [(31, 100, "matched 31 % of the last 90 days, 31 articles"), (30, 100, ""), (9, 10, "")],
)
def test_a_rule_that_matches_too_much(matched, articles, said):
    assert matched_much(matched, articles) == said


@pytest.mark.parametrize(
    ("last", "loaded", "said"),
    [
        (NOW - YEAR, NOW - 2 * YEAR, "matched nothing in a year; the last match was on 2025-03-01"),
        (None, NOW - YEAR, "matched nothing in a year; it never matched"),
        (NOW - timedelta(days=9), NOW - YEAR, ""),
        (None, NOW - timedelta(days=9), ""),
        (None, None, ""),
    ],
)
def test_a_rule_that_was_silent_for_a_year(last, loaded, said):
    assert silent_long(last, loaded, NOW) == said


def test_marks_speak_against_a_rule_from_three_on_and_by_majority():
    assert marked_down(1, 2) == "2 of 3 marked alerts are not relevant"
    assert marked_down(0, 2) == ""
    assert marked_down(2, 2) == ""
