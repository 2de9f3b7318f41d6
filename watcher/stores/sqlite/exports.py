"""History read row by row, for exports: alerts, articles, deliveries, decisions; holds one row at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.core.queries import SearchPlan
from watcher.core.telling.tellings import why
from watcher.stores.sqlite.alerts import evidence_of
from watcher.stores.sqlite.search import stream
from watcher.stores.sqlite.times import from_us, to_us

Cell = str | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    """One kind of export: (name, SQL) of each column, from where, and what `since` and the order go by."""

    columns: tuple[tuple[str, str], ...]
    source: str
    moment: str
    order: str


_TIMES = frozenset(
    {"published", "seen", "raised", "updated", "created", "due", "first_attempt", "finished", "at", "event_time"}
)
_ARTICLE = (
    ("article", "a.id"),
    ("title", "a.title"),
    ("link", "a.link"),
    ("source", "a.source"),
    ("publisher", "a.publisher"),
    ("trust", "a.trust"),
    ("published", "a.published"),
)
_ALERT_ARTICLE = "left join articles a on a.number = al.article left join texts t on t.article = a.number and t.revision = a.revision"

EXPORTS: Mapping[str, _Export] = {
    "articles": _Export(
        columns=(
            *_ARTICLE,
            ("seen", "a.seen"),
            ("event_time", "a.event_time"),
            ("language", "a.language"),
            ("story", "a.story"),
            ("story_reason", "a.story_reason"),
            ("revision", "a.revision"),
            ("flags", "a.flags"),
            ("text", "t.text"),
        ),
        source="articles a join texts t on t.article = a.number and t.revision = a.revision",
        moment="a.seen",
        order="a.number",
    ),
    "alerts": _Export(
        columns=(
            ("alert", "al.id"),
            ("rule", "al.rule"),
            ("rule_version", "al.rule_version"),
            ("severity", "al.severity"),
            ("state", "al.state"),
            ("close_reason", "al.close_reason"),
            ("subject", "al.subject"),
            ("raised", "al.raised"),
            ("updated", "al.updated"),
            ("occasions", "al.occasions"),
            *_ARTICLE,
            ("evidence", "al.evidence"),
        ),
        source=f"alerts al {_ALERT_ARTICLE}",
        moment="al.updated",
        order="al.updated, al.id",
    ),
    "deliveries": _Export(
        columns=(
            ("delivery", "d.id"),
            ("occasion", "d.occasion"),
            ("kind", "o.kind"),
            ("alert", "o.alert"),
            ("channel", "d.channel"),
            ("recipient", "d.recipient"),
            ("state", "d.state"),
            ("created", "d.created"),
            ("due", "d.due"),
            ("attempts", "d.attempts"),
            ("retries", "d.retries"),
            ("first_attempt", "d.first_attempt"),
            ("finished", "d.finished"),
            ("reason", "d.reason"),
            ("title", "a.title"),
            ("link", "a.link"),
        ),
        source=f"deliveries d join occasions o on o.id = d.occasion left join alerts al on al.id = o.alert {_ALERT_ARTICLE}",
        moment="d.created",
        order="d.number",
    ),
    "decisions": _Export(
        columns=(
            ("at", "x.at"),
            ("alert", "x.alert"),
            ("rule", "al.rule"),
            ("change", "x.change"),
            ("way", "x.way"),
            ("reason", "x.reason"),
            ("detail", "x.detail"),
            ("occasion", "x.occasion"),
            ("title", "a.title"),
            ("link", "a.link"),
        ),
        source=f"decisions x left join alerts al on al.id = x.alert {_ALERT_ARTICLE}",
        moment="x.at",
        order="x.number",
    ),
}


def columns(what: str) -> tuple[str, ...]:
    """The names of an export's columns."""
    return tuple(name for name, _ in EXPORTS[what].columns)


def rows(
    db: sqlite3.Connection,
    what: str,
    *,
    plan: SearchPlan | None,
    since: datetime | None,
    events: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[Cell, ...]]:
    """The rows of an export, oldest first; times as ISO 8601 in UTC.

    With a plan, what rests on an article that it finds: the article that an alert was last raised or updated on.
    """
    export = EXPORTS[what]
    selected = [sql for _, sql in export.columns]
    names = columns(what)
    conditions = "{where}" if plan is not None else "1"
    rest = f"from {export.source} where {export.moment} >= :since and ({conditions}) order by {export.order}"
    bound = {"since": 0 if since is None else to_us(since)}
    found = (
        db.execute(f"select {', '.join(selected)} {rest}", bound)
        if plan is None
        else stream(db, plan, events, selected, rest, bound)
    )
    for row in found:
        yield _cells(names, row)


def _cells(names: Sequence[str], row: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(
        from_us(value).isoformat() if name in _TIMES and isinstance(value, int) else _plain(name, value)
        for name, value in zip(names, row, strict=True)
    )


def _plain(name: str, value: Cell) -> Cell:
    """A cell's value; evidence becomes each clause once with the words that met it, flags a list in words."""
    if name == "evidence" and isinstance(value, str):
        return "; ".join(why(evidence_of(value)))
    if name == "flags" and isinstance(value, str):
        return ", ".join(json.loads(value))
    return value
