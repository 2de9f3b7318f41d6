"""One rule file while it is read: its nodes, the faults found in it, and the comments that silence a warning.

Never decides what a fault is; it only asks of a node what shape it has and notes where it has not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from unicodedata import category

from watcher import __version__
from watcher.core.errors import Problem
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
NAME_LENGTH = 60
LINES = 5
WIDTH = 300
"""Characters of a line that are shown at most: what is quoted may be any length."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Signs that are not seen, or that a terminal would obey: they are told by their numbers."""
UNREAD = "this could not be read; nothing else is known of it"
"""Said where something fell out without a reason; no file should ever bring it up."""
VERSION = ".".join(__version__.split(".")[:2])
IGNORE = re.compile(r"^\s*#\s*lint:\s*ignore\s+(?P<codes>R\d{3}(?:\s*,\s*R\d{3})*)\s+because\s+\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys that a mapping may have; `later` are keys of the full language that this version does not know.

    `remedy` is said where a required one is missing.
    """

    noun: str
    allowed: tuple[str, ...]
    required: tuple[str, ...] = ()
    later: frozenset[str] = frozenset()
    remedy: str = ""


@dataclass(slots=True, kw_only=True)
class Page:
    """A rule file. `pack` tells that it is shipped with watcher, not written by the user."""

    name: str
    root: Node
    lines: tuple[str, ...]
    errors: int = 0
    _problems: dict[Problem, None] = field(default_factory=dict)
    _faulty: set[tuple[int, int]] = field(default_factory=set)

    @property
    def pack(self) -> bool:
        """Whether watcher ships it."""
        return self.name.startswith("pack:")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that was noted, each once, in the order in which it was found."""
        return tuple(self._problems)

    def faulty(self, node: Node) -> bool:
        """Whether an error stands at that node already."""
        return (node.line, node.column) in self._faulty

    def marred(self, *nodes: Node) -> bool:
        """Whether an error stands at one of these nodes or inside."""
        rest = list(nodes)
        while rest:
            each = rest.pop()
            if self.faulty(each):
                return True
            rest.extend((*each.items, *(one for pair in each.pairs for one in pair)))
        return False

    def surely(self, node: Node) -> None:
        """Note that a node could not be read, unless an error stands there or inside: nothing goes in silence."""
        if not self.marred(node):
            self.error(node, "R008", UNREAD)

    def error(self, node: Node, code: str, text: str) -> None:
        """Note an error at a node."""
        self._note(Problem(file=self.name, line=node.line, column=node.column, code=code, text=_brief(text)))

    def elsewhere(self, node: Node, problem: Problem) -> None:
        """Note an error in another file, which this one names at a node."""
        self._problems[problem] = None
        self.errors += 1
        self._faulty.add((node.line, node.column))

    def warn(self, node: Node, code: str, text: str) -> None:
        """Note a warning at a node, unless the line above silences it."""
        above = "".join(self.lines[node.line - 2 : node.line - 1]) if node.line > 1 else ""
        silenced = IGNORE.match(above)
        if silenced and code in silenced["codes"]:
            return
        found = Problem(
            file=self.name, line=node.line, column=node.column, code=code, text=_brief(text), level="warning"
        )
        self._note(found)

    def _note(self, problem: Problem) -> None:
        if problem in self._problems:
            return
        self._problems[problem] = None
        if problem.level == "error" and problem.line is not None and problem.column is not None:
            self.errors += 1
            self._faulty.add((problem.line, problem.column))

    def mapping(self, node: Node, keys: Keys) -> Mapping[str, tuple[Node, Node]]:
        """The known keys of a mapping with key and value; unknown and missing ones are errors."""
        if node.kind != "mapping":
            self.error(node, "R008", f"{keys.noun} must be a mapping, not {shape(node)}")
            return {}
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.pairs:
            name = str(key.value)
            if name in keys.allowed:
                found[name] = (key, value)
            elif name in keys.later:
                self.error(key, "R006", f'"{name}" is not known to this watcher ({VERSION}); leave it out')
            else:
                hint = did_you_mean(name, keys.allowed) or f"; it has {', '.join(keys.allowed)}"
                self.error(key, "R006", f'unknown key "{name}" in {keys.noun}{hint}')
        for name in keys.required:
            if name not in found:
                self.error(node, "R007", f'{keys.noun} has no "{name}"{keys.remedy}')
        return found

    def named(self, node: Node, noun: str) -> tuple[tuple[str, Node, Node], ...]:
        """The entries of a mapping of named things: name, its key, its value; bad names are errors."""
        if node.kind != "mapping":
            self.error(node, "R008", f'"{noun}" must be a mapping of names, not {shape(node)}')
            return ()
        return tuple((str(key.value), key, value) for key, value in node.pairs if self.good_name(key, "name"))

    def good_name(self, node: Node, noun: str) -> bool:
        """Whether the node's text can be an id; if not, that is an error."""
        name = str(node.value)
        good = bool(NAME.match(name)) and len(name) <= NAME_LENGTH
        if not good:
            self.error(node, "R011", f'{noun} "{name}": use a-z, 0-9, - and _, at most {NAME_LENGTH} characters')
        return good

    def text(self, node: Node, key: str) -> str | None:
        """A text that says something, or None with an error."""
        if node.kind != "scalar":
            self.error(node, "R008", f'"{key}" must be a text, not {shape(node)}')
            return None
        if not isinstance(node.value, str):
            self.error(node, "R008", f'"{key}" must be a text, not {shape(node)}{_quote_it(node)}')
            return None
        if not node.value.strip():
            self.error(node, "R016", f'"{key}" is empty')
            return None
        return node.value

    def texts(self, node: Node, key: str) -> tuple[tuple[str, Node], ...]:
        """One text or a list of them, each with its place; faulty ones are errors and left out."""
        if node.kind == "scalar":
            only = self.text(node, key)
            return () if only is None else ((only, node),)
        items = self.items(node, key)
        return tuple((text, item) for item in items if (text := self.text(item, key)) is not None)

    def items(self, node: Node, key: str) -> tuple[Node, ...]:
        """The items of a list of at least one."""
        if node.kind != "sequence":
            self.error(node, "R008", f'"{key}" must be a list, not {shape(node)}')
            return ()
        if not node.items:
            self.error(node, "R016", f"{key}: is empty; leave it out")
        return node.items

    def whole_number(self, node: Node, key: str, least: int, most: int) -> int | None:
        """A whole number within a range, or None with an error."""
        value = node.value
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            said = node.raw if node.kind == "scalar" else shape(node)
            if node.kind == "scalar" and isinstance(value, str):
                said = f'"{node.raw}"' + ("; write it without quotes" if node.quoted and str(value).isdigit() else "")
            self.error(node, "R008", f"{key} must be a whole number from {least} to {most}, not {said}")
            return None
        return value

    def choice(self, node: Node, key: str, allowed: Collection[str], code: str) -> str | None:
        """One text of a closed set, or None with an error."""
        other = node.kind == "scalar" and node.value is not None and not isinstance(node.value, str)
        value = node.raw if other else self.text(node, key)
        if value is None or (value in allowed and not other):
            return value
        shown = value if other else f'"{value}"'
        self.error(node, code, f"{key} is {shown}; allowed: {', '.join(allowed)}")
        return None


def shape(node: Node) -> str:
    """What a node is, in words."""
    if node.kind != "scalar":
        return "a list" if node.kind == "sequence" else "a mapping"
    match node.value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
    return "a text"


def _quote_it(node: Node) -> str:
    """How to make a text of a number."""
    return "" if node.value is None else f'; write it in quotes: "{node.raw}"'


def _brief(text: str) -> str:
    """At most five lines, none of them endless, and no sign that a terminal would obey."""
    seen = "".join(f"\\u{ord(each):04x}" if category(each) in _UNSEEN and each != "\n" else each for each in text)
    lines = [_narrow(line) for line in seen.split("\n")]
    return "\n".join(lines if len(lines) <= LINES else [*lines[: LINES - 1], "..."])


def _narrow(line: str) -> str:
    """A line with its middle left out where it is too long."""
    return line if len(line) <= WIDTH else f"{line[: WIDTH * 2 // 3]} ... {line[-WIDTH // 4 :]}"
