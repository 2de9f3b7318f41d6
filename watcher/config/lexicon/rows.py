"""The rows of a table of the user's own organisations (CSV) made into entries, new ones or those that are known.

Never says what is wrong with a row: that was said when it was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from watcher.config.lexicon.entry import ANY, Entry
from watcher.config.lexicon.sections import Sheets
from watcher.config.rules.firms import parts_of, read_firms
from watcher.config.rules.page import NAME_LENGTH, Page
from watcher.core.errors import Problem
from watcher.core.lexicon.model import Sort
from watcher.core.text.plain import fold
from watcher.core.yaml.strict import Node

_TO_ID = re.compile(r"[^a-z0-9]+")


def entries_of_table(name: str, content: bytes, sheets: Sheets) -> tuple[Problem, ...]:
    """Add the organisations of a table; a name that is known already takes its id and adds the row's other names."""
    firms = read_firms(name, content)
    known = _by_name(sheets) if firms.rows else {}
    for line, cells in firms.rows:
        _add(name, line, cells, sheets, known)
    return firms.problems


def _add(name: str, line: int, cells: Mapping[str, str], sheets: Sheets, known: dict[str, Entry]) -> None:
    node = Node(kind="scalar", line=line, column=1, value=cells["name"])
    page = Page(name=name, root=node, lines=())
    id_ = cells.get("id") or ""
    entry = sheets.entries.get((Sort.ORGANISATION, id_)) or known.get(fold(cells["name"]))
    if entry is None:
        id_ = id_ or _free_id(cells["name"], sheets)
        entry = Entry(section="organisations", id=id_, at=(page, node))
        entry.texts |= {"name": cells["name"], "kind": "company"}
        sheets.entries[Sort.ORGANISATION, id_] = entry
        known[fold(cells["name"])] = entry
    elif fold(entry.name) != fold(cells["name"]):
        entry.add_names(ANY, [(cells["name"], node)], page)
    entry.texts |= {key: cells[key] for key in ("country", "kind", "short") if cells.get(key)}
    aliases = [alias for alias in parts_of(cells.get("aliases", "")) if known.get(fold(alias), entry) is entry]
    entry.add_names(ANY, [(alias, node) for alias in aliases], page)
    known |= {fold(alias): entry for alias in aliases}
    entry.add("tickers", [(ticker, node) for ticker in parts_of(cells.get("tickers", ""))], page)


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
