"""When a clause on a series fires, and when it may fire again, told from its points in the order of their times.

Never looks at a clock or at a point twice told: the same points give the same firings.
Source: the rule language, section 4, Series.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from watcher.core.series import Conversion, PointRecord, decimal_of
from watcher.core.units import MASSES, Unit, unit
from watcher.core.values import before as earlier

Way = Literal["below", "above", "change", "stale"]
_PER_CENT = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What one clause asks of a series.

    `bound` is the level of `below` and `above`, in `unit` where it names one, or the share of `change` in per cent,
    compared by `sign`. `times` points in a row are asked for; `rearm` is the share, in per cent, by which a point must
    come back. `span` is `within` of a change, or how long a series is `stale` without a point.
    """

    way: Way
    bound: Decimal = Decimal(0)
    unit: Unit | None = None
    sign: str = ""
    times: int = 1
    rearm: Decimal = Decimal(0)
    span: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A point that counts: its value in the unit that is asked for, and the record that it is of."""

    at: datetime
    value: Decimal
    record: PointRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """What a point brings: a firing, with the points that it rests on, or that the clause may fire again."""

    at: datetime
    fires: bool
    used: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What rules on series judge: a moment at which one or more clauses fire on a source, with words for each."""

    source: str
    at: datetime
    words: tuple[tuple[Watch, str], ...]

    def of(self, watch: Watch) -> str | None:
        """The words for a clause, or None if it does not fire."""
        return next((words for each, words in self.words if each == watch), None)


def times_of(asked: Unit | None, given: Unit | None) -> Decimal | None:
    """What a value in the given unit is multiplied by to be in the one asked for; None where they can't be compared."""
    if asked is None or given is None or asked == given:
        return Decimal(1)
    if asked.is_price and given.is_price:
        same = asked.of == given.of and asked.with_vat == given.with_vat
        return MASSES[asked.per or ""] / MASSES[given.per or ""] if same else None
    if asked.per is None and given.per is None and asked.of in MASSES and given.of in MASSES:
        return MASSES[given.of] / MASSES[asked.of]
    return None


def said_value(record: PointRecord) -> tuple[str, str] | None:
    """A point's value with its unit, converted where its series is; None where it is missing or waits for its rate."""
    text = record.conversion.value if record.into else record.value
    return None if text is None else (text, record.into or record.unit)


def values_of(records: Iterable[PointRecord], asked: Unit | None) -> list[Value]:
    """The points that count, in the order of their times, in the unit that is asked for."""
    found: list[Value] = []
    for record in sorted(records, key=lambda each: each.at):
        said = said_value(record)
        number = decimal_of(said[0]) if said is not None else None
        times = times_of(asked, unit(said[1]) if said is not None and said[1] else None)
        if number is not None and times is not None:
            found.append(Value(at=record.at, value=number * times, record=record))
    return found


def point_of(value: str, at: datetime) -> PointRecord:
    """A point that an example shows, in whatever unit is asked for."""
    return PointRecord(
        at=at, revision=1, value=value, unit="", into="", conversion=Conversion(), released=None, seen=at
    )


def turnings(watch: Watch, values: Sequence[Value]) -> Iterator[Turning]:
    """Every firing and every re-arming, in order."""
    if watch.way in {"below", "above"}:
        yield from _of_level(watch, values)
    elif watch.way == "change":
        yield from _of_change(watch, values)


def fired_before(turned: Iterable[Turning], came: Sequence[datetime]) -> datetime | None:
    """The newest firing at a point that was there before: of a rule that begins, that is history."""
    return max((each.at for each in turned if each.fires and each.at not in came), default=None)


def stale_from(watch: Watch, values: Sequence[Value]) -> datetime | None:
    """When a series will be stale if no other point comes; None for one without points."""
    return values[-1].at + watch.span if values else None


def taken_back(
    watch: Watch,
    turned: Sequence[Turning],
    fired: datetime,
    came: Sequence[datetime],
    values: Sequence[Value],
    *,
    cut: bool,
) -> bool:
    """Whether points that came took back the newest firing, and none took its place.

    Where the values are `cut`, what armed the clause may lie before them: a firing at their beginning stands.
    """
    if min(came) > fired or any(each.at > fired for each in turned):
        return False
    if cut and _begins_at(watch, values, fired):
        return False
    standing = [each for each in turned if each.at <= fired]
    return not standing or not standing[-1].fires


def _begins_at(watch: Watch, values: Sequence[Value], at: datetime) -> bool:
    """Whether what a firing rests on may lie before the values."""
    return len(values) <= watch.times or values[watch.times].at > earlier(at, watch.span)


