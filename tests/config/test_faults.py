"""Faults in options of clauses: each is told with what is allowed instead, and nothing goes in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
import yaml
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from watcher.conditions import KINDS
from watcher.conditions.base import ConditionOptions
from watcher.config.events import read_recogniser_files
from watcher.config.rules import load_rules
from watcher.config.rules.page import UNREAD, Page
from watcher.config.rules.whole import surely_whole
from watcher.core.yaml.strict import load

GOOD = Path(__file__).parent / "data" / "rules" / "good.rules"
RULE = """format: 1
rules:
  - id: curbs
    title: Export curbs
    severity: notice
    when: {when}
    examples:
      match: ["An export ban on gallium.", "The export ban begins."]
      skip: ["Gallium is cheap.", "A ban on smoking."]
"""


def said(when):
    rules, problems = load_rules([("a.yaml", RULE.replace("{when}", when).encode())])
    assert rules is None
    return [f"{each.line}:{each.column} {each.code} {each.text}" for each in problems]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{near: [[halt]], gap: 5}", "6:18 R008 near takes 2 to 6 groups; found 1"),
        ("{any: [{near: [[halt]]}, {words: ban}]}", "6:25 R008 near takes 2 to 6 groups; found 1"),
        ("{all: [{any: [{near: [[halt]]}]}]}", "6:32 R008 near takes 2 to 6 groups; found 1"),
        ("{near: [a, b, c, d, e, f, g]}", "6:18 R008 near takes 2 to 6 groups; found 7"),
        ("{near: halt}", '6:18 R008 near must be a list of 2 to 6 groups, not "halt"'),
        ("{near: [[], [x]]}", "6:19 R016 near: is empty; leave it out"),
        ("{near: {a: b}}", '6:18 R008 "near" can\'t be a mapping'),
        ("{near: [export, ban], gap: 300}", "6:38 R008 gap is 300; allowed: 0 to 100"),
        ("{near: [export, ban], gap: -1}", "6:38 R008 gap is -1; allowed: 0 to 100"),
        ("{near: [export, ban], gap: eight}", '6:38 R008 gap must be a whole number, not "eight"; allowed: 0 to 100'),
        ("{near: [export, ban], gap: 2.5}", "6:38 R008 gap must be a whole number, not 2.5; allowed: 0 to 100"),
        ("{near: [export, ban], gap: }", "6:38 R008 gap must be a whole number, not nothing; allowed: 0 to 100"),
        ("{near: [export, ban], ordered: maybe}", '6:42 R008 ordered must be true or false, not "maybe"'),
        ("{fuzzy: export bans, at_least: 20}", "6:42 R008 at_least is 20; allowed: 80 to 100"),
        ("{words: [232]}", '6:20 R008 "words" can\'t be a number; write it in quotes: "232"'),
    ],
)
def test_a_fault_says_what_is_allowed(when, expected):
    assert said(when) == [expected]


def test_a_choice_that_is_no_text_says_what_there_is():
    text = RULE.replace("{when}", "{words: ban}").replace("severity: notice", "severity: 5\n    mode: true")

    _, problems = load_rules([("a.yaml", text.encode())])

    assert [each.text for each in problems if each.line < 7] == [
        "severity is 5; allowed: notice, warning, urgent",
        "mode is true; allowed: live, trial, paused",
    ]


def ring(value: str) -> str:
    raise PydanticCustomError("never_heard_of", "It rings.")


class Bell(ConditionOptions):
    """Options that are refused in a way that nobody foresaw."""

    odd: Annotated[str, AfterValidator(ring)]


class Silence(ConditionOptions):
    """Options that are taken."""

    odd: str


class Odd:
    """A kind that builds nothing."""

    kind: ClassVar[str] = "odd"
    Options: ClassVar[type[ConditionOptions]] = Bell

    @classmethod
    def build(cls, options: Any, context: Any) -> None:
        """Nothing at all."""


class Mute(Odd):
    """One that takes every option."""

    Options: ClassVar[type[ConditionOptions]] = Silence


@pytest.mark.parametrize("when", ["{odd: x}", "{any: [{odd: x}, {words: ban}]}", "{none: [{all: [{odd: x}]}]}"])
def test_an_error_of_a_sort_that_nobody_knows_is_told(when, monkeypatch):
    monkeypatch.setitem(KINDS, "odd", Odd)

    assert said(when) == [f'6:{11 + when.index("x}")} R008 "odd" can\'t be "x": it rings']


def test_a_clause_that_comes_to_nothing_without_a_word_is_an_error(monkeypatch):
    monkeypatch.setitem(KINDS, "odd", Mute)

    assert said("{odd: x}") == [f"6:11 R008 {UNREAD}"]


def test_what_became_nothing_is_an_error_where_it_stands():
    text = "format: 1\nrules: [{id: a}, {id: b}]\nmatters:\n  - {id: c}\nlists: {d: {words: [x]}, e: {words: [y]}}\n"
    root, _ = load(text, "a.yaml")
    page = Page(name="a.yaml", root=root, lines=())
    keys = {str(key.value): (key, value) for key, value in root.pairs}

    surely_whole([(page, keys)], [keys["rules"][1].items[1]], [], {"e"})

    assert [(each.line, each.column, each.text) for each in page.problems] == [
        (2, 9, UNREAD),
        (4, 5, UNREAD),
        (5, 12, UNREAD),
    ]


def cuts(tree):
    """Every list of several items within a tree, as the list itself."""
    for each in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(each, list) and len(each) > 1:
            yield each
        if isinstance(each, dict | list):
            yield from cuts(each)


def test_a_list_cut_to_one_item_costs_no_rule_in_silence():
    tree = yaml.safe_load(GOOD.read_text("utf-8"))
    ids = {rule["id"] for rule in tree["rules"]}
    lists = [each for each in cuts(tree) if each is not tree["rules"]]
    assert len(lists) > 10
    taken = 0

    for each in lists:
        whole = each[:]
        del each[1:]
        rules, problems = load_rules([("a.yaml", yaml.safe_dump(tree, allow_unicode=True).encode())])
        each[:] = whole
        assert (rules is None) == any(problem.level == "error" for problem in problems)
        assert rules is None or {str(rule.id) for rule in rules.rules} == ids
        taken += rules is not None
    assert taken > 4


def test_a_genre_takes_one_trust_without_a_list():
    text = "format: 1\nshared: {genres: {opinion: {trust: wirre}}}\n"

    _, problems = read_recogniser_files([("a.yaml", text.encode())], None, {})

    assert [(each.line, each.column, each.code) for each in problems] == [(2, 36, "R017")]
