"""How everything stands: sources, channels, outbox, digests and the database itself; read in one snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.core.telling.outages import Outage
from watcher.stores.sqlite.connection import schema_number
from watcher.stores.sqlite.holding import SqliteHolding
from watcher.stores.sqlite.queues import SqliteQueues
from watcher.stores.sqlite.times import from_us

_MOST_HELD = 100
_COUNTED = ("articles", "stories", "alerts", "decisions", "occasions", "deliveries", "issues")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrouble:
    """What was told of a source and is not over."""

    kind: str
    since: datetime
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source that is stored; times are None where it never happened. A gap: it listed nothing that was known.

    `awaiting` articles wait for the text of their page, that of `without_page` never came. `troubles` were told of and
    are not over.
    """

    source: str
    last_ok: datetime | None
    last_checked: datetime | None
    last_changed: datetime | None
    next_due: datetime
    failures: int
    last_error: str | None
    gone: datetime | None
    last_gap: datetime | None
    awaiting: int = 0
    without_page: int = 0
    troubles: tuple[SourceTrouble, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """A channel with what waits for it. `state` is open, paused or gone; a test that failed is none of the dead.

    `failing` is since when an open one has failed, if the operator was told so.
    """

    channel: str
    state: str
    since: datetime | None
    next_try: datetime | None
    reason: str
    due: int
    leased: int
    dead: int
    sent: int
    oldest_waiting: datetime | None
    last_sent: datetime | None
    failing: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStatus:
    """A digest's last issue, if there was one, its open draft, and how many changes wait for the next."""

    digest: str
    last_period: str | None
    issued: datetime | None
    waiting: int
    draft: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStatus:
    """Alerts that `wait` or `quiet` holds on a route. `group` is rule:<id>, route, or the value of a rule's key."""

    route: str
    group: str
    phase: str
    until: datetime
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it. `counts` are (table, rows); `handled` those of the open alerts that people brought to another state.

    `recipients` are those in trouble of channels that have several; `alone` (channel, recipient, until) those for whom
    something waits, and whose receiver asked last to be left alone until then, which may be past.
    """

    sources: tuple[SourceStatus, ...]
    channels: tuple[ChannelStatus, ...]
    digests: tuple[DigestStatus, ...]
    held: tuple[HeldStatus, ...]
    recipients: tuple[Outage, ...]
    alone: tuple[tuple[str, str, datetime], ...]
    counts: tuple[tuple[str, int], ...]
    open_alerts: int
    schema: int
    bytes: int
    handled: Mapping[str, int] = field(default_factory=dict)


def status(db: sqlite3.Connection) -> Status:
    """How everything stands."""
    pages = db.execute("pragma page_count").fetchone()[0] * db.execute("pragma page_size").fetchone()[0]
    counts = tuple((table, int(db.execute(f"select count(*) from {table}").fetchone()[0])) for table in _COUNTED)
    opened = db.execute("select count(*) from alerts where state = 'open'").fetchone()[0]
    return Status(
        sources=tuple(_sources(db)),
        channels=tuple(_channels(db)),
        digests=tuple(_digests(db)),
        held=tuple(
            HeldStatus(route=route, group=group, phase=hold.phase, until=hold.until, alerts=alerts)
            for route, group, hold, alerts in SqliteHolding(db).listed(_MOST_HELD)
            if alerts
        ),
        recipients=SqliteQueues(db).troubled(),
        alone=tuple(_alone(db)),
        counts=counts,
        open_alerts=int(opened),
        schema=schema_number(db),
        bytes=int(pages),
    )


def _alone(db: sqlite3.Connection) -> Iterator[tuple[str, str, datetime]]:
    for channel, recipient, until in db.execute(
        "select channel, recipient, until from recipient_holds h where exists (select 1 from deliveries d "
        "where d.channel = h.channel and +d.recipient = h.recipient and d.state in ('due', 'leased')) order by 1, 2"
    ):
        yield channel, recipient, from_us(until)


def _troubles(db: sqlite3.Connection) -> dict[str, tuple[SourceTrouble, ...]]:
    """What is wrong with sources. A gap is no state: it happened."""
    rows = db.execute(
        "select source, kind, since, detail from source_health "
        "where told is not null and since is not null and track <> 'gap' order by source, told"
    )
    found: dict[str, tuple[SourceTrouble, ...]] = {}
    for source, kind, since, detail in rows:
        found[source] = (*found.get(source, ()), SourceTrouble(kind=kind, since=from_us(since), detail=detail))
    return found


def _sources(db: sqlite3.Connection) -> list[SourceStatus]:
    troubles = _troubles(db)
    rows = db.execute(
        "select source, last_ok, last_checked, last_changed, next_due, failures, last_error, gone, "
        "(select max(d.fetched) from documents d where d.source = s.source and d.outcome glob 'gap:*'), "
        "(select count(*) from awaiting w where w.source = s.source and w.state = 'due'), "
        "(select count(*) from awaiting w where w.source = s.source and w.state = 'failed') "
        "from source_state s order by source"
    )
    return [
        SourceStatus(
            source=source,
            last_ok=from_us(ok),
            last_checked=from_us(checked),
            last_changed=from_us(changed),
            next_due=from_us(due),
            failures=failures,
            last_error=error,
            gone=from_us(gone),
            last_gap=from_us(gap),
            awaiting=awaiting,
            without_page=without,
            troubles=troubles.get(source, ()),
        )
        for source, ok, checked, changed, due, failures, error, gone, gap, awaiting, without in rows
    ]


def _channels(db: sqlite3.Connection) -> list[ChannelStatus]:
    rows = db.execute(
        "with names (channel) as (select channel from deliveries union select channel from channel_state) "
        "select n.channel, coalesce(c.state, 'open'), c.since, c.next_try, coalesce(c.reason, ''), "
        "count(*) filter (where d.state = 'due'), count(*) filter (where d.state = 'leased'), "
        "count(*) filter (where d.state = 'dead' and d.occasion not glob 'test:*'), count(*) filter (where d.state = 'sent'), "
        "min(d.created) filter (where d.state in ('due', 'leased')), max(d.finished) filter (where d.state = 'sent'), "
        "(select f.since from channel_outages f where f.channel = n.channel and f.recipient = '' and f.told is not null) from names n left join channel_state c on c.channel = n.channel left join deliveries d on d.channel = n.channel "
        "group by n.channel order by n.channel"
    )
    return [
        ChannelStatus(
            channel=channel,
            state=state,
            since=from_us(since),
            next_try=from_us(next_try),
            reason=reason,
            due=due,
            leased=leased,
            dead=dead,
            sent=sent,
            oldest_waiting=from_us(oldest),
            last_sent=from_us(last),
            failing=from_us(failing),
        )
        for channel, state, since, next_try, reason, due, leased, dead, sent, oldest, last, failing in rows
    ]


def _digests(db: sqlite3.Connection) -> list[DigestStatus]:
    rows = db.execute(
        "with names (digest) as (select digest from issues union select digest from digest_queue) "
        "select n.digest, (select i.period from issues i where i.digest = n.digest and i.state = 'issued' "
        "order by i.ends desc limit 1), (select max(i.issued) from issues i where i.digest = n.digest), "
        "(select count(*) from digest_queue q where q.digest = n.digest and q.period is null), "
        "(select i.period from issues i where i.digest = n.digest and i.state in ('draft', 'held', 'approved') "
        "order by i.ends desc limit 1) from names n order by 1"
    )
    return [
        DigestStatus(digest=digest, last_period=period, issued=from_us(issued), waiting=waiting, draft=draft)
        for digest, period, issued, waiting, draft in rows
    ]
