from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.core.make import NOW, TEXT, make_article, make_evidence, make_match, make_rule
from watcher.core.model import OccasionId
from watcher.core.telling.alerts import judge
from watcher.core.telling.tellings import doubts, quotes, said_first, told, told_time


def test_an_alert_is_told_with_its_article_rule_and_evidence():
    article, match = make_article(flags=("undated",), published=None), make_match()
    change = judge(None, match, article, NOW)

    shown = told(change, occasion=OccasionId("o"), article=article, rule=make_rule(), evidence=match.evidence)

    assert (shown.headline, shown.publisher, shown.link) == ("Ministry bans exports", "Wire", "https://wire.example/1")
    assert (shown.rule, shown.rule_title) == ("bans", "An export ban is announced")
    assert (shown.published, shown.seen) == (None, NOW)
    assert shown.flags == ("the publisher gives no date",)
    assert all(sentence in TEXT for sentence in shown.summary)


def test_quotes_are_whole_sentences_with_their_words_marked():
    (quote,) = quotes(make_article(), [make_evidence(), make_evidence(words="gallium")])

    assert quote.text == "The export ban on 40 t of gallium begins on 1 May."
    assert [quote.text[start:end] for start, end in quote.marks] == ["export ban", "gallium"]
    assert quote.zone == "lead"


def test_marks_that_overlap_are_shown_once():
    (quote,) = quotes(make_article(), [make_evidence(), make_evidence(words="ban on 40 t")])

    assert [quote.text[start:end] for start, end in quote.marks] == ["export ban"]


def test_three_quotes_are_enough():
    text = "Title\n\n" + " ".join(f"The export ban number {n} is here." for n in "ABCDE")
    article = make_article(text)
    found = [make_evidence(text, f"number {n}") for n in "EDCBA"]

    assert [quote.text[-10] for quote in quotes(article, found)] == ["A", "B", "C"]


def test_a_sentence_without_end_is_cut_behind_its_last_mark():
    text = "Title\n\n" + "gallium and " * 100 + "tungsten" + " and so on" * 50
    (quote,) = quotes(make_article(text), [make_evidence(text, "tungsten")])

    assert quote.text.endswith("tungsten")


def test_evidence_without_a_place_makes_no_quote():
    assert quotes(make_article(), []) == ()


def test_flags_are_told_in_words():
    assert doubts(("title_only", "some_new_doubt")) == ("only the title is known", "some new doubt")


def test_of_an_empty_article_is_said_what_is_true():
    assert doubts(("title_only", "untitled", "undated")) == (
        "the publisher gives neither title nor text",
        "the publisher gives no date",
    )


def test_an_article_counts_by_what_its_source_states_unless_that_is_still_to_come():
    early, late = NOW - timedelta(days=9), datetime(2099, 1, 1, tzinfo=UTC)

    assert told_time(make_article(published=early)) == early
    assert told_time(make_article(published=None)) == NOW
    assert told_time(make_article(published=late)) == NOW


def test_what_a_rule_says_comes_first_in_its_order():
    lines = ("a row that is new", "name: JL MAG", "country: CN", "status: listed")
    assert said_first(lines, ("status", "country")) == (lines[0], "status: listed", "country: CN", "name: JL MAG")
    assert said_first(lines, ()) == lines


def test_a_rule_may_say_who_wrote_an_article_and_in_which_language():
    article, rule = make_article(author="Jane Doe"), replace(make_rule(), say=("language", "seen", "author"))

    shown = told(
        judge(None, make_match(), article, NOW), occasion=OccasionId("o"), article=article, rule=rule, evidence=()
    )

    assert shown.summary[0] == "language: en · author: Jane Doe"