def rests_on(
    watch: Watch, turned: Sequence[Turning], at: datetime, values: Sequence[Value], *, cut: bool
) -> Turning | None:
    """What is left of a firing at a moment: it, or the one that points of before now bring earlier; None if nothing.

    Args: cut - whether there are more points before the values: a firing at their beginning stands.
    """
    if cut and _begins_at(watch, values, at):
        return Turning(at=at, fires=True)
    last = next((each for each in reversed(turned) if each.at <= at), None)
    return last if last is not None and last.fires else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What points that came make of a clause: its newest firing, the one that they took back, and what is new in it."""

    fired: datetime | None
    back: datetime | None
    turned: tuple[Turning, ...]


def moved(
    watch: Watch,
    values: Sequence[Value],
    came: Sequence[datetime],
    *,
    fired: datetime | None,
    new: datetime,
    cut: bool = False,
    gone: bool = False,
) -> Moved:
    """Judge the points of these times, which came.

    Args: values - all points as they are now; fired - the newest firing so far; new - from which point on what fires is
    told; cut - whether there are more points before these; gone - whether the newest firing is known to be no more.
    """
    turned = list(turnings(watch, values))
    lost = fired is not None and (gone or taken_back(watch, turned, fired, came, values, cut=cut))
    back = fired if lost else None
    before = () if fired is None or back is not None else (fired,)
    newest = max((*(turning.at for turning in turned if turning.fires), *before), default=None)
    told = tuple(each for each in turned if each.at >= new and (fired is None or each.at > fired))
    return Moved(fired=newest, back=back, turned=told)


def _of_level(watch: Watch, values: Sequence[Value]) -> Iterator[Turning]:
    """Armed by a point on the other side, fires when so many in a row are beyond, and is disarmed by that."""
    down = watch.way == "below"
    share = watch.rearm / _PER_CENT
    back = watch.bound * (1 + share if down else 1 - share)
    armed = fired = False
    row: list[Value] = []
    for each in values:
        beyond = each.value < watch.bound if down else each.value > watch.bound
        row = [*row, each][-watch.times :] if beyond else []
        again = each.value >= back if down else each.value <= back
        if not armed and not beyond and (again or not fired):
            armed = True
            if fired:
                yield Turning(at=each.at, fires=False)
        if armed and len(row) == watch.times:
            armed, fired = False, True
            yield Turning(at=each.at, fires=True, used=tuple(row))


def _of_change(watch: Watch, values: Sequence[Value]) -> Iterator[Turning]:
    """The last point against the last one that is so much older; again once that no longer holds."""
    times = [each.at for each in values]
    armed = True
    for each in values:
        index = bisect_right(times, earlier(each.at, watch.span)) - 1
        before = values[index] if index >= 0 else None
        holds = before is not None and before.value > 0 and _fits(watch, share_of(before.value, each.value))
        if holds and before is not None and armed:
            armed = False
            yield Turning(at=each.at, fires=True, used=(before, each))
        elif not holds and not armed:
            armed = True
            yield Turning(at=each.at, fires=False)


def share_of(before: Decimal, now: Decimal) -> Decimal:
    """By how many per cent a value changed."""
    return (now - before) * _PER_CENT / before


def _fits(watch: Watch, share: Decimal) -> bool:
    match watch.sign:
        case "<=":
            return share <= watch.bound
        case "<":
            return share < watch.bound
        case ">=":
            return share >= watch.bound
        case _:
            return share > watch.bound


def number_text(value: Decimal) -> str:
    """A number as people write it: at most six digits that mean something after the point."""
    text = f"{value:.6f}" if value == value.to_integral_value() else f"{round(value, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def firing_words(watch: Watch, used: Sequence[Value]) -> str:
    """The points that a firing rests on."""
    listed = ", ".join(f"{number_text(each.value)} ({each.at:%Y-%m-%d})" for each in used)
    if watch.way != "change":
        return listed
    return f"{listed}: {share_of(used[0].value, used[-1].value):+.1f} %"


def value_words(record: PointRecord, before: PointRecord | None, *, vat: Decimal | None, fx: str | None) -> list[str]:
    """What is known of a point: its value with the one before, what was published, tax and exchange rate."""
    said = said_value(record)
    words = [f"value: {' '.join(said).strip()}" if said is not None else "value: none"]
    earlier = said_value(before) if before is not None else None
    if before is not None and earlier is not None:
        words.append(f"before: {' '.join(earlier).strip()} ({before.at:%Y-%m-%d})")
    if record.into:
        words.append(f"source_value: {record.value} {record.unit}")
        if vat is not None:
            words.append(f"vat: {vat} ({'taken out' if 'VAT' in record.unit else 'added'})")
        rate = record.conversion.rate
        if rate is not None:
            words.append(f"fx: {rate.value} {rate.unit} of {rate.at:%Y-%m-%d} ({fx})")
    return words
