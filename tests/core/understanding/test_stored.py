"""Readings as bytes: what comes back is what went in, and whatever else is there is no reading."""

from __future__ import annotations

import zlib
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.events.model import Account, Cue, Event, Genre, Role
from watcher.core.facts.model import Facts, Money, Numbered, Price, Quantity, Share, Votes, When
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Zone
from watcher.core.understanding.stored import _FACTS, _ORDERS, FORM, from_bytes, to_bytes
from watcher.core.understanding.understander import Understood

PLACES = st.integers(0, 300_000)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3)
DAYS = st.none() | st.dates()
FACTS = st.builds(
    Facts,
    money=st.lists(st.builds(Money, amount=NUMBERS, most=st.none() | NUMBERS), max_size=2).map(tuple),
    prices=st.lists(st.builds(Price, amount=NUMBERS, most=st.none() | NUMBERS), max_size=2).map(tuple),
    quantities=st.lists(st.builds(Quantity, value=NUMBERS, most=st.none() | NUMBERS), max_size=2).map(tuple),
    shares=st.lists(st.builds(Share, value=NUMBERS, most=st.none() | NUMBERS), max_size=2).map(tuple),
    votes=st.lists(st.builds(Votes), max_size=2).map(tuple),
    dates=st.lists(st.builds(When, first=DAYS, last=DAYS, likely=DAYS), max_size=2).map(tuple),
    documents=st.lists(st.builds(Numbered), max_size=2).map(tuple),
)
EVENTS = st.builds(
    Event,
    roles=st.lists(st.builds(Role, start=st.none() | PLACES, end=st.none() | PLACES), max_size=3).map(tuple),
    again=st.lists(st.tuples(PLACES, PLACES), max_size=2).map(tuple),
)
READINGS = st.builds(
    Understood,
    named=st.lists(st.builds(Named, start=PLACES, end=PLACES, zone=st.none() | st.sampled_from(Zone)), max_size=5).map(
        tuple
    ),
    facts=st.none() | FACTS,
    account=st.builds(
        Account,
        cues=st.lists(st.builds(Cue, of=WORDS), max_size=2).map(tuple),
        events=st.lists(EVENTS, max_size=3).map(tuple),
    ),
)


@given(READINGS)
@settings(max_examples=40)
def test_what_was_understood_comes_back_as_it_was(understood: Understood) -> None:
    assert from_bytes(to_bytes(understood)) == understood


def test_a_reading_is_small() -> None:
    kept = to_bytes(reading())

    assert len(kept) < 200
    assert from_bytes(kept) == reading()


def test_that_nobody_read_the_values_is_not_that_there_are_none() -> None:
    unread, empty = replace(reading(), facts=None), replace(reading(), facts=Facts())

    assert from_bytes(to_bytes(unread)) == unread
    assert from_bytes(to_bytes(empty)) == empty


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"{}",
        FORM,
        FORM + b"{}",
        b"\xff" + to_bytes(Understood(named=(), facts=None, account=Account(genre=Genre.REPORT, cues=(), events=()))),
        FORM + zlib.compress(b"[]", wbits=-15),
        FORM + zlib.compress(b'["no genre",[],[],null,[[],[],""]]', wbits=-15),
        FORM + zlib.compress(b'["report",[],[[1]],null,[[],[],""]]', wbits=-15),
        FORM + zlib.compress(b'["report",[],[],null,[[],[],"t"]]', wbits=-15),
    ],
)
def test_what_is_no_reading_of_this_form_is_none(kept: bytes) -> None:
    assert from_bytes(kept) is None


@given(st.data())
@settings(max_examples=40)
def test_a_damaged_reading_never_raises(data: st.DataObject) -> None:
    kept = bytearray(to_bytes(reading()))
    kept[data.draw(st.integers(0, len(kept) - 1))] ^= data.draw(st.integers(1, 255))

    from_bytes(bytes(kept[: data.draw(st.integers(0, len(kept)))]))


def reading() -> Understood:
    """One of every sort."""
    return Understood(
        named=(
            Named(sort=Sort.ORGANISATION, id="mofcom", name="MOFCOM", start=0, end=6, zone=Zone.TITLE),
            Named(sort=Sort.MATERIAL, id="gallium", name="gallium", start=40, end=47, zone=Zone.LEAD, language="en"),
            Named(sort=Sort.ORGANISATION, id="mofcom", name="MOFCOM", start=60, end=66, zone=None),
        ),
        facts=Facts(
            money=(Money(start=1, end=9, amount=Decimal(20_000_000), currency="USD", same_as=0, fresh=False),),
            dates=(When(start=3, end=8, first=date(2026, 11, 10), last=date(2026, 11, 10), kind="expires"),),
            documents=(Numbered(start=9, end=12, kind="gazette", number="2025-61"),),
        ),
        account=Account(
            genre=Genre.REPORT,
            cues=(Cue(of="study", start=2, end=5),),
            events=(
                Event(
                    type="export_control",
                    status="suspended",
                    status_text="suspends",
                    reported=True,
                    sure=True,
                    start=7,
                    end=30,
                    sentence=(0, 50),
                    roles=(
                        Role(part="actor", id="mofcom", name="MOFCOM", start=0, end=6),
                        Role(part="place", id="cn", name="China", start=None, end=None, implied=True),
                    ),
                    why='"suspends" with "export controls", 0 words apart, in the title; actor: MOFCOM',
                    again=((60, 70),),
                ),
            ),
        ),
    )


@pytest.mark.parametrize("noun", _ORDERS, ids=lambda noun: noun.__name__)
def test_every_field_is_kept(noun: type) -> None:
    assert set(_ORDERS[noun]) == {each.name for each in fields(noun)}


def test_no_field_was_added_that_is_not_kept() -> None:
    # What compares nothing is the lexicon's of today and no part of what an article says.
    kept = {noun: {each.name for each in fields(noun) if each.compare} for noun in (Understood, Account, Facts, Named)}

    assert kept[Understood] == {"named", "facts", "account"}
    assert kept[Account] == {"genre", "cues", "events"}
    assert kept[Facts] == set(_FACTS)
    assert kept[Named] == {"sort", "id", "name", "start", "end", "zone", "language", "by"}
