"""The rules as they were before `change: lists` altered what they lean on; never notes a fault, never judges.

Source: the rule language, section 2: the examples of a changed rule are tested against the rule that was shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from watcher.config.rules.changes import Change
from watcher.config.rules.clauses import Clauses
from watcher.config.rules.conditions import Conditions, NamedCondition
from watcher.config.rules.entries import Entry, Known, read_entry
from watcher.config.rules.lists import NamedList, open_lists
from watcher.config.rules.page import Page
from watcher.core.rules.model import Rule
from watcher.core.yaml.strict import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """The set before its lists were changed. `lists` are as their files have them, `changes` those of lists."""

    lists: Mapping[str, NamedList]
    changes: Mapping[str, Change]
    conditions: Conditions
    known: Known

    def change_behind(self, judged: Iterable[Node]) -> Change | None:
        """The first change of a list that these conditions lean on, also through lists inside lists."""
        reached = sorted(self.conditions.leaned_on(judged)[0])
        for name in reached:
            if name in self.changes:
                return self.changes[name]
            reached.extend(inner for inner in self.lists[name].names() if inner in self.lists and inner not in reached)
        return None

    def rule(self, entry: Entry) -> Rule | None:
        """The rule as it would be without the changes of lists; None where it can't be read."""
        return read_entry(_aside(entry.page), entry.node, self.conditions, self.known).rule


def shipped_set(
    lists: Mapping[str, NamedList],
    changes: Mapping[str, Change],
    clauses: Clauses,
    named: Mapping[str, NamedCondition],
    known: Known,
) -> Shipped:
    """The set as it was.

    Args: `lists` are those before the changes, `clauses` and `named` those of the set after them.
    """
    apart = {name: replace(entry, page=_aside(entry.page)) for name, entry in lists.items()}
    conditions = Conditions(
        clauses=replace(clauses, lists=open_lists(apart)),
        named={name: replace(entry, page=_aside(entry.page)) for name, entry in named.items()},
    )
    return Shipped(lists=apart, changes=changes, conditions=conditions, known=known)


def _aside(page: Page) -> Page:
    """A page of the same file whose faults nobody reads: they are told by the set itself."""
    return Page(name=page.name, root=page.root, lines=page.lines)
