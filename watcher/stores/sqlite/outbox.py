"""Occasions and deliveries in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from watcher.core.model import DeliveryId, OccasionId
from watcher.core.telling.backlogs import Waiting
from watcher.core.telling.outbox import Attempt, ChannelState, Delivery, Mark, Occasion, delivery_id
from watcher.core.telling.retries import LONGEST_GAP
from watcher.stores.sqlite.times import from_us, to_us

DELIVERY_COLUMNS = (
    "d.id, d.occasion, d.channel, d.recipient, d.state, d.due, d.attempts, d.first_attempt, d.parts_done, d.reason, "
    "d.created, cast(o.content as blob), o.thread, d.finished, d.unsettled + (d.state = 'leased'), d.faults "
    "from deliveries d join occasions o on o.id = d.occasion"
)


_FAR = 2**55
"""Microseconds past any year that a date can have."""
_BEHIND_ANOTHER = (
    # An earlier message to the same recipient that tells of the same alert and still waits; one that its receiver refuses
    # for itself may wait for days, and must not keep what is new about the alert.
    # In this order: an alert has few tellings, a channel may have thousands of messages.
    "exists (select 1 from occasion_alerts mine cross join occasion_alerts other on other.alert = mine.alert "
    "and other.occasion <> mine.occasion cross join deliveries e on e.occasion = other.occasion "
    "and e.channel = d.channel and e.recipient = d.recipient where mine.occasion = d.occasion "
    "and +e.number < d.number and +e.state in ('due', 'leased') and not exists (select 1 from attempts a where a.delivery = e.id "
    "and a.retries = e.retries and a.number = e.attempts and a.result = 'slow'))"
)


def delivery_of(row: Sequence[object]) -> Delivery:
    """A delivery from a row of `DELIVERY_COLUMNS`, whatever is in it: one bad row must not stop a channel's others."""
    (
        id_,
        occasion,
        channel,
        recipient,
        state,
        due,
        attempts,
        first,
        parts,
        reason,
        created,
        content,
        thread,
        finished,
        unsettled,
        faults,
    ) = row
    return Delivery(
        id=DeliveryId(str(id_)),
        occasion=OccasionId(str(occasion)),
        channel=str(channel),
        recipient=str(recipient),
        state=str(state),
        due=from_us(_whole(due)),
        attempts=_whole(attempts),
        first_attempt=None if first is None else from_us(_whole(first)),
        parts_done=_whole(parts),
        reason=str(reason),
        created=from_us(_whole(created)),
        content=_words(content),
        thread=None if thread is None else str(thread),
        finished=None if finished is None else from_us(_whole(finished)),
        unsettled=_whole(unsettled),
        faults=_whole(faults),
    )


def _whole(value: object) -> int:
    """A whole number, or 0 for what is none."""
    return value if isinstance(value, int) and abs(value) < _FAR else 0


