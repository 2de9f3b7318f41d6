"""When clauses on series fire: the worked line of the language, and what a change is measured against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from watcher.core.firing import Watch, point_of, times_of, turnings, values_of
from watcher.core.units import unit

START = datetime(2026, 1, 5, tzinfo=UTC)


def marks(watch: Watch, *points: str) -> str:
    """`!` where a point fires, `a` where it arms again, else `.`."""
    records = [point_of(value, START + timedelta(days=day)) for day, value in enumerate(points)]
    said = {each.at: "!" if each.fires else "a" for each in turnings(watch, values_of(records, None))}
    return "".join(said.get(record.at, ".") for record in records)


def below(bound: str, times: int = 1, rearm: str = "0") -> Watch:
    return Watch(way="below", bound=Decimal(bound), times=times, rearm=Decimal(rearm))


def test_the_worked_line():
    line = "112 111 109.5 110.5 109 108 111 109 108 113.5 109 108".split()  # noqa: SIM905 - as it is written

    assert marks(below("110", 2, "3"), *line) == ".....!...a.!"


@pytest.mark.parametrize(
    ("watch", "points", "said"),
    [
        (below("110"), "109 108 107", "..."),
        (below("110"), "110 109 110 109", ".!a!"),
        (below("110", rearm="3"), "109 110 109", "..!"),
        (Watch(way="above", bound=Decimal(10), rearm=Decimal(10)), "9 11 9.5 11 9 11", ".!..a!"),
        (below("110", 3), "112 109 108 111 109 108 107", "......!"),
    ],
)
def test_levels(watch, points, said):
    assert marks(watch, *points.split()) == said


def test_a_change_is_measured_against_the_last_point_that_is_so_much_older():
    watch = Watch(way="change", bound=Decimal(-5), sign="<=", span=timedelta(days=5))

    assert marks(watch, *"120 119 118 117 116 112".split()) == ".....!"  # noqa: SIM905
    assert marks(watch, *"120 110 110 110 110".split()) == "....."  # noqa: SIM905
    assert marks(watch, *"120 120 120 120 120 112 111 120 113".split()) == ".....!.a!"  # noqa: SIM905


@pytest.mark.parametrize(
    ("asked", "given", "times"),
    [
        ("USD/kg", "USD/t", "0.001"),
        ("USD/t", "USD/kg", "1000"),
        ("USD/kg", "CNY/kg", None),
        ("CNY/t", "CNY/t incl VAT", None),
        ("t", "kg", "0.001"),
    ],
)
def test_levels_are_compared_by_the_unit(asked, given, times):
    found = times_of(unit(asked), unit(given))

    assert found == (None if times is None else Decimal(times))
