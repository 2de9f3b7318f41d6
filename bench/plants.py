"""Mistakes to plant in YAML files: a text, the places where one may stand, and the text with one put in.

Never judges what is said of a mistake; places are lines and columns from 1, as editors count them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import yaml

MARK = "§"
"""Stands before a place in a written mistake; taken out of what is planted."""
SEED = 20260101

Path = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A value of a file with its key, where it stands in a mapping; `parent` is the mapping or list around it."""

    path: Path
    key: yaml.ScalarNode | None
    value: yaml.Node
    parent: yaml.Node | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A stretch of a text to be replaced; `marks` are places in the new text, else the start is the place.

    `whole_line` is set where any column of the line will do.
    """

    start: int
    end: int
    new: str
    whole_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A file with one mistake. `places` are where it may be told, `codes` as what."""

    file: str
    what: str
    text: str
    places: frozenset[Place]
    codes: frozenset[str]
    whole_line: bool = False


@dataclass(slots=True)
class Doc:
    """A sound YAML text, and its values in order."""

    file: str
    text: str
    spots: tuple[Spot, ...] = field(init=False)
    lines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Read it once."""
        root = yaml.compose(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        self.spots = tuple(_walk(root, (), None, None)) if root is not None else ()

    def at(self, mark: yaml.Mark) -> int:
        """Where in the text a mark of the parser stands."""
        return self.lines[mark.line] + mark.column

    def span(self, node: yaml.Node) -> tuple[int, int]:
        """Where a value begins and ends; a block's end is that of its last line."""
        return self.at(node.start_mark), self.at(node.end_mark)

    def raw(self, node: yaml.Node) -> str:
        """A value as it was written."""
        start, end = self.span(node)
        return self.text[start:end]

    def flow(self, node: yaml.Node) -> bool:
        """Whether a list or mapping is written in brackets."""
        return self.text[self.at(node.start_mark)] in "[{"

    def plain(self, node: yaml.Node) -> bool:
        """Whether a text or number stands on one line without quotes."""
        return isinstance(node, yaml.ScalarNode) and not node.style and "\n" not in self.raw(node)

    def replaced(self, node: yaml.Node, new: str) -> Edit:
        """Another value in its place."""
        start, end = self.span(node)
        return Edit(start=start, end=end, new=new if MARK in new else MARK + new)

    def with_entry(self, node: yaml.Node, entry: str) -> Edit:
        """A mapping with one more pair, the first."""
        start = self.at(node.start_mark)
        if self.flow(node):
            return Edit(start=start + 1, end=start + 1, new=entry + ", ")
        return Edit(start=start, end=start, new=f"{entry}\n{' ' * node.start_mark.column}")

    def with_item(self, node: yaml.Node, item: str) -> Edit:
        """A list with one more item, the first."""
        start = self.at(node.start_mark)
        if self.flow(node):
            return Edit(start=start + 1, end=start + 1, new=item + ", ")
        return Edit(start=start, end=start, new=f"- {item}\n{' ' * node.start_mark.column}")

    def plant(self, edit: Edit, what: str, codes: Iterable[str]) -> Plant:
        """The text with the edit made."""
        parts = edit.new.split(MARK)
        offsets, at = [], edit.start
        for part in parts[:-1]:
            at += len(part)
            offsets.append(at)
        text = self.text[: edit.start] + "".join(parts) + self.text[edit.end :]
        places = frozenset(place_of(text, offset) for offset in offsets or [edit.start])
        return Plant(
            file=self.file, what=what, text=text, places=places, codes=frozenset(codes), whole_line=edit.whole_line
        )


