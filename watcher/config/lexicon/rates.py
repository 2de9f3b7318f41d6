"""The table of reference rates, read with every fault in its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from watcher.config.rules.page import Keys, Page
from watcher.core.errors import Problem
from watcher.core.facts.rates import Rates, Table
from watcher.core.units import CURRENCIES
from watcher.core.yaml.strict import Node, load

FILE = "rules/lexicon/fx.yaml"
FORMAT = 1
_KEYS = Keys(
    noun="the table of rates", allowed=("format", "checked", "base", "rates"), required=("format", "base", "rates")
)
_TABLE = Keys(noun="a table of rates", allowed=("from", "units"), required=("from", "units"))


def read_rates(data: Path) -> tuple[Rates, tuple[Problem, ...]]:
    """The rates below `data`, none where there is no table, and every problem in it."""
    path = data / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Rates(), ()
    root, problems = load(content, FILE)
    if root is None:
        return Rates(), problems
    page = Page(name=FILE, root=root, lines=())
    keys = page.mapping(root, _KEYS)
    if "format" in keys and keys["format"][1].value != FORMAT:
        page.error(keys["format"][1], "R005", f"format must be {FORMAT}, not {keys['format'][1].raw}")
    base = page.text(keys["base"][1], "base") if "base" in keys else None
    tables = (
        [_table(page, node, base or "") for node in page.items(keys["rates"][1], "rates")] if "rates" in keys else []
    )
    found = sorted((table for table in tables if table is not None), key=lambda table: table.since)
    return Rates(tables=tuple(found)), (*problems, *page.problems)


def _table(page: Page, node: Node, base: str) -> Table | None:
    keys = page.mapping(node, _TABLE)
    if "from" not in keys or "units" not in keys:
        return None
    try:
        since = date.fromisoformat(str(keys["from"][1].raw))
    except ValueError:
        page.error(keys["from"][1], "R011", f'"{keys["from"][1].raw}" is no date; write it as 2026-01-31')
        return None
    units = {base: Decimal(1)}
    for key, value in keys["units"][1].pairs:
        worth = _number(str(value.raw))
        if str(key.value) not in CURRENCIES or worth is None or worth <= 0:
            page.error(key, "R011", f'"{key.value}: {value.raw}" is no currency and what one {base} is worth in it')
        else:
            units[str(key.value)] = worth
    return Table(since=since, units=units)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
