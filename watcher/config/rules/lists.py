"""The named lists of a rule set: read from all files, altered by `change`, lists of lists opened; never judged.

Source: the rule language, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from watcher.config.rules.firms import parts_of, path_of, read_firms
from watcher.config.rules.page import Keys, Page, shape
from watcher.config.rules.rows import opened
from watcher.core.errors import Problem
from watcher.core.text.languages import CODES_OF_OURS
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.words import item_fault
from watcher.core.yaml.strict import Node

SORTS = ("words", "sources", "organisations", "materials", "places")
LIST_KEYS = Keys(noun="a list", allowed=(*SORTS, "not"))
FILE_KEYS = Keys(noun="a list's file", allowed=("file",), required=("file",))
CHANGE_KEYS = Keys(noun="a change of a list", allowed=("add", "remove"))
ANY = "any"
"""The language of plain items: they are sought in every text."""

Items = Mapping[str, tuple[str, ...]]
Rows = Sequence[tuple[int, Mapping[str, str]]]
ReadTable = Callable[[str, str], bytes]
"""The bytes of a table that a rule file names: (rule file, name in it). Raises OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedList:
    """A list as its file has it. `items` are by language (`any` for plain ones); `masks` are its `not` spans.

    `countries` are those that a file of organisations says, by their names.
    """

    name: str
    sort: str
    items: Items
    masks: Items = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    page: Page
    node: Node

    def names(self) -> tuple[str, ...]:
        """The lists that it takes in."""
        return tuple(item[1:-1] for items in self.items.values() for item in items if is_name(item))


def is_name(item: str) -> bool:
    """Whether an item stands for a list: `<curbs>`."""
    return item.startswith("<") and item.endswith(">")


def read_list(page: Page, name: str, key: Node, node: Node, table: ReadTable) -> NamedList | None:
    """One entry of `lists`, or None with its faults noted."""
    if node.kind != "mapping":
        text = f'list "{name}" must say what it holds, not be {shape(node)}: {{words: [...]}}, {{materials: [...]}} ...'
        page.error(node, "R008", text)
        return None
    keys = page.mapping(node, LIST_KEYS)
    sorts = [sort for sort in SORTS if sort in keys]
    if not sorts:
        page.error(key, "R007", f'list "{name}" has no items; write one of: {", ".join(SORTS)}')
        return None
    if len(sorts) > 1:
        page.error(keys[sorts[1]][0], "R015", f'list "{name}" holds {sorts[0]} and {sorts[1]}; write two lists')
    masks: Items = {}
    if "not" in keys:
        if sorts[0] == "words":
            masks = by_language(page, keys["not"][1], "not", table)
            if any(is_name(item) for items in masks.values() for item in items):
                page.error(keys["not"][0], "R013", '"not" takes no lists; write the words')
        else:
            page.error(keys["not"][0], "R013", '"not" belongs to a list of words')
    value = keys[sorts[0]][1]
    if sorts[0] != "words" and value.kind == "mapping" and value.get("file") is None:
        page.error(value, "R008", f'"{sorts[0]}" must be a list, not a mapping')
        return None
    if value.kind == "mapping" and sorts[0] == "organisations":
        rows = _from_file(page, value, sorts[0], table)
        items: Items = {ANY: _names(rows)}
        countries = _countries_of(rows)
    else:
        items, countries = by_language(page, value, sorts[0], table), {}
    return NamedList(name=name, sort=sorts[0], items=items, masks=masks, countries=countries, page=page, node=key)


def by_language(page: Page, node: Node, key: str, table: ReadTable) -> Items:
    """The items of a concept by language; a plain list counts as `any`, `{file: x.csv}` as what the file holds."""
    if node.kind != "mapping":
        return {ANY: sound_items(page, node, key)}
    if node.get("file") is not None:
        return {ANY: _names(_from_file(page, node, key, table))}
    if not node.pairs:
        page.error(node, "R016", f"{key}: is empty; leave it out")
    found: dict[str, tuple[str, ...]] = {}
    for each, value in node.pairs:
        language = str(each.value)
        if not (
            language == ANY
            or (language.isascii() and language.isalpha() and language.islower() and len(language) in (2, 3))
        ):
            page.error(each, "R017", f'unknown language "{language}"; write its code ({CODES_OF_OURS}) or any')
        found[language] = sound_items(page, value, language)
    return found


def sound_items(page: Page, node: Node, key: str) -> tuple[str, ...]:
    """The items of a list; one that can't be sought is an error in its place and left out."""
    sound: list[str] = []
    for text, place in page.texts(node, key):
        fault = None if is_name(text) or key in SORTS[1:] else item_fault(text)
        if fault is None:
            sound.append(text)
        else:
            page.error(place, "R030", fault)
    return tuple(sound)


def _from_file(page: Page, node: Node, sort: str, table: ReadTable) -> Rows:
    """The rows of a CSV file beside the rule file; none at all if anything in it is amiss."""
    keys = page.mapping(node, FILE_KEYS)
    name = page.text(keys["file"][1], "file") if "file" in keys else None
    if name is None:
        return ()
    place = keys["file"][1]
    try:
        content = table(page.name, name)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        page.error(place, "R062", f'file "{name}" can\'t be read: {said}')
        return ()
    path = path_of(page.name, name)
    rows, problems = _rows_of_firms(path, content) if sort == "organisations" else _rows_of_words(path, content)
    for problem in problems:
        page.elsewhere(place, problem)
    return () if problems else rows


