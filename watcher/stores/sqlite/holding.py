"""Holds and what they hold, in SQLite; contract: `HoldingTable`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from watcher.core.model import Reason, Severity
from watcher.core.telling.holding import Hold, Phase
from watcher.core.telling.lifecycle import AHEAD
from watcher.core.telling.messages import Told
from watcher.stores.holding import Ended, HeldAlert, HeldChange, Unreadable
from watcher.stores.sqlite.times import from_us, to_us

_SEVERITIES = frozenset(Severity)
_PHASES: dict[str, Phase] = {"waiting": "waiting", "muted": "muted", "snoozed": "snoozed"}
_ENDED = (
    "case when al.state is null or al.state = 'open' or al.updated <= h.at then '' "
    "when al.close_reason = 'merged' then 'merged' when al.close_reason = 'by_person' then 'by_hand' else 'closed' end"
)
"""How the alert ended after it was held; one that is held with its own end has not ended since."""
_COLUMNS = "h.route, h.grp, h.phase, h.until, h.severity, h.quiet_s, h.after, h.channels, h.longest_s"
_LISTS = msgspec.json.Decoder(tuple[str, ...])


class SqliteHolding:
    """The tables `holds` and `held`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def hold(self, route: str, group: str) -> Hold | None:
        row = self._db.execute(f"select {_COLUMNS} from holds h where route = ? and grp = ?", (route, group)).fetchone()
        return None if row is None else _hold(row)

    def put(self, route: str, group: str, hold: Hold | None) -> None:
        if hold is None:
            self._db.execute("delete from holds where route = ? and grp = ?", (route, group))
            return
        self._db.execute(
            "insert or replace into holds (route, grp, phase, until, severity, quiet_s, after, channels, longest_s) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                route,
                group,
                hold.phase,
                to_us(hold.until),
                hold.severity,
                hold.quiet_s,
                hold.after,
                msgspec.json.encode(hold.channels).decode(),
                hold.longest_s,
            ),
        )

    def keep(self, route: str, group: str, held: HeldAlert, at: datetime) -> None:
        self._db.execute(
            "insert into held (route, grp, alert, change, said, at, observation, origin) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                route,
                group,
                held.alert,
                held.change,
                msgspec.json.encode(held.said).decode(),
                to_us(at),
                held.observation,
                held.origin,
            ),
        )

    def due(self, now: datetime, limit: int) -> list[tuple[str, str, Hold]]:
        rows = self._db.execute(
            f"select {_COLUMNS} from holds h where until <= :now or (longest_s > 0 and "
            "until > :now + longest_s * 1000000 + :ahead) order by until, route, grp limit :limit",
            {"now": to_us(now), "ahead": AHEAD.total_seconds() * 1_000_000, "limit": limit},
        )
        return [(row[0], row[1], _hold(row)) for row in rows]

    def muted(self) -> list[tuple[str, str, Hold]]:
        rows = self._db.execute(f"select {_COLUMNS} from holds h where phase = 'muted' order by route, grp")
        return [(row[0], row[1], _hold(row)) for row in rows]

    def take(self, route: str, group: str) -> tuple[list[HeldAlert], list[Unreadable]]:
        rows = self._db.execute(
            f"select h.alert, h.change, h.origin, h.observation, {_ENDED}, h.said from held h "
            "left join alerts al on al.id = h.alert where h.route = ? and h.grp = ? order by h.number",
            (route, group),
        ).fetchall()
        self._db.execute("delete from held where route = ? and grp = ?", (route, group))
        held: list[HeldAlert] = []
        unreadable: list[Unreadable] = []
        for alert, change, origin, observation, how, words in rows:
            ended: Ended = how
            place = {"alert": alert, "change": change, "origin": origin, "observation": observation}
            try:
                held.append(HeldAlert(**place, said=msgspec.json.decode(words, type=Told), ended=ended))
            except ValueError as error:  # msgspec's own are such
                unreadable.append(Unreadable(**place, cause=error))
        return held, unreadable

    def kept(self, alert: str) -> list[tuple[int, str, HeldChange]]:
        rows = self._db.execute(
            "select number, route, change, nullif(origin, :alert), observation from held where alert = :alert "
            "union all select number, route, change, null, observation from held where origin = :alert order by 1",
            {"alert": alert},
        )
        return [
            (number, route, HeldChange(alert=alert, change=change, origin=origin, observation=observation))
            for number, route, change, origin, observation in rows
        ]

    def drop(self, numbers: Collection[int]) -> None:
        self._db.executemany("delete from held where number = ?", [(number,) for number in numbers])

    def decide(
        self,
        route: str,
        held: Sequence[HeldChange],
        reason: Reason,
        *,
        detail: str,
        occasion: str | None,
        at: datetime,
    ) -> None:
        self._db.executemany(
            "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
            "values (:alert, coalesce(:observation, (select max(d.observation) from decisions d where d.alert = :alert "
            "and d.change = :change and d.way = :way), 0), :change, :way, :reason, :detail, :occasion, :at)",
            [
                {
                    "alert": alert,
                    "observation": each.observation,
                    "change": each.change,
                    "way": f"route:{route}",
                    "reason": reason,
                    "detail": detail,
                    "occasion": occasion,
                    "at": to_us(at),
                }
                for each in held
                for alert in (each.alert, *((each.origin,) if each.origin else ()))
            ],
        )

    def listed(self, limit: int) -> list[tuple[str, str, Hold, int]]:
        rows = self._db.execute(
            f"select {_COLUMNS}, (select count(*) from held e where e.route = h.route and e.grp = h.grp) "
            "from holds h order by h.until limit ?",
            (limit,),
        )
        return [(row[0], row[1], _hold(row), row[9]) for row in rows]


def _hold(row: Sequence[object]) -> Hold:
    """A hold; where a part of it can't be read, as what keeps the least back."""
    _, _, phase, until, severity, quiet_s, after, channels, longest_s, *_ = row
    return Hold(
        phase=_PHASES.get(str(phase), "quiet"),
        until=from_us(int(str(until))),
        severity=Severity(str(severity)) if severity in _SEVERITIES else Severity.NOTICE,
        quiet_s=quiet_s if isinstance(quiet_s, float) else 0.0,
        after="list" if after == "list" else "tell",
        channels=_channels(str(channels)),
        longest_s=longest_s if isinstance(longest_s, float) else 0.0,
    )


def _channels(text: str) -> tuple[str, ...]:
    try:
        return _LISTS.decode(text)
    except ValueError:  # msgspec's own are such
        return ()
