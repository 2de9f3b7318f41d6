"""The rows of a table of the user's own organisations, and every fault in them with its line; never looks a name up.

Source: the rule language, section 2, Lists: head row with `name`; `id`, `aliases` split by `;`, `country` optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from watcher.config.rules.page import NAME, NAME_LENGTH
from watcher.config.rules.rows import opened
from watcher.core.errors import Problem
from watcher.core.text.items import item_fault
from watcher.core.yaml.strict import Node, load

COLUMNS = ("name", "id", "aliases", "country", "kind", "short", "tickers")
KINDS = frozenset(
    {
        *("agency", "alliance", "association", "company", "consultancy", "court", "exchange", "financier", "fund"),
        *("government", "lab", "legislature", "media", "ministry", "ngo", "price_reporter", "programme"),
        *("think_tank", "university"),
    }
)
"""The kinds of organisations: rules ask for them by these names."""
_COUNTRY = re.compile(r"[A-Z]{2}|INT")
_FILE = re.compile(rb"\bfile\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Firms:
    """What a table says: its sound rows, each with its line, and what is wrong with the others."""

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    problems: tuple[Problem, ...]


def read_firms(name: str, content: bytes) -> Firms:
    """The rows of a table that messages call `name`."""
    table = opened(name, content, COLUMNS)
    sound: list[tuple[int, Mapping[str, str]]] = []
    for line, row in table.rows:
        cells = {key: value.strip() for key, value in row.items()}
        text = _row_fault(cells)
        if text is None:
            sound.append((line, cells))
        else:
            table.fault(line, text)
    return Firms(rows=tuple(sound), problems=tuple(table.problems))


def parts_of(cell: str) -> list[str]:
    """The values of a cell that holds several, parted by `;`."""
    return [part for each in cell.split(";") if (part := each.strip())]


def path_of(rule_file: str, table: str) -> str:
    """What messages call a table that a rule file names: its path from the configuration."""
    return normpath(join(dirname(rule_file), table))


def tables_named(files: Iterable[tuple[str, bytes]]) -> tuple[tuple[str, str], ...]:
    """The tables of organisations that the lists of rule files name, as (rule file, name in it), each once."""
    found: dict[tuple[str, str], None] = {}
    for file, content in files:
        if _FILE.search(content) is None or b"organisations" not in content:
            continue
        root, _ = load(content, file)
        waiting = [root] if root is not None else []
        while waiting:
            node = waiting.pop(0)
            waiting += [*node.items, *(value for _, value in node.pairs)]
            named = _table_of(node)
            if named is not None:
                found[file, named] = None
    return tuple(found)


def _table_of(node: Node) -> str | None:
    """The table in `organisations: {file: x.csv}`, if that is what a mapping says."""
    items = node.get("organisations") if node.kind == "mapping" else None
    named = items.get("file") if items is not None and items.kind == "mapping" else None
    return named.value if named is not None and isinstance(named.value, str) else None


def _row_fault(cells: Mapping[str, str]) -> str | None:
    """What is wrong with a row, in words, or None."""
    if not cells.get("name"):
        return "row without name"
    fault = next(filter(None, map(_name_fault, [cells["name"], *parts_of(cells.get("aliases", ""))])), None)
    if fault is not None:
        return fault
    id_ = cells.get("id", "")
    if id_ and not (NAME.match(id_) and len(id_) <= NAME_LENGTH):
        return f'id "{id_}": use a-z, 0-9, - and _, at most {NAME_LENGTH} characters'
    if cells.get("country") and not _COUNTRY.fullmatch(cells["country"]):
        return f'country is "{cells["country"]}"; a country is two capitals (DE), or INT'
    if cells.get("kind") and cells["kind"] not in KINDS:
        return f'kind is "{cells["kind"]}"; allowed: {", ".join(sorted(KINDS))}'
    return None


def _name_fault(item: str) -> str | None:
    """What is wrong with a name, in words, or None."""
    if fault := item_fault(item):
        return fault
    if item.startswith("=") or sum(sign.isalnum() for sign in item) > 1:
        return None
    longer = f'write it with its legal form ("{item.rstrip(".").upper()} Corp")'
    return f'"{item}" is one letter, which stands in every text for something else; {longer}'