def _words(value: object) -> str:
    """Text, though the bytes of a damaged row are none."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class SqliteOutbox:
    """The tables `occasions`, `deliveries`, `attempts`, `channel_state`; contract: `OutboxTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def tell(self, occasion: Occasion, ways: Sequence[tuple[str, str]]) -> None:
        at = to_us(occasion.at)
        self._db.execute(
            "insert into occasions (id, kind, alert, thread, content, at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            (occasion.id, occasion.kind, occasion.alert, occasion.thread, occasion.content, at),
        )
        self._db.executemany(
            "insert into deliveries (id, occasion, channel, recipient, state, due, created) "
            "values (?, ?, ?, ?, 'due', ?, ?) on conflict do nothing",
            [
                (delivery_id(occasion.id, channel, recipient), occasion.id, channel, recipient, at, at)
                for channel, recipient in dict.fromkeys(ways)
            ],
        )
        alerts = occasion.alerts if occasion.alert is None else (occasion.alert, *occasion.alerts)
        self._db.executemany(
            "insert into occasion_alerts (alert, occasion) values (?, ?) on conflict do nothing",
            [(alert, occasion.id) for alert in alerts],
        )

    def retell(self, occasion: OccasionId, content: str, due: datetime) -> bool:
        untried = "state = 'due' and attempts = 0"
        changed = self._db.execute(
            "update occasions set content = :content where id = :id "
            f"and not exists (select 1 from deliveries where occasion = :id and not ({untried}))",
            {"content": content, "id": occasion},
        )
        self._db.execute(
            f"update deliveries set due = :due where occasion = :id and {untried}", {"due": to_us(due), "id": occasion}
        )
        return changed.rowcount > 0

    def next_number(self, prefix: str) -> int:
        row = self._db.execute(
            "select count(*) from occasions where id >= ? and id < ?", (prefix, prefix + "\U0010ffff")
        ).fetchone()
        return 1 + int(row[0])

    def lease(
        self, channel: str, now: datetime, until: datetime, limit: int, *, skip: Collection[str] = ()
    ) -> list[Delivery]:
        rows = self._db.execute(
            f"select {DELIVERY_COLUMNS} where d.channel = :channel and d.state in ('due', 'leased') and "
            "((d.state = 'due' and (d.due <= :now or d.due > :ahead)) "
            "or (d.state = 'leased' and (d.lease_until <= :now or d.lease_until > :ahead))) "
            f"and d.recipient not in (select value from json_each(:skip)) and not {_BEHIND_ANOTHER} "
            "order by d.number limit :limit",
            {
                "channel": channel,
                "now": to_us(now),
                "ahead": to_us(now + LONGEST_GAP),
                "limit": limit,
                "skip": json.dumps(sorted(skip)),
            },
        ).fetchall()
        self._db.executemany(
            "update deliveries set unsettled = unsettled + (state = 'leased'), state = 'leased', lease_until = ?, "
            "first_attempt = coalesce(first_attempt, ?) where id = ?",
            [(to_us(until), to_us(now), row[0]) for row in rows],
        )
        return [delivery_of(row) for row in rows]

    def give_back(self, delivery: str, due: datetime) -> None:
        self._db.execute(
            "update deliveries set state = 'due', lease_until = null, due = ? where id = ? and state = 'leased'",
            (to_us(due), delivery),
        )

    def release_leases(self) -> int:
        return self._db.execute(
            "update deliveries set state = 'due', lease_until = null, unsettled = unsettled + 1 where state = 'leased'"
        ).rowcount

    def progress(self, delivery: str, parts_done: int, bodies: Sequence[bytes] = (), split: str = "") -> None:
        self._db.execute(
            "delete from delivery_parts where delivery = :id "
            "and exists (select 1 from deliveries where id = :id and coalesce(split, :split) <> :split)",
            {"id": delivery, "split": split},
        )
        self._db.execute(
            "update deliveries set parts_done = ?, split = ? where id = ?", (parts_done, split or None, delivery)
        )
        self._db.executemany(
            "insert into delivery_parts (delivery, number, body) values (?, ?, ?) on conflict do nothing",
            [(delivery, number, body) for number, body in enumerate(bodies, start=1)],
        )

    def bodies(self, delivery: str) -> tuple[bytes, ...]:
        rows = self._db.execute("select body from delivery_parts where delivery = ? order by number", (delivery,))
        return tuple(body for (body,) in rows)

    def split(self, delivery: str) -> str | None:
        row = self._db.execute("select split from deliveries where id = ?", (delivery,)).fetchone()
        return None if row is None else row[0]

    def mark(self, attempt: Attempt, mark: Mark) -> None:
        self._db.execute(
            "insert into attempts (delivery, retries, number, started, finished, result, reason, answer) "
            "select id, retries, ?, ?, ?, ?, ?, ? from deliveries where id = ? on conflict do nothing",
            (
                attempt.number,
                to_us(attempt.started),
                to_us(attempt.finished),
                attempt.result,
                attempt.reason,
                attempt.answer,
                attempt.delivery,
            ),
        )
        if attempt.result in {"pause", "gone"}:
            # The fault is the channel's: nothing that waits for it may be given up for the time that it was shut.
            self._db.execute(
                "update deliveries set first_attempt = null where channel = "
                "(select channel from deliveries where id = ?) and state in ('due', 'leased')",
                (attempt.delivery,),
            )
        if mark.state == "sent":
            self._db.execute("delete from delivery_parts where delivery = ?", (attempt.delivery,))
        finished = to_us(attempt.finished) if mark.state in {"sent", "dead"} else None
        self._db.execute(
            "update deliveries set state = ?, due = ?, lease_until = null, attempts = ?, reason = ?, "
            "rendered = coalesce(?, rendered), finished = ?, remote = coalesce(remote, ?), unsettled = 0, "
            "faults = faults + ?, first_attempt = case when first_attempt is not null then coalesce(?, first_attempt) end where id = ?",
            (
                mark.state,
                to_us(mark.due),
                attempt.number,
                mark.reason,
                mark.rendered,
                finished,
                mark.remote or None,
                mark.fault,
                to_us(mark.first_attempt),
                mark.delivery,
            ),
        )

    def wake(self, channel: str, now: datetime, *, tried_before: datetime, answered: bool) -> int:
        return self._db.execute(
            "update deliveries set due = :now where channel = :channel and state = 'due' and due > :now and exists "
            "(select 1 from attempts a where a.delivery = deliveries.id and a.retries = deliveries.retries "
            "and a.number = deliveries.attempts and a.result = 'retry' and a.finished <= :before "
            "and (:answered or a.answer = ''))",
            {"channel": channel, "now": to_us(now), "before": to_us(tried_before), "answered": answered},
        ).rowcount

    def is_behind(self, channel: str, recipient: str, late: datetime, more_than: int) -> bool:
        row = self._db.execute(
            # The oldest ones tell: a long burst on a channel that works must not be counted anew with every message.
            "select count(*) from (select d.attempts, d.created from deliveries d where d.channel = :channel "
            "and d.recipient = :recipient and d.state in ('due', 'leased') order by d.number limit 4 * :more) "
            "where attempts > 0 or created <= :late",
            {"channel": channel, "recipient": recipient, "late": to_us(late), "more": more_than},
        ).fetchone()
        return int(row[0]) > more_than

    def backlog(self, channel: str, recipient: str, limit: int) -> list[Waiting]:
        rows = self._db.execute(
            "select d.id, o.kind, cast(o.content as blob), coalesce((select a.result = 'slow' from attempts a where a.delivery = d.id "
            "and a.retries = d.retries and a.number = d.attempts), 0) from deliveries d join occasions o "
            "on o.id = d.occasion where d.channel = :channel and d.recipient = :recipient "
            "and d.state in ('due', 'leased') and d.state = 'due' and d.parts_done = 0 "
            "and o.kind in ('alert', 'notice') order by d.number limit :limit",
            {"channel": channel, "recipient": recipient, "limit": limit},
        )
        return [
            Waiting(delivery=DeliveryId(id_), kind=kind, content=_words(content), refused=bool(refused))
            for id_, kind, content, refused in rows
        ]

    def close(
        self, deliveries: Sequence[str], reason: str, now: datetime, *, told_in: DeliveryId | None = None
    ) -> None:
        self._db.executemany(
            "update deliveries set state = 'closed', reason = ?, finished = ?, lease_until = null, told_in = ? "
            "where id = ? and state = 'due'",
            [(reason, to_us(now), told_in, delivery) for delivery in deliveries],
        )

    def hold(self, channel: str, until: datetime, *, began: datetime, address: str = "") -> None:
        self._db.execute(
            "insert into channel_holds (channel, until, began, address) values (?, ?, ?, ?) "
            "on conflict (channel) do update set until = excluded.until, began = excluded.began, "
            "address = excluded.address",
            (channel, to_us(until), to_us(began), address),
        )

    def lift(self, channel: str, asked_before: datetime) -> None:
        self._db.execute("delete from channel_holds where channel = ? and began < ?", (channel, to_us(asked_before)))

    def lift_moved(self, addresses: Mapping[str, str], now: datetime) -> None:
        held = self._db.execute("select channel, address from channel_holds where address <> ''").fetchall()
        for channel, address in held:
            if addresses.get(channel, address) == address:
                continue
            self._db.execute("delete from channel_holds where channel = ?", (channel,))
            self._db.execute("delete from recipient_holds where channel = ?", (channel,))
            self._db.execute(
                "update deliveries set due = min(due, ?), first_attempt = null where channel = ? and state = 'due'",
                (to_us(now), channel),
            )

    def held(self, channel: str) -> datetime | None:
        row = self._db.execute("select until from channel_holds where channel = ?", (channel,)).fetchone()
        return None if row is None else from_us(int(row[0]))

    def waiting(self, now: datetime) -> list[tuple[str, datetime]]:
        rows = self._db.execute(
            "select d.channel, max(min(max(case when coalesce(d.lease_until, d.due) > :ahead then 0 "
            "when d.state = 'leased' then d.lease_until else d.due end, "
            "case when r.until <= :ahead then r.until else 0 end)), "
            "case when c.next_try <= :ahead then c.next_try else 0 end, "
            "case when h.until <= :ahead then h.until else 0 end) from deliveries d "
            "left join channel_state c on c.channel = d.channel left join channel_holds h on h.channel = d.channel "
            "left join recipient_holds r on r.channel = d.channel and r.recipient = d.recipient "
            "where d.state in ('due', 'leased') and (c.channel is null or c.next_try is not null) "
            f"and (d.state = 'leased' or d.due > :now or not {_BEHIND_ANOTHER}) group by d.channel",
            {"now": to_us(now), "ahead": to_us(now + LONGEST_GAP)},
        )
        return [(channel, max(now, from_us(at))) for channel, at in rows]

    def channel_states(self) -> dict[str, ChannelState]:
        rows = self._db.execute("select channel, state, since, next_try, reason from channel_state")
        return {
            channel: ChannelState(
                channel=channel, state=state, since=from_us(since), next_try=from_us(next_try), reason=reason
            )
            for channel, state, since, next_try, reason in rows
        }

    def shut(self) -> frozenset[str]:
        rows = self._db.execute(
            "select channel from channel_state union select channel from channel_outages o where recipient = '' "
            "and (told is not null or (refused + dead > 0 and not exists (select 1 from channel_outages r "
            "where r.channel = o.channel and r.recipient <> '')))"
        )
        return frozenset(row[0] for row in rows)

    def unheeded(self) -> frozenset[tuple[str, str]]:
        rows = self._db.execute(
            "select channel, recipient from channel_outages where told is not null or refused + dead > 0"
        )
        return frozenset((channel, recipient) for channel, recipient in rows)

    def set_channel(self, state: ChannelState | None, channel: str) -> bool:
        if state is None:
            return self._db.execute("delete from channel_state where channel = ?", (channel,)).rowcount > 0
        before = self._db.execute("select state from channel_state where channel = ?", (channel,)).fetchone()
        self._db.execute(
            "insert into channel_state (channel, state, since, next_try, reason) values (?, ?, ?, ?, ?) "
            "on conflict (channel) do update set state = excluded.state, next_try = excluded.next_try, "
            "reason = excluded.reason",
            (channel, state.state, to_us(state.since), to_us(state.next_try), state.reason),
        )
        return before is None or before[0] != state.state
