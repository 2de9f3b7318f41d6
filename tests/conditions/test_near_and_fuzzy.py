"""The conditions `near` and `fuzzy`: what stands close together, and what is nearly spelt so."""

from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from tests.conditions.test_conditions import build, code_of, quotes
from tests.core.rules.make import reading

HALTS = [["halt", "suspend"], ["output", "production"]]


def test_one_of_each_group_in_one_sentence_and_all_of_them_are_evidence():
    article = reading("Northern halts all of its output")

    assert quotes(build(near=HALTS), article) == ["halts", "output"]


@pytest.mark.parametrize(
    ("text", "gap", "holds"),
    [
        ("It suspended one two three production", 3, True),
        ("It suspended one two three production", 2, False),
        ("It suspended production", 0, True),
        ("It suspended the rule. Production rose.", 8, False),
        ("It suspended pre-war production", 1, False),
        ("It suspended pre-war production", 2, True),
    ],
)
def test_the_gap_is_counted_in_words_of_one_sentence(text, gap, holds):
    assert build(near=HALTS, gap=gap).look(reading("T", lead=text)).holds is holds


def test_characters_of_han_count_for_less():
    article = reading("厂家宣布因检修停止全部生产活动", language="zh")

    assert build(near=[["停止"], ["生产"]], gap=2).look(article).holds
    assert not build(near=[["厂家"], ["生产"]], gap=4).look(article).holds
    assert build(near=[["厂家"], ["生产"]], gap=6).look(article).holds


def test_order_counts_only_where_it_is_asked_for():
    article = reading("Production of gallium was suspended")

    assert build(near=HALTS).look(article).holds
    assert not build(near=HALTS, ordered=True).look(article).holds
    assert build(near=[["production"], ["suspend"]], ordered=True).look(article).holds


def test_neighbours_are_what_stands_next_not_the_ends():
    article = reading("Beijing on Monday formally suspended the sale and the export of gallium")

    assert build(near=[["Beijing"], ["suspend"], ["gallium"]], gap=7).look(article).holds
    assert not build(near=[["Beijing"], ["suspend"], ["gallium"]], gap=5).look(article).holds


def test_groups_take_lists_and_one_word_for_a_list_of_one():
    assert build(near=["lift", "<curbs>"]).look(reading("It lifts the export ban")).holds


def test_why_names_the_group_that_is_missing():
    assert build(near=HALTS).look(reading("It halts")).why == "no item of group 2 occurs in news"
    assert "8 words apart" in build(near=HALTS).look(reading("It halts. Output rose.")).why


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ({"near": [["halt"]]}, "too_short"),
        ({"near": [["halt"], []]}, "too_short"),
        ({"near": [["halt"], ["<unknown>"]]}, "R018"),
        ({"near": [["halt"], ["a*"]]}, "R030"),
        ({"near": HALTS, "gap": -1}, "greater_than_equal"),
        ({"fuzzy": "short"}, "R030"),
        ({"fuzzy": "Serra Verde", "at_least": 79}, "greater_than_equal"),
    ],
)
def test_what_is_refused(clause, code):
    with pytest.raises((ValidationError, Exception)) as error:
        build(**clause)

    assert code_of(error) == code


def test_a_text_made_of_hits_alone_takes_no_time():
    article = reading("T", lead="halt output " * 5_000)
    began = time.process_time()

    assert build(near=[["halt"], ["output"], ["gallium"]]).look(article).holds is False
    assert build(near=HALTS).look(article).holds
    assert build(fuzzy="halt output halt").look(article).holds
    assert time.process_time() - began < 3


def test_needs_never_hide_a_match():
    article = reading("Northern halts output of Serra Verdee")
    for condition in (build(near=HALTS), build(fuzzy="Serra Verde")):
        assert condition.look(article).holds
        assert any(
            literal.lstrip("\x00^") in article.folded or literal[1:] in article.folded for literal in condition.needs
        )


def test_fuzzy_says_how_alike():
    evidence = build(fuzzy="Perpetua Resources").look(reading("Perpetua Resorces rose")).evidence

    assert [each.quote for each in evidence] == ["Perpetua Resorces"]
    assert evidence[0].says == "fuzzy: Perpetua Resources (97 % alike)"


def test_a_long_sentence_is_read_once_and_no_hit_in_it_is_passed_over():
    far = "gallium " * 64 + "word " * 40
    article = reading("T", lead=f"{far} gallium export ban")
    slow = reading("T", lead=("gallium " + "word " * 2_000 + "export ") * 30)
    began = time.process_time()

    assert build(near=[["gallium"], ["export ban"]], gap=2).look(article).holds
    assert not build(near=[["gallium"], ["export"]], gap=8, ordered=True).look(slow).holds
    assert time.process_time() - began < 2


def test_a_phrase_that_is_just_alike_enough_is_found():
    assert build(fuzzy="don't minerals", at_least=80).look(reading("The of minerals rose")).holds
