"""What still goes on of an alert when another takes it in: reminders, a snooze, what is held; in SQLite.

Nobody is told again of what the one that stays told already. A part of the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Final

from watcher.core.model import Severity
from watcher.core.telling.lifecycle import Deed, Handling
from watcher.stores.sqlite.lifecycle import SqliteLifecycle

_RENAMED: Final = "case when json_valid(said) then json_set(said, '$.alert', :stays) else said end"
"""What a message tells, of the alert that stays; what can't be read stays so, and is set aside by whoever meets it."""


def take_over(db: sqlite3.Connection, goes: str, stays: str, now: datetime) -> None:
    """Let the open alert that stays have the higher severity of both, and all that goes on of an open one that goes."""
    rows = dict(db.execute("select id, severity from alerts where id in (?, ?) and state = 'open'", (goes, stays)))
    if set(rows) != {goes, stays}:
        return
    higher = Severity(rows[goes]).rank > Severity(rows[stays]).rank
    if higher:
        db.execute("update alerts set severity = ? where id = ?", (rows[goes], stays))
    lifecycle = SqliteLifecycle(db)
    before, after = lifecycle.handling(goes), lifecycle.handling(stays)
    _hand_over_held(db, goes, stays, lifecycle.heard(stays), every=higher)
    _hand_over_deeds(lifecycle, before, after, stays, now)
    _hand_over_reminders(db, goes, stays)
    severity = Severity(rows[goes]) if higher else Severity(rows[stays])
    if after.acknowledges(severity) is not None:
        lifecycle.pause(stays)


def _hand_over_held(db: sqlite3.Connection, goes: str, stays: str, heard: frozenset[str], *, every: bool) -> None:
    """What is held of the one is told of the other: on routes that never told of it nor hold it, or, if so, on all."""
    known = {route for (route,) in db.execute("select route from held where alert = ?", (stays,))}
    held = [(number, route) for number, route in db.execute("select number, route from held where alert = ?", (goes,))]
    moving = [(number,) for number, route in held if every or not (route in known or f"route:{route}" in heard)]
    db.executemany(
        "update held set origin = coalesce(origin, alert), alert = :stays, grp = case when grp = :from then :to else grp end, "
        f"said = {_RENAMED} where number = :number",
        [{"stays": stays, "number": number, "from": f"snooze:{goes}", "to": f"snooze:{stays}"} for (number,) in moving],
    )
    if moving:
        db.execute(
            "insert or ignore into holds (route, grp, phase, until, severity, quiet_s, after, channels, longest_s) "
            "select route, ?, phase, until, severity, quiet_s, after, channels, longest_s from holds where grp = ?",
            (f"snooze:{stays}", f"snooze:{goes}"),
        )


def _hand_over_deeds(lifecycle: SqliteLifecycle, before: Handling, after: Handling, stays: str, now: datetime) -> None:
    """A snooze that lasts and who takes care count for the one that stays, unless it has its own."""
    snoozed = before.snoozed if after.snoozed is None or not _lasts(after.snoozed, now) else None
    assigned = before.assigned if after.assigned is None else None
    for deed in (snoozed, assigned):
        if deed is not None and _lasts(deed, now):
            lifecycle.put(replace(deed, alert=stays))


def _lasts(deed: Deed, now: datetime) -> bool:
    return deed.until is None or deed.until > now


def _hand_over_reminders(db: sqlite3.Connection, goes: str, stays: str) -> None:
    """Reminders that go on of the one go on of the other, on each route where that has none going on."""
    place = {"goes": goes, "stays": stays}
    db.execute(
        "delete from escalations where alert = :stays and due is null and route in "
        "(select e.route from escalations e where e.alert = :goes and e.due is not null)",
        place,
    )
    db.execute(
        f"update or ignore escalations set alert = :stays, said = {_RENAMED} where alert = :goes and due is not null",
        place,
    )
    db.execute("delete from escalations where alert = :goes", place)
