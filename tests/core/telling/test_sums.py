from __future__ import annotations

import pytest

from tests.core.rules.make import reading
from watcher.core.facts.reading import facts_of
from watcher.core.model import Evidence
from watcher.core.telling.sums import new_sums, proofs_of


def proofs(text):
    """The sums of a text, each a passage of evidence."""
    facts = facts_of(reading(text))
    passages = [
        Evidence(clause="when", says="amount", start=each.start, end=each.end, quote=text[each.start : each.end])
        for each in facts.money
    ]
    return proofs_of(passages, facts)


@pytest.mark.parametrize(
    ("now", "sum_"),
    [
        ("A grant of $57 million.", "$57 million"),
        ("A grant of $57 million, not $75 million.", "$57 million"),
        ("A grant of up to $57 million.", "up to $57 million"),
        ("A grant of $50 million to $60 million.", "$50 million to $60 million"),
        ("A grant of $80 million.", "$80 million"),
    ],
)
def test_another_sum_for_the_same_is_new(now, sum_):
    (said,) = new_sums(proofs("A grant of $75 million."), proofs(now))

    assert said == f"amount changed: $75 million before, {sum_} now"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("A grant of $75 million.", "A grant of $75 million."),
        ("A grant of $75 million.", "A grant of 75 million dollars."),
        ("A grant of $75.4 million.", "A grant of $75 million."),
        ("A grant of $1.25 billion.", "A grant of $1.3 billion."),
        ("A grant of up to $100 million.", "A grant of $57 million."),
        ("A grant of $50 million to $60 million.", "A grant of $57 million."),
        ("A grant of $57 million.", "A grant of up to $100 million."),
        ("A grant of $75 million.", "A loan of $57 million."),
        ("A grant of $75 million.", "A grant of €57 million."),
        ("A grant of $75 million.", "Grants of $75 million now, and a further grant of $20 million."),
        ("A grant of $75 million.", "Cumulative grants to date: $57 million."),
        ("A grant of $75 million.", "Output rose 57%."),
        ("Output rose 75%.", "A grant of $57 million."),
    ],
)
def test_the_same_a_held_a_rounded_an_old_or_another_purposes_sum_is_not(before, now):
    assert new_sums(proofs(before), proofs(now)) == ()


def test_only_sums_that_prove_the_match_count():
    facts = facts_of(reading("A grant of $75 million."))

    assert proofs_of([], facts) == ()
