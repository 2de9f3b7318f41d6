"""Numbers of a period: told once each, as printed, never added up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from watcher.core.digests.numbers import Committed, Mentioned, Quoted, mentions_table, money_table, prices_table
from watcher.core.digests.sayings import Pledge

NOW = datetime(2026, 2, 7, 5, tzinfo=UTC)


def committed(amount: str, words: str, *, currency: str = "USD", country: str = "Brazil", **changes) -> Committed:
    pledge = {
        "start": 0,
        "end": 4,
        "amount": amount,
        "currency": currency,
        "role": "loan",
        "payer": "Bank",
        "payee": "Mine",
        "status": "awarded",
        "public": True,
        **changes,
    }
    return Committed(pledge=Pledge(**pledge), words=words, country=country)


def test_sums_stand_by_role_and_country_as_they_were_printed():
    table = money_table(
        [
            committed("565000000", "$565M"),
            committed("1200000000", "A$1.2 billion", currency="AUD", country="Australia", role="reserve", payee=""),
        ]
    )

    assert table is not None
    assert table.rows == (
        ("Bank to Mine", "loan", "Brazil", "$565M", "awarded"),
        ("Bank", "reserve", "Australia", "A$1.2 billion", "awarded"),
    )
    assert table.notes == ("Not added up: 2 currencies, and a total may already hold a sum that is named beside it.",)


def test_a_ceiling_is_said_where_the_words_of_the_sum_do_not():
    (row,) = money_table([committed("5", "$5 million", up_to=True)]).rows  # type: ignore[union-attr]

    assert row[3] == "up to $5 million"


def test_one_sum_told_twice_is_one_and_two_payers_of_the_same_sum_are_two():
    twice = [committed("5", "$5"), committed("5", "US$5", payee=""), committed("5", "$5", payer="Fund", payee="Mill")]

    assert len(money_table(twice).rows) == 2  # type: ignore[union-attr]


def test_only_sums_of_one_currency_are_drawn_together():
    table = money_table([committed("5", "$5"), committed("7", "A$7", currency="AUD", payer="Fund", payee="Mill")])

    assert table is not None
    assert table.bars is not None
    assert len(table.bars.labels) == 1


def test_a_week_without_money_or_mentions_has_no_table():
    assert money_table([]) is None
    assert mentions_table([Mentioned(name="gallium", weeks=(0, 0))], [date(2026, 1, 31), date(2026, 2, 7)]) is None
    assert prices_table([], NOW) is None


def test_the_materials_most_named_this_week_come_first():
    counted = [Mentioned(name=name, weeks=weeks) for name, weeks in {"tin": (9, 1), "gallium": (0, 4)}.items()]

    table = mentions_table(counted, [date(2026, 1, 31), date(2026, 2, 7)])

    assert table is not None
    assert table.head == ("Material", "31 Jan", "7 Feb")
    assert table.rows == (("gallium", "0", "4"), ("tin", "9", "1"))


def quoted(*values: tuple[int, str], name: str = "ndpr") -> Quoted:
    points = tuple((NOW - timedelta(days=days), Decimal(value)) for days, value in values)
    return Quoted(name=name, unit="USD/kg", values=points)


def test_a_price_is_compared_with_the_last_one_before_the_period():
    table = prices_table([quoted((20, "90"), (9, "100"), (2, "110"))], NOW - timedelta(days=7))

    assert table is not None
    assert table.rows == (("ndpr", "110 USD/kg", "2026-02-05", "+10.0 %"),)


def test_a_series_without_a_new_value_says_so():
    table = prices_table([quoted((9, "100"))], NOW - timedelta(days=7))

    assert table is not None
    assert (table.rows, table.bars) == ((), None)
    assert table.notes == ("ndpr: no value since 2026-01-29, so none in this issue.",)


def test_prices_in_different_units_or_below_zero_are_not_drawn():
    other = Quoted(name="tin", unit="EUR/t", values=((NOW, Decimal(3)),))

    for series in ([quoted((1, "5")), other], [quoted((1, "-5"))]):
        table = prices_table(series, NOW - timedelta(days=7))
        assert table is not None
        assert table.bars is None


def test_a_rise_from_below_zero_is_a_rise():
    table = prices_table([quoted((9, "-10"), (2, "-5"))], NOW - timedelta(days=7))

    assert table is not None
    assert table.rows[0][3] == "+50.0 %"
