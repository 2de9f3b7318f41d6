"""Deliveries as a person sees and mends them: listed, shown, retried; a channel resumed.

Every change is one short transaction of the caller's, and doing it twice changes nothing more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from watcher.core.model import DeliveryId
from watcher.core.telling.outbox import Attempt
from watcher.stores.sqlite.times import from_us, to_us

_NEAR = 2_000
_MOST_ATTEMPTS = 500
_LISTED = (
    "d.number, d.id, d.occasion, d.channel, d.recipient, d.state, d.due, d.attempts, d.retries, d.first_attempt, "
    "case when d.state = 'due' and d.reason = '' then coalesce('its receiver is left alone until ' || "
    "strftime('%Y-%m-%d %H:%M', nullif(max("
    "coalesce((select until from recipient_holds r where r.channel = d.channel and r.recipient = d.recipient "
    "and r.until > d.due), 0), "
    "coalesce((select until from channel_holds h where h.channel = d.channel and h.until > d.due), 0)), 0) / 1000000, "
    "'unixepoch') || ' UTC: it put off an earlier message', '') "
    "else d.reason end, d.created, d.finished"
)
"""The columns of a list; a message that was never tried, because its receiver rests, says so as its reason."""

Retried = Literal["due", "waiting", "sent", "leased", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """One delivery in a list; `number` is its place for paging, `retries` counts those by hand."""

    number: int
    id: str
    occasion: str
    channel: str
    recipient: str
    state: str
    due: datetime
    attempts: int
    retries: int
    first_attempt: datetime | None
    reason: str
    created: datetime
    finished: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDelivery:
    """One delivery with all that is known of it. `rendered` is None before the first attempt has ended."""

    delivery: ListedDelivery
    kind: str
    alert: str | None
    rendered: str | None
    attempts: tuple[Attempt, ...]


def listed(
    db: sqlite3.Connection,
    *,
    states: Sequence[str] = (),
    channel: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ListedDelivery]:
    """Deliveries, newest first; of these states and this channel only, where given."""
    conditions, parameters = ["1"], dict[str, object](limit=limit)
    if states:
        names = [f"s{index}" for index in range(len(states))]
        conditions.append(f"d.state in ({', '.join(':' + name for name in names)})")
        parameters.update(zip(names, states, strict=True))
    if channel is not None:
        conditions.append("d.channel = :channel")
        parameters["channel"] = channel
    if before is not None:
        conditions.append("d.number < :before")
        parameters["before"] = before
    rows = db.execute(
        f"select {_LISTED} from deliveries d where {' and '.join(conditions)} order by d.number desc limit :limit",
        parameters,
    )
    return [_listed(row) for row in rows]


def shown(db: sqlite3.Connection, delivery: str) -> ShownDelivery | None:
    """One delivery, its occasion and its attempts in order; None if there is none of that id."""
    row = db.execute(
        f"select {_LISTED}, o.kind, o.alert, d.rendered from deliveries d join occasions o on o.id = d.occasion "
        "where d.id = ?",
        (delivery,),
    ).fetchone()
    if row is None:
        return None
    *head, kind, alert, rendered = row
    attempts = db.execute(
        "select number, started, finished, result, reason, answer from attempts where delivery = ? "
        "order by retries, number limit ?",
        (delivery, _MOST_ATTEMPTS),
    )
    return ShownDelivery(
        delivery=_listed(head),
        kind=kind,
        alert=alert,
        rendered=rendered,
        attempts=tuple(
            Attempt(
                delivery=DeliveryId(delivery),
                number=number,
                started=from_us(started),
                finished=from_us(finished),
                result=result,
                reason=reason,
                answer=answer,
            )
            for number, started, finished, result, reason, answer in attempts
        ),
    )


def newest_ids(db: sqlite3.Connection) -> list[str]:
    """Ids that somebody who mistyped one may have meant."""
    return [row[0] for row in db.execute("select id from deliveries order by number desc limit ?", (_NEAR,))]


def retry(db: sqlite3.Connection, delivery: str, now: datetime) -> Retried | None:
    """Let a dead or waiting delivery go out now, under its old id and with its time to live begun anew.

    A sent or closed one stays as it is, one being tried right now too. Returns what it was (`due`: dead, and due now), or None
    if there is no such delivery.
    """
    row = db.execute("select state, channel, recipient from deliveries where id = ?", (delivery,)).fetchone()
    if row is None:
        return None
    if row[0] in {"due", "dead"}:  # whoever asks for it means now, whatever the receiver asked for
        db.execute("delete from channel_holds where channel = ?", (row[1],))
        db.execute("delete from recipient_holds where channel = ? and recipient = ?", (row[1], row[2]))
    state: Literal["due", "leased", "sent", "dead", "closed"] = row[0]
    match state:
        case "sent" | "leased" | "closed":
            return state
        case "due":
            db.execute(
                "update deliveries set due = min(due, ?), first_attempt = null where id = ?", (to_us(now), delivery)
            )
            return "waiting"
        case "dead":
            _revive(db, "id = :value", delivery, now)
            return "due"


def retry_dead(db: sqlite3.Connection, channel: str | None, now: datetime) -> int:
    """Let every dead delivery, or those of one channel, go out now, whatever its receiver asked for; returns how many."""
    which = "1" if channel is None else "channel = :value"
    for table in ("channel_holds", "recipient_holds"):
        db.execute(
            f"delete from {table} where channel in (select channel from deliveries where state = 'dead' and {which})",
            {"value": channel},
        )
    return _revive(db, which, channel, now)


def _revive(db: sqlite3.Connection, which: str, value: str | None, now: datetime) -> int:
    return db.execute(
        "update deliveries set state = 'due', due = :now, first_attempt = null, finished = null, attempts = 0, "
        f"unsettled = 0, faults = 0, retries = retries + 1 where state = 'dead' and {which}",
        {"now": to_us(now), "value": value},
    ).rowcount


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What a resumed channel was, and how many of its deliveries wait."""

    was: str
    reason: str
    waiting: int


