"""Examples that show no text: a row of a table with what became of it, points of a series; never judged here.

Source: the rule language, section 6, the table of examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from watcher.config.rules.page import Page
from watcher.core.articles.rows import REMOVED, Text, row_change
from watcher.core.firing import Firing, Watch, firing_words, point_of, turnings, values_of
from watcher.core.model import Zone
from watcher.core.rules.examples import Example, reading_of
from watcher.core.rules.model import Clause, Condition, Rule
from watcher.core.rules.model import Node as Tree
from watcher.core.series import PointRecord, decimal_of
from watcher.core.yaml.strict import Node

SHOWN_KEYS = ("row", "change", "before", "points")
_ABOUT = ("row", "points")
"""Keys of which an example has at most one, and then no text."""
_TEXTS = ("text", "title", "highlights", "lead", "body", "related", "entry")
_VERBS = ("added", "changed", "removed")
_LABELS = ("name", "title", "label")

Keyed = Mapping[str, tuple[Node, Node]]
Parts = tuple[tuple[Zone, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an example shows instead of a text, and the words in it for the rule's other clauses."""

    parts: Parts = ()
    about: object | None = None


def read_shown(page: Page, keys: Keyed, rule: Rule | None, day: date) -> Shown | None:
    """What is shown, or None where the example is a text; faults are noted."""
    named = [key for key in (*_ABOUT, *_TEXTS) if key in keys]
    if not any(key in keys for key in _ABOUT):
        _only_with_row(page, keys)
        return None
    if len(named) > 1:
        page.error(keys[named[1]][0], "R054", f"example has {named[0]} and {named[1]}; exactly one")
        return Shown()
    if "points" in keys:
        _only_with_row(page, keys)
        return Shown(about=_points(page, keys["points"][1], rule, day))
    return _row(page, keys, rule)


def _only_with_row(page: Page, keys: Keyed) -> None:
    for key in ("change", "before"):
        if key in keys:
            page.error(keys[key][0], "R054", f'"{key}" goes with row')


def _points(page: Page, node: Node, rule: Rule | None, day: date) -> Firing | None:
    """What fires at the last of these points, one a day, the last of them on the example's day."""
    if node.kind != "sequence" or not node.items:
        page.error(node, "R008", '"points" must be a list of numbers: [112, 111]')
        return None
    last = datetime.combine(day, time(), UTC)
    source = next(iter(asked_of(rule, "series")), "example")
    records: list[PointRecord] = []
    for index, each in enumerate(node.items):
        if decimal_of(str(each.raw or each.value)) is None:
            page.error(each, "R026", f'"{each.raw or each.value}" is no number; points are: [112, 109.5]')
            return None
        at = last - timedelta(days=len(node.items) - 1 - index)
        records.append(point_of(str(each.raw or each.value), at))
    fired: dict[Watch, str] = {}
    for condition in conditions_of(rule, "series"):
        watch: Watch = getattr(condition, "watch")  # noqa: B009 - a kind of condition is known by its name
        turned = [each for each in turnings(watch, values_of(records, watch.unit)) if each.at == last and each.fires]
        if turned and source in getattr(condition, "sources", ()):
            fired[watch] = firing_words(watch, turned[0].used)
    return Firing(source=source, at=last, words=tuple(fired.items()))


def _row(page: Page, keys: Keyed, rule: Rule | None) -> Shown:
    verb = (page.choice(keys["change"][1], "change", _VERBS, "R017") if "change" in keys else None) or "added"
    if (verb == "changed") is not ("before" in keys):
        at = keys["before"][0] if "before" in keys else keys["change"][0]
        page.error(at, "R054", "change: changed and before go together: what the row said earlier")
        return Shown()
    parts = _parts(page, keys["row"][1], "row")
    before = _parts(page, keys["before"][1], "before") if "before" in keys else ()
    if not parts:
        return Shown()
    if verb == "removed":
        before, parts = parts, (*parts, (Zone.BODY, f"({REMOVED})"))
    source = next(iter(asked_of(rule, "table")), "example")
    made = row_change(f"row:{source}/example", _text(before) if before else None, _text(parts), known=verb != "added")
    return Shown(parts=parts, about=made)


def _parts(page: Page, node: Node, key: str) -> Parts:
    """A row as its article says it: its label as title, each field a paragraph."""
    if node.kind != "mapping" or not node.pairs:
        page.error(node, "R008", f'"{key}" must be a mapping of fields')
        return ()
    fields = {str(name.value): " ".join(str(value.raw or value.value or "").split()) for name, value in node.pairs}
    label = next((name for each in _LABELS for name in fields if name.lower() == each), next(iter(fields)))
    said = tuple((Zone.BODY, f"{name}: {value}") for name, value in fields.items() if value)
    return ((Zone.TITLE, fields[label] or "example"), *said)


def _text(parts: Parts) -> Text:
    reading = reading_of(Example(parts=parts, language="en"))
    return reading.text, reading.zones


def asked_of(rule: Rule | None, kind: str) -> tuple[str, ...]:
    """The sources that the rule's clauses of that kind name, in order."""
    every = (name for condition in conditions_of(rule, kind) for name in getattr(condition, "sources", ()))
    return tuple(dict.fromkeys(every))


def conditions_of(rule: Rule | None, kind: str) -> tuple[Condition, ...]:
    """The rule's clauses of that kind, those of `when` first."""
    trees: list[Tree | None] = [] if rule is None else [rule.when, rule.narrow, *(step.when for step in rule.severity)]
    found: list[Condition] = []
    while trees:
        tree = trees.pop(0)
        if isinstance(tree, Clause):
            found += [tree.condition] if tree.condition.kind == kind else []
        elif tree is not None:
            trees += (*tree.all, *tree.any, *tree.none)
    return tuple(found)
