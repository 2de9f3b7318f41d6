"""Values of an article in words: short, each once, with what is said of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.core.rules.make import reading
from watcher.app.understood_words import fact_words, number_words
from watcher.core.facts.model import Facts
from watcher.core.facts.reading import facts_of

TEXT = (
    "The agency lends up to $6.9 million to the mine; in 2023 it had a grant of $15.5 million. The oxide costs $110/kg. "
    "Output reaches about 6,500 tonnes a year, 85-90% of it oxide. The House voted 224-195 to pass H.R. 4090. "
    "The licence expires on 10 November 2026. Projects follow within 10 days. It was reported on February 4, 2025."
)


def test_each_sort_has_a_line():
    lines = list(fact_words(facts_of(reading(TEXT, language="en", published=date(2026, 2, 5)))))

    assert lines == [
        "  sums        up to 6.9 million USD (loan); 15.5 million USD (grant, not new)",
        "  prices      110 USD/kg",
        "  amounts     about 6,500 t/y",
        "  shares      85 to 90 %",
        "  votes       224 to 195",
        "  dates       2026-11-10 (expires); unknown (deadline, conditional); 2025-02-04 (a slip of 2026-02-04?)",
        "  documents   H.R. 4090 (119) (bill)",
    ]


def test_no_value_no_line():
    assert list(fact_words(Facts())) == []


def test_a_table_is_cut():
    text = "; ".join(f"{number}%" for number in range(1, 40))

    assert next(iter(fact_words(facts_of(reading(text, language="en"))))).endswith("; 12 %; 27 more")


@pytest.mark.parametrize(
    ("value", "words"),
    [("12e9", "12 billion"), ("0.0077", "0.0077"), ("-3", "-3"), ("1.2e13", "12 trillion"), ("0", "0")],
)
def test_a_number_is_said_as_people_do(value, words):
    assert number_words(Decimal(value)) == words
