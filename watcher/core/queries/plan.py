"""A query as a store can answer it: phrases for its text index and filters on its columns; never writes SQL.

What a text index cannot tell (case, zones other than the title, patterns) stands in the plan for the store to
verify on the few articles it found, or to leave out and say so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from watcher.core.event_types import EVENT_TYPES, NOISE
from watcher.core.model import Zone
from watcher.core.queries.kinds import instant
from watcher.core.queries.tree import Field, Join, Node, Query, Term

Lists = Mapping[str, tuple[str, ...]]
TOP = (Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD)
ZONE_SETS: Mapping[str, tuple[Zone, ...]] = {
    "top": TOP,
    "news": (*TOP, Zone.BODY),
    "anywhere": (*TOP, Zone.BODY, Zone.CAPTION, Zone.TABLE, Zone.PROFILE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words in a row: NFKC, lower case, single spaces; at least one letter or digit.

    `begins`: the last word is only begun; `ends`: the first word is only ended so. `exact` is the spelling to verify
    on the shown text, if it matters.
    """

    text: str
    begins: bool = False
    ends: bool = False
    exact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFilter:
    """One of the phrases occurs, or one of the RE2 patterns is found. `zones` is empty where any counts."""

    phrases: tuple[Phrase, ...] = ()
    patterns: tuple[str, ...] = ()
    zones: tuple[Zone, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFilter:
    """The column has one of the values; `globs` tells that `*` and `?` in them stand for any text."""

    column: str
    values: tuple[str, ...]
    globs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFilter:
    """The event's time is at or after (`after`), or before, the moment."""

    side: Literal["after", "before"]
    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanJoin:
    """Every one of `all`, at least one of `any` (if there are any), not one of `none`.

    `same` asks that all of it stand in one sentence or paragraph.
    """

    all: tuple[PlanNode, ...] = ()
    any: tuple[PlanNode, ...] = ()
    none: tuple[PlanNode, ...] = ()
    same: Literal["sentence", "paragraph"] | None = None


PlanNode = TextFilter | ColumnFilter | TimeFilter | PlanJoin


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan:
    """What to look for; `root` is an empty join if everything is asked for."""

    root: PlanNode


def to_search(query: Query, lists: Lists | None = None) -> SearchPlan:
    """The plan of a search. Args: lists - the items of named word lists, for `<name>` in the query."""
    return SearchPlan(root=_node(query.root, lists or {}))


def _node(node: Node, lists: Lists) -> PlanNode:
    match node:
        case Term():
            return _text(node, lists)
        case Field():
            return _field(node)
        case Join():
            return PlanJoin(
                all=tuple(_node(child, lists) for child in node.all),
                any=tuple(_node(child, lists) for child in node.any),
                none=tuple(_node(child, lists) for child in node.none),
                same=node.same,
            )


def _text(term: Term, lists: Lists) -> TextFilter:
    zones = tuple(dict.fromkeys(zone for name in term.zones for zone in _zones(name)))
    if term.kind == "regex":
        return TextFilter(patterns=term.values, zones=zones, languages=term.language)
    items = [item for value in term.values for item in _items(value, lists)]
    return TextFilter(phrases=tuple(phrase(item) for item in items), zones=zones, languages=term.language)


def _zones(name: str) -> tuple[Zone, ...]:
    """The zones of a name; the marks `background` and `quote` are no places and leave it open."""
    if name in ZONE_SETS:
        return ZONE_SETS[name]
    return (Zone(name),) if name in tuple(Zone) else ()


def _items(value: str, lists: Lists) -> tuple[str, ...]:
    """The value itself, or what a list holds."""
    return lists.get(value[1:-1], ()) if value.startswith("<") else (value,)


def phrase(item: str) -> Phrase:
    """One item of words as a phrase. Example: `stockpil*` gives the phrase `stockpil` that begins a word."""
    exact = item[1:] if item.startswith("=") else None
    bare = exact if exact is not None else item
    return Phrase(
        text=_folded(bare.strip("*")),
        begins=exact is None and bare.endswith("*"),
        ends=exact is None and bare.startswith("*"),
        exact=exact,
    )


def _folded(text: str) -> str:
    """Words in lower case; accents and spellings such as ß are left to the index, which folds both sides alike."""
    kept = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in kept).split())


def _field(clause: Field) -> PlanNode:
    """A filter on a column, or on time; several bounds are alternatives."""
    if clause.name in ("after", "before"):
        side: Literal["after", "before"] = "after" if clause.name == "after" else "before"
        bounds = tuple(
            TimeFilter(side=side, moment=moment) for value in clause.values if (moment := instant(value)) is not None
        )
        return bounds[0] if len(bounds) == 1 else PlanJoin(any=bounds)
    values = clause.values
    if clause.name == "event" and "any" in values:
        values = tuple(name for name in EVENT_TYPES if name not in NOISE) + tuple(set(values) & NOISE)
    return ColumnFilter(column=clause.name, values=values, globs=clause.name in ("rule", "source"))
