"""The strict YAML that configuration and rule files are written in: text in, nodes with places and all problems out.

It never raises on bad input, never constructs anything but text, numbers, booleans, null, lists and mappings, and
never follows an alias further than its budget.

Codes of the problems it reports:
    R001  any fault of YAML itself: indent, brackets, quotes, encoding, a key that is no text, a second document
    R002  a key written twice in one mapping
    R003  too large: 1 MiB, 1,000 nodes by aliases, 40 levels
    R004  a tag

Source: YAML 1.2.2 section 10.3 (core schema), but for two things: a whole number with a leading zero stays text
(`010` is 8, 10 or a postal code, depending on whom you ask), and merge keys are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import yaml

from watcher.core.errors import Problem
from watcher.core.yaml.faults import MAX_BYTES, decoded_text, fault
from watcher.core.yaml.scalars import MAX_DIGITS, Value, scalar_value, too_long

__all__ = ["MAX_ALIAS_NODES", "MAX_BYTES", "MAX_LEVELS", "Node", "load", "locate", "locate_key", "plain"]

MAX_ALIAS_NODES = 1_000
MAX_LEVELS = 40
MAX_PROBLEMS = 200

# The event parser is a state machine, not a recursion: depth costs a list, never the stack.
_PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_FORBIDDEN_VALUE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One piece of a file with its place; `line` and `column` count from 1.

    A scalar has `value` and `raw` (as written, unquoted); `quoted` tells `"1"` from `1`, and is set for block
    text too. A sequence has `items`, a mapping has `pairs` of key and value in the order of the file.
    """

    kind: Literal["scalar", "sequence", "mapping"]
    line: int
    column: int
    value: Value = None
    raw: str = ""
    quoted: bool = False
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()

    def get(self, key: str) -> Node | None:
        """The value under that key of a mapping, or None."""
        return next((value for name, value in self.pairs if name.value == key), None)

    def key(self, key: str) -> Node | None:
        """The key itself, for its place, or None."""
        return next((name for name, _ in self.pairs if name.value == key), None)

    def keys(self) -> tuple[str, ...]:
        """The keys of a mapping in the order of the file."""
        return tuple(str(name.value) for name, _ in self.pairs)


def load(text: bytes | str, file: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """The file's one document and every problem found, in order of place.

    Returns: a node even where keys are doubled (the first counts), tagged or not text, so that the caller can go
    on and report the rest as well; None only where the text cannot be read at all, and then there is a problem.
    An empty file is a null scalar at 1:1.
    """
    decoded = decoded_text(text, file)
    if isinstance(decoded, Problem):
        return None, (decoded,)
    builder = _Builder(file=file)
    parser = _PARSER(decoded)
    try:
        while (event := parser.get_event()) is not None and builder.take(event):
            pass
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        builder.fatal = True
        builder.problems.append(fault(error, decoded, file))
    finally:
        parser.dispose()
    problems = tuple(sorted(builder.problems, key=lambda problem: (problem.line or 0, problem.column or 0)))
    if builder.fatal:
        return None, problems
    return builder.root or Node(kind="scalar", line=1, column=1), problems


def plain(node: Node) -> object:
    """The same as dicts, lists and scalars. Depth and size are bounded by `load`."""
    if node.kind == "scalar":
        return node.value
    if node.kind == "sequence":
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.pairs}


def locate(node: Node, path: Sequence[str | int]) -> Node:
    """The deepest node on the path; steps that lead nowhere (pydantic names union members in its own) are skipped."""
    for step in path:
        found = _step(node, step)
        node = node if found is None else found[1]
    return node


def locate_key(node: Node, path: Sequence[str | int]) -> Node:
    """The key that the last step of the path names, or the deepest node if there is no such key."""
    parent = locate(node, path[:-1])
    found = _step(parent, path[-1]) if path else None
    return parent if found is None else found[0]


def _step(node: Node, step: str | int) -> tuple[Node, Node] | None:
    """Key and value one step down; of a list both are the item."""
    if node.kind == "mapping":
        return next(((key, value) for key, value in node.pairs if key.value == step), None)
    if isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step], node.items[step]
    return None


