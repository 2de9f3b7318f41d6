"""Tables of a page as lines of cells, cells that span others repeated; the link of a cell goes under `NAME@href`.

Never grows with what a cell claims to span.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from selectolax.lexbor import LexborNode

from watcher.core.errors import ParseError
from watcher.sources.lists.markup import instead, parsed

HREF: Final = "@href"
_WIDEST: Final = 200
_MOST_TABLES: Final = 100


def html_grids(text: str, select: str, wanted: Sequence[str]) -> Iterator[Sequence[object]]:
    """The lines of the selected table that has the most of the wanted columns.

    Raises: ParseError that says what the page holds instead.
    """
    tree = parsed(text)
    tables = [node for node in tree.css(select)[:_MOST_TABLES] if node.tag == "table"]
    if not tables:
        raise ParseError(f'reading the table: 0 tables match "{select}"; {instead(tree, select)}')
    grids = [_grid(table, set(wanted)) for table in tables]

    def fit(lines: list[list[str]]) -> int:
        return len(set(wanted).intersection(lines[0])) if lines else -1

    best: list[list[str]] = max(grids, key=fit)
    return iter(best)


def _grid(table: LexborNode, wanted: set[str]) -> list[list[str]]:
    """The lines of a table: its headings, of several lines the one that has most of the wanted, and what is below."""
    below: dict[int, tuple[int, str, str]] = {}
    heads: list[list[str]] = []
    lines: list[list[str]] = []
    bare = table.css_first("th") is None
    for row in table.css("tr"):
        cells = [node for node in row.iter() if node.tag in {"td", "th"}]
        line, links = _line(cells, below)
        if not any(line):
            continue
        if not lines and (not heads if bare else all(node.tag == "th" for node in cells)):
            heads.append([*line, *(f"{name}{HREF}" if name else "" for name in line)])
        elif bare or any(node.tag == "td" for node in cells):
            lines.append([*line, *links])
    width = max((len(line) // 2 for line in (*heads, *lines)), default=0)
    head = max(heads, key=lambda line: len(wanted.intersection(line)), default=[])
    return [_widened(line, width) for line in (head, *lines)]


def _widened(line: list[str], width: int) -> list[str]:
    """A line with room for as many cells, and as many links behind them, as the widest has."""
    half = len(line) // 2
    room = [""] * (width - half)
    return [*line[:half], *room, *line[half:], *room]


def _line(cells: Sequence[LexborNode], below: dict[int, tuple[int, str, str]]) -> tuple[list[str], list[str]]:
    """One line; `below` are cells that reach down from lines before: column to lines left, text and link."""
    texts: list[str] = []
    links: list[str] = []
    waiting = iter(cells)
    while len(texts) < _WIDEST:
        at = len(texts)
        if at in below:
            left, text, link = below.pop(at)
            if left > 1:
                below[at] = (left - 1, text, link)
            texts.append(text)
            links.append(link)
            continue
        cell = next(waiting, None)
        if cell is None:
            break
        text, link = " ".join(cell.text(separator=" ").split()), _link(cell)
        for column in range(at, min(at + _span(cell, "colspan"), _WIDEST)):
            texts.append(text)
            links.append(link)
            if (down := _span(cell, "rowspan")) > 1:
                below[column] = (down - 1, text, link)
    return texts, links


def _span(cell: LexborNode, name: str) -> int:
    said = cell.attributes.get(name) or ""
    return min(max(int(said), 1), _WIDEST) if said.isascii() and said.isdigit() and len(said) < 6 else 1  # noqa: PLR2004


def _link(cell: LexborNode) -> str:
    found = cell.css_first("a[href]")
    return (found.attributes.get("href") or "") if found is not None else ""
