"""Trees judged: groups, bound groups, severity steps, narrowing; and the reason of every miss."""

from __future__ import annotations

import pytest

from tests.core.lexicon import inflections
from tests.core.rules.make import clause, reading, rule
from watcher.conditions import KINDS
from watcher.conditions.base import Context
from watcher.core.model import Severity
from watcher.core.rules.evaluate import judge
from watcher.core.rules.explain import explain
from watcher.core.rules.model import Group, SeverityStep

CONTEXT = Context(inflections=inflections())


def leaf(path="when", **options):
    kind = next(iter(options))
    if "zone" in options:
        options["in"] = options.pop("zone")
    return clause(KINDS[kind].build(KINDS[kind].Options.model_validate(options), CONTEXT), path)


GALLIUM, BAN, DENIED = (
    leaf("when.all[0]", words="gallium"),
    leaf("when.all[1]", words="export ban"),
    leaf("when.none[0]", words="denied"),
)


def test_every_clause_that_holds_adds_its_evidence_with_its_path():
    judged = judge(rule(Group(all=(GALLIUM, BAN))), reading("Gallium: export ban", lead="A ban on gallium"))

    assert judged.matched
    assert [(each.clause, each.quote) for each in judged.evidence] == [
        ("when.all[0]", "Gallium"),
        ("when.all[0]", "gallium"),
        ("when.all[1]", "export ban"),
    ]


def test_rules_that_ask_the_same_share_their_evidence_and_each_path_has_its_own():
    article = reading("Gallium: export ban")
    first, again = (judge(rule(leaf("when", words="gallium")), article) for _ in range(2))
    elsewhere = judge(rule(leaf("narrow", words="gallium")), article)

    assert again.evidence[0] is first.evidence[0]
    assert [each.clause for each in (*again.evidence, *elsewhere.evidence)] == ["when", "narrow"]


def test_what_two_clauses_say_alike_is_told_once_and_what_they_say_differently_twice():
    alike, other = leaf("when", words="gallium"), leaf("when", words="gallium", zone=["title"])
    article = reading("Gallium: export ban")

    assert len(judge(rule(Group(all=(alike, alike))), article).evidence) == 1
    assert len(judge(rule(Group(all=(alike, other, alike))), article).evidence) == 2


def test_all_branches_of_any_that_hold_are_shown():
    judged = judge(
        rule(Group(any=(leaf("a", words="tungsten"), leaf("b", words="gallium"), leaf("c", words="ban")))),
        reading("Gallium ban"),
    )

    assert [each.clause for each in judged.evidence] == ["b", "c"]


@pytest.mark.parametrize(
    ("when", "title", "path", "why"),
    [
        (GALLIUM, "Tungsten", "when.all[0]", "words: gallium: no item occurs in news"),
        (Group(all=(GALLIUM, BAN)), "Gallium", "when.all[1]", "words: export ban: no item occurs in news"),
        (Group(all=(GALLIUM,), none=(DENIED,)), "Gallium deal denied", "when.none[0]", 'none: must not hold, but does: "denied"'),
        (Group(any=(GALLIUM, BAN), path="when"), "Tin", "when", "any: none of them holds: words: gallium: no item occurs in news; words: export ban: no item occurs in news"),
        (Group(all=(GALLIUM, BAN), same="sentence", path="when"), "Gallium. An export ban.", "when", "same: no sentence meets all of it"),
        (Group(all=(GALLIUM, BAN), same="sentence", path="when"), "An export ban.", "when.all[0]", "words: gallium: no item occurs in news"),
    ],
)  # fmt: skip
def test_a_miss_names_the_deciding_clause(when, title, path, why):
    judged = judge(rule(when), reading(title))

    assert (judged.matched, judged.severity, judged.path, judged.why) == (False, None, path, why)


def test_same_sentence_binds_clauses_and_shows_only_the_sentences_that_meet_all():
    bound = Group(all=(GALLIUM, BAN), same="sentence")

    judged = judge(rule(bound), reading("Gallium here. An export ban.", lead="The gallium export ban. More gallium."))

    assert [each.quote for each in judged.evidence] == ["gallium", "export ban"]


