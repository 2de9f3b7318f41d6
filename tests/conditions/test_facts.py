"""The kinds `amount`, `price` and `document`, and the event's options of that name: values asked by a rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from tests.core.rules.make import reading
from watcher.conditions import KINDS
from watcher.conditions.base import Context
from watcher.conditions.comparing import comparison
from watcher.conditions.event import _unfit
from watcher.config import data_dir
from watcher.config.lexicon import read_rates
from watcher.core.events.model import Event, Role
from watcher.core.facts.rates import Rates, Table

DAY = date(2026, 2, 5)
LOAN = "The bank lends up to 40 million euros to the mine."
RATES = Rates(
    tables=(
        Table(since=date(2024, 1, 1), units={"USD": Decimal(1), "EUR": Decimal("0.8"), "CNY": Decimal(7)}),
        Table(since=date(2026, 1, 1), units={"USD": Decimal(1), "EUR": Decimal("0.5"), "CNY": Decimal(7)}),
    )
)


class Rated:
    """As much of an understander as amounts need."""

    rates = RATES


def build(**clause):
    kind = KINDS[next(name for name in KINDS if name in clause)]
    return kind.build(kind.Options.model_validate(clause), Context(understanding=lambda: Rated))


def look(text, day=DAY, **clause):
    return build(**clause).look(reading(text, published=day))


@pytest.mark.parametrize(
    ("clause", "text", "holds"),
    [
        ({"amount": ">= 40 million EUR"}, LOAN, True),
        ({"amount": "> 40 million EUR"}, LOAN, False),
        ({"amount": "= 40 million EUR"}, LOAN, True),
        ({"amount": "5 to 40 million EUR"}, LOAN, True),
        ({"amount": "500 thousand to 39 million EUR"}, LOAN, False),
        ({"amount": "< 1 billion EUR"}, LOAN, True),
        ({"amount": ">= 1 EUR", "role": "loan"}, LOAN, True),
        ({"amount": ">= 1 EUR", "role": ["grant", "equity"]}, LOAN, False),
        ({"amount": ">= 1 EUR", "up_to": "skip"}, LOAN, False),
        ({"amount": ">= 1 EUR", "in": "body"}, LOAN, False),
        ({"amount": ">= 1 USD"}, "In total it has received $80 million.", False),
        ({"amount": ">= 7 billion USD"}, "It costs 10 trillion won ($7.5 billion).", False),
        ({"amount": ">= 10 trillion KRW"}, "It costs 10 trillion won ($7.5 billion).", True),
        ({"amount": ">= 15 million USD"}, "It lends $10-20 million.", True),
        ({"price": ">= 100 USD/kg"}, "The oxide trades at $110/kg.", True),
        ({"price": ">= 100 USD/t"}, "The oxide trades at $110/kg.", True),
        ({"price": "< 60 USD/lb"}, "The oxide trades at $110/kg.", True),
        ({"price": "< 40 USD/lb"}, "The oxide trades at $110/kg.", False),
        ({"price": ">= 1 USD/mtu"}, "The oxide trades at $110/kg.", False),
        ({"price": ">= 1 USD/kg"}, "It pays $110 million.", False),
        ({"document": "2025-61"}, "MOFCOM Announcement No. 61 of 2025 takes effect.", True),
        ({"document": ["2025-6", "2025-611"]}, "MOFCOM Announcement No. 61 of 2025 takes effect.", False),
        ({"document": "HR 4090 (119)"}, "The House passed H.R. 4090.", True),
        ({"document": "H.R. 4090 (118)"}, "The House passed H.R. 4090.", False),
    ],
)
def test_a_clause_holds_for_what_the_article_tells(clause, text, holds):
    finding = look(text, **clause)

    assert finding.holds is holds
    assert bool(finding.evidence) is holds
    assert bool(finding.why) is not holds
    assert all(text[each.start : each.end] == each.quote for each in finding.evidence)


def test_another_currency_is_converted_by_the_rate_of_the_day_and_says_so():
    now = look(LOAN, amount=">= 60 million USD")
    before = look(LOAN, day=date(2025, 3, 1), amount=">= 60 million USD")

    assert now.holds
    assert now.evidence[0].says == "amount: >= 60 million USD, at 2 USD (rate of 2026-01-01)"
    assert not before.holds


def test_without_a_rate_nothing_is_guessed():
    assert not look("It pays 40 million rand.", amount=">= 1 USD").holds


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ({"amount": "100"}, "R026"),
        ({"amount": ">= 100 MUSD"}, "R026"),
        ({"amount": ">= 100 million $"}, "R026"),
        ({"amount": ">= 8 USD/kg"}, "R026"),
        ({"amount": "20 to 5 million USD"}, "R026"),
        ({"price": ">= 8 USD"}, "R026"),
        ({"price": ">= 8 EUR/USD"}, "R026"),
        ({"amount": ">= 1 USD", "role": "gift"}, "R017"),
        ({"document": "H.R. 4090"}, "R017"),
        ({"document": "the bill"}, "R017"),
    ],
)
def test_a_value_out_of_its_grammar_is_refused(clause, code):
    with pytest.raises(ValidationError) as refused:
        build(**clause)

    assert refused.value.errors()[0]["type"] == code


def test_an_events_amount_is_compared_as_any_other():
    role = Role(part="amount", id="40000000 EUR", name="40 million euros", start=0, end=5)
    event = Event(
        type="loan", status="agreed", status_text="lends", reported=True, sure=True, start=0, end=5, sentence=(0, 9),
        roles=(role,),
    )  # fmt: skip

    asked = comparison(">= 60 million USD", price=False)
    assert _unfit(event, "amount", asked, RATES, DAY) == ""
    assert _unfit(event, "amount", asked, RATES, date(2025, 1, 1)) == (
        "has no amount >= 60 million USD but 40000000 EUR"
    )
    assert _unfit(event, "price", comparison(">= 1 USD/kg", price=True), RATES, DAY) == "has no price >= 1 USD/kg"


def test_the_shipped_rates_are_read_and_dated():
    rates, problems = read_rates(data_dir())

    assert problems == ()
    assert rates.rate("AUD", "USD", DAY).value < 1 < rates.rate("USD", "JPY", DAY).value
    assert rates.rate("EUR", "USD", date(2024, 6, 1)).since == date(2024, 1, 1)
    assert rates.rate("XXX", "USD", DAY) is None


def test_a_mistake_in_the_rates_is_told_in_its_place(tmp_path):
    path = tmp_path / "rules" / "lexicon" / "fx.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(
        "format: 1\nbase: USD\nrates:\n  - from: soon\n    units: {EUR: 1}\n  - from: 2026-01-01\n    units: {EURO: 1}\n"
    )

    assert [f"{each.line}:{each.column}" for each in read_rates(tmp_path)[1]] == ["4:11", "7:13"]
