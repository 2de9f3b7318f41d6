"""The scan before judging loses no rule: with it and without it, the same rules match."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.rules.make import reading, rule
from tests.core.rules.test_evaluate import leaf
from watcher.core.events.model import Account, Genre
from watcher.core.rules.evaluate import judge
from watcher.core.rules.model import Clause, Finding, Group, RuleSet, Span
from watcher.core.rules.prefilter import Compiled, needed
from watcher.core.text.items import WORD_START
from watcher.core.text.plain import scrub
from watcher.core.text.reading import Reading

LEAVES = st.sampled_from(
    [
        leaf(words=["export ban", "price floor"]),
        leaf(words="stockpil*"),
        leaf(words="*magnet"),
        leaf(words="=REE"),
        leaf(words="take"),
        leaf(words="AT&T"),
        leaf(words=["出口管制", "AI芯片"]),
        leaf(words="희토류 수출"),
        leaf(words="China's mine"),
        leaf(words="naïve"),
        leaf(words="gallium", zone="title"),
        leaf(regex="gall(ium|ia)"),
        leaf(regex="(export|price) +(ban|floor)"),
        leaf(regex="出口.{0,2}管制"),
        leaf(regex=r"\d %"),
        leaf(regex="(?-i)REE"),
        leaf(source="mofcom"),
        leaf(trust="wire"),
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda below: st.builds(
        lambda all_, any_, none, same: Group(all=tuple(all_), any=tuple(any_), none=tuple(none), same=same),
        st.lists(below, max_size=2),
        st.lists(below, max_size=2),
        st.lists(below, max_size=1),
        st.sampled_from([None, None, "sentence", "paragraph"]),
    ),
    max_leaves=6,
)
PIECES = st.sampled_from(
    ["export ban", "Exports-banned", "price?floor", "stockpiling", "Electromagnet", "REE", "free", "took", "taken", "AT&T", "AT T",
     "出口 管制", "对出口实施管制", "AI芯片", "한국희토류 수출", "희토류수출", "China’s mines", "naïve", "nai\u0308ve", "ＧＡＬＬＩＵＭ", "gall\u200bium", "Gallia",
     "5 %", ". ", "\n", "™", "ﬂoor", "export\u2011ban", "price  floor", "_REE_",
     "矿REE", "étake", "\u0301take", "retake", "9took", "electro-magnet"]
)  # fmt: skip
ARTICLES = st.builds(
    lambda title, lead, source, trust: reading(
        scrub(" ".join(title)) or "x", lead=scrub(" ".join(lead)), source=source, trust=trust
    ),
    st.lists(PIECES, max_size=5),
    st.lists(PIECES, max_size=8),
    st.sampled_from(["mofcom", "reex"]),
    st.sampled_from(["wire", "trade_press"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=6), ARTICLES)
def test_the_scan_changes_nothing(trees, article):
    rules = tuple(rule(tree, rule_id=f"r{index}") for index, tree in enumerate(trees))

    judged = dict(Compiled(RuleSet(rules=rules, version="1")).judge_all(article))

    for each in rules:
        assert judged.get(each, judge(each, article)) == judge(each, article)
        assert judge(each, article).matched is (each in judged and judged[each].matched)


def test_a_rule_is_filed_under_its_rarest_words_and_tried_only_when_all_its_groups_are_there():
    when = Group(all=(leaf(words="export ban"), Group(any=(leaf(words="gallium"), leaf(words="tungsten")))))
    compiled = Compiled(RuleSet(rules=(rule(when),), version="1"))

    assert not compiled.judge_all(reading("Export bans"))
    assert not compiled.judge_all(reading("Gallium"))
    assert not compiled.judge_all(reading("Export of gallium"))
    assert len(compiled.judge_all(reading("Export-ban on gallium"))) == 1


def test_rules_without_needed_words_are_always_tried_and_paused_ones_never():
    rules = (
        rule(leaf(trust="wire"), rule_id="a"),
        rule(leaf(words="gallium"), rule_id="b"),
        rule(leaf(trust="wire"), rule_id="c", mode="paused"),
    )
    compiled = Compiled(RuleSet(rules=rules, version="1"))

    assert [each.id for each, _ in compiled.judge_all(reading("Tin"))] == ["a"]
    assert [each.id for each, _ in compiled.judge_all(reading("Gallium"))] == ["a", "b"]
    assert [each.id for each, found in compiled.judge_all(reading("Gallium")) if found.matched] == ["b"]


def test_words_asked_of_the_title_are_looked_for_there_alone():
    compiled = Compiled(RuleSet(rules=(rule(leaf(words="gallium", zone="title"), rule_id="a"),), version="1"))

    assert [each.id for each, _ in compiled.judge_all(reading("Gallium rises"))] == ["a"]
    assert not compiled.judge_all(reading("Metals rise", lead="Gallium leads them."))


def test_a_branch_that_needs_no_word_frees_its_any_from_needing_one():
    assert needed(Group(any=(leaf(words="gallium"), leaf(trust="wire")))) == ()
    assert needed(Group(none=(leaf(words="gallium"),))) == ()
    assert needed(Group(any=(leaf(words="gallium"), leaf(words="tin")))) == (
        frozenset({("all", f"{WORD_START}gallium"), ("all", f"{WORD_START}tin")}),
    )


def test_a_word_inside_another_one_is_none():
    compiled = Compiled(RuleSet(rules=(rule(leaf(words="tin"), rule_id="a"),), version="1"))

    assert not compiled.judge_all(reading("Continued at 9tin"))
    assert len(compiled.judge_all(reading("Kobold-tin_"))) == 1


def test_an_empty_rule_set_judges_nothing():
    assert not Compiled(RuleSet(rules=(), version="1")).judge_all(reading("Gallium"))


@pytest.mark.parametrize("size", [8])
def test_a_miss_costs_less_than_its_share(size):
    rules = tuple(
        rule(
            Group(all=(leaf(words=[f"export{n} control", f"price{n} floor"]), leaf(words=["gallium", "tungsten"]))),
            rule_id=f"r{n}",
        )
        for n in range(size)
    )
    compiled = Compiled(RuleSet(rules=rules, version="1"))
    articles = [
        reading("News of the day", body="The company said on Tuesday that it would open a plant. " * 80)
        for _ in range(50)
    ]
    for article in articles:
        assert article.folded
        compiled.judge_all(article)
    began = time.process_time()
    for article in articles:
        compiled.judge_all(article)

    assert (time.process_time() - began) / len(articles) < 0.001


@dataclass(frozen=True)
class OfEvents:
    """A clause on events that must not be looked at where the article tells of none of its types."""

    types: frozenset[str]
    account: Callable[[Reading], Account]
    kind: str = "event"
    needs: None = None
    asks_beside: bool = False
    says: str = "event"

    def look(self, _reading: Reading, _within: Span | None = None) -> Finding:
        raise AssertionError("it can't hold")


def test_a_rule_of_events_is_passed_over_where_the_article_tells_of_no_such_event():
    told = OfEvents(frozenset({"stockpile"}), lambda _: Account(genre=Genre.REPORT, cues=(), events=()))
    clause = Clause(condition=told, path="when", line=1, column=1)
    compiled = Compiled(RuleSet(rules=(rule(Group(all=(clause,))), rule(leaf(trust="wire"), rule_id="b")), version="1"))

    assert [each.id for each, _ in compiled.judge_all(reading("Tin"))] == ["b"]


def same_as_apart(nodes, article):
    rules = tuple(rule(node, rule_id=f"r{index}") for index, node in enumerate(nodes))
    expected = [place for place, each in enumerate(rules) if judge(each, reading(article)).matched]

    assert sorted(Compiled(RuleSet(rules=rules, version="1")).judge_all(reading(article)).matching()) == expected
    return [rules[place].id for place in expected]


def test_an_item_that_does_not_stand_there_takes_no_rule_of_another_one_with_it():
    bound = Group(all=(leaf(words="quota"), leaf(words="tin")), same="sentence")

    assert same_as_apart([leaf(words="=Quota"), bound], "A quota of tin") == ["r1"]


def test_an_item_is_found_whose_longest_word_is_not_its_first():
    assert same_as_apart([leaf(words="tin *magnet corporation")], "A tin electromagnet corporation") == ["r0"]


def test_items_of_one_first_word_are_found_by_another():
    many = [
        leaf(words=f"export {word}") for word in ("ban", "cap", "duty", "fee", "halt", "law", "limit", "rule", "tax")
    ]

    assert same_as_apart(many, "An export of the law, exports tax") == ["r8"]
