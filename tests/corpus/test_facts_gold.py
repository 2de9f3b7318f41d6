"""Values of five real documents, field by field, against what a person read in them."""

from __future__ import annotations

import pytest

from bench.facts import Score, gold, readings_of, scored
from watcher.core.facts.reading import facts_of


@pytest.fixture(scope="module")
def score(shared) -> Score:
    return scored(readings_of(shared), gold())


def test_values_are_right_and_few_are_missed(score):
    assert score.whole.expected > 150
    assert score.whole.precision >= 0.95, score.wrong
    assert score.whole.recall >= 0.85, score.wrong


@pytest.mark.parametrize("field", ["money", "prices", "quantities", "shares", "votes", "dates", "documents"])
def test_no_sort_of_value_hides_behind_the_others(score, field):
    count = score.fields[field]

    assert count.precision >= 0.9, score.wrong
    assert count.recall >= 0.85, score.wrong


def test_every_value_has_a_span_that_holds_it(shared):
    for reading in readings_of(shared).values():
        facts = reading_facts(reading)
        for each in facts:
            assert 0 <= each.start < each.end <= len(reading.text)
            assert "\n" not in reading.text[each.start : each.end]
            assert reading.zone_at(each.start) is not None


def reading_facts(reading):
    facts = facts_of(reading)
    return (
        *facts.money,
        *facts.prices,
        *facts.quantities,
        *facts.shares,
        *facts.votes,
        *facts.dates,
        *facts.documents,
    )