def test_none_in_a_bound_group_looks_at_that_sentence_only():
    bound = Group(all=(GALLIUM, BAN), none=(DENIED,), same="sentence")

    assert judge(rule(bound), reading("Gallium export ban. It was denied.")).matched
    assert not judge(rule(bound), reading("The gallium export ban was denied.")).matched
    assert judge(rule(bound), reading("A gallium export ban was denied. A gallium export ban is real.")).matched


def test_same_paragraph_spans_sentences_but_not_paragraphs():
    bound = Group(all=(GALLIUM, BAN), same="paragraph")

    assert judge(rule(bound), reading("T", lead="Gallium. An export ban.")).matched
    assert not judge(rule(bound), reading("T", lead="Gallium.\nAn export ban.")).matched


def test_groups_nest():
    when = Group(
        all=(Group(any=(GALLIUM, leaf("t", words="tungsten"))), Group(all=(BAN,), same="sentence")),
        none=(Group(all=(DENIED, GALLIUM)),),
    )

    assert judge(rule(when), reading("Tungsten. Export bans. Denied.")).matched
    assert not judge(rule(when), reading("Gallium. Export bans. Denied.")).matched


def test_a_bound_group_can_hold_a_regex():
    bound = Group(all=(GALLIUM, leaf("r", regex=r"\d+ %")), same="sentence")

    assert judge(rule(bound), reading("Gallium rose 5 %.")).matched
    assert not judge(rule(bound), reading("Gallium rose. Tin by 5 %.")).matched


STEPS = (
    SeverityStep(severity=Severity.URGENT, when=leaf("severity.urgent", trust=["authority", "wire"])),
    SeverityStep(severity=Severity.WARNING, when=leaf("severity.warning", words="ban", zone="title")),
    SeverityStep(severity=Severity.NOTICE, when=None),
)


@pytest.mark.parametrize(
    ("title", "trust", "severity"),
    [("Gallium", "wire", "urgent"), ("Gallium ban", "trade_press", "warning"), ("Gallium", "trade_press", "notice")],
)
def test_the_first_step_that_holds_gives_the_severity(title, trust, severity):
    judged = judge(rule(GALLIUM, severity=STEPS), reading(title, trust=trust))

    assert judged.severity == Severity(severity)
    assert any(each.clause.startswith("severity") for each in judged.evidence) is (severity != "notice")


def test_no_step_and_no_else_is_no_match():
    judged = judge(rule(GALLIUM, severity=STEPS[:1]), reading("Gallium"))

    assert not judged.matched
    assert judged.path == "severity"


def test_narrow_must_hold_as_well():
    narrowed = rule(GALLIUM, narrow=Group(none=(leaf("narrow.none[0]", words="maintenance stop", zone="title"),)))

    assert judge(narrowed, reading("Gallium")).matched
    assert judge(narrowed, reading("Gallium maintenance stops")).path == "narrow.none[0]"


def test_explain_tells_every_clause_of_a_miss():
    told = explain(
        rule(Group(all=(GALLIUM, BAN), none=(DENIED,), path="when"), severity=STEPS), reading("Gallium denied")
    )

    when, urgent, warning, otherwise = told.parts
    assert not told.judgement.matched
    assert (when.role, when.says, when.holds) == ("when", "all of 2, none of 1", False)
    assert [(part.role, part.path, part.holds, part.why) for part in when.parts] == [
        ("all", "when.all[0]", True, ""),
        ("all", "when.all[1]", False, "no item occurs in news"),
        ("none", "when.none[0]", True, ""),
    ]
    assert [part.holds for part in (urgent, warning, otherwise)] == [False, False, True]


def test_explain_shows_a_bound_group_in_the_sentence_that_meets_most():
    told = explain(
        rule(Group(all=(GALLIUM, BAN, leaf("x", words="China")), same="sentence")),
        reading("China. The gallium export ban. Gallium."),
    )

    parts = told.parts[0].parts
    assert [part.holds for part in parts] == [True, True, False]
    assert told.parts[0].says == "all of 3 in the same sentence"


def test_explain_of_a_match_agrees_with_the_judgement():
    told = explain(rule(Group(all=(GALLIUM,), any=(BAN, DENIED))), reading("Gallium export ban"))

    assert told.judgement.matched
    assert told.parts[0].holds
    assert [part.holds for part in told.parts[0].parts] == [True, True, False]
