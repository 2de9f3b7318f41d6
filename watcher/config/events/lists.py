"""Word lists of recogniser files: items by language, `<lists>` opened; faults noted in their place.

Never looks at an article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from watcher.config.rules.lists import ANY, NamedList, by_language, is_name, read_list
from watcher.config.rules.page import Page
from watcher.core.text.items import WordItem
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

Items = tuple[WordItem, ...]
Pairs = Mapping[str, tuple[Node, Node]]


def _no_table(_file: str, _name: str) -> bytes:
    raise FileNotFoundError(0, "tables can't be read here")


@dataclass(slots=True, kw_only=True)
class Lists:
    """All word lists of a set of files; those under `shared` are among them by their names."""

    entries: dict[str, NamedList] = field(default_factory=dict)
    _opened: dict[str, Items] = field(default_factory=dict)
    _made: dict[tuple[str, str], WordItem] = field(default_factory=dict)

    def add(self, page: Page, name: str, key: Node, node: Node) -> None:
        """One entry of `lists`; a name taken is an error. Lists of other sorts are for rules and left alone."""
        if name in self.entries:
            first = self.entries[name]
            page.error(key, "R010", f'list "{name}" is taken by {first.page.name}:{first.node.line}; choose another')
            return
        if node.kind == "mapping" and node.get("words") is None and node.pairs:
            return
        entry = read_list(page, name, key, node, _no_table)
        if entry is not None:
            self.entries[name] = entry

    def add_shared(self, page: Page, name: str, node: Node) -> None:
        """One of the shared lists, written by language."""
        items = by_language(page, node, name, _no_table)
        if name in self.entries:
            old = self.entries[name].items
            items = {
                language: (*old.get(language, ()), *items.get(language, ()))
                for language in dict.fromkeys([*old, *items])
            }
        self.entries[name] = NamedList(name=name, sort="words", items=items, page=page, node=node)

    def items(self, page: Page, node: Node, key: str) -> Items:
        """The items of a `{LANG: [items]}` with the lists in them opened."""
        found: dict[WordItem, None] = {}
        for language, items in by_language(page, node, key, _no_table).items():
            for item in items:
                if not is_name(item):
                    found[self._item(item, language)] = None
                    continue
                name = item[1:-1]
                if name not in self.entries:
                    page.error(_place(node, item), "R018", f"unknown list {item}{did_you_mean(name, self.entries)}")
                    continue
                found |= dict.fromkeys(_of_language(self.opened(name), language))
        return tuple(found)

    def _item(self, text: str, language: str) -> WordItem:
        """The item, made once however many types list it."""
        return self._made.setdefault((text, language), WordItem(text=text, language=language))

    def opened(self, name: str, within: tuple[str, ...] = ()) -> Items:
        """The items of a list with the lists inside it; one inside itself is left out, and so is an unknown one."""
        if name in self._opened:
            return self._opened[name]
        entry = self.entries.get(name)
        found: dict[WordItem, None] = {}
        for language, items in entry.items.items() if entry is not None else ():
            for item in items:
                if not is_name(item):
                    found[self._item(item, language)] = None
                elif item[1:-1] not in (*within, name):
                    inner = self.opened(item[1:-1], (*within, name))
                    found |= dict.fromkeys(_of_language(inner, language))
        if not within:
            self._opened[name] = tuple(found)
        return tuple(found)

    def check(self) -> None:
        """Note lists inside lists that there are not."""
        for entry in self.entries.values():
            for name in entry.names():
                if name not in self.entries:
                    hint = did_you_mean(name, self.entries)
                    entry.page.error(_place(entry.node, f"<{name}>"), "R018", f"unknown list <{name}>{hint}")


def by_status(lists: Lists, page: Page, pair: tuple[Node, Node], statuses: tuple[str, ...]) -> dict[str, Items]:
    """The items of a `{STATUS: {LANG: [items]}}`; a status that the type has not is an error."""
    key, node = pair
    name = str(key.value)
    if node.kind != "mapping":
        page.error(node, "R008", f'"{name}" must be a mapping of statuses')
        return {}
    found: dict[str, Items] = {}
    for each, value in node.pairs:
        status = str(each.value)
        if status not in statuses:
            hint = did_you_mean(status, statuses)
            page.error(each, "R060", f'{name} status "{status}" is neither on the ladder nor an exit{hint}')
            continue
        found[status] = lists.items(page, value, f"{name}.{status}")
    return found


def _of_language(items: Items, language: str) -> Iterator[WordItem]:
    """Those that belong to a list of that language."""
    return (item for item in items if language in {ANY, item.language} or item.language == ANY)


def _place(node: Node, text: str) -> Node:
    """Where a text stands below a node, else the node itself."""
    return next((each for each in _scalars(node) if each.value == text), node)


def _scalars(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.kind == "scalar":
            yield each
        waiting.extend(each.items)
        waiting.extend(cast("tuple[Node, ...]", tuple(value for _, value in each.pairs)))
