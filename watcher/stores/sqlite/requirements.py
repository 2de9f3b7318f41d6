"""What rules ask over time, in SQLite; contract: `RequirementTable`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime

import msgspec

from watcher.core.model import Article, Reason
from watcher.core.requirements.state import NOTHING, State
from watcher.stores.requirements import Past
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_JOIN, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.times import from_us, to_us

_STATE = msgspec.json.Decoder(State)
_USUAL = {each.name: getattr(NOTHING, each.name) for each in fields(State)}


def _state_json(state: State) -> str:
    """A state as it is stored: what is not as usual, in the order of its fields."""
    kept = {name: value for name in _USUAL if (value := getattr(state, name)) != _USUAL[name]}
    return msgspec.json.encode(kept).decode()


class SqliteMemory:
    """The states of some rules, read and written one by one; contract: `Memory`."""

    def __init__(self, db: sqlite3.Connection, versions: Mapping[str, str]) -> None:
        self._db = db
        self._versions = dict(versions)
        self._listed = json.dumps(sorted(versions.values()))
        self._begun: dict[str, int | None] = {}

    def begun(self, rule: str) -> int | None:
        if rule not in self._begun:
            row = self._db.execute(
                "select begun from requirement_rules where rule = ? and version = ?", (rule, self._versions[rule])
            ).fetchone()
            self._begun[rule] = None if row is None else row[0]
        return self._begun[rule]

    def begin(self, rule: str, at: int) -> None:
        self._begun[rule] = at
        self._db.execute(
            "insert into requirement_rules (rule, version, begun) values (?, ?, ?) "
            "on conflict (rule, version) do update set begun = excluded.begun",
            (rule, self._versions[rule], at),
        )

    def get(self, rule: str, key: str) -> State:
        row = self._db.execute(
            "select state from requirement_states where rule = ? and version = ? and key = ?",
            (rule, self._versions[rule], key),
        ).fetchone()
        return NOTHING if row is None else _STATE.decode(row[0])

    def put(self, rule: str, key: str, state: State) -> None:
        if state == NOTHING:
            self._db.execute(
                "delete from requirement_states where rule = ? and version = ? and key = ?",
                (rule, self._versions[rule], key),
            )
            return
        self._db.execute(
            "insert into requirement_states (rule, version, key, due, until, state) values (?, ?, ?, ?, ?, ?) "
            "on conflict (rule, version, key) do update set due = excluded.due, until = excluded.until, "
            "state = excluded.state",
            (rule, self._versions[rule], key, state.due, state.until, _state_json(state)),
        )

    def keys(self, rule: str) -> list[str]:
        rows = self._db.execute(
            "select key from requirement_states where rule = ? and version = ? order by key",
            (rule, self._versions[rule]),
        )
        return [str(key) for (key,) in rows]

    def naming(self, rule: str, number: int) -> list[str]:
        rows = self._db.execute(
            "select key from requirement_states where rule = ? and version = ? and instr(state, ?) > 0 order by key",
            (rule, self._versions[rule], f",{number},"),
        )
        return [str(key) for (key,) in rows]

    def first_due(self, until: int) -> tuple[int, str, str] | None:
        row = self._db.execute(
            "select due, rule, key from requirement_states where due <= ? "
            "and version in (select value from json_each(?)) order by due, rule, key limit 1",
            (until, self._listed),
        ).fetchone()
        return None if row is None else (int(row[0]), str(row[1]), str(row[2]))


class SqliteRequirements:
    """The tables `requirement_states` and `requirement_rules`; contract: `RequirementTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def memory(self, versions: Mapping[str, str]) -> SqliteMemory:
        return SqliteMemory(self._db, versions)

    def is_due(self, versions: Mapping[str, str], now: datetime) -> bool:
        return SqliteMemory(self._db, versions).first_due(to_us(now)) is not None

    def set_aside(self, versions: Mapping[str, str], now: datetime) -> tuple[str, str]:
        found = SqliteMemory(self._db, versions).first_due(to_us(now))
        if found is None:
            return "", ""
        _, rule, key = found
        self._db.execute(
            "delete from requirement_states where rule = ? and version = ? and key = ?", (rule, versions[rule], key)
        )
        return rule, key

    def known(self, versions: Mapping[str, str]) -> frozenset[str]:
        rows = self._db.execute("select rule, version from requirement_rules").fetchall()
        return frozenset(rule for rule, version in rows if versions.get(rule) == version)

    def adopt(self, rule: str, version: str) -> None:
        self._db.execute(
            "insert into requirement_rules (rule, version) values (?, ?) on conflict do nothing", (rule, version)
        )
        for table in ("requirement_rules", "requirement_states"):
            self._db.execute(f"delete from {table} where rule = ? and version <> ?", (rule, version))

    def carry(self, rule: str, version: str, alike: Callable[[str], bool]) -> None:
        earlier = self._db.execute(
            "select r.version, v.body from requirement_rules r join rule_versions v on v.rule = r.rule "
            "and v.version = r.version where r.rule = ? and r.version <> ? order by v.number desc",
            (rule, version),
        ).fetchall()
        found = next((before for before, body in earlier if alike(body)), None)
        if found is None:
            return
        for table in ("requirement_rules", "requirement_states"):
            self._db.execute(f"update {table} set version = ? where rule = ? and version = ?", (version, rule, found))

    def keep_only(self, versions: Mapping[str, str], now: datetime) -> None:
        listed = json.dumps(sorted(versions.values()))
        for table in ("requirement_rules", "requirement_states"):
            self._db.execute(f"delete from {table} where version not in (select value from json_each(?))", (listed,))
        forget_spent(self._db, now)

    def past(self, since: datetime | None, after: int, limit: int) -> list[Past]:
        rows = self._db.execute(
            f"select {ARTICLE_COLUMNS}, o.number, a.number, o.kind, o.seen, a.story_reason, o.mark, o.event_time, o.revision from observations o "
            "join articles a on a.number = o.article "
            "join texts t on t.article = a.number and t.revision = o.revision "
            "where o.number > ? and o.seen >= ? and o.kind in ('article', 'row') order by o.number limit ?",
            (after, to_us(since) if since is not None else 0, limit),
        )
        return [_past(row) for row in rows]

    def founder(self, story: str) -> tuple[int, Article] | None:
        row = self._db.execute(
            f"select {ARTICLE_COLUMNS}, a.number from articles a {ARTICLE_JOIN} where a.story = ? "
            "order by a.number limit 1",
            (story,),
        ).fetchone()
        return None if row is None else (int(row[ARTICLE_WIDTH]), article_of(row[:ARTICLE_WIDTH]))

    def observe(self, number: int, article: Article, *, rule_set: str, at: datetime) -> int:
        made = self._db.execute(
            "insert into observations (kind, article, revision, source, mark, event_time, seen, rule_set) "
            "values ('timer', ?, ?, ?, 'live', ?, ?, ?)",
            (number, article.revision, article.source, to_us(at), to_us(at), rule_set),
        ).lastrowid
        return int(made or 0)


def forget_spent(db: sqlite3.Connection, now: datetime) -> None:
    """Drop what can decide nothing any more."""
    db.execute("delete from requirement_states where until < ? and due is null", (to_us(now),))


def _past(row: tuple[object, ...]) -> Past:
    observation, number, kind, seen, reason, mark, stated, revision = row[ARTICLE_WIDTH:]
    return Past(
        observation=int(str(observation)),
        number=int(str(number)),
        kind=str(kind),
        article=replace(article_of(row[:ARTICLE_WIDTH]), revision=int(str(revision))),
        story_reason=Reason(str(reason)),
        seen=from_us(int(str(seen))),
        stated=from_us(int(str(stated))),
        mark=str(mark),
    )
