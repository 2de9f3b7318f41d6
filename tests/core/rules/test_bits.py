"""Rules decided together: the same ones match as by themselves, in their order, with the same evidence."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.rules.make import reading, rule
from tests.core.rules.test_evaluate import leaf
from watcher.core.model import Severity, Zone, ZoneSpan
from watcher.core.rules.bits import Bits, asked_by
from watcher.core.rules.evaluate import judge
from watcher.core.rules.model import Group, RuleSet, SeverityStep
from watcher.core.rules.prefilter import Compiled

GALLIUM, QUOTA, HAN = leaf(words="gallium"), leaf(words=["export quota", "quota"]), leaf(words="出口管制")
LEAVES = st.builds(
    leaf,
    words=st.lists(
        st.sampled_from(["gallium", "export quota", "quota", "exports", "=REE", "出口管制", "lead"]),
        min_size=1,
        max_size=3,
    ),
    zone=st.sampled_from(["news", "body", "anywhere", "related"]),
)
RULES = st.lists(
    st.builds(
        lambda all_, any_, none: Group(all=tuple(all_), any=tuple(any_), none=tuple(none)),
        st.lists(LEAVES, min_size=1, max_size=2),
        st.lists(LEAVES, max_size=2),
        st.lists(LEAVES, max_size=1),
    ),
    min_size=1,
    max_size=20,
)
TEXTS = st.lists(
    st.sampled_from(
        ["gallium", "Export", "quotas", "export quota", "REE", "ree", "出口 管制", "leads", ".", "\n", "an"]
    ),
    max_size=6,
).map(" ".join)
ARTICLES = st.builds(
    lambda title, lead, body, related: reading(title or "x", lead=lead, body=body, related=related),
    TEXTS,
    TEXTS,
    TEXTS,
    TEXTS,
)


def compiled(*nodes):
    return Compiled(RuleSet(rules=tuple(rule(node, rule_id=f"r{n}") for n, node in enumerate(nodes)), version="1"))


def check(nodes, article):
    judgements = compiled(*nodes).judge_all(replace(article))
    read = dict(judgements)
    apart = {
        each: judge(each, replace(article)) for each in (rule(node, rule_id=f"r{n}") for n, node in enumerate(nodes))
    }

    assert sorted(judgements.matching()) == [
        place for place, judgement in enumerate(apart.values()) if judgement.matched
    ]
    assert len(judgements) == len(read)
    assert list(read) == [each for each in apart if each in read]
    assert all(judgement == apart[each] for each, judgement in read.items())


@settings(max_examples=150, deadline=None)
@given(RULES, ARTICLES)
def test_the_same_match_as_by_themselves(nodes, article):
    check(nodes, article)


@settings(max_examples=60, deadline=None)
@given(RULES, ARTICLES, st.sets(st.integers(0, 5)))
def test_where_lines_lie_outside_of_all_zones_as_well(nodes, article, left_out):
    zones = tuple(zone for number, zone in enumerate(article.zones) if number not in left_out)
    check(nodes, replace(article, zones=zones))


def test_an_item_across_the_edge_of_a_zone_is_left_to_judging():
    article = replace(reading("export quota"), zones=(ZoneSpan(zone=Zone.TITLE, start=0, end=9),))

    assert not article.parted
    assert compiled(QUOTA).judge_all(article).matching() == []
    assert compiled(leaf(words="export")).judge_all(replace(article)).matching() != []


@pytest.mark.parametrize(
    "node",
    [
        leaf(regex="gall(ium|ia)"),
        leaf(words="gallium", zone="title"),
        leaf(words="*magnet"),
        Group(all=(GALLIUM, QUOTA), same="sentence"),
        Group(all=(GALLIUM,), any=(Group(all=(QUOTA, HAN)), QUOTA)),
        Group(all=(GALLIUM,), none=(leaf(source="mofcom"),)),
        Group(none=(GALLIUM,)),
        Group(all=(GALLIUM,) * 9),
        leaf(words=[f"item{n}" for n in range(65)]),
    ],
)
def test_a_rule_of_anything_else_or_of_too_much_is_judged_by_itself(node):
    assert asked_by(rule(node)) is None


def test_a_rule_whose_severity_is_not_sure_to_be_told_is_judged_by_itself():
    warning = SeverityStep(severity=Severity.WARNING, when=QUOTA)
    notice = SeverityStep(severity=Severity.NOTICE, when=None)

    assert asked_by(rule(GALLIUM, severity=(warning,))) is None
    asked = asked_by(rule(GALLIUM, severity=(warning, notice)))
    assert asked is not None
    assert len(asked.groups) == 1


def test_of_many_rules_those_are_taken_whose_every_item_many_ask_for():
    firms = [rule(Group(all=(leaf(words=f"firm{n}"), GALLIUM)), rule_id=f"f{n}") for n in range(600)]
    shared = [rule(Group(all=(GALLIUM, QUOTA)), rule_id=f"s{n}") for n in range(2)]
    bits = Bits([*firms, *shared])

    assert [index for index in range(602) if index in bits] == [600, 601]


def test_what_is_told_for_sure_waits_with_its_evidence():
    steps = (SeverityStep(severity=Severity.URGENT, when=QUOTA), SeverityStep(severity=Severity.NOTICE, when=None))
    each = rule(GALLIUM, severity=steps, narrow=HAN)
    found = Compiled(RuleSet(rules=(each,), version="1")).judge_all(reading("Gallium quotas", body="出口管制"))

    assert found.matching() == [0]
    ((_, judgement),) = found
    assert judgement.severity is Severity.URGENT
    assert [proof.quote for proof in judgement.evidence] == ["Gallium", "出口管制", "quotas"]


def test_zones_that_touch_part_no_line():
    cut = (ZoneSpan(zone=Zone.TITLE, start=0, end=7), ZoneSpan(zone=Zone.BODY, start=7, end=12))
    article = replace(reading("export quota"), zones=cut)

    assert compiled(QUOTA).judge_all(article).matching() == []


def test_an_item_written_on_several_lines_is_one_of_several_words():
    lines, han = leaf(words="export\n  quota"), leaf(words="出口\n管制")
    over = reading("Gallium export", lead="quota 出口", body="管制")
    beside = reading("Gallium export", lead="An export quota, 出口 管制", body="A ban")
    nodes = (lines, han, Group(all=(GALLIUM,), none=(lines,)))

    assert compiled(*nodes).judge_all(over).matching() == [2]
    assert sorted(compiled(*nodes).judge_all(beside).matching()) == [0, 1]
    check(nodes, over)
    check(nodes, beside)


def test_a_text_of_one_word_that_begins_many_items_is_not_followed_from_each_place():
    rules = [leaf(words=f"gallium {word}") for word in ("ban", "quota", "price", "mine", "ore", "sale", "duty")]
    began = time.process_time()

    assert compiled(*rules).judge_all(reading("x", body="gallium " * 30_000)).matching() == []
    assert time.process_time() - began < 0.15