@dataclass(slots=True, kw_only=True)
class _Open:
    """A list or mapping whose end has not come yet. A mapping's children are key, value, key, value ..."""

    kind: Literal["sequence", "mapping"]
    line: int
    column: int
    anchor: str | None
    children: list[Node] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Builder:
    """Builds the tree from the parser's events with a list for a stack, and notes every problem on the way."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    fatal: bool = False
    root: Node | None = None
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    alias_nodes: int = 0
    documents: int = 0

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False when nothing after it is of use."""
        match event:
            case yaml.ScalarEvent():
                self.add_scalar(event)
            case yaml.DocumentStartEvent():
                return self.begin_document(event)
            case yaml.AliasEvent():
                return self.add_alias(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                return self.begin(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self.end()
        return True

    def report(self, code: str, text: str, at: yaml.Event | Node) -> None:
        """Note a problem at the place of an event or node, while there are not too many for anybody to read."""
        if len(self.problems) >= MAX_PROBLEMS:
            return
        line, column = _start(at) if isinstance(at, yaml.Event) else (at.line, at.column)
        self.problems.append(Problem(file=self.file, line=line, column=column, code=code, text=text))

    def stop(self, code: str, text: str, at: yaml.Event) -> bool:
        """Note a problem after which the rest is not read."""
        self.report(code, text, at)
        self.fatal = True
        return False

    def begin_document(self, event: yaml.Event) -> bool:
        """Only one document may begin."""
        self.documents += 1
        if self.documents > 1:
            self.report("R001", 'a second document begins here ("---"); one file holds one document', event)
        return self.documents == 1

    def begin(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> bool:
        """Open a list or mapping, unless it lies too deep."""
        self.check_tag(event)
        if len(self.open) >= MAX_LEVELS:
            return self.stop("R003", f"more than {MAX_LEVELS} levels deep", event)
        line, column = _start(event)
        kind: Literal["sequence", "mapping"] = "sequence" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
        # An anchor that is open again hides the older one of that name: inside itself it must not be found.
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)
        self.open.append(_Open(kind=kind, line=line, column=column, anchor=event.anchor))
        return True

    def end(self) -> None:
        """Close the innermost list or mapping and hand it to what holds it."""
        opened = self.open.pop()
        nodes = opened.children
        if opened.kind == "sequence":
            node = Node(kind="sequence", line=opened.line, column=opened.column, items=tuple(nodes))
        else:
            pairs = self.pairs(list(zip(nodes[::2], nodes[1::2], strict=True)))
            node = Node(kind="mapping", line=opened.line, column=opened.column, pairs=pairs)
        self.add(node, opened.anchor)

    def pairs(self, pairs: list[tuple[Node, Node]]) -> tuple[tuple[Node, Node], ...]:
        """The pairs whose key is a text written for the first time; the others are reported."""
        first: dict[str, Node] = {}
        kept = []
        for key, value in pairs:
            name = key.value
            if key.kind != "scalar":
                self.report("R001", f"a key must be a text, not a {key.kind}", key)
            elif not isinstance(name, str):
                self.report("R001", f'key {key.raw or "(empty)"} is no text; put it in quotes: "{key.raw}"', key)
            elif name == "<<" and not key.quoted:
                self.report("R001", 'merge key "<<" is not allowed; write the keys out', key)
            elif name in first:
                where = first[name].line
                self.report("R002", f'key "{_brief(name)}" is written twice; first at line {where}', key)
            else:
                first[name] = key
                kept.append((key, value))
        return tuple(kept)

    def add_scalar(self, event: yaml.ScalarEvent) -> None:
        """Read a scalar by the core schema; quoted and block text stays text."""
        self.check_tag(event)
        line, column = _start(event)
        raw = event.value
        quoted = event.style not in {None, ""}
        # Only an escape in double quotes can still bring in what the file itself may not hold.
        if event.style == '"' and (bad := _FORBIDDEN_VALUE.search(raw)):
            self.report("R001", f"a text cannot hold the character U+{ord(bad[0]):04X}", event)
        value: Value = raw
        if not quoted and too_long(raw):
            self.report("R001", f"a whole number has at most {MAX_DIGITS} digits; put a longer one in quotes", event)
        elif not quoted:
            value = scalar_value(raw)
        node = Node(kind="scalar", line=line, column=column, value=value, raw=raw, quoted=quoted)
        self.add(node, event.anchor)

    def add_alias(self, event: yaml.AliasEvent) -> bool:
        """Put the anchored node here as well, within the budget."""
        name = str(event.anchor)
        if any(opened.anchor == name for opened in self.open):
            return self.stop("R003", f'alias "*{_brief(name)}" stands inside the node it names', event)
        meant = self.anchors.get(name)
        if meant is None:
            return self.stop("R001", f'alias "*{_brief(name)}" has no anchor "&{_brief(name)}" before it', event)
        count, levels = _cost(meant)
        self.alias_nodes += count
        if self.alias_nodes > MAX_ALIAS_NODES:
            return self.stop("R003", f"aliases stand for more than {MAX_ALIAS_NODES:,} nodes", event)
        if len(self.open) + levels > MAX_LEVELS:
            return self.stop("R003", f"more than {MAX_LEVELS} levels deep through aliases", event)
        self.add(meant, None)
        return True

    def add(self, node: Node, anchor: str | None) -> None:
        """Hand a finished node to the innermost open one, or make it the root."""
        if anchor is not None:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node

    def check_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        """No tag at all is allowed: what a value is shows in how it is written."""
        if event.tag is not None:
            tag = _brief(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self.report("R004", f'tag "{tag}" is not allowed', event)


def _cost(node: Node) -> tuple[int, int]:
    """Nodes and levels that an alias to it stands for; not counted on once they are too many anyway."""
    count, deepest = 0, 0
    waiting = [(node, 0)]
    while waiting and count <= MAX_ALIAS_NODES:
        each, level = waiting.pop()
        count += 1
        deepest = max(deepest, level + (each.kind != "scalar"))
        waiting.extend((item, level + 1) for item in each.items)
        waiting.extend((part, level + 1) for pair in each.pairs for part in pair)
    return count, deepest


def _start(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event, from 1."""
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _brief(name: str) -> str:
    """A name from the file, short enough for a message."""
    limit = 60
    return name if len(name) <= limit else name[:limit] + "…"
