"""Links, who left a list and who reads a feed, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from watcher.core.model import Severity, Trust
from watcher.core.telling.actions import Key
from watcher.core.telling.lists import Renamed
from watcher.stores.links import AlertSeen, KnownList, Left, Subscription, SubscriptionKind, Unsubscribed, Use
from watcher.stores.sqlite.times import from_us, to_us

_KINDS: dict[str, SubscriptionKind] = {"feed": "feed", "ics": "ics", "archive": "archive"}
_GONE = "select channel, recipient, list, since, how from unsubscribed where ended is null "
_TURNS = (
    "select number, recipient, list, since as at, how, 0 as back from unsubscribed where since > :since "
    "and how in (select value from json_each(:hows)) "
    "union all select number, recipient, list, ended, ended_how, 1 from unsubscribed where ended > :since "
    "and ended_how in (select value from json_each(:hows))"
)
_RENAME = (
    # Two steps, so that lists may swap their names: first each under its new one with a blank before it.
    (
        "insert into unsubscribed (channel, recipient, reader, list, since, how) "
        "select u.channel, u.recipient, u.reader, ' ' || m.value, u.since, :how from json_each(:kept) m "
        "join unsubscribed u on u.list = m.key where u.ended is null"
    ),
    (
        "update unsubscribed set list = (select ' ' || value from json_each(:gone) where key = list) "
        "where ended is null and list in (select key from json_each(:gone))"
    ),
    (
        "delete from unsubscribed where ended is null and list > ' ' and list < '!' and exists "
        "(select 1 from unsubscribed o where o.reader = unsubscribed.reader and o.list = substr(unsubscribed.list, 2) "
        "and o.ended is null)"
    ),
    "update unsubscribed set list = substr(list, 2) where ended is null and list > ' ' and list < '!'",
)
_SUBSCRIBED = "select id, kind, of, who, created, revoked from subscriptions "


class SqliteLinks:
    """The tables `link_keys`, `link_uses`, `unsubscribed` and `subscriptions`; contract: `LinkTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def signing_keys(self) -> list[Key]:
        rows = self._db.execute("select id, secret, created, retired from link_keys order by created desc, id")
        return [
            Key(
                id=id_,
                secret=bytes(secret),
                created=from_us(created),
                retired=None if retired is None else from_us(retired),
            )
            for id_, secret, created, retired in rows
        ]

    def add_key(self, key: Key) -> None:
        at = to_us(key.created)
        self._db.execute("update link_keys set retired = ? where retired is null and id <> ?", (at, key.id))
        self._db.execute(
            "insert into link_keys (id, secret, created) values (?, ?, ?) on conflict do nothing",
            (key.id, key.secret, at),
        )

    def drop_keys(self, ids: Collection[str]) -> None:
        self._db.execute("delete from link_keys where id in (select value from json_each(?))", (json.dumps(list(ids)),))

    def alert(self, alert: str) -> AlertSeen | None:
        row = self._db.execute(
            "select al.rule, al.state, al.severity, a.title, a.language, a.publisher, a.trust, a.published, a.seen "
            "from alerts al join articles a on a.number = al.article where al.id = ?",
            (alert,),
        ).fetchone()
        if row is None:
            return None
        rule, state, severity, title, language, publisher, trust, published, seen = row
        return AlertSeen(
            rule=rule,
            state=state,
            severity=Severity(severity),
            headline=title,
            language=language,
            publisher=publisher,
            trust=Trust(trust),
            published=from_us(published),
            seen=from_us(seen),
        )

    def used(self, token: str) -> Use | None:
        row = self._db.execute(
            "select number, action, alert, who, at, result, deed, undone from link_uses where token = ? "
            "order by number desc limit 1",
            (token,),
        ).fetchone()
        if row is None:
            return None
        number, action, alert, who, at, result, deed, undone = row
        return Use(
            number=number,
            action=action,
            alert=alert,
            who=who,
            at=from_us(at),
            result=result,
            deed=deed,
            undone=None if undone is None else from_us(undone),
        )

    def use(self, token: str, use: Use) -> None:
        self._db.execute(
            "insert into link_uses (token, action, alert, who, at, result, deed) values (?, ?, ?, ?, ?, ?, ?)",
            (token, use.action, use.alert, use.who, to_us(use.at), use.result, use.deed),
        )

    def undo(self, number: int, at: datetime) -> None:
        self._db.execute("update link_uses set undone = ? where number = ? and undone is null", (to_us(at), number))

    def left(self, recipient: str) -> dict[str, Unsubscribed]:
        rows = self._db.execute(_GONE + "and reader in (?, lower(?))", (_reader(recipient), recipient))
        return {str(row[2]): _gone(row) for row in rows}

    def turns(self, since: datetime, hows: Collection[str], limit: int) -> tuple[int, list[Left]]:
        after = {"since": to_us(since), "limit": limit, "hows": json.dumps(sorted(hows))}
        count = self._db.execute(f"select count(*) from ({_TURNS})", after).fetchone()[0]
        rows = self._db.execute(f"{_TURNS} order by at desc, number desc limit :limit", after)
        return int(count), [
            Left(recipient=recipient, list=list_, at=from_us(at), how=how or "", back=bool(back))
            for _, recipient, list_, at, how, back in rows
        ]

    def lists(self) -> dict[str, KnownList]:
        rows = self._db.execute("select list, settings, gone from lists")
        return {
            list_: KnownList(settings=settings, gone=None if gone is None else from_us(gone))
            for list_, settings, gone in rows
        }

    def renames(self) -> list[Renamed]:
        rows = self._db.execute("select at, old, new from renames order by at, old")
        return [Renamed(at=from_us(at), old=old, new=new) for at, old, new in rows]

    def rename(self, moved: Mapping[str, str], kept: Collection[str], now: datetime) -> None:
        at = to_us(now)
        self._db.executemany(
            "insert into renames (at, old, new) values (?, ?, ?) on conflict do update set new = excluded.new",
            [(at, old, new) for old, new in moved.items()],
        )
        names = {
            "kept": json.dumps({old: new for old, new in moved.items() if old in kept}),
            "gone": json.dumps({old: new for old, new in moved.items() if old not in kept}),
            "how": "as by its name before",
        }
        for step in _RENAME:
            self._db.execute(step, names)

    def note_lists(self, lists: Mapping[str, str], now: datetime) -> None:
        at = to_us(now)
        self._db.executemany(
            "insert into lists (list, settings) values (?, ?) "
            "on conflict (list) do update set settings = excluded.settings, gone = null",
            list(lists.items()),
        )
        names = json.dumps(sorted(lists))
        self._db.execute(
            "insert into lists (list, settings, gone) select distinct list, '', :at from unsubscribed "
            "where ended is null and list not in (select value from json_each(:names)) on conflict do nothing",
            {"at": at, "names": names},
        )
        self._db.execute(
            "update lists set gone = ? where gone is null and list not in (select value from json_each(?))", (at, names)
        )

    def leave(self, gone: Unsubscribed) -> bool:
        return (
            self._db.execute(
                "insert into unsubscribed (channel, recipient, reader, list, since, how) values (?, ?, ?, ?, ?, ?) "
                "on conflict do nothing",
                (gone.channel, gone.recipient, _reader(gone.recipient), gone.list, to_us(gone.since), gone.how),
            ).rowcount
            > 0
        )

    def rejoin(self, recipient: str, list_: str, *, now: datetime, how: str) -> bool:
        return (
            self._db.execute(
                "update unsubscribed set ended = ?, ended_how = ? where reader in (?, lower(?)) and list = ? "
                "and ended is null",
                (to_us(now), how, _reader(recipient), recipient, list_),
            ).rowcount
            > 0
        )

    def unsent(self, delivery: str, reason: str, now: datetime) -> None:
        self._db.execute(
            "update deliveries set state = 'closed', reason = ?, finished = ?, lease_until = null "
            "where id = ? and state in ('due', 'leased')",
            (reason, to_us(now), delivery),
        )

    def gone(self, limit: int, list_: str | None = None) -> list[Unsubscribed]:
        only = "" if list_ is None else "and list = :list "
        rows = self._db.execute(f"{_GONE}{only}order by number desc limit :limit", {"limit": limit, "list": list_})
        return [_gone(row) for row in rows]

    def subscribe(self, subscription: Subscription) -> None:
        self._db.execute(
            "insert into subscriptions (id, kind, of, who, created) values (?, ?, ?, ?, ?) on conflict do nothing",
            (subscription.id, subscription.kind, subscription.of, subscription.who, to_us(subscription.created)),
        )

    def subscription(self, id_: str) -> Subscription | None:
        row = self._db.execute(_SUBSCRIBED + "where id = ?", (id_,)).fetchone()
        return None if row is None else _subscribed(row)

    def subscriptions(self, limit: int) -> list[Subscription]:
        rows = self._db.execute(_SUBSCRIBED + "order by created desc, id limit ?", (limit,))
        return [_subscribed(row) for row in rows]

    def revoke(self, id_: str, now: datetime) -> bool:
        return (
            self._db.execute(
                "update subscriptions set revoked = ? where id = ? and revoked is null", (to_us(now), id_)
            ).rowcount
            > 0
        )

    def content(self, occasion: str) -> str | None:
        row = self._db.execute("select content from occasions where id = ?", (occasion,)).fetchone()
        return None if row is None else str(row[0])

    def told(self, kind: str, limit: int, skip: int = 0) -> list[tuple[str, str, datetime]]:
        rows = self._db.execute(
            "select id, content, at from occasions where kind = ? order by at desc limit ? offset ?",
            (kind, limit, skip),
        )
        return [(id_, content, from_us(at)) for id_, content, at in rows]


def _reader(recipient: str) -> str:
    """An address as one reader's, whatever its capitals; what was kept before 0041 lowered those of ASCII alone."""
    return recipient.lower()


def _gone(row: Sequence[object]) -> Unsubscribed:
    channel, recipient, list_, since, how = row
    return Unsubscribed(
        channel=str(channel), recipient=str(recipient), list=str(list_), since=from_us(int(str(since))), how=str(how)
    )


def _subscribed(row: Sequence[object]) -> Subscription:
    id_, kind, of, who, created, revoked = row
    return Subscription(
        id=str(id_),
        kind=_KINDS[str(kind)],
        of=str(of),
        who=str(who),
        created=from_us(int(str(created))),
        revoked=None if revoked is None else from_us(int(str(revoked))),
    )