def _names(rows: Rows) -> tuple[str, ...]:
    """The names and aliases of all rows, each once."""
    return tuple(dict.fromkeys(each for _, row in rows for each in _names_of(row)))


def _rows_of_firms(path: str, content: bytes) -> tuple[Rows, tuple[Problem, ...]]:
    """The rows of a table of organisations, and what is wrong with them."""
    firms = read_firms(path, content)
    return firms.rows, firms.problems


def _rows_of_words(path: str, content: bytes) -> tuple[Rows, tuple[Problem, ...]]:
    """The rows of a table of words, and what is wrong with them."""
    table = opened(path, content)
    for line, row in table.rows:
        if not (row.get("name") or "").strip():
            table.fault(line, "row without name")
        for each in _names_of(row):
            if said := item_fault(each):
                table.fault(line, said, "R030")
    return table.rows, tuple(table.problems)


def _names_of(row: Mapping[str, str]) -> list[str]:
    """Name and aliases of a row."""
    return [each for each in [(row.get("name") or "").strip(), *parts_of(row.get("aliases") or "")] if each]


def _countries_of(rows: Rows) -> dict[str, str]:
    """The country of each organisation of a list's file, where it says one."""
    return {row["name"]: country for _, row in rows if (country := row.get("country"))}


def change_list(page: Page, key: Node, node: Node, lists: dict[str, NamedList]) -> None:
    """Carry out one entry of `change.lists`: add items, remove items; what is not there can't be removed."""
    name = str(key.value)
    known = lists.get(name)
    keys = page.mapping(node, CHANGE_KEYS)
    if known is None:
        page.error(key, "R045", f'change: unknown list "{name}"{did_you_mean(name, lists)}')
        return
    items = {language: list(values) for language, values in known.items.items()}
    if "remove" in keys:
        for text, place in page.texts(keys["remove"][1], "remove"):
            holders = [values for values in items.values() if text in values]
            for values in holders:
                values.remove(text)
            if not holders:
                every = [item for values in items.values() for item in values]
                page.error(place, "R045", f'change: list "{name}" has no "{text}"{did_you_mean(text, every)}')
    if "add" in keys:
        items.setdefault(ANY, []).extend(sound_items(page, keys["add"][1], known.sort))
    lists[name] = replace(known, items={language: tuple(values) for language, values in items.items()})


def open_lists(lists: Mapping[str, NamedList]) -> dict[str, NamedList]:
    """All lists with the lists inside them opened; unknown names, circles and mixed sorts are noted."""
    return {name: _opened(entry, lists) for name, entry in lists.items()}


def _opened(entry: NamedList, lists: Mapping[str, NamedList]) -> NamedList:
    path = _circle(entry.name, lists)
    if path:
        entry.page.error(
            written_in(entry, f"<{path[1]}>"), "R019", f'list "{entry.name}" contains itself: {", ".join(path)}'
        )
        return entry
    for name in dict.fromkeys(entry.names()):
        other = lists.get(name)
        if other is None:
            hint = did_you_mean(f"<{name}>", [f"<{known}>" for known in lists])
            entry.page.error(written_in(entry, f"<{name}>"), "R018", f'unknown list "<{name}>"{hint}')
        elif other.sort != entry.sort:
            text = f'list "{name}" holds {other.sort}; "{entry.name}" needs {entry.sort}'
            entry.page.error(written_in(entry, f"<{name}>"), "R020", text)
    items, masks = _all_of(entry.name, lists)
    return replace(entry, items=items, masks=masks)


def written_in(entry: NamedList, item: str) -> Node:
    """Where a list has an item; its own key where that is said elsewhere."""
    lists = entry.page.root.get("lists")
    value = lists.get(entry.name) if lists is not None else None
    waiting = [value] if value is not None else []
    while waiting:
        node = waiting.pop()
        if node.value == item:
            return node
        waiting.extend((*node.items, *(each for _, each in node.pairs)))
    return entry.node


def _circle(start: str, lists: Mapping[str, NamedList]) -> tuple[str, ...]:
    """The way from a list back to itself, or nothing."""
    ways: list[tuple[str, ...]] = [(start,)]
    been: set[str] = set()
    while ways:
        way = ways.pop()
        for name in lists[way[-1]].names():
            if name == start:
                return (*way, name)
            if name in lists and name not in been:
                been.add(name)
                ways.append((*way, name))
    return ()


def _all_of(start: str, lists: Mapping[str, NamedList]) -> tuple[Items, Items]:
    """Items and masks of a list and of all lists inside it, each list looked at once however often it is named."""
    items: dict[str, list[str]] = {}
    masks: dict[str, list[str]] = {}
    reached = [start]
    for name in reached:
        for language, values in lists[name].items.items():
            items.setdefault(language, []).extend(value for value in values if not is_name(value))
        for language, values in lists[name].masks.items():
            masks.setdefault(language, []).extend(values)
        reached.extend(inner for inner in lists[name].names() if inner in lists and inner not in reached)
    return _settled(items), _settled(masks)


def _settled(items: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(dict.fromkeys(values)) for language, values in items.items() if values}
