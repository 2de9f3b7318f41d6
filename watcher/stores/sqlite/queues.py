"""Channels' queues in SQLite: pace, outages and how they stand; contract: `QueueTable`."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from watcher.core.telling.outages import Outage
from watcher.core.telling.retries import LONGEST_GAP
from watcher.stores.queues import Queue, Unheard
from watcher.stores.sqlite.lifecycle import BY_PERSON
from watcher.stores.sqlite.times import from_us, to_us

_IN_A_ROW = timedelta(minutes=1)
"""Refusals of two chats so close together are the whole bot's; later ones are each chat's own."""
_OUTAGES = "select channel, recipient, since, told, refused, dead, untold from channel_outages"


def _outage(row: tuple[str, str, int, int | None, int, int, int]) -> Outage:
    channel, recipient, since, told, refused, dead, untold = row
    return Outage(
        channel=channel,
        recipient=recipient,
        since=from_us(since),
        told=from_us(told),
        refused=refused,
        dead=dead,
        untold=untold,
    )


class SqliteQueues:
    """The tables `channel_paces` and `channel_outages`, and what of the deliveries goes by channel."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def next_at(self, channel: str, key: str) -> datetime | None:
        row = self._db.execute(
            "select next from channel_paces where channel = ? and recipient = ?", (channel, key)
        ).fetchone()
        return None if row is None else from_us(int(row[0]))

    def paced(self, channel: str, key: str, until: datetime) -> None:
        self._db.execute(
            "insert into channel_paces (channel, recipient, next) values (?, ?, ?) "
            "on conflict (channel, recipient) do update set next = excluded.next",
            (channel, key, to_us(until)),
        )

    def resting(self, channel: str, now: datetime, gap: timedelta) -> dict[str, datetime]:
        rows = self._db.execute(
            "select recipient, next from channel_paces where channel = ? and recipient <> '' and next > ? and next <= ?",
            (channel, to_us(now), to_us(now + gap)),
        )
        return {recipient: from_us(int(at)) for recipient, at in rows}

    def rest(self, channel: str, recipient: str, until: datetime, began: datetime) -> datetime | None:
        place = {"channel": channel, "recipient": recipient, "until": to_us(until), "began": to_us(began)}
        self._db.execute("delete from recipient_holds where channel = :channel and until <= :began", place)
        (beside,) = self._db.execute(
            "select min(until) from recipient_holds where channel = :channel and recipient <> :recipient and others = 0 "
            "and began between :since and :began",
            {**place, "since": to_us(began - _IN_A_ROW)},
        ).fetchone()
        self._db.execute(
            "insert or replace into recipient_holds (channel, recipient, until, began) "
            "values (:channel, :recipient, :until, :began)",
            place,
        )
        return None if beside is None else min(until, from_us(beside))

    def left_alone(self, channel: str, now: datetime) -> dict[str, datetime]:
        rows = self._db.execute(
            "select recipient, until from recipient_holds where channel = ? and until > ? and until <= ?",
            (channel, to_us(now), to_us(now + LONGEST_GAP)),
        )
        return {recipient: from_us(until) for recipient, until in rows}

    def taken(self, channel: str, recipient: str, since: datetime) -> None:
        place = {"channel": channel, "recipient": recipient, "since": to_us(since)}
        self._db.execute(
            "delete from recipient_holds where channel = :channel and recipient = :recipient and began < :since", place
        )
        self._db.execute(
            "update recipient_holds set others = 1 where channel = :channel and began <= :since and others = 0", place
        )

    def is_due(self, channel: str, now: datetime) -> bool:
        row = self._db.execute(
            "select 1 from deliveries where channel = ? and state in ('due', 'leased') and state = 'due' "
            "and (due <= ? or due > ?) limit 1",
            (channel, to_us(now), to_us(now + LONGEST_GAP)),
        ).fetchone()
        return row is not None

    def outages(self, channel: str) -> dict[str, Outage]:
        rows = map(_outage, self._db.execute(f"{_OUTAGES} where channel = ?", (channel,)))
        return {each.recipient: each for each in rows}

    def failing(self) -> tuple[Outage, ...]:
        rows = self._db.execute(f"{_OUTAGES} where recipient = '' and told is not null order by channel")
        return tuple(map(_outage, rows))

    def troubled(self) -> tuple[Outage, ...]:
        rows = self._db.execute(
            f"{_OUTAGES} where recipient <> '' and (told is not null or refused + dead > 0) order by channel, recipient"
        )
        return tuple(map(_outage, rows))

    def idle(self) -> tuple[Outage, ...]:
        rows = self._db.execute(
            f"{_OUTAGES} as o where not exists (select 1 from deliveries d where d.channel = o.channel "
            "and o.recipient in ('', d.recipient) and d.state in ('due', 'leased')) order by channel, recipient"
        )
        return tuple(map(_outage, rows))

    def save_outage(self, channel: str, outage: Outage | None, recipient: str = "") -> None:
        if outage is None:
            self._db.execute("delete from channel_outages where channel = ? and recipient = ?", (channel, recipient))
            return
        self._db.execute(
            "insert or replace into channel_outages (channel, recipient, since, told, refused, dead, untold) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (channel, recipient, to_us(outage.since), to_us(outage.told), outage.refused, outage.dead, outage.untold),
        )

    def remote(self, channel: str, recipient: str, occasion: str) -> str:
        row = self._first(channel, recipient, occasion)
        return "" if row is None else str(row[0])

    def alone(self, channel: str, recipient: str, occasion: str) -> bool:
        row = self._first(channel, recipient, occasion)
        if row is None:
            return False
        told = self._db.execute("select count(*) from occasion_alerts where occasion = ?", (row[1],)).fetchone()
        return int(told[0]) == 1

    def _first(self, channel: str, recipient: str, occasion: str) -> tuple[str, str] | None:
        """What the receiver calls the first message on one of the occasion's alerts, and that message's occasion."""
        row: tuple[str, str] | None = self._db.execute(
            "select e.remote, e.occasion from occasion_alerts mine cross join occasion_alerts other "
            "on other.alert = mine.alert "
            "and other.occasion <> mine.occasion cross join deliveries e on e.occasion = other.occasion and e.channel = ? "
            "and e.recipient = ? where mine.occasion = ? and e.state = 'sent' and e.remote is not null "
            "order by e.number limit 1",
            (channel, recipient, occasion),
        ).fetchone()
        return row

    def unheard(self, channel: str, since: datetime, limit: int) -> tuple[Unheard, ...]:
        rows = self._db.execute(
            "select g.number, g.alert, g.what, d.recipient, cast(o.content as blob), max(d.number) from deeds g "
            "cross join occasion_alerts x on x.alert = g.alert cross join deliveries d on d.occasion = x.occasion "
            "and d.channel = :channel and d.state = 'sent' and d.created <= g.at cross join occasions o on o.id = d.occasion "
            "where g.number > (select coalesce(max(number), 0) - 500 from deeds) and g.at >= :since "
            "and g.what in ('acknowledged', 'closed') and g.undone is null "
            "and not exists (select 1 from occasions e where e.id = 'deed:' || g.number || ':' || :channel) "
            "group by g.number, d.recipient order by g.number limit :limit",
            {"channel": channel, "since": to_us(since), "limit": limit},
        ).fetchall()
        return tuple(
            Unheard(
                key=f"deed:{deed}",
                alert=alert,
                what=what,
                recipient=recipient,
                content=content.decode("utf-8", "replace"),
            )
            for deed, alert, what, recipient, content, _ in rows
        )

    def unended(self, channel: str, since: datetime, limit: int) -> tuple[Unheard, ...]:
        # the moment is part of the id: an alert that is raised anew may end again
        rows = self._db.execute(
            "select 'ended:' || al.id || ':' || al.updated, al.id, d.recipient, cast(o.content as blob), max(d.number) "
            "from alerts al indexed by alerts_updated cross join occasion_alerts x on x.alert = al.id "
            "cross join deliveries d on d.occasion = x.occasion and d.channel = :channel and d.state = 'sent' "
            "cross join occasions o on o.id = d.occasion where al.updated >= :since and al.state = 'closed' "
            "and coalesce(al.close_reason, '') <> :by_person and not exists (select 1 from occasions e "
            "where e.id = 'ended:' || al.id || ':' || al.updated || ':' || :channel) "
            "and not exists (select 1 from occasion_alerts w join deliveries f on f.occasion = w.occasion "
            "where w.alert = al.id and f.channel = :channel and f.state in ('due', 'leased')) "
            "group by al.id, d.recipient order by al.updated, al.id limit :limit",
            {"channel": channel, "since": to_us(since), "by_person": BY_PERSON, "limit": limit},
        ).fetchall()
        return tuple(
            Unheard(
                key=key, alert=alert, what="closed", recipient=recipient, content=content.decode("utf-8", "replace")
            )
            for key, alert, recipient, content, _ in rows
        )

    def contents(self, channel: str, limit: int, recipient: str | None = None) -> tuple[str, ...]:
        rows = self._db.execute(
            "select cast(o.content as blob) from deliveries d join occasions o on o.id = d.occasion "
            "where d.channel = :channel and d.state in ('due', 'leased') and o.kind = 'alert' "
            "and (:recipient is null or d.recipient = :recipient) order by d.number limit :limit",
            {"channel": channel, "recipient": recipient, "limit": limit},
        )
        return tuple(dict.fromkeys(row[0].decode("utf-8", "replace") for row in rows))

    def queues(self) -> tuple[Queue, ...]:
        rows = self._db.execute(
            "select d.channel, count(*), count(*) filter (where o.kind = 'alert'), min(d.created), "
            "case when c.channel is null or c.next_try is not null then max(coalesce(c.next_try, 0), "
            "coalesce(h.until, 0), min(case when d.state = 'leased' then d.lease_until "
            "else max(d.due, coalesce(r.until, 0)) end)) end "
            "from deliveries d join occasions o on o.id = d.occasion "
            "left join recipient_holds r on r.channel = d.channel and r.recipient = d.recipient "
            "left join channel_state c on c.channel = d.channel left join channel_holds h on h.channel = d.channel "
            "where d.state in ('due', 'leased') group by d.channel order by d.channel"
        )
        return tuple(
            Queue(channel=channel, waiting=waiting, alerts=alerts, oldest=from_us(oldest), next_due=from_us(due))
            for channel, waiting, alerts, oldest, due in rows
        )
