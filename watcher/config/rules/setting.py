"""The setting of one time line: its rules alone, on its own lists; what the rest of the set says stands aside.

Source: the rule language, section 6, time lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from watcher.config.rules.lists import SORTS, NamedList, ReadTable, read_list, sound_items
from watcher.config.rules.page import Page
from watcher.config.rules.timelines import unknown
from watcher.core.rules.timelines import TimeLine
from watcher.core.yaml.strict import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The rules that run, and the lists that stand in the place of those of that name. `page` is the test's."""

    page: Page
    rules: frozenset[str]
    lists: Mapping[str, tuple[Node, Node]] = field(default_factory=dict)

    @classmethod
    def of(cls, line: TimeLine) -> Setting:
        """The setting of a test."""
        return cls(
            page=Page(name=line.file, root=line.node, lines=()),
            rules=frozenset(name for name, _ in line.rules),
            lists=line.setup.get("lists", {}),
        )

    def with_lists(self, lists: Mapping[str, NamedList], table: ReadTable) -> dict[str, NamedList]:
        """The lists of the set, with the test's own in their places."""
        found = dict(lists)
        for name, (key, node) in self.lists.items():
            if node.kind == "mapping":
                own = read_list(self.page, name, key, node, table)
                found |= {name: own} if own is not None else {}
            elif name in lists:
                items = sound_items(self.page, node, lists[name].sort)
                found[name] = replace(lists[name], items={"any": items}, masks={}, page=self.page, node=key)
            else:
                unknown(self.page, key, "list", name, lists)
                self.page.error(key, "R056", f"a new list says what it holds: {name}: {{{SORTS[2]}: [...]}}")
        return found
