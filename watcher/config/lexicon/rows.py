"""A table of the user's own organisations (CSV) read into entries; every fault names its line.

Source: the rule language, section 2, Lists: head row with `name`; `id`, `aliases` split by `;`, `country` optional.
"""

from __future__ import annotations

import re

from watcher.config.lexicon.entry import ANY, Entry
from watcher.config.lexicon.sections import KINDS, Sheets
from watcher.config.rules.page import NAME, NAME_LENGTH, Page
from watcher.config.rules.rows import TableFault, rows_of, separator_hint
from watcher.core.errors import Problem
from watcher.core.lexicon.model import Sort
from watcher.core.text.items import item_fault
from watcher.core.text.plain import fold
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

ROWS = 20_000
COLUMNS = ("name", "id", "aliases", "country", "kind", "short", "tickers")
_COUNTRY = re.compile(r"[A-Z]{2}|INT")
_TO_ID = re.compile(r"[^a-z0-9]+")


def entries_of_table(name: str, content: bytes, sheets: Sheets) -> list[Problem]:
    """Add the organisations of a table; a name that is known already takes its id and adds the row's other names."""
    problems: list[Problem] = []

    def fault(line: int, text: str, code: str = "R062") -> None:
        problems.append(Problem(file=name, line=line, column=1, code=code, text=text))

    try:
        columns, rows = rows_of(content)
    except TableFault as error:
        fault(error.line, str(error))
        return problems
    for column in columns:
        if column not in COLUMNS:
            hint = separator_hint(column) or did_you_mean(column, COLUMNS)
            fault(1, f'unknown column "{column}"{hint}', "R006")
    if "name" not in columns and not any(map(separator_hint, columns)):
        fault(1, 'the head row has no "name"', "R007")
    elif len(rows) > ROWS:
        fault(1, f"{len(rows):,} rows; at most {ROWS:,}", "R003")
    if problems:
        return problems
    known = _by_name(sheets)
    for line, row in rows:
        cells = {key: value.strip() for key, value in row.items()}
        text = _row_fault(cells)
        if text is not None:
            fault(line, text)
        else:
            _add(name, line, cells, sheets, known)
    return problems


def _row_fault(cells: dict[str, str]) -> str | None:
    """What is wrong with a row, in words, or None."""
    if not cells.get("name"):
        return "row without name"
    for item in [cells["name"], *_split(cells.get("aliases", ""))]:
        if fault := item_fault(item):
            return fault
    id_ = cells.get("id", "")
    if id_ and not (NAME.match(id_) and len(id_) <= NAME_LENGTH):
        return f'id "{id_}": use a-z, 0-9, - and _, at most {NAME_LENGTH} characters'
    if cells.get("country") and not _COUNTRY.fullmatch(cells["country"]):
        return f'country is "{cells["country"]}"; a country is two capitals (DE), or INT'
    if cells.get("kind") and cells["kind"] not in KINDS:
        return f'kind is "{cells["kind"]}"; allowed: {", ".join(sorted(KINDS))}'
    return None


def _add(name: str, line: int, cells: dict[str, str], sheets: Sheets, known: dict[str, Entry]) -> None:
    node = Node(kind="scalar", line=line, column=1, value=cells["name"])
    page = Page(name=name, root=node, lines=())
    id_ = cells.get("id") or ""
    entry = sheets.entries.get((Sort.ORGANISATION, id_)) if id_ else known.get(fold(cells["name"]))
    if entry is None:
        id_ = id_ or _free_id(cells["name"], sheets)
        entry = Entry(section="organisations", id=id_, at=(page, node))
        entry.texts |= {"name": cells["name"], "kind": "company"}
        sheets.entries[Sort.ORGANISATION, id_] = entry
        known[fold(cells["name"])] = entry
    elif fold(entry.name) != fold(cells["name"]):
        entry.add_names(ANY, [(cells["name"], node)], page)
    entry.texts |= {key: cells[key] for key in ("country", "kind", "short") if cells.get(key)}
    aliases = [alias for alias in _split(cells.get("aliases", "")) if known.get(fold(alias), entry) is entry]
    entry.add_names(ANY, [(alias, node) for alias in aliases], page)
    known |= {fold(alias): entry for alias in aliases}
    entry.add("tickers", [(ticker, node) for ticker in _split(cells.get("tickers", ""))], page)


def _split(cell: str) -> list[str]:
    return [part for each in cell.split(";") if (part := each.strip())]


def _by_name(sheets: Sheets) -> dict[str, Entry]:
    """The organisations known so far by every name of theirs."""
    found: dict[str, Entry] = {}
    for entry in sheets.entries.values():
        if entry.sort is Sort.ORGANISATION:
            for name in [entry.name, *(name for names in entry.names.values() for name in names)]:
                found.setdefault(fold(name.removeprefix("=")), entry)
    return found


def _free_id(name: str, sheets: Sheets) -> str:
    """An id made of the name that nobody has yet."""
    stem = _TO_ID.sub("_", fold(name)).strip("_")[: NAME_LENGTH - 6] or "organisation"
    id_, number = stem, 2
    while (Sort.ORGANISATION, id_) in sheets.entries:
        id_, number = f"{stem}_{number}", number + 1
    return id_
