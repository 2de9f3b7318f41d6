"""What a store keeps of links."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.core.telling.actions import Key
from watcher.stores.links import Subscription, Unsubscribed, Use
from watcher.stores.sqlite import SqliteStore, SqliteTurn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GONE = Unsubscribed(channel="team", recipient="anna@desk.example", list="digest:weekly", since=NOW, how="one click")


async def test_links_are_kept(tmp_path: Path):
    store = await SqliteStore.open(tmp_path / "watcher.db")
    try:
        await store.write(_keys)
        await store.write(_uses)
        await store.write(_lists)
        await store.write(_subscriptions)
    finally:
        await store.close()


def _keys(turn: SqliteTurn) -> None:
    old = Key(id="a1", secret=b"x" * 32, created=NOW - timedelta(days=9))
    new = Key(id="b2", secret=b"y" * 32, created=NOW)
    for key in (old, new, new):
        turn.links.add_key(key)

    assert [(key.id, key.retired) for key in turn.links.signing_keys()] == [("b2", None), ("a1", NOW)]
    turn.links.drop_keys(["a1"])
    assert turn.links.signing_keys() == [new]


def _uses(turn: SqliteTurn) -> None:
    use = Use(number=0, action="acknowledge", alert="a", who="anna", at=NOW, result="acknowledged by anna", deed=7)
    assert turn.links.used("t") is None

    turn.links.use("t", use)

    used = turn.links.used("t")
    assert used is not None
    assert (used.deed, used.result, used.undone) == (7, "acknowledged by anna", None)
    turn.links.undo(used.number, NOW)
    assert getattr(turn.links.used("t"), "undone", None) == NOW


def _lists(turn: SqliteTurn) -> None:
    assert (turn.links.leave(GONE), turn.links.leave(GONE)) == (True, False)
    assert turn.links.left("Anna@desk.example") == {"digest:weekly": GONE}
    assert turn.links.left("ben@desk.example") == {}
    assert turn.links.gone(10) == [GONE]
    assert turn.links.rejoin("anna@desk.example", "digest:weekly", now=NOW, how="command")
    assert not turn.links.rejoin("anna@desk.example", "digest:weekly", now=NOW, how="command")
    assert (turn.links.gone(10), turn.links.leave(GONE)) == ([], True)


async def test_who_left_with_capitals_beyond_ascii_before_an_upgrade_stays_away(tmp_path: Path):
    store = await SqliteStore.open(tmp_path / "watcher.db")
    who = "MÜLLER@desk.example"
    try:
        await store.write(lambda turn: turn.links.leave(replace(GONE, recipient=who)))
        with closing(sqlite3.connect(tmp_path / "watcher.db")) as db, db:
            db.execute("update unsubscribed set reader = lower(recipient)")  # as migration 0041 did

        assert list(await store.read(lambda turn: turn.links.left(who))) == ["digest:weekly"]
        assert await store.write(lambda turn: turn.links.rejoin(who, "digest:weekly", now=NOW, how="command"))
    finally:
        await store.close()


def _subscriptions(turn: SqliteTurn) -> None:
    one = Subscription(id="s1", kind="feed", of="route:desk", who="anna", created=NOW)
    turn.links.subscribe(one)

    assert turn.links.subscription("s1") == one
    assert (turn.links.revoke("s1", NOW), turn.links.revoke("s1", NOW)) == (True, False)
    assert [each.revoked for each in turn.links.subscriptions(10)] == [NOW]
    assert turn.links.subscription("s2") is None
    assert (turn.links.content("issue:weekly:2026-W06"), turn.links.told("alert", 10)) == (None, [])


async def test_lists_are_renamed_at_once(tmp_path: Path):
    store = await SqliteStore.open(tmp_path / "watcher.db")
    left = [("anna", "a"), ("ben", "b"), ("carl", "c"), ("anna", "c"), ("dora", "d")]

    def rename(turn: SqliteTurn) -> list[tuple[str, str]]:
        for who, list_ in left:
            turn.links.leave(replace(GONE, recipient=who, list=list_))
        turn.links.rename({"a": "b", "b": "a", "d": "e"}, ("d",), NOW)
        turn.links.rename({"a": "c", "b": "c2"}, (), NOW + timedelta(days=1))
        return sorted((each.recipient, each.list) for each in turn.links.gone(99))

    try:
        assert await store.write(rename) == [
            ("anna", "c"), ("anna", "c2"), ("ben", "c"), ("carl", "c"), ("dora", "d"), ("dora", "e")
        ]  # fmt: skip
        again = await store.write(lambda turn: turn.links.rename({"c2": "c"}, (), NOW + timedelta(days=2)))
        gone = await store.read(lambda turn: turn.links.gone(99, "c"))
        assert (again, sorted(each.recipient for each in gone)) == (None, ["anna", "ben", "carl"])
    finally:
        await store.close()
