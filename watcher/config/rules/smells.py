"""Warnings about rules that are sound but smell: patterns that words say better, things never used, twins.

Never refuses anything; `# lint: ignore R073 because ...` on the line above silences one.
Source: the rule language, section 7 (R070 on).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from watcher.conditions.base import ZONE_SETS
from watcher.config.rules.conditions import GROUP_KEYS, NamedCondition
from watcher.config.rules.entries import Entry
from watcher.config.rules.expand import canonical, long_condition
from watcher.config.rules.lists import NamedList
from watcher.config.rules.page import Page
from watcher.core.model import Trust
from watcher.core.yaml.strict import Node

FORMS = re.compile(
    r"(?:\\b)?(?P<stem>[A-Za-z]{3,}(?: [A-Za-z]+)*)"
    r"(?:\((?:\?:)?(?P<ends>[a-z]*(?:\|[a-z]*)*)\)(?P<may>\?)?|[a-z]\?)?(?:\\b)?\Z"
)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_PLACES = frozenset({"title", "highlights", "lead", "body", "caption", "table", "profile", "related", "top", "news"})
"""Places that say where a sentence lies; marks, and what is everywhere, can be of any."""
DIFFER = ("id", "title", "note", "examples")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A condition's node and the page it stands on."""

    page: Page
    node: Node


def smell_condition(page: Page, node: Node, *, counts: bool = False) -> None:
    """Warn of everything that smells in a condition and in those inside it.

    Args: counts - whether its rule requires something over time, of which everything may be a part.
    """
    if node.kind != "mapping":
        return
    if not counts or node.keys() != ("source",):
        _never_or_always(page, node)
    for key, value in node.pairs:
        if key.value == "regex":
            for item in value.items or (value,):
                _words_would_do(page, item)
        if key.value in GROUP_KEYS:
            for item in value.items:
                smell_condition(page, item)


def _words_would_do(page: Page, node: Node) -> None:
    """R076: a pattern of one word and its endings."""
    found = FORMS.match(str(node.value))
    if found is None:
        return
    ends = (found["ends"] or "").split("|")
    word = found["stem"] + ("" if found["may"] or "" in ends else ends[0])
    page.warn(node, "R076", f'regex "{node.value}": words: {word} does the same')


def _never_or_always(page: Page, node: Node) -> None:
    """R070: a group or clause that can't fail, or can't hold, whatever the article."""
    forms = {name: [canonical(long_condition(item)) for item in _items(node, name)] for name in GROUP_KEYS}
    if set(forms["all"]) & set(forms["none"]):
        page.warn(node, "R070", "never true: none repeats a condition of all")
    elif forms["any"] and set(forms["any"]) <= set(forms["none"]):
        page.warn(node, "R070", "never true: none repeats all of any")
    denied = {form for item in _items(node, "any") for form in _denied(item)}
    if denied & set(forms["any"]):
        page.warn(node, "R070", "always true: any holds a condition and its opposite")
    clash = _clash(node)
    if clash:
        page.warn(node, "R070", f"never true: an article has one {clash}, and no value is in all of these")
    if _values(node, "source") == {"*"} or _values(node, "trust") >= {trust.value for trust in Trust}:
        page.warn(node, "R070", "always true: every article has such a source")
    if _parted(node):
        page.warn(node, "R070", f"never true: no {node.get('same').value} lies in all of these places")  # type: ignore[union-attr]
    if crossed := _crossed(node):
        page.warn(node, "R070", f"never true: {crossed}")


def _items(node: Node, name: str) -> tuple[Node, ...]:
    value = node.get(name)
    return () if value is None else tuple(item for item in value.items if item.kind == "mapping")


def _denied(item: Node) -> list[str]:
    """The one condition that a group only denies."""
    nones = _items(item, "none")
    return [canonical(long_condition(nones[0]))] if item.keys() == ("none",) and len(nones) == 1 else []


def _clash(node: Node) -> str | None:
    """The which-article kind that two clauses of `all` ask different values of."""
    for kind in ("trust", "language"):
        wanted = [values for item in _items(node, "all") if item.keys() == (kind,) and (values := _values(item, kind))]
        if len(wanted) > 1 and not set.intersection(*wanted):
            return kind
    return None


def _parted(node: Node) -> bool:
    """Whether what must stand in one sentence is looked for in places that have none in common."""
    if node.get("same") is None:
        return False
    asked = [
        {str(each.value) for each in (at.items or (at,))} for item in _items(node, "all") if (at := item.get("in"))
    ]
    places = [{zone for name in names for zone in ZONE_SETS[name]} for names in asked if names <= _PLACES]
    return len(places) > 1 and not set.intersection(*places)


def _crossed(node: Node) -> str:
    """Levels of one series that no point lies between."""
    levels: dict[str, list[tuple[str, Decimal, str]]] = {}
    for item in _items(node, "all"):
        for way in ("below", "above"):
            source, level = item.get("series"), item.get(way)
            found = _NUMBER.match(str(level.value)) if source is not None and level is not None else None
            if source is not None and found is not None:
                levels.setdefault(str(source.value), []).append((way, Decimal(found[0]), found.string[found.end() :]))
    for listed in levels.values():
        for _, low, unit in (each for each in listed if each[0] == "above"):
            if any(way == "below" and high <= low and other == unit for way, high, other in listed):
                return f"above {low} and below {min(high for way, high, _ in listed if way == 'below')}"
    return ""


def _values(node: Node, kind: str) -> set[str]:
    """The values of a clause that has no options."""
    value = node.get(kind)
    if value is None:
        return set()
    return {str(item.value) for item in (value.items or (value,))}


def smell_unused(
    lists: Mapping[str, NamedList], used_lists: set[str], named: Mapping[str, NamedCondition], used: set[str]
) -> None:
    """R078: lists and conditions that nothing asks for; packs may ship some for the user's own rules."""
    for name, entry in lists.items():
        if name not in used_lists and not entry.page.pack:
            entry.page.warn(entry.node, "R078", f'list "{name}" is never used')
    for name, condition in named.items():
        if name not in used and not condition.page.pack:
            condition.page.warn(condition.key, "R078", f'condition "{name}" is never used')


def smell_twins(entries: Iterable[Entry], forms: Mapping[str, Mapping[str, object]]) -> None:
    """R078: two rules that differ only in id."""
    seen: dict[str, str] = {}
    for entry in entries:
        if entry.id is None or entry.id not in forms:
            continue
        same = canonical({name: value for name, value in forms[entry.id].items() if name not in DIFFER})
        if same in seen:
            place = entry.keys["id"][1]
            entry.page.warn(place, "R078", f'rules "{seen[same]}" and "{entry.id}" differ only in id')
        seen.setdefault(same, entry.id)
