"""What people do in a time line: silence, acknowledge, snooze; read from a rule file, with mistakes at their places.

Source: the rule language, section 6, time lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.config.rules.page import Keys, Page
from watcher.core.queries import Names, alert_kinds, parse_query
from watcher.core.rules.timelines import AcknowledgeStep, Deed, SilenceStep, SnoozeStep
from watcher.core.values import parse_duration
from watcher.core.yaml.strict import Node

DEEDS = ("silence", "acknowledge", "snooze")
SILENCE_KEYS = Keys(noun="a silence", allowed=("query", "until", "reason", "by"), required=("query", "until", "reason"))
ACKNOWLEDGE_KEYS = Keys(noun="acknowledge", allowed=("alert", "rule", "by"), required=("alert",))
SNOOZE_KEYS = Keys(noun="snooze", allowed=("alert", "rule", "by", "for", "until"), required=("alert",))
_SOMEBODY = "test"

Moment = Callable[[Node], datetime | None]
"""A time, or an offset from the start, at that place; None with its fault noted."""
Place = Mapping[str, tuple[Node, Node]]


def read_deed(page: Page, node: Node, action: str, at: datetime, moment: Moment) -> Deed | None:
    """One deed at that time, or None with its faults noted."""
    match action:
        case "silence":
            return _silence(page, node, moment)
        case "acknowledge":
            return _acknowledge(page, node)
        case _:
            return _snooze(page, node, at, moment)


def _silence(page: Page, node: Node, moment: Moment) -> SilenceStep | None:
    keys = page.mapping(node, SILENCE_KEYS)
    if node.kind != "mapping":
        return None
    query = _query(page, keys["query"][1]) if "query" in keys else None
    until = moment(keys["until"][1]) if "until" in keys else None
    reason = _text(page, keys, "reason")
    if query is None or until is None or reason is None:
        return None
    return SilenceStep(query=query, until=until, reason=reason, who=_text(page, keys, "by") or _SOMEBODY)


def _query(page: Page, node: Node) -> str | None:
    """A query whose faults are noted at their own columns; the empty one takes every alert."""
    text = node.value if isinstance(node.value, str) else page.text(node, "query")
    if text is None:
        return None
    query, problems = parse_query(text, alert_kinds(Names(), health=True))
    for problem in problems:
        shift = (problem.column or 1) - 1 + int(node.quoted)
        page.elsewhere(node, replace(problem, file=page.name, line=node.line, column=node.column + shift))
    return None if query is None else text


def _acknowledge(page: Page, node: Node) -> AcknowledgeStep | None:
    if node.kind == "scalar":
        alert = page.text(node, "acknowledge")
        return None if alert is None else AcknowledgeStep(alert=alert, rule=None, who=_SOMEBODY)
    keys = page.mapping(node, ACKNOWLEDGE_KEYS)
    alert = _text(page, keys, "alert")
    if alert is None:
        return None
    return AcknowledgeStep(alert=alert, rule=_text(page, keys, "rule"), who=_text(page, keys, "by") or _SOMEBODY)


def _snooze(page: Page, node: Node, at: datetime, moment: Moment) -> SnoozeStep | None:
    keys = page.mapping(node, SNOOZE_KEYS)
    if node.kind != "mapping":
        return None
    alert = _text(page, keys, "alert")
    if ("for" in keys) == ("until" in keys):
        page.error(node, "R054", "snooze needs exactly one of for and until")
        return None
    until = moment(keys["until"][1]) if "until" in keys else _after(page, keys["for"][1], at)
    if alert is None or until is None:
        return None
    who = _text(page, keys, "by") or _SOMEBODY
    return SnoozeStep(alert=alert, rule=_text(page, keys, "rule"), who=who, until=until)


def _after(page: Page, node: Node, at: datetime) -> datetime | None:
    try:
        span: timedelta = parse_duration(str(node.value))
    except ValueError as error:
        page.error(node, "R025", str(error))
        return None
    return at + span


def _text(page: Page, keys: Place, key: str) -> str | None:
    return page.text(keys[key][1], key) if key in keys else None
