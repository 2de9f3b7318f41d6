"""Alerts as people look at them: in lists, and one with all that became of it; it only reads."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.core.model import Alert, Reason
from watcher.core.telling.lifecycle import Deed, Handling
from watcher.stores.sqlite.alerts import ALERT_COLUMNS, alert_of
from watcher.stores.sqlite.lifecycle import SqliteLifecycle
from watcher.stores.sqlite.times import from_us, to_us

_WIDTH = 12
_TOLD = frozenset({Reason.TOLD, Reason.IN_DIGEST, Reason.LISTED, Reason.REMINDED})
"""Reasons of decisions by which somebody hears of an alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """An alert with its headline and what people did with it. `why_closed` is empty for an open one.

    `untold` says why nobody was told of it since it was raised; it is empty where somebody was.
    """

    alert: Alert
    headline: str
    link: str | None
    why_closed: str
    handling: Handling
    untold: tuple[str, ...] = ()

    def state(self, now: datetime) -> str:
        """Open, acknowledged, snoozed or closed."""
        if self.alert.state != "open":
            return "closed"
        if self.handling.snoozes(self.alert.severity, now) is not None:
            return "snoozed"
        return "acknowledged" if self.handling.acknowledges(self.alert.severity) is not None else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One decision on an alert: on itself (`way` is alert), or on a route or digest."""

    at: datetime
    change: str
    way: str
    reason: str
    detail: str


def listed(db: sqlite3.Connection, *, closed: bool, limit: int, before: datetime | None = None) -> list[ListedAlert]:
    """Alerts, those with the newest news first. Args: closed - only closed ones, else only those that are not."""
    columns = ALERT_COLUMNS.replace(" from alerts", ", a.title, a.link, al.close_reason from alerts", 1)
    rows = db.execute(
        f"select {columns} where (al.state = 'open') <> :closed and (:before is null or al.updated < :before) "
        "order by al.updated desc, al.id limit :limit",
        {"closed": int(closed), "before": None if before is None else to_us(before), "limit": limit},
    ).fetchall()
    return [_listed(row, db) for row in rows]


def one(db: sqlite3.Connection, id_: str) -> ListedAlert | None:
    """One by its id."""
    columns = ALERT_COLUMNS.replace(" from alerts", ", a.title, a.link, al.close_reason from alerts", 1)
    row = db.execute(f"select {columns} where al.id = ?", (id_,)).fetchone()
    return None if row is None else _listed(row, db)


def history(db: sqlite3.Connection, id_: str, limit: int) -> tuple[list[Happened], Sequence[tuple[Deed, bool]]]:
    """All that was decided on an alert, in order, and what people did with it."""
    rows = db.execute(
        "select at, change, way, reason, detail from (select * from decisions where alert = ? order by number desc limit ?) "
        "order by number",
        (id_, limit),
    )
    found = [Happened(at=from_us(row[0]), change=row[1], way=row[2], reason=row[3], detail=row[4]) for row in rows]
    return found, SqliteLifecycle(db).deeds(id_)


def handled(db: sqlite3.Connection, now: datetime) -> Mapping[str, int]:
    """How many of the alerts that are not closed are in each state that people brought them to."""
    rows = db.execute(
        "select distinct d.alert from deeds d join alerts al on al.id = d.alert and al.state = 'open' "
        "where d.what in ('acknowledged', 'snoozed') and d.undone is null"
    ).fetchall()
    found = [one(db, id_) for (id_,) in rows]
    return Counter(each.state(now) for each in found if each is not None)


def held_on(db: sqlite3.Connection, alert: str) -> dict[str, tuple[str, datetime]]:
    """The routes on which something of an alert is held back now: why, and until when."""
    rows = db.execute(
        "select h.route, h.phase, max(h.until) from held k join holds h on h.route = k.route and h.grp = k.grp "
        "where k.alert = ? group by h.route",
        (alert,),
    )
    return {route: (phase, from_us(until)) for route, phase, until in rows}


def on_article(db: sqlite3.Connection, article: int, story: str, rule: str | None) -> list[str]:
    """The ids of open alerts that rest on an article, by its row, or are about its story."""
    rows = db.execute(
        "select id from alerts where state = 'open' and (subject = 'story:' || :story or article = :article or id in "
        "(select alert from alert_items where article = :article)) and (:rule is null or rule = :rule) order by id",
        {"article": article, "story": story, "rule": rule},
    )
    return [row[0] for row in rows]


def near(db: sqlite3.Connection, limit: int) -> list[str]:
    """The ids of the newest alerts."""
    return [row[0] for row in db.execute("select id from alerts order by updated desc limit ?", (limit,))]


def _listed(row: Sequence[object], db: sqlite3.Connection) -> ListedAlert:
    alert = alert_of(row[:_WIDTH])
    title, link, why = row[_WIDTH:]
    return ListedAlert(
        alert=alert,
        headline=str(title or ""),
        link=None if link is None else str(link),
        why_closed=str(why or ("" if alert.state == "open" else "ended")),
        handling=SqliteLifecycle(db).handling(alert.id, alert.raised),
        untold=_untold(db, alert),
    )


def _untold(db: sqlite3.Connection, alert: Alert) -> tuple[str, ...]:
    rows = db.execute(
        "select reason from decisions where alert = ? and way <> 'alert' and at >= ? group by reason order by min(number)",
        (alert.id, to_us(alert.raised)),
    )
    reasons = [str(row[0]) for row in rows]
    if _TOLD.intersection(reasons):
        return ()
    return tuple(each for each in reasons if each != Reason.NOT_ROUTED) or tuple(reasons)
