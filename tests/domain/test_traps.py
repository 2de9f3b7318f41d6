"""The catalogue of what embarrasses a reader of this field, trap by trap, each on the texts that show it.

A trap that belongs to pages, feeds or messages is tested where those are; its row names that test.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.domain.real import Real, items_of
from watcher.core.lexicon.model import Sort
from watcher.core.model import Severity, Trust, Zone
from watcher.core.understanding.origins import origins_of

TESTS = Path(__file__).parents[1]
OPINION = frozenset({"commentary", "research_study"})
QUIET = frozenset({"rumoured", "denied"})
READING = "test_reading_traps.py::test_a_trap_catches_nobody"


def reports(real: Real, type_: str, *names: str) -> list[str]:
    """Which of these articles report an event of that type."""
    return [name for name in names if type_ in real[name].types]


def mentions(real: Real, type_: str, *names: str) -> bool:
    """Whether each of these names an event of that type without telling it."""
    return all(any(e.type == type_ and not e.reported for e in real[name].account.events) for name in names)


def part_of(real: Real, name: str) -> set[str]:
    """Who has a part in what the article reports."""
    return {role.id for e in real[name].account.reported for role in e.roles}


def sums(real: Real, name: str, *, fresh: bool = True) -> set[tuple[Decimal, str]]:
    """The sums of an article, the new ones or all."""
    return {(each.amount, each.currency) for each in real[name].facts.money if each.fresh or not fresh}


def story(real: Real, name: str) -> str:
    """The story that the article was put into."""
    return real[name].article.story


def related(real: Real, name: str, id_: str) -> list[Zone | None]:
    """The zones in which a thing is named."""
    read = real[name]
    return [read.reading.zone_at(each.start) for each in read.understood.named if each.id == id_]


def masked(real: Real) -> bool:
    """Whether the publisher's name, which holds a material's, never gives that material."""
    found = 0
    for read in real.every.values():
        for match in re.finditer(r"Rare Earth Exchanges", read.article.text):
            named = [each for each in read.understood.named if each.start < match.end() and each.end > match.start()]
            found += 1
            if any(each.sort is Sort.MATERIAL for each in named):
                return False
    return found >= 10


def days(real: Real, name: str) -> dict[str, tuple[date | None, date | None]]:
    """The dates of an article by their words in small letters."""
    read = real[name]
    return {read.said(each.start, each.end).lower(): (each.first, each.last) for each in read.facts.dates}


def questions(real: Real, *names: str) -> bool:
    """Whether nothing that a headline only asks is told as done."""
    for name in names:
        read = real[name]
        title = read.article.zones[0]
        asked = [e for e in read.account.reported if e.start < title.end and e.type not in OPINION]
        if any(e.sure and e.status not in QUIET for e in asked):
            return False
    return True


def cited(real: Real, name: str) -> set[str]:
    """Whose word the article rests on."""
    read = real[name]
    return {each.id for each in origins_of(read.reading, read.understood.named, read.understander.names)}


def uncounted(real: Real) -> bool:
    """Whether a feed in which nothing but counts of comments moved lists the same entries."""
    body = (real.corpus / "feeds" / "rareearthexchanges.xml").read_bytes()
    later = re.sub(rb"<slash:comments>\d+<", b"<slash:comments>99<", body)
    return later != body and items_of(later) == items_of(body)


TRAPS: Mapping[str, Callable[[Real], bool] | str] = {
    "price floor as background": lambda real: not reports(real, "price_floor", "R0", "R7", "R17", "R19", "R23"),
    "may abandon, by unconfirmed reports": lambda real: (
        real["R24"].event("price_floor").status == "rumoured"
        and not real["R24"].event("price_floor").sure
        and real["R24"].severity is Severity.NOTICE
    ),
    "negated": lambda real: (
        not reports(real, "price_floor", "R23")
        and all(e.status in {"rumoured", "denied"} for e in real["R24"].account.events if e.type == "price_floor")
    ),
    "permit as verb, permission, permitting reform": lambda real: (
        not reports(real, "permit_approval", "R5", "R8", "R12", "R19")
    ),
    "approved: a bill, a loan, a board's": lambda real: (
        not any(
            e.type == "permit_approval" and "pprov" in real[name].said(e.start, e.end)
            for name in ("R8", "R12")
            for e in real[name].account.events
        )
    ),
    "halted exports, halted operations": lambda real: (
        reports(real, "production_halt", "R5", "B1") == ["R5"]
        and not any(e.type == "production_halt" for e in real["B1"].account.events)
        and mentions(real, "export_control", "B1")
    ),
    "passed by one chamber": lambda real: real["R8"].event("legislation").status == "passed_house",
    "a headline that asks": lambda real: questions(real, "R0", "R4", "R5"),
    "comment with words of events": lambda real: all(
        set(real[name].types) <= OPINION for name in ("R14", "R18", "R19", "R21", "R22")
    ),
    "two studies, nearly the same title": lambda real: story(real, "R18") != story(real, "R21"),
    "the same event in other words": lambda real: all(
        story(real, blog) == story(real, letter)
        for blog, letter in (("B1", "N1"), ("B2", "N3"), ("B3", "N2"), ("B4", "N4"))
    ),
    "the same company, a similar deal": lambda real: story(real, "N3") != story(real, "P"),
    "three companies of one first name": lambda real: (
        "ionic_rare_earths" in part_of(real, "N3")
        and "ionic_rare_earths" in real["P"].names(Sort.ORGANISATION)
        and not real["R11"].names(Sort.ORGANISATION) & {"ionic_rare_earths", "ionic_technologies"}
        and "ionic_mineral_technologies" in real["R11"].names(Sort.ORGANISATION)
        and "ionic_rare_earths" not in real["A"].names(Sort.ORGANISATION)
        and set(related(real, "A", "ionic_mineral_technologies")) == {Zone.RELATED}
    ),
    "a typo in a name": lambda real: "viridis" in real["P"].names(Sort.ORGANISATION),
    "a publisher's name that is a material": masked,
    "names that differ by one word": lambda real: (
        "usa_rare_earth" in real["N2"].names(Sort.ORGANISATION)
        and not any("american_rare_earths" in each.names(Sort.ORGANISATION) for each in real.every.values())
    ),
    "an editor's brackets in a quote": lambda real: (
        "[REalloys also] rather [wants to]" in real["A"].article.text
        and not any("[" in real["A"].said(each.start, each.end) for each in real["A"].understood.named)
    ),
    "related items": lambda real: (
        set(related(real, "A", "korea_zinc")) == {Zone.RELATED}
        and "korea_zinc" not in part_of(real, "A")
        and not {role.id for e in real["A"].account.reported for role in e.roles} & {"6800000000 USD"}
    ),
    "navigation": READING,
    "a stray headline on top": lambda real: not reports(real, "export_control", *(f"B{n}" for n in range(1, 5))),
    "text glued to a date": READING,
    "headings in capitals": READING,
    "links that the text lost": READING,
    "a dash that became a question mark": lambda real: (
        "Rare Earth–Gallium" in real["R15"].article.title and real["R15"].event("exploration_result").reported
    ),
    "hyphens without spaces": READING,
    "words that grew together": lambda real: (
        "processingecosystem" in real["R0"].article.text
        and {"chatham", "forge"} <= real["R0"].names(Sort.ORGANISATION)
        and {"us", "eu", "jp", "mx"} <= real["R4"].names(Sort.PLACE)
        and "sagint" in real["R23"].names(Sort.ORGANISATION)
    ),
    "stray markdown": lambda real: (
        all("_" not in real[name].article.text for name in ("R1", "R17", "R18"))
        and all("reex" in real[name].names(Sort.ORGANISATION) for name in ("R1", "R17", "R18"))
    ),
    "a slip of the year": lambda real: (
        sorted(str(each.likely) for each in real["R5"].facts.dates if each.suspect) == ["2026-02-01", "2026-02-05"]
        and real["R5"].article.published.year == 2026
    ),
    "relative dates": lambda real: (
        days(real, "R8")["on wednesday"] == (date(2026, 2, 4),) * 2
        and days(real, "R3")["this week"] == (date(2026, 2, 2), date(2026, 2, 8))
        and days(real, "B4")["on friday"] == (date(2025, 5, 23),) * 2
    ),
    "an undated page": lambda real: real["A"].article.published is None and "undated" in real["A"].article.flags,
    "dollars of several countries": lambda real: (
        (Decimal(21_000_000), "USD") in sums(real, "A") and (Decimal(1_200_000_000), "AUD") in sums(real, "R17")
    ),
    "one amount in two currencies": lambda real: (
        [(each.currency, each.same_as is None) for each in real["A"].facts.money if each.amount > 10**9][-2:]
        == [("KRW", True), ("USD", False)]
    ),
    "up to, as much as": lambda real: all(
        any(each.up_to and each.amount == amount for each in real[name].facts.money)
        for name, amount in (("B1", 6_900_000), ("R12", 10_000_000_000))
    ),
    "running totals and new money": lambda real: (
        sums(real, "B1") == {(Decimal(6_900_000), "USD")}
        and (Decimal(80_000_000), "USD") in sums(real, "B1", fresh=False)
        and not any(amount == 22_000_000_000 for name in ("R11", "R12") for amount, _ in sums(real, name, fresh=False))
    ),
    "forecasts": lambda real: (
        sums(real, "R15") == set()
        and not any(
            role.part == "amount" for name in ("R13", "R15") for e in real[name].account.reported for role in e.roles
        )
    ),
    "numbers that are none": lambda real: real["R24"].facts.shares == () and real["R11"].facts.shares == (),
    "percentages that differ between sources": lambda real: (
        not any(real[name].severity in {Severity.WARNING, Severity.URGENT} for name in ("R1", "R7", "P"))
    ),
    "told by a state's media, translated": lambda real: (
        {name for name, read in real.every.items() if "unverified" in read.article.flags}
        == {name for name, read in real.every.items() if read.article.trust is Trust.AGGREGATOR}
        == {"R9", "R16", "R22"}
    ),
    "whose word it is": lambda real: (
        cited(real, "R5") == {"asian_metal"}
        and cited(real, "R15") == {"mining_com"}
        and cited(real, "R20") == {"bloomberg"}
    ),
    "a comment counter that moved": uncounted,
    "a GUID beside another link": READING,
    "the feed's own machinery in the text": lambda real: (
        not any(
            re.search(r"\]\]>|opens in a new tab|appeared first on", each.article.text) for each in real.every.values()
        )
    ),
    "a table flattened to text": READING,
    "HTML of a stranger": "test_render.py::test_no_payload_runs_from_a_title_a_quote_or_a_link",
    "links that lead elsewhere": "test_render.py::test_what_is_no_plain_web_address_is_no_link",
}
"""Every trap with what shows that it catches nobody, or the test that does."""
WEAK = frozenset({"comment with words of events"})
"""Traps that still catch us."""


@pytest.mark.parametrize("trap", [trap for trap, holds in TRAPS.items() if callable(holds)])
def test_a_trap_catches_nobody(real, trap):
    assert TRAPS[trap](real) or trap in WEAK


@pytest.mark.parametrize("place", sorted({each for each in TRAPS.values() if isinstance(each, str)}))
def test_a_trap_that_is_tested_elsewhere_is(place):
    file, _, name = place.partition("::")
    found = ast.parse((TESTS / file).read_text(encoding="utf-8")).body

    assert name in {each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_how_many_traps_catch_nobody(real, count):
    passed = [trap for trap, holds in TRAPS.items() if not callable(holds) or holds(real)]

    count("traps of the catalogue", len(passed), len(TRAPS))
    assert len(TRAPS) == 45
    assert len(passed) >= len(TRAPS) - len(WEAK)
