"""What people did with alerts, and reminders that go on until they do, in SQLite; contract: `LifecycleTable`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from watcher.core.ledger import Decision
from watcher.core.model import Alert, Reason, Severity
from watcher.core.telling.lifecycle import AHEAD, NOBODY, Deed, Handling, handling_of
from watcher.stores.lifecycle import Escalation, ToldTo
from watcher.stores.sqlite import heard
from watcher.stores.sqlite.alerts import ALERT_COLUMNS, alert_of
from watcher.stores.sqlite.taking_in import TAKEN_IN, trade
from watcher.stores.sqlite.times import from_us, to_us

BY_PERSON: Final = "by_person"
"""The `close_reason` of an alert that a person closed."""
NO_NEWS: Final = "no_news"
_PUT_AWAY: Final = f"al.state = 'closed' and al.close_reason in ('{BY_PERSON}', '{NO_NEWS}')"
_SINCE_RAISED: Final = (
    "alert = :alert and number >= coalesce((select max(number) from decisions where alert = :alert "
    "and way = 'alert' and change = 'raised'), 0)"
)
_DEED = "number, alert, what, who, how, words, severity, until, at, undone from deeds"


class SqliteLifecycle:
    """The tables `deeds` and `escalations`, and what is asked of `alerts` and `decisions` for them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def alert(self, id_: str) -> tuple[Alert, int] | None:
        columns = ALERT_COLUMNS.replace(" from alerts", ", al.article from alerts", 1)
        row = self._db.execute(f"select {columns} where al.id = ?", (id_,)).fetchone()
        return None if row is None else (alert_of(row[:12]), int(row[12]))

    def meant(self, item: str) -> str | None:
        row = self._db.execute(
            "select min(al.id) from alerts al where al.id = :item or al.id in "
            "(select o.alert from occasions o where o.id = :item union all "
            "select o.alert from deliveries d join occasions o on o.id = d.occasion where d.id = :item union all "
            "select x.alert from occasion_alerts x where x.occasion = :item union all "
            "select x.alert from deliveries d join occasion_alerts x on x.occasion = d.occasion where d.id = :item) "
            "having count(*) = 1",
            {"item": item},
        ).fetchone()
        return None if row is None else str(row[0])

    def handling(self, alert: str, raised: datetime | None = None) -> Handling:
        rows = self._db.execute(
            f"select {_DEED} where alert = :alert and undone is null and raised = "
            "coalesce(:raised, (select a.raised from alerts a where a.id = :alert)) order by number",
            {"alert": alert, "raised": None if raised is None else to_us(raised)},
        ).fetchall()
        return handling_of([_deed(row) for row in rows]) if rows else NOBODY

    def put(self, deed: Deed) -> int:
        row = self._db.execute(
            "insert into deeds (alert, what, who, how, words, severity, until, at, raised) values "
            "(?, ?, ?, ?, ?, ?, ?, ?, coalesce((select a.raised from alerts a where a.id = ?), 0)) returning number",
            (
                deed.alert,
                deed.what,
                deed.who,
                deed.how,
                deed.words,
                deed.severity,
                None if deed.until is None else to_us(deed.until),
                to_us(deed.at),
                deed.alert,
            ),
        ).fetchone()
        return int(row[0])

    def deed(self, number: int) -> tuple[Deed, bool] | None:
        row = self._db.execute(f"select {_DEED} where number = ?", (number,)).fetchone()
        return None if row is None else (_deed(row), row[9] is not None)

    def deeds(self, alert: str) -> Sequence[tuple[Deed, bool]]:
        rows = self._db.execute(f"select {_DEED} where alert = ? order by number", (alert,))
        return [(_deed(row), row[9] is not None) for row in rows]

    def undo(self, number: int, now: datetime) -> None:
        self._db.execute("update deeds set undone = ? where number = ? and undone is null", (to_us(now), number))

    def close(self, alert: str, detail: str, now: datetime) -> None:
        self._end(alert, BY_PERSON, detail, now)

    def expire(self, alert: str, detail: str, at: datetime) -> None:
        self._end(alert, NO_NEWS, detail, at)

    def _end(self, alert: str, why: str, detail: str, at: datetime) -> None:
        done = self._db.execute(
            "update alerts set state = 'closed', close_reason = ?, updated = ? where id = ? and state = 'open'",
            (why, to_us(at), alert),
        )
        if done.rowcount:
            self._decide(alert, Reason.CLOSED, detail, at)
            (self.pause if why == BY_PERSON else self.unwatch)(alert)

    def reopen(self, alert: str, detail: str, now: datetime) -> bool:
        done = self._db.execute(
            "update alerts set state = 'open', close_reason = null, updated = ? "
            "where id = ? and state = 'closed' and close_reason = ?",
            (to_us(now), alert, BY_PERSON),
        )
        if done.rowcount:
            by = Reason.BY_HAND
            self.decide(Decision(alert=alert, change=by, way="hand", reason=by, detail=detail, occasion=None), now)
        return done.rowcount > 0

    def _decide(self, alert: str, change: Reason, detail: str, at: datetime) -> None:
        self.decide(Decision(alert=alert, change=change, way="alert", reason=change, detail=detail, occasion=None), at)

    def decide(self, decision: Decision, at: datetime) -> None:
        self._db.execute(
            "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
            "values (?, 0, ?, ?, ?, ?, ?, ?)",
            (
                decision.alert,
                decision.change,
                decision.way,
                decision.reason,
                decision.detail,
                decision.occasion,
                to_us(at),
            ),
        )

    def mark(self, alert: str, verdict: str | None, why: str, now: datetime) -> None:
        if verdict is None:
            self._db.execute("delete from marks where alert = ?", (alert,))
            return
        self._db.execute(
            "insert into marks (alert, verdict, why, at) values (?, ?, ?, ?) on conflict (alert) do update set "
            "verdict = excluded.verdict, why = excluded.why, at = excluded.at",
            (alert, verdict, why, to_us(now)),
        )

    def stale(self, before: datetime, now: datetime, limit: int) -> list[tuple[str, datetime]]:
        rows = self._db.execute(
            "select al.id, al.updated from alerts al where al.state = 'open' and al.updated < :before and "
            "(al.subject like 'story:%' or al.subject like 'row:%' or al.subject like 'matter:%') "
            "and not exists (select 1 from held h where h.alert = al.id) and not exists (select 1 from deeds d "
            "where d.alert = al.id and d.what = 'snoozed' and d.undone is null and d.until > :now) "
            "order by al.updated, al.id limit :limit",
            {"before": to_us(before), "now": to_us(now), "limit": limit},
        )
        return [(id_, from_us(updated)) for id_, updated in rows]

    def resting(self, article: int) -> list[tuple[str, str]]:
        rows = self._db.execute(
            "select al.rule, al.subject from alert_items i join alerts al on al.id = i.alert "
            f"where i.article = ? and (al.state = 'open' or {_PUT_AWAY}) order by al.id",
            (article,),
        )
        return [(rule, subject) for rule, subject in rows]

    def put_away(self, alert: str) -> bool:
        row = self._db.execute(f"select 1 from alerts al where al.id = ? and {_PUT_AWAY}", (alert,)).fetchone()
        return row is not None

    def taken_in(self, alert: str) -> list[Alert]:
        rows = self._db.execute(f"select {ALERT_COLUMNS} where al.id in ({TAKEN_IN})", {"alert": alert})
        return [alert_of(row) for row in rows]

    def trade(self, ended: str, stands: str, now: datetime) -> None:
        trade(self._db, ended, stands, now)

    def raised(self, alert: str) -> datetime | None:
        (at,) = self._db.execute(
            "select max(at) from decisions where alert = ? and way = 'alert' and change = 'raised'", (alert,)
        ).fetchone()
        return None if at is None else from_us(at)

    def own(self, alert: str) -> Severity | None:
        rows = self._db.execute(
            "select distinct severity from matches where alert = :alert and observation >= coalesce((select "
            "max(d.observation) from decisions d where d.alert = :alert and d.way = 'alert' and d.change = 'raised'), 0)",
            {"alert": alert},
        )
        return max((Severity(each) for (each,) in rows), key=lambda each: each.rank, default=None)

    def heard(self, alert: str) -> frozenset[str]:
        rows = self._db.execute(
            f"select distinct way from decisions where {_SINCE_RAISED} and way not in ('alert', 'hand') "
            "and reason in ('told', 'in_digest')",
            {"alert": alert},
        )
        return frozenset(way for (way,) in rows)

    def asked(self, alert: str) -> frozenset[str]:
        rows = self._db.execute(f"select distinct way from decisions where {_SINCE_RAISED}", {"alert": alert})
        return frozenset(way for (way,) in rows)

    def reached(self, alert: str, way: str) -> frozenset[str]:
        rows = self._db.execute(
            "select distinct e.channel from decisions d join deliveries e on e.occasion = d.occasion "
            "where d.alert = ? and d.way = ? and d.reason = 'told'",
            (alert, way),
        )
        return frozenset(channel for (channel,) in rows)

    def told_to(self, alert: str, telling: str) -> Sequence[ToldTo]:
        return heard.told_to(self._db, alert, telling)

    def reminded_to(self, alert: str, number: int) -> Sequence[ToldTo]:
        return heard.reminded_to(self._db, alert, number)

    def queued(self, alert: str, raised: datetime) -> tuple[str, ...]:
        rows = self._db.execute(
            "select distinct digest from digest_queue where alert = ? and (period is null or assigned >= ?) "
            "order by digest",
            (alert, to_us(raised)),
        )
        return tuple(digest for (digest,) in rows)

    def watch(self, escalation: Escalation, *, anew: bool) -> None:
        also = (
            "due = excluded.due, sent = 0, since = excluded.since, said = excluded.said, longest_s = excluded.longest_s, "
            "paused = null"
            if anew
            else "said = excluded.said"
        )
        self._db.execute(
            "insert into escalations (alert, route, said, due, sent, since, longest_s) values (?, ?, ?, ?, ?, ?, ?) "
            f"on conflict (alert, route) do update set {also}",
            (
                escalation.alert,
                escalation.route,
                escalation.said,
                to_us(escalation.due),
                escalation.sent,
                to_us(escalation.since),
                escalation.longest_s,
            ),
        )

    def escalations(self, now: datetime, limit: int) -> list[Escalation]:
        rows = self._db.execute(
            "select alert, route, said, due, sent, since, longest_s from escalations where due <= :now or (due is not null "
            "and longest_s > 0 and due > :now + longest_s * 1000000 + :ahead) order by due, alert, route limit :limit",
            {"now": to_us(now), "ahead": AHEAD.total_seconds() * 1_000_000, "limit": limit},
        )
        return [
            Escalation(
                alert=alert,
                route=route,
                said=said,
                due=from_us(due),
                sent=sent,
                since=from_us(since),
                longest_s=longest_s,
            )
            for alert, route, said, due, sent, since, longest_s in rows
        ]

    def reminded(self, escalation: Escalation, due: datetime | None, now: datetime, *, sent: bool) -> None:
        self._db.execute(
            "update escalations set due = :due, sent = sent + :sent, longest_s = :longest "
            "where alert = :alert and route = :route",
            {
                "due": None if due is None else to_us(due),
                "sent": int(sent),
                "longest": 0.0 if due is None else (due - now).total_seconds(),
                "alert": escalation.alert,
                "route": escalation.route,
            },
        )

    def unwatch(self, alert: str) -> None:
        self._db.execute("delete from escalations where alert = ?", (alert,))

    def pause(self, alert: str) -> None:
        self._db.execute(
            "update escalations set paused = due, due = null where alert = ? and (due is not null or paused is null)",
            (alert,),
        )

    def resume(self, alert: str, now: datetime) -> None:
        self._db.execute(
            "update escalations set due = max(paused, ?), paused = null where alert = ? and paused is not null",
            (to_us(now), alert),
        )

    def contents(self, alert: str) -> list[str]:
        rows = self._db.execute(
            "select o.content from occasions o where o.id in (select d.occasion from decisions d where "
            f"{_SINCE_RAISED} and d.reason = 'told') order by o.at, o.id",
            {"alert": alert},
        )
        return [content for (content,) in rows]

    def count(self, alert: str) -> int:
        row = self._db.execute(
            "update alerts set occasions = occasions + 1 where id = ? returning occasions", (alert,)
        ).fetchone()
        return int(row[0])

    def hold_until(self, alert: str, until: datetime, now: datetime) -> None:
        longest_s = max(0.0, (until - now).total_seconds())
        self._db.execute(
            "update holds set until = ?, longest_s = ? where grp = ?", (to_us(until), longest_s, f"snooze:{alert}")
        )


def _deed(row: Sequence[object]) -> Deed:
    number, alert, what, who, how, words, severity, until, at, *_ = row
    return msgspec.convert(
        {
            "number": number,
            "alert": alert,
            "what": what,
            "who": who,
            "how": how,
            "words": words,
            "severity": Severity(str(severity)),
            "until": None if until is None else from_us(int(str(until))),
            "at": from_us(int(str(at))),
        },
        Deed,
    )
