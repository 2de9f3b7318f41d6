"""35 real articles, each against a row of a domain expert's table: event, status, who, where, what, how much, told how."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from watcher.core.events.model import Genre

ROWS = yaml.safe_load((Path(__file__).parent / "rows.yaml").read_text(encoding="utf-8"))
WEAK = ROWS.pop("weak")
CLASSES = {
    Genre.REPORT: "event",
    Genre.STUDY: "study",
    Genre.OPINION: "opinion",
    Genre.PROMOTION: "opinion",
    Genre.MARKET_WRAP: "event",
}
TOLD = {None: "quiet", "notice": "digest", "warning": "alert", "urgent": "alert"}


def read(article):
    """What the article is read as, cell by cell; a list cell is whole if it has all that the row asks for."""
    reported = article.account.reported
    roles = {role for event in reported for role in event.roles}
    money = {
        f"{each.amount:f} {each.currency}".replace(".0 ", " "): each.up_to for each in article.facts.money if each.fresh
    }
    amounts = {role.id for role in roles if role.part == "amount"}
    return {
        "type": article.types[0] if article.types else "",
        "also": set(article.types[1:]),
        "status": reported[0].status if reported else "",
        "hedged": bool(reported) and (reported[0].status == "rumoured" or not reported[0].sure),
        "parts": {role.id for role in roles if role.part in {"actor", "party"}},
        "about": {role.id for role in roles if role.part in {"place", "material"}},
        "named": {each.id for each in article.understood.named},
        "amount": next(iter(amounts), ""),
        "up_to": any(money.get(amount) for amount in amounts),
        "mentions": {event.type for event in article.account.events if not event.reported},
        "class": CLASSES[article.account.genre],
        "told": TOLD[article.severity],
    }


def wrong(name, article):
    """The cells of the row that are read otherwise, with what is read."""
    said = read(article)
    found = {}
    for cell, wanted in ROWS[name].items():
        value = said[cell]
        if isinstance(value, set):
            if set(wanted) - value:
                found[cell] = f"without {', '.join(sorted(set(wanted) - value))}"
        elif value not in (wanted if isinstance(wanted, list) else [wanted]):
            found[cell] = str(value)
    return found


@pytest.mark.parametrize("name", ROWS)
def test_an_article_is_read_as_its_row_says(real, name):
    unread = wrong(name, real[name])

    assert set(unread) <= set(WEAK.get(name, ())), unread


def test_how_many_rows_and_cells_are_right(real, count):
    every = {name: wrong(name, real[name]) for name in ROWS}
    cells = sum(map(len, ROWS.values()))

    count("rows of the table of real articles", sum(not each for each in every.values()), len(ROWS))
    count("their cells", cells - sum(map(len, every.values())), cells)
    assert len(ROWS) == 35
    assert sum(map(len, every.values())) <= sum(map(len, WEAK.values()))