def resume(db: sqlite3.Connection, channel: str, now: datetime) -> Resumed:
    """Open a channel again; what waits for it is due now, and its time to live begins anew."""
    row = db.execute("select state, reason from channel_state where channel = ?", (channel,)).fetchone()
    waiting = db.execute(
        "select count(*) from deliveries where channel = ? and state in ('due', 'leased')", (channel,)
    ).fetchone()[0]
    held = sum(
        db.execute(f"delete from {table} where channel = ? and until > ?", (channel, to_us(now))).rowcount
        for table in ("channel_holds", "recipient_holds")
    )
    failing = db.execute(
        "select told from channel_outages where channel = ? and told is not null", (channel,)
    ).fetchone()
    if row is None and (held or failing is not None):  # it is open, but what waits has long pauses by now
        _all_due(db, channel, now)
        return Resumed(was="held" if failing is None else "failing", reason="", waiting=int(waiting))
    if row is None:
        return Resumed(was="open", reason="", waiting=int(waiting))
    db.execute("delete from channel_state where channel = ?", (channel,))
    _all_due(db, channel, now)
    return Resumed(was=row[0], reason=row[1], waiting=int(waiting))


def _all_due(db: sqlite3.Connection, channel: str, now: datetime) -> None:
    db.execute(
        "update deliveries set due = min(due, :now), first_attempt = null where channel = :channel and state = 'due'",
        {"now": to_us(now), "channel": channel},
    )


def channels(db: sqlite3.Connection) -> list[str]:
    """Every channel that a delivery or a state names."""
    return [
        row[0] for row in db.execute("select distinct channel from deliveries union select channel from channel_state")
    ]


def _listed(row: Sequence[Any]) -> ListedDelivery:
    number, id_, occasion, channel, recipient, state, due, attempts, retries, first, reason, created, finished = row
    return ListedDelivery(
        number=number,
        id=id_,
        occasion=occasion,
        channel=channel,
        recipient=recipient,
        state=state,
        due=from_us(due),
        attempts=attempts,
        retries=retries,
        first_attempt=from_us(first),
        reason=reason,
        created=from_us(created),
        finished=from_us(finished),
    )
