"""When a rule says to tell: `wait`, `quiet` and what goes with them read from its keys, and circles of `hidden_by`.

Source: the rule language, section 5, and section 7, R042 and R043.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from watcher.config.rules.page import Page
from watcher.core.rules.holding import BY_ROUTE, BY_RULE, NEWS, SAYS_NOTHING, Holding
from watcher.core.rules.model import Requirement
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import duration_text, parse_duration
from watcher.core.yaml.strict import Node

HOLDING_KEYS = ("wait", "quiet", "group", "unless_new", "after_quiet", "hidden_by")

Pairs = Mapping[str, tuple[Node, Node]]


def read_holding(page: Page, keys: Pairs, require: Requirement | None, before: Holding = SAYS_NOTHING) -> Holding:
    """What a rule, or a change of one, says of when to tell; faults are noted. Args: before - what it changes."""
    wait = _duration(page, keys, "wait", before.wait)
    quiet = _duration(page, keys, "quiet", before.quiet)
    if wait and quiet and wait > quiet:
        at = keys["wait"][1] if "wait" in keys else keys["quiet"][1]
        page.error(at, "R042", f"wait {duration_text(wait)} is longer than quiet {duration_text(quiet)}")
    after = (
        page.choice(keys["after_quiet"][1], "after_quiet", ("tell", "list"), "R009") if "after_quiet" in keys else None
    )
    return Holding(
        wait=wait,
        quiet=quiet,
        group=_group(page, keys, require) or before.group,
        after_quiet="list" if after == "list" else "tell" if after == "tell" else before.after_quiet,
        unless_new=_news(page, keys) if "unless_new" in keys else before.unless_new,
        hidden_by=_texts(page, keys, "hidden_by") if "hidden_by" in keys else before.hidden_by,
    )


def _duration(page: Page, keys: Pairs, key: str, before: timedelta | None) -> timedelta | None:
    if key not in keys:
        return before
    node = keys[key][1]
    number = node.kind == "scalar" and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    text = node.raw if number else page.text(node, key)
    try:
        return None if text is None else parse_duration(text)
    except ValueError as error:
        page.error(keys[key][1], "R025", str(error))
        return None


def _texts(page: Page, keys: Pairs, key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text, _ in page.texts(keys[key][1], key)))


def _news(page: Page, keys: Pairs) -> tuple[str, ...]:
    """The facts of `unless_new`; an empty list is one too."""
    node = keys["unless_new"][1]
    if node.kind == "sequence" and not node.items:
        return ()
    found = page.texts(node, "unless_new")
    for name, at in found:
        if name not in NEWS:
            page.error(
                at, "R040", f'unknown fact "{name}"{did_you_mean(name, NEWS) or "; it is one of " + ", ".join(NEWS)}'
            )
    return tuple(dict.fromkeys(name for name, _ in found))


def _group(page: Page, keys: Pairs, require: Requirement | None) -> tuple[str, ...] | None:
    if "group" not in keys:
        return None
    group = _texts(page, keys, "group")
    if group in {BY_RULE, BY_ROUTE} or (require is not None and set(group) == set(require.by)):
        return group
    by = ", ".join(require.by) if require is not None else ""
    said = f", or {by}, as its by says" if by else "; fields can be those of the by under require, and it has none"
    page.error(keys["group"][1], "R009", f'group is "{", ".join(group)}"; allowed: rule, route{said}')
    return None


def check_hiders(rules: Iterable[tuple[str, tuple[str, ...], Page, Node]], known: Iterable[str]) -> None:
    """Note hiders that nobody defines, and rules that hide one another in a circle.

    Args: rules - id, hiders, page and place of each rule that has hiders.
    """
    every = list(rules)
    names = frozenset(known)
    hiders = {name: by for name, by, _, _ in every}
    for name, by, page, node in every:
        for hider in by:
            if hider not in names:
                at = next((item for item in node.items if item.value == hider), node)
                page.error(at, "R043", f'hidden_by: unknown rule "{hider}"{did_you_mean(hider, names)}')
        circle = _circle(name, hiders)
        if circle:
            page.error(node, "R043", f"hidden_by goes in a circle: {', '.join(circle)}")


def _circle(start: str, hiders: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    ways: list[tuple[str, ...]] = [(start,)]
    been: set[str] = set()
    while ways:
        way = ways.pop()
        for name in hiders.get(way[-1], ()):
            if name == start:
                return (*way, name)
            if name not in been:
                been.add(name)
                ways.append((*way, name))
    return ()
