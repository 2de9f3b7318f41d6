"""The clause `matter`: what an article did to one, told by the entry that is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.core.matters.make import LADDER, PERMIT, telling
from watcher.conditions import KINDS
from watcher.conditions.base import Context
from watcher.core.matters.model import Standing
from watcher.core.matters.moving import moves
from watcher.core.model import SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.reading import Reading

TEXT = "The agency granted the permit for the mine."
CONTEXT = Context(matters={"permit": LADDER, "other": LADDER})


def clause(**options):
    kind = KINDS["matter"]
    return kind.build(kind.Options.model_validate(options), CONTEXT)


def looked(told, before="draft", **options):
    reading = Reading(
        text=TEXT,
        zones=(ZoneSpan(zone=Zone.TITLE, start=0, end=len(TEXT)),),
        language="en",
        source=SourceId("wire"),
        trust=Trust.WIRE,
        about=moves(PERMIT, Standing(status=before), told, TEXT) if told is not None else None,
    )
    return clause(**options).look(reading)


@pytest.mark.parametrize(
    ("told", "options", "holds"),
    [
        (telling("granted"), {"matter": "permit"}, True),
        (telling("granted"), {"matter": "*"}, True),
        (telling("granted"), {"matter": ["other", "permit"], "to": "granted", "from": "draft"}, True),
        (telling("granted"), {"matter": "other"}, False),
        (telling("granted"), {"matter": "permit", "to": "refused"}, False),
        (telling("granted"), {"matter": "permit", "from": "applied"}, False),
        (telling("draft"), {"matter": "permit"}, False),
        (telling("draft"), {"matter": "permit", "change": ["status", "evidence"]}, True),
        (telling("rumoured"), {"matter": "permit"}, False),
        (telling("rumoured"), {"matter": "permit", "change": "note"}, True),
        (telling("draft", dates=(("expires", date(2026, 9, 1)),)), {"matter": "permit", "change": "date"}, True),
        (telling("draft", amounts=("5 USD",)), {"matter": "permit", "change": "amount"}, True),
        (None, {"matter": "*"}, False),
    ],
)
def test_what_it_holds_for(told, options, holds):
    found = looked(told, **options)

    assert found.holds is holds
    assert bool(found.why) is not holds


def test_its_evidence_is_the_words_that_did_it():
    [evidence] = looked(replace(telling("granted"), event=telling("granted").event), matter="permit").evidence

    assert evidence.quote == TEXT[:4]
    assert evidence.says == "matter: permit: status: draft \u2192 granted"


def test_a_clause_on_many_matters_names_the_one_that_moved():
    assert [each.says for each in looked(telling("granted"), matter="*").evidence] == [
        "matter: *: permit: status: draft \u2192 granted"
    ]
    [evidence] = looked(telling("granted"), matter="permit", to="granted").evidence
    assert evidence.says == "matter: permit, to granted: status: draft \u2192 granted"


@pytest.mark.parametrize("order", [["permit", "other"], ["other", "permit"]])
def test_a_clause_on_two_matters_names_the_one_that_moved_wherever_it_stands(order):
    [evidence] = looked(telling("granted"), matter=order).evidence

    assert evidence.says == f"matter: {', '.join(order)}: permit: status: draft \u2192 granted"


def test_an_earlier_step_is_no_change_of_status():
    told = telling("applied", date(2020, 1, 1), background="history")
    standing = Standing(status="granted", moved=telling("granted").days)
    made = moves(PERMIT, standing, told, TEXT)
    reading = Reading(text=TEXT, zones=(), language="en", source=SourceId("w"), trust=Trust.WIRE, about=made)

    found = clause(matter="permit").look(reading)

    assert made.earlier
    assert "an earlier step" in found.why


def test_thin_evidence_is_unsure_and_so_never_urgent():
    assert looked(telling("granted", sure=False), matter="permit").unsure
    assert not looked(telling("granted"), matter="permit").unsure


def test_matters_found_by_a_number_may_be_named_before_they_are_found():
    assert clause(matter="bill-h-r-1-119")
