"""Values in sentences of our own, which nobody had tried when they were written; the first score stands in the file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tests.core.rules.make import reading
from watcher.core.facts.money import ROLES
from watcher.core.facts.reading import facts_of

DAY = date(2026, 3, 12)
SENTENCES = yaml.safe_load((Path(__file__).parent / "unseen.yaml").read_text(encoding="utf-8"))["sentences"]
SORTS = ("money", "prices", "quantities", "shares", "votes", "dates", "documents")


def _number(low, high=None):
    return f"{low.normalize():f}" if high is None else f"{low.normalize():f}..{high.normalize():f}"


def _whole(wanted):
    """A wanted value with its numbers in normal form."""
    first, *rest = str(wanted).split()
    if rest and rest[0].partition("/")[0].isalpha() and first[0].isdigit() and first.count("-") != 2:
        first = "..".join(_number(Decimal(each)) for each in first.split(".."))
    return " ".join((first, *rest))


def found_in(each):
    """Every value of a sentence as the file writes it; the role of a sum only if the file names one."""
    facts = facts_of(
        reading(
            each["text"],
            language=each.get("language", "en"),
            published=each.get("day", DAY),
            country=each.get("country"),
        )
    )
    roles = any(set(str(wanted).split()) & set(ROLES) for wanted in each.get("money", ()))
    found = {
        "money": [
            f"{_number(m.amount, m.most)} {m.currency}"
            + (f" {m.role}" if m.role and roles else "")
            + " up_to" * m.up_to
            + " old" * (not m.fresh)
            + " same" * (m.same_as is not None)
            for m in facts.money
        ],
        "prices": [
            f"{_number(p.amount, p.most)} {p.currency}/{p.per}" + {None: "", True: " incl", False: " ex"}[p.vat]
            for p in facts.prices
        ],
        "quantities": [f"{_number(q.value, q.most)} {q.unit}" for q in facts.quantities],
        "shares": [_number(s.value, s.most) for s in facts.shares],
        "votes": [f"{v.ayes}-{v.noes}" for v in facts.votes],
        "dates": [_day(d) for d in facts.dates],
        "documents": [f"{d.kind} {d.number}" for d in facts.documents],
    }
    return {sort: values for sort, values in found.items() if values}


def _day(when):
    if when.first is None:
        shown = "unknown"
    else:
        shown = f"{when.first}" if when.first == when.last else f"{when.first}..{when.last}"
    words = (shown, when.kind, "conditional" * when.conditional, f"slip {when.likely}" if when.suspect else "")
    return " ".join(filter(None, words))


def wanted_of(each):
    """Every value that the file names."""
    return {sort: [_whole(value) for value in each[sort]] for sort in SORTS if sort in each}


@pytest.mark.parametrize("each", SENTENCES, ids=lambda each: each["text"][:40])
def test_a_sentence_gives_its_values(each):
    assert (found_in(each) == wanted_of(each)) is ("weak" not in each)
