"""Dated entries with the sentences behind them and their timers, in SQLite; contract: `EntryTable`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from watcher.core.calendar.model import OPEN, Coming, Entry, Known, Statement, Topic
from watcher.core.model import Article, Trust
from watcher.stores.dates import Ground, Timer
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_JOIN, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.times import from_us, to_us

_COLUMNS = (
    "e.id, e.kind, e.first_day, e.last_day, e.time, e.zone, e.conditional, e.sure, e.topic, e.printed, e.state, "
    "e.outcome, e.reason, e.moved_to, e.seen, e.told"
)
_GROUND = (
    "v.entry, v.article, v.part, v.revision, v.start, v.stop, v.sentence_start, v.sentence_stop, v.quote, v.source, "
    "v.publisher, v.trust, v.seen, v.reason"
)
_GROUND_WIDTH = 14
_TRUSTED_FIRST = (
    "case v.trust " + " ".join(f"when '{trust.value}' then {trust.rank}" for trust in Trust) + " else 9 end"
)
_POSTINGS = 400
"""Rows of one key that are looked at: what most entries share tells none of them."""
_MOST = 200
_MOST_SURE = 2_000
"""Entries of one day, story or document that are looked at: any of them may be the very one."""
_DOCUMENT = "document:"
_TOPIC = msgspec.json.Decoder(Topic)
_PLANNED_BY = "entries_planned_by"
OPEN_LIST = ", ".join(f"'{state}'" for state in OPEN)
_KEPT = 3
STATES_A_DATE = (
    "exists (select 1 from entry_evidence v join entries e on e.id = v.entry "
    f"where v.article = a.number and v.part = 'states' and e.state in ({OPEN_LIST}) and e.last_day is not null "
    "and (select count(*) from entry_evidence o where o.entry = v.entry and o.part = 'states' and "
    f"({_TRUSTED_FIRST.replace('v.', 'o.')}, -o.article) < ({_TRUSTED_FIRST}, -v.article)) < {_KEPT})"
)
"""Of an article `a`: whether an open date rests on it, one of the best few. It stays whole for reminders to quote."""


_KNOWN = (
    f"select {_COLUMNS}, (select v.trust from entry_evidence v where v.entry = e.id and v.part = 'states' "
    f"order by {_TRUSTED_FIRST} limit 1) from entries e where e.id in (select value from json_each(?)) order by e.id"
)
_MOVED_HERE = "select distinct moved_to from entries where moved_to in (select value from json_each(?))"


class SqliteEntries:
    """The tables `entries`, `entry_keys`, `entry_evidence` and `entry_timers`; contract: `EntryTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def known(
        self, statements: Sequence[Statement], *, story: str, article: int, day: date | None = None
    ) -> list[Known]:
        here = {row[0]: row[1] for row in self._of_story(story, article)}
        sure: set[str] = set(here)
        others: set[str] = set()
        for days in {(each.kind, *map(_day, (each.first, each.last))) for each in statements if each.last is not None}:
            sure |= self._ids("select id from entries where kind = ? and first_day = ? and last_day = ? limit ?", *days)
        for key in {key for each in statements for key in each.of.keys}:
            found = self._ids(
                "select entry from entry_keys where key = ? limit ?",
                key,
                limit=_MOST_SURE if key.startswith(_DOCUMENT) else _POSTINGS,
            )
            (sure if key.startswith(_DOCUMENT) else others).update(found)
        others = self._ids(
            "select id from entries where id in (select value from json_each(?)) "
            "order by coalesce(abs(julianday(last_day) - julianday(?)), 1e9), id limit ?",
            *(json.dumps(sorted(others - sure)), _day(day)),
            limit=_MOST,
        )
        ids = json.dumps(sorted(sure | others))
        moved = {row[0] for row in self._db.execute(_MOVED_HERE, (ids,))}
        return [
            Known(
                entry=_entry(row[:-1]),
                here=row[0] in here,
                by_itself=bool(here.get(row[0])),
                trust=None if row[-1] is None else Trust(row[-1]),
                moved_here=row[0] in moved,
            )
            for row in self._db.execute(_KNOWN, (ids,))
        ]

    def get(self, entry: str) -> Entry | None:
        row = self._db.execute(f"select {_COLUMNS} from entries e where e.id = ?", (entry,)).fetchone()
        return None if row is None else _entry(row)

    def put(self, entry: Entry) -> None:
        values = _values(entry)
        self._db.execute(f"insert or replace into entries values ({', '.join('?' * len(values))})", values)
        self._db.execute("delete from entry_keys where entry = ?", (entry.id,))
        if entry.state in OPEN:
            self._db.executemany(
                "insert into entry_keys (key, entry) values (?, ?)",
                [(key, entry.id) for key in sorted(entry.topic.keys)],
            )

    def ground(self, ground: Ground) -> None:
        values = (
            ground.entry,
            ground.article,
            ground.part,
            ground.revision,
            *ground.words,
            *ground.sentence,
            ground.quote,
            ground.source,
            ground.publisher,
            ground.trust,
            to_us(ground.seen),
            ground.reason,
        )
        self._db.execute(
            f"insert into entry_evidence values ({', '.join('?' * _GROUND_WIDTH)}) on conflict (entry, article, part) do "
            "update set revision = excluded.revision, start = excluded.start, stop = excluded.stop, "
            "sentence_start = excluded.sentence_start, sentence_stop = excluded.sentence_stop, quote = excluded.quote "
            "where excluded.revision > entry_evidence.revision",
            values,
        )

    def stated(self, article: int) -> list[Entry]:
        rows = self._db.execute(
            f"select {_COLUMNS} from entry_evidence v join entries e on e.id = v.entry "
            "where v.article = ? and v.part = 'states' order by v.start",
            (article,),
        )
        return [_entry(row) for row in rows]

    def unsay(self, article: int, entry: str) -> bool:
        others = "entry = ? and part = 'states' and article <> ?"
        alone = (
            self._db.execute(f"select 1 from entry_evidence where {others} limit 1", (entry, article)).fetchone()
            is None
        )
        if not alone:
            self._db.execute(
                "delete from entry_evidence where entry = ? and article = ? and part = 'states'", (entry, article)
            )
        return alone

    def grounds(self, entry: str, limit: int) -> list[tuple[Ground, Article]]:
        rows = self._db.execute(
            f"select {_GROUND}, {ARTICLE_COLUMNS} from entry_evidence v join articles a on a.number = v.article "
            f"{ARTICLE_JOIN} where v.entry = ? and v.part = 'states' order by {_TRUSTED_FIRST}, v.article desc limit ?",
            (entry, limit),
        )
        return [
            (_ground(row[:_GROUND_WIDTH]), article_of(row[_GROUND_WIDTH : _GROUND_WIDTH + ARTICLE_WIDTH]))
            for row in rows
        ]

    def plan(self, timers: Iterable[Timer]) -> None:
        self._db.executemany(
            "insert into entry_timers (entry, rule, on_day, due) values (?, ?, ?, ?) on conflict do nothing",
            [(each.entry, each.rule, each.on.isoformat(), to_us(each.due)) for each in timers],
        )

    def unplan(self, entry: str) -> None:
        self._db.execute("delete from entry_timers where entry = ? and done is null", (entry,))

    def is_due(self, now: datetime) -> bool:
        row = self._db.execute("select 1 from entry_timers where done is null and due <= ? limit 1", (to_us(now),))
        return row.fetchone() is not None

    def due(self, now: datetime, limit: int) -> list[Timer]:
        rows = self._db.execute(
            "select entry, rule, on_day, due from entry_timers where done is null and due <= ? "
            "order by due, rule, entry limit ?",
            (to_us(now), limit),
        )
        return [
            Timer(entry=entry, rule=rule, on=date.fromisoformat(on), due=from_us(due)) for entry, rule, on, due in rows
        ]

    def done(self, timer: Timer, now: datetime) -> None:
        self._db.execute(
            "update entry_timers set done = ? where entry = ? and rule = ? and on_day = ?",
            (to_us(now), timer.entry, timer.rule, timer.on.isoformat()),
        )

    def observed(self, ground: Ground, at: datetime, rule_set: str) -> int:
        made = self._db.execute(
            "insert into observations (kind, article, revision, source, mark, event_time, seen, rule_set) "
            "values ('entry', ?, ?, ?, 'live', ?, ?, ?)",
            (ground.article, ground.revision, ground.source, to_us(at), to_us(at), rule_set),
        )
        assert made.lastrowid is not None, "an insert gives a row"
        return made.lastrowid

    def planned_by(self) -> str:
        row = self._db.execute("select value from meta where key = ?", (_PLANNED_BY,)).fetchone()
        return "" if row is None else str(row[0])

    def replan(self, rules: str, now: datetime) -> list[Entry]:
        self._db.execute(
            "insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
            (_PLANNED_BY, rules),
        )
        self._db.execute("delete from entry_timers where done is null and rule <> '' and due > ?", (to_us(now),))
        rows = self._db.execute(
            f"select {_COLUMNS} from entries e where e.state in ({OPEN_LIST}) and e.last_day is not null"
        )
        return [_entry(row) for row in rows]

    def listed(
        self, states: Collection[str], since: date | None, until: date | None, limit: int
    ) -> list[tuple[Entry, list[Ground]]]:
        rows = self._db.execute(
            f"select {_COLUMNS} from entries e where e.state in (select value from json_each(:states)) "
            "and (:since is null or e.last_day is null or e.last_day >= :since) "
            "and (:until is null or e.last_day <= :until) order by coalesce(e.last_day, '9999'), e.kind, e.id limit :limit",
            {"states": json.dumps(sorted(states)), "since": _day(since), "until": _day(until), "limit": limit},
        ).fetchall()
        return [(entry, self._behind(entry.id)) for entry in map(_entry, rows)]

    def of_article(self, article: int) -> list[tuple[Entry, Ground]]:
        rows = self._db.execute(
            f"select {_COLUMNS}, {_GROUND} from entry_evidence v join entries e on e.id = v.entry "
            "where v.article = ? order by v.start, v.entry, v.part",
            (article,),
        )
        width = len(_COLUMNS.split(","))
        return [(_entry(row[:width]), _ground(row[width:])) for row in rows]

    def reminded(self, article: int) -> dict[str, Coming]:
        rows = self._db.execute(
            f"select {_COLUMNS}, m.rule, m.on_day, v.start, v.stop from entry_evidence v join entries e on e.id = v.entry "
            "join entry_timers m on m.entry = e.id where v.article = ? and v.part = 'states' and m.rule <> '' "
            "and m.done is not null order by m.due",
            (article,),
        )
        return {
            rule: Coming(entry=_entry(own), on=date.fromisoformat(on), marks=((start, stop),))
            for *own, rule, on, start, stop in rows
        }

    def _behind(self, entry: str) -> list[Ground]:
        rows = self._db.execute(
            f"select {_GROUND} from entry_evidence v where v.entry = ? "
            f"order by v.part <> 'states', {_TRUSTED_FIRST}, v.seen, v.article limit ?",
            (entry, _MOST),
        )
        return [_ground(row) for row in rows]

    def _of_story(self, story: str, article: int) -> list[tuple[str, bool]]:
        """The entries that articles of a story speak of, and whether this article states each."""
        return self._db.execute(
            "select v.entry, max(v.article = ? and v.part = 'states') from articles a "
            "join entry_evidence v on v.article = a.number where a.story = ? group by v.entry limit ?",
            (article, story, _MOST_SURE),
        ).fetchall()

    def _ids(self, query: str, *values: object, limit: int = _MOST_SURE) -> set[str]:
        return {row[0] for row in self._db.execute(query, (*values, limit))}


def remove_evidence(db: sqlite3.Connection, article: int) -> None:
    """Take away what an article says of dates; a date that nothing else states goes too, unless people were told of it."""
    entries = [row[0] for row in db.execute("select distinct entry from entry_evidence where article = ?", (article,))]
    db.execute("delete from entry_evidence where article = ?", (article,))
    for entry in entries:
        gone = db.execute(
            "delete from entries where id = :id and not exists (select 1 from entry_evidence where entry = :id and "
            "part = 'states') and not exists (select 1 from alerts where subject = 'entry:' || :id)",
            {"id": entry},
        ).rowcount
        if gone:
            for table in ("entry_keys", "entry_timers", "entry_evidence"):
                db.execute(f"delete from {table} where entry = ?", (entry,))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))


def _values(entry: Entry) -> tuple[object, ...]:
    return (
        entry.id,
        entry.kind,
        _day(entry.first),
        _day(entry.last),
        entry.time,
        entry.zone,
        entry.conditional,
        entry.sure,
        msgspec.json.encode(entry.topic, order="deterministic").decode(),
        entry.printed,
        entry.state,
        entry.outcome,
        entry.reason,
        entry.moved_to,
        to_us(entry.seen),
        entry.told.isoformat(),
    )


def _entry(row: Sequence[Any]) -> Entry:
    id_, kind, first, last, time, zone, conditional, sure, topic, printed, state, outcome, reason, moved, seen, told = (
        row
    )
    return Entry(
        id=id_,
        kind=kind,
        first=_date(first),
        last=_date(last),
        time=time,
        zone=zone,
        conditional=bool(conditional),
        sure=bool(sure),
        topic=_TOPIC.decode(topic),
        printed=printed,
        state=state,
        outcome=outcome,
        reason=reason,
        moved_to=moved,
        seen=from_us(seen),
        told=date.fromisoformat(told),
    )


def _ground(row: Sequence[Any]) -> Ground:
    entry, article, part, revision, start, stop, low, high, quote, source, publisher, trust, seen, reason = row
    return Ground(
        entry=entry,
        article=article,
        part=part,
        revision=revision,
        words=(start, stop),
        sentence=(low, high),
        quote=quote,
        source=source,
        publisher=publisher,
        trust=Trust(trust),
        seen=from_us(seen),
        reason=reason,
    )
