"""The kinds `deadline` (an article states such a date) and `calendar` (a dated entry comes near)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time

import pytest

from tests.core.calendar.make import article, entry
from watcher.config.rules import load_rules
from watcher.core.calendar.model import Coming
from watcher.core.facts.reading import facts_of
from watcher.core.rules.evaluate import judge
from watcher.core.text.reading import Reading

ENTRIES = """\
    examples:
      match: [{entry: {kind: expires, date: 2026-11-10}, date: 2026-11-10}, {entry: {kind: expires, date: 2026-11-10}, date: 2026-11-09}]
      skip: [{entry: {kind: expires, date: 2026-11-10}, date: 2026-11-08}, {entry: {kind: hearing, date: 2026-11-10}, date: 2026-11-10}]
"""
TEXTS = """\
    examples:
      match: ["Comments are due by 20 January 2026.", "The licence is valid until 9 January 2026."]
      skip: ["Nothing happened.", "It ended in May."]
"""


def rules(when: str, examples: str = TEXTS, severity: str = "notice"):
    text = f"format: 1\nrules:\n  - id: r\n    title: R\n    severity: {severity}\n    when: {when}\n{examples}"
    return load_rules([("r.yaml", text.encode())])


def rule(when: str, examples: str = TEXTS, severity: str = "notice"):
    found, problems = rules(when, examples, severity)
    assert found is not None, "\n".join(map(str, problems))
    return found.rules[0]


def coming(on: date, *, sentence: str = "MOFCOM suspends the controls until 10 November 2026.", **changes) -> Reading:
    """An entry that is judged on a day, by the sentence that states it."""
    words = sentence.index("10 November 2026")
    about = Coming(entry=entry(**changes), on=on, marks=((words, words + 16),))
    return replace(article(sentence), about=about)


# deadline

STATED = rule("{deadline: [expires, comment_close], within: 30d}")


def test_many_dates_in_one_endless_sentence_are_judged_at_once():
    reading = article("A licence.", body="The licence for gallium is valid until 20 February 2026 " * 4_000)
    facts_of(reading)
    before = process_time()

    found = judge(STATED, reading)

    assert process_time() - before < 0.2
    assert found.matched


def test_a_date_that_is_stated_is_met_with_its_span():
    reading = article("The licence for gallium is valid until 20 February 2026, the agency said.")

    found = judge(STATED, reading)

    assert found.matched
    assert {each.quote for each in found.evidence} == {"20 February 2026"}
    assert all(reading.text[each.start : each.end] == each.quote for each in found.evidence)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The licence for gallium is valid until 20 June 2026.", "past or too far off"),
        ("The licence for gallium was valid until 20 January 2026.", "past or too far off"),
        ("The licence for gallium could be valid until 20 February 2026.", "is not firm"),
        ("If the bill is passed, the licence is valid until 20 February 2026.", "is not firm"),
        ("The hearing is set for 20 February 2026.", "no date of the kind"),
        ("The licence for gallium is valid.", "no date of the kind"),
    ],
)
def test_what_is_far_past_doubtful_or_another_kind_is_not_met(text, why):
    found = judge(STATED, article(text))

    assert not found.matched
    assert why in found.why


def test_without_within_any_firm_date_will_do():
    assert judge(
        rule("{deadline: [expires, comment_close]}"), article("The licence is valid until 20 June 2031.")
    ).matched


def test_an_article_without_a_day_is_within_nothing():
    assert not judge(STATED, article("The licence for gallium is valid until 20 February 2026.", day=None)).matched


def test_it_stands_in_a_sentence():
    both = rule("{all: [{deadline: expires}, {words: gallium}], same: sentence}", TEXTS.replace("The licence", "The gallium licence").replace("Comments are due by", "The gallium licence runs until"))  # fmt: skip

    assert judge(both, article("The gallium licence is valid until 20 February 2026.")).matched
    assert not judge(both, article("The licence is valid until 20 February 2026. Gallium is a metal.")).matched


def test_an_example_is_read_on_its_own_day():
    late = TEXTS.replace(
        '"Comments are due by 20 January 2026."', '{text: "It is valid until 20 May 2026.", date: 2026-05-01}'
    )

    assert rule("{deadline: [expires, comment_close], within: 30d}", late)
    assert (
        rules("{deadline: [expires, comment_close], within: 30d}", late.replace("2026-05-01", "2026-01-01"))[0] is None
    )


# calendar

NEAR = rule("{calendar: [expires, effective], remind: [1d before, on the day]}", ENTRIES)


def test_a_rule_on_dates_says_what_it_judges():
    assert (NEAR.subject, STATED.subject) == ("calendar", "article")


@pytest.mark.parametrize(("day", "matches"), [(8, False), (9, True), (10, True), (11, False)])
def test_an_entry_is_met_on_the_days_of_its_reminders_only(day, matches):
    assert judge(NEAR, coming(date(2026, 11, day))).matched is matches


def test_the_evidence_is_the_date_and_the_reminder_that_falls_on_the_day():
    (found,) = judge(NEAR, coming(date(2026, 11, 9))).evidence

    assert (found.quote, found.says) == ("10 November 2026", "calendar: expires, effective: 1d before")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "hearing"}, "the entry is of the kind hearing"),
        ({"conditional": True}, "the date is not firm"),
        ({"sure": False}, "the date is not firm"),
    ],
)
def test_another_kind_and_what_is_not_firm_are_not_met(changes, why):
    found = judge(NEAR, coming(date(2026, 11, 9), **changes))

    assert not found.matched
    assert why in found.why


def test_conditional_asks_for_what_is_not_firm_instead():
    examples = ENTRIES.replace(
        "kind: expires, date: 2026-11-10}", "kind: expires, date: 2026-11-10, conditional: true}"
    )
    loose = rule("{calendar: expires, remind: [1d before, on the day], conditional: true}", examples)

    assert judge(loose, coming(date(2026, 11, 9), conditional=True)).matched
    assert judge(loose, coming(date(2026, 11, 9), sure=False)).matched
    assert not judge(loose, coming(date(2026, 11, 9))).matched


def test_an_article_is_no_dated_entry():
    found = judge(NEAR, article("The suspension runs until 10 November 2026."))

    assert not found.matched
    assert "an article is no dated entry" in found.why


def test_other_clauses_look_at_the_sentence_that_states_the_date():
    both = rule(
        "{all: [{calendar: expires, remind: [1d before, on the day]}, {words: MOFCOM}]}",
        ENTRIES.replace("expires, date: 2026-11-10}", 'expires, date: 2026-11-10, text: "MOFCOM suspends it."}'),
    )

    assert judge(both, coming(date(2026, 11, 10))).matched
    assert not judge(both, coming(date(2026, 11, 10), sentence="The EU's waiver ends on 10 November 2026.")).matched


def test_severity_may_ask_which_reminder_it_is():
    louder = rule(
        "{calendar: expires, remind: [1d before, on the day]}",
        ENTRIES,
        "{warning: {calendar: expires, remind: on the day}, else: notice}",
    )

    assert [judge(louder, coming(date(2026, 11, day))).severity for day in (9, 10)] == ["notice", "warning"]


@pytest.mark.parametrize(
    ("example", "says"),
    [
        ("{entry: {kind: expires}, date: 2026-11-10}", 'error[R007] an entry has no "date"'),
        ("{entry: {kind: expire, date: 2026-11-10}, date: 2026-11-10}", 'error[R017] kind is "expire"'),
        ("{entry: {kind: expires, date: 2026-13-10}, date: 2026-11-10}", "error[R027]"),
        ("{entry: {kind: expires, date: 2026-11-10, on: x}, date: 2026-11-10}", 'error[R006] unknown key "on"'),
        ("{entry: {kind: expires, date: 2026-11-10, conditional: maybe}}", "error[R008]"),
        ("{entry: {kind: expires, date: 2026-11-10}, text: x}", "error[R054] example has entry and text; exactly one"),
        ("{entry: expires}", "error[R008] an entry must be a mapping"),
        ("{entry: {kind: expires, date: 2026-11-10}, date: 2026-01-02}", "error[R050] example match[0] does not match"),
    ],
)
def test_a_faulty_example_is_refused_at_its_place(example, says):
    first = "{entry: {kind: expires, date: 2026-11-10}, date: 2026-11-10}"
    found, problems = rules("{calendar: expires, remind: [1d before, on the day]}", ENTRIES.replace(first, example, 1))

    assert found is None
    assert any(says in str(problem) for problem in problems), "\n".join(map(str, problems))
    assert all(problem.line is not None and problem.column is not None for problem in problems)