def place_of(text: str, offset: int) -> Place:
    """Line and column of a place in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _walk(node: yaml.Node, path: Path, key: yaml.ScalarNode | None, parent: yaml.Node | None) -> Iterator[Spot]:
    yield Spot(path=path, key=key, value=node, parent=parent)
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _walk(value, (*path, name.value), name, node)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*path, index), None, node)


Find = Callable[[Doc, random.Random], Iterator[Edit]]


@dataclass(frozen=True, slots=True)
class Operator:
    """One sort of mistake: where it can be made in a file, and the codes that it may be told by."""

    what: str
    codes: tuple[str, ...]
    find: Find


def plants_of(doc: Doc, operators: Sequence[Operator], chance: random.Random, *, each: int = 1) -> Iterator[Plant]:
    """Every mistake that fits into the file, at so many chosen places of it each."""
    for operator in operators:
        edits = list(operator.find(doc, chance))
        for edit in chance.sample(edits, min(each, len(edits))):
            yield doc.plant(edit, operator.what, operator.codes)


def misspelt(word: str, chance: random.Random, taken: Iterable[str] = ()) -> str:
    """The word with a slip of the pen that makes no other known word."""
    held = {word, *taken}
    for _ in range(50):
        at = chance.randrange(max(len(word) - 1, 1))
        slip = chance.choice(("swap", "drop", "double"))
        if slip == "swap" and len(word) > 1:
            new = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        elif slip == "drop" and len(word) > 2:
            new = word[:at] + word[at + 1 :]
        else:
            new = word[:at] + word[at] * 2 + word[at + 1 :]
        if new not in held and new[:1].isalpha():
            return new
    return word + "x"


def _tab(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        key = spot.key
        if key is not None and key.start_mark.column >= 2:
            start = doc.lines[key.start_mark.line]
            if doc.text[start : doc.at(key.start_mark)].isspace() and not _inside_flow(doc, spot):
                yield Edit(start=start, end=doc.at(key.start_mark), new=MARK + "\t", whole_line=True)


def _inside_flow(doc: Doc, spot: Spot) -> bool:
    return spot.parent is not None and doc.flow(spot.parent)


def _twice(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.key is not None and doc.plain(spot.key) and doc.plain(spot.value) and spot.parent is not None:
            pair = f"{doc.raw(spot.key)}: {doc.raw(spot.value)}"
            start = doc.at(spot.key.start_mark)
            if doc.flow(spot.parent):
                yield Edit(start=start, end=start, new=f"{pair}, {MARK}")
            else:
                yield Edit(start=start, end=start, new=f"{pair}\n{' ' * spot.key.start_mark.column}{MARK}")


def _tag(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.key is not None and isinstance(spot.value, yaml.ScalarNode) and doc.raw(spot.value):
            start = doc.at(spot.value.start_mark)
            yield Edit(start=start, end=start, new=f"{MARK}!!python/name:os.system ")


def _bracket(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if isinstance(spot.value, yaml.CollectionNode) and spot.value.value and doc.flow(spot.value):
            start, end = doc.span(spot.value)
            yield Edit(start=start, end=end, new=MARK + doc.text[start : end - 1], whole_line=True)


def _quote(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if isinstance(spot.value, yaml.ScalarNode) and spot.value.style in {'"', "'"}:
            start, end = doc.span(spot.value)
            yield Edit(start=start, end=end, new=MARK + doc.text[start : end - 1], whole_line=True)


def _sign(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.key is not None and doc.plain(spot.value) and doc.raw(spot.value):
            start = doc.at(spot.value.start_mark)
            yield Edit(start=start, end=start, new=MARK + "@")


def _no_colon(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.key is not None and spot.parent is not None and not doc.flow(spot.parent) and len(spot.path) > 1:
            end = doc.at(spot.key.end_mark)
            if doc.text[end : end + 1] == ":":
                start = doc.at(spot.key.start_mark)
                yield Edit(start=start, end=end + 1, new=MARK + doc.text[start:end], whole_line=True)


def _second_document(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    end = len(doc.text)
    yield Edit(start=end, end=end, new=f"{'' if doc.text.endswith(chr(10)) else chr(10)}{MARK}---\nformat: 1\n")


def _bell(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.key is not None and isinstance(spot.value, yaml.ScalarNode) and doc.raw(spot.value):
            end = doc.at(spot.value.start_mark) + 1
            yield Edit(start=end, end=end, new=MARK + "\x07")


def _number_key(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.key is not None and doc.plain(spot.key):
            yield doc.replaced(spot.key, "12")


def _alias(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.key is not None and doc.plain(spot.value) and doc.raw(spot.value):
            yield doc.replaced(spot.value, "*nobody")


YAML = (
    Operator("a tab indents", ("R001",), _tab),
    Operator("a key is written twice", ("R002",), _twice),
    Operator("a tag", ("R004",), _tag),
    Operator("a bracket is not closed", ("R001",), _bracket),
    Operator("a quote is not closed", ("R001",), _quote),
    Operator("a text begins with @", ("R001",), _sign),
    Operator("a key without colon", ("R001", "R006", "R008", "C004"), _no_colon),
    Operator("a second document", ("R001",), _second_document),
    Operator("a character that is none", ("R001",), _bell),
    Operator("a key that is a number", ("R001",), _number_key),
    Operator("an alias of nothing", ("R001",), _alias),
)
"""Mistakes of YAML itself, in any file."""
