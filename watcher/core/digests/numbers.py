"""Numbers of an issue's period as tables: money committed, mentions of materials, prices; and what can be drawn.

Never adds sums up: two currencies have no sum, and a total may hold the loan that stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from watcher.core.digests.sayings import Pledge
from watcher.core.telling.messages import Bars, DigestTable
from watcher.core.telling.status_words import status_words
from watcher.core.telling.translating import NOT_NAMED
from watcher.core.text.calendar_names import MONTHS

WEEKS: Final = 8
_MOST_ROWS: Final = 8
_MILLION: Final = Decimal(1_000_000)
_BY_WEEK: Final = "A week ends on the day above it. Each article counts once for a material, whatever it says of it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A sum that a story of the issue commits: `words` are those of its text, `country` where it goes, "" unknown."""

    pledge: Pledge
    words: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """How many articles named a material in each of the weeks, oldest first."""

    name: str
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A series of prices: its newest values, oldest first, in `unit`; `since` is the last day before the period."""

    name: str
    unit: str
    values: tuple[tuple[datetime, Decimal], ...]


def money_table(committed: Sequence[Committed]) -> DigestTable | None:
    """Money committed, by role and country, as it was printed; None where there is none."""
    rows = _once(committed)
    if not rows:
        return None
    ordered = sorted(rows, key=lambda each: (each.pledge.role, each.country, -Decimal(each.pledge.amount)))[:_MOST_ROWS]
    currencies = Counter(each.pledge.currency for each in ordered)
    notes = []
    if len(ordered) > 1:
        why = f"{len(currencies)} currencies, and a" if len(currencies) > 1 else "a"
        notes.append(f"Not added up: {why} total may already hold a sum that is named beside it.")
    if len(rows) > len(ordered):
        notes.append(f"And {len(rows) - len(ordered)} more sums.")
    return DigestTable(
        title="Money committed, by role and country",
        head=("From and to", "Role", "Country", "Amount", "Status"),
        rows=tuple(
            (
                _sides(each.pledge),
                each.pledge.role,
                each.country or NOT_NAMED,
                _amount(each),
                status_words(each.pledge.status).lower(),
            )
            for each in ordered
        ),
        notes=tuple(notes),
        bars=_money_bars(ordered, currencies.most_common(1)[0][0]),
    )


def _once(committed: Sequence[Committed]) -> list[Committed]:
    """Each sum once: the same amount from or to the same side is one, told twice."""
    kept: list[Committed] = []
    for each in committed:
        pledge = each.pledge
        sides = {pledge.payer, pledge.payee} - {""}
        twice = any(
            (other.pledge.amount, other.pledge.currency) == (pledge.amount, pledge.currency)
            and (not sides or not sides.isdisjoint({other.pledge.payer, other.pledge.payee}))
            for other in kept
        )
        if not twice:
            kept.append(each)
    return kept


def _sides(pledge: Pledge) -> str:
    if pledge.payer and pledge.payee:
        return f"{pledge.payer} to {pledge.payee}"
    return pledge.payer or pledge.payee or NOT_NAMED


def _amount(each: Committed) -> str:
    ceiling = each.pledge.up_to and "up to" not in each.words.casefold()
    return f"up to {each.words}" if ceiling else each.words


def _money_bars(rows: Sequence[Committed], currency: str) -> Bars | None:
    """The sums in the currency that most are in; others can't stand on its axis."""
    drawn = [each for each in rows if each.pledge.currency == currency]
    return Bars(
        unit=f"millions of {currency}",
        labels=tuple(_sides(each.pledge) for each in drawn),
        values=tuple((f"{Decimal(each.pledge.amount) / _MILLION:f}",) for each in drawn),
        shown=tuple(_amount(each) for each in drawn),
    )


def mentions_table(counted: Sequence[Mentioned], ends: Sequence[date], *, earlier: str = "") -> DigestTable | None:
    """Mentions of materials over the weeks that end on these days, oldest first; None where none was named.

    `earlier` says why weeks before them are missing.
    """
    most = [each for each in counted if any(each.weeks)]
    most = sorted(most, key=lambda each: (-each.weeks[-1], -sum(each.weeks), each.name))[:_MOST_ROWS]
    if not most:
        return None
    return DigestTable(
        title=f"Articles that name a material, by week, {len(ends)} week{'' if len(ends) == 1 else 's'}",
        head=("Material", *(f"{end.day} {MONTHS[end.month - 1]}" for end in ends)),
        rows=tuple((each.name, *(str(count) for count in each.weeks)) for each in most),
        notes=tuple(note for note in (_BY_WEEK, earlier) if note),
        bars=Bars(
            unit="articles a week",
            labels=tuple(each.name for each in most),
            values=tuple(tuple(str(count) for count in each.weeks) for each in most),
            shown=tuple(str(each.weeks[-1]) for each in most),
        ),
    )


def prices_table(quoted: Sequence[Quoted], begin: datetime) -> DigestTable | None:
    """The newest value of each series and the last one before the period; a series without a new value says so."""
    rows, notes = [], []
    drawn = []
    for each in quoted:
        if not each.values:
            continue
        at, value = each.values[-1]
        day = f"{at:%Y-%m-%d}"
        before = [old for when, old in each.values if when < begin]
        if at < begin:
            notes.append(f"{each.name}: no value since {day}, so none in this issue.")
            continue
        change = f"{(value - before[-1]) / abs(before[-1]) * 100:+.1f} %" if before and before[-1] else "–"
        rows.append((each.name, f"{value.normalize():f} {each.unit}", day, change))
        drawn.append(each)
    if not rows and not notes:
        return None
    units = {each.unit for each in drawn}
    bars = None
    if len(units) == 1 and all(value >= 0 for each in drawn for _, value in each.values):
        bars = Bars(
            unit=units.pop(),
            labels=tuple(each.name for each in drawn),
            values=tuple(tuple(f"{value:f}" for _, value in each.values) for each in drawn),
            shown=tuple(f"{each.values[-1][1].normalize():f}" for each in drawn),
        )
    return DigestTable(
        title="Prices",
        head=("Series", "Value", "Of", "Since the last issue"),
        rows=tuple(rows),
        notes=tuple(notes),
        bars=bars,
    )
