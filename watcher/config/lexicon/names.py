"""The names of things read from the shipped files and from the user's own, which add to them or change them.

Every fault comes back as a problem with its place; none is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from watcher.config.lexicon.entry import Entry, Place
from watcher.config.lexicon.rows import entries_of_table
from watcher.config.lexicon.sections import Sheets
from watcher.config.rules.page import Page
from watcher.core.errors import Problem
from watcher.core.lexicon.model import Sort
from watcher.core.lexicon.names import Names
from watcher.core.text.plain import fold
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import load

NameFiles = Sequence[tuple[str, bytes]]
"""Files of names: (what messages call it, content); one called *.csv is a table of organisations."""
SHIPPED = ("materials", "organisations", "places", "countries")


def read_names(data: Path, overrides: NameFiles = ()) -> tuple[Names | None, tuple[Problem, ...]]:
    """All names, or None and every problem. `overrides` are the user's files, later ones over earlier ones."""
    files, problems = _shipped(data)
    sheets = Sheets()
    pages: list[Page] = []
    for name, content in (*files, *overrides):
        if name.lower().endswith(".csv"):
            problems += entries_of_table(name, content, sheets)
            continue
        root, faults = load(content, name)
        problems += faults
        if root is not None:
            page = Page(name=name, root=root, lines=())
            sheets.read(page)
            pages.append(page)
    for page, node, text in _strays(sheets):
        page.error(node, "R017", text)
    for page, node, text in _doubles(sheets.entries.values()):
        page.error(node, "R010", text)
    found = [*problems, *(problem for page in pages for problem in page.problems)]
    if any(problem.level == "error" for problem in found):
        return None, _in_order(found)
    listed = [entry.listed() for entry in sheets.entries.values()]
    regions = [region for region, _ in sheets.regions.values()]
    return Names.of(listed, sheets.lists.values(), regions), _in_order(found)


def _shipped(data: Path) -> tuple[list[tuple[str, bytes]], list[Problem]]:
    files: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for stem in SHIPPED:
        name = f"rules/lexicon/{stem}.yaml"
        try:
            files.append((name, (data / name).read_bytes()))
        except OSError as error:
            text = f"can't be read: {error.strerror or error}"
            problems.append(Problem(file=name, line=None, column=None, code="R001", text=text))
    return files, problems


def _strays(sheets: Sheets) -> Iterator[tuple[*Place, str]]:
    """References to what is not there."""
    known = {sort: [id_ for each, id_ in sheets.entries if each is sort] for sort in Sort}
    countries = [
        entry.texts["code"]
        for entry in sheets.entries.values()
        if entry.section == "countries" and "code" in entry.texts
    ]
    organisations, materials = known[Sort.ORGANISATION], known[Sort.MATERIAL]
    for entry in sheets.entries.values():
        for key in ("operator", "owner"):
            value = entry.texts.get(key)
            if value is not None and value not in organisations:
                hint = did_you_mean(value, organisations)
                yield *entry.places[key, value], f'unknown organisation "{value}"{hint}'
        for key, noun, allowed in (
            ("members", "material", materials),
            ("materials", "material", materials),
            ("lists", "list", list(sheets.lists)),
        ):
            for value in entry.lists.get(key, ()):
                if value not in allowed:
                    yield *entry.places[key, value], f'unknown {noun} "{value}"{did_you_mean(value, allowed)}'
    for region, (page, node) in sheets.regions.values():
        for code in region.countries:
            if code not in countries:
                yield page, node, f'region "{region.id}": unknown country "{code}"{did_you_mean(code, countries)}'


def _doubles(entries: Iterable[Entry]) -> Iterator[tuple[*Place, str]]:
    """Names that two things of one sort claim without a guard: nobody could say which is meant."""
    owners: dict[tuple[Sort, str], Entry] = {}
    for entry in entries:
        for name in [entry.texts.get("name", ""), *(name for names in entry.names.values() for name in names)]:
            if not name or name in entry.lists.get("guarded", ()):
                continue
            owner = owners.setdefault((entry.sort, fold(name)), entry)
            if owner is not entry:
                place = entry.places.get(("names", name)) or entry.places.get(("name", name)) or entry.at
                yield *place, f'"{name}" is also a name of {owner.id}; put it under guarded in both, or leave it out'


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(
        sorted(dict.fromkeys(problems), key=lambda each: (each.file, each.line or 0, each.column or 0, each.code))
    )
