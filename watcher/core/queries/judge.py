"""Whether an alert fits a query, and why not; never reads a query's text and never looks words up itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from watcher.core.event_types import EVENT_TYPES, NOISE
from watcher.core.model import Severity, Trust
from watcher.core.queries.kinds import OF_ARTICLES, instant
from watcher.core.queries.tree import Field, Join, Node, Query, Term
from watcher.core.text.reading import Reading

TextClause = Callable[[Node, Reading], bool]
"""Whether a text clause, a group bound to one sentence, or a clause on what the article says (its materials, its
region) holds for it. Built above the core, from the same conditions that rules use, so that a word means the same in
a rule and in a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """What a query can ask of an alert and its article. None: not known; a clause on it does not hold."""

    rule: str
    severity: Severity
    source: str
    trust: Trust
    event_type: str | None = None
    language: str | None = None
    state: str | None = None
    story: str | None = None
    route: str | None = None
    event_time: datetime | None = None
    reading: Reading | None = None


def matches(query: Query, view: AlertView, text_clause: TextClause) -> tuple[bool, str]:
    """Whether the alert fits, and if not, the clause that decided (`severity: notice is not urgent`)."""
    why = _against(query.root, view, text_clause)
    return why is None, why or ""


def _against(node: Node, view: AlertView, text_clause: TextClause) -> str | None:
    """What speaks against the node, or None if it holds."""
    match node:
        case Field():
            return _said_against(node, view, text_clause) if _of_article(node, view) else _field_against(node, view)
        case Term():
            return _text_against(node, view, text_clause)
        case Join(same=None):
            return _join_against(node, view, text_clause)
        case Join():
            return _text_against(node, view, text_clause)


def _join_against(join: Join, view: AlertView, text_clause: TextClause) -> str | None:
    """The first failing branch of `all`, all branches of a failing `any`, or the first of `none` that holds."""
    for child in join.all:
        if why := _against(child, view, text_clause):
            return why
    reasons = [_against(child, view, text_clause) for child in join.any]
    if reasons and None not in reasons:
        return "; ".join(why for why in reasons if why)
    for child in join.none:
        if _against(child, view, text_clause) is None:
            return f"-{_named(child)} holds"
    return None


def _text_against(node: Term | Join, view: AlertView, text_clause: TextClause) -> str | None:
    """That the article's text does not say it, or is not at hand."""
    if view.reading is None:
        return f"{_named(node)}: no text to look in"
    return None if text_clause(node, view.reading) else f"{_named(node)}: not in the text"


def _of_article(clause: Field, view: AlertView) -> bool:
    """Whether the article has to be asked; so for the event where the rule is not of one type."""
    return clause.name in OF_ARTICLES or (
        clause.name == "event" and view.event_type is None and view.reading is not None
    )


def _said_against(clause: Field, view: AlertView, text_clause: TextClause) -> str | None:
    """That the article does not say it, or is not at hand."""
    wanted = " or ".join(clause.values)
    if view.reading is None:
        return f"{clause.name}: unknown is not {wanted}"
    return None if text_clause(clause, view.reading) else f"{clause.name}: it is not {wanted}"


def _field_against(clause: Field, view: AlertView) -> str | None:
    """That the alert has none of the clause's values."""
    if clause.name in ("after", "before"):
        return _time_against(clause, view.event_time)
    has = _value_of(clause.name, view)
    if has is not None and any(fits(clause.name, has, value) for value in clause.values):
        return None
    return f"{clause.name}: {has or 'unknown'} is not {' or '.join(clause.values)}"


def _value_of(name: str, view: AlertView) -> str | None:
    """What the alert has for a field."""
    values: dict[str, str | None] = {
        "rule": view.rule,
        "severity": view.severity,
        "source": view.source,
        "trust": view.trust,
        "event": view.event_type,
        "language": view.language,
        "state": view.state,
        "story": view.story,
        "route": view.route,
    }
    return values.get(name)


def fits(name: str, has: str, value: str) -> bool:
    """Whether a field's value is what a clause asks for; `event:any` is all types but noise, `cn-*` is a glob."""
    if name == "event" and value == "any":
        return has in EVENT_TYPES and has not in NOISE
    if name in ("rule", "source", "route"):
        return fnmatchcase(has, value)
    return has == value


def _time_against(clause: Field, moment: datetime | None) -> str | None:
    """That the event's time is unknown or on the wrong side; a day begins at 00:00 UTC and belongs to `after`."""
    for value in clause.values:
        bound = instant(value)
        if moment is not None and bound is not None and (moment >= bound) == (clause.name == "after"):
            return None
    when = "unknown" if moment is None else f"{moment:%Y-%m-%d %H:%M}Z"
    return f"{clause.name}: {when} is not {clause.name} {' or '.join(clause.values)}"


def _named(node: Node) -> str:
    """A node in few words."""
    match node:
        case Term():
            return f"{node.kind}: {', '.join(node.values)}"
        case Field():
            return f"{node.name}: {', '.join(node.values)}"
        case Join():
            return "(" + " ".join(_named(child) for child in (*node.all, *node.any, *node.none)) + ")"
