"""Matters and their time lines in SQLite; contract: `MatterTable`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec

from watcher.core.matters.kept import Entered, Kept, Origin, ToldOf
from watcher.core.matters.model import Change, Days, Label, Matter, Standing, Transition
from watcher.core.model import Article, Trust
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_JOIN, article_of
from watcher.stores.sqlite.times import from_us, to_us

_STANDING = msgspec.json.Decoder(Standing)
_COLUMNS = (
    "t.number, t.matter, t.key, t.change, t.earlier, t.told, t.before, t.after, t.first_day, t.last_day, t.stated, "
    "t.label, t.background, t.amounts, t.dates, t.news, t.sentence, t.span, t.document, t.why, t.article, t.revision, "
    "t.article_id, t.source, t.publisher, t.trust, t.title, t.link, t.seen, t.mark, t.withdrawn"
)
_WIDTH = 31
_KEPT = "id, title, document, declared, kind, types, standing, lapses, founded, heard"
_MOST = 10_000


class SqliteMatters:
    """The tables `matters`, `transitions` and `matter_articles`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def kept(self, ids: Collection[str]) -> dict[str, Kept]:
        rows = self._db.execute(
            f"select {_KEPT} from matters where id in (select value from json_each(?))", (json.dumps(list(ids)),)
        )
        return {kept.id: kept for kept in map(_kept, rows)}

    def every(self, limit: int) -> list[Kept]:
        rows = self._db.execute(f"select {_KEPT} from matters order by heard desc, id limit ?", (limit,))
        return [_kept(row) for row in rows]

    def stand(self, matter: Matter, kind: str, standing: Standing, lapses: datetime | None, now: datetime) -> None:
        self._db.execute(
            "insert into matters (id, title, declared, kind, document, types, status, standing, lapses, founded, heard) "
            "values (:id, :title, :declared, :kind, :document, :types, :status, :standing, :lapses, :now, :now) "
            "on conflict (id) do update set title = excluded.title, declared = excluded.declared, "
            "types = excluded.types, status = excluded.status, standing = excluded.standing, lapses = excluded.lapses, "
            "heard = excluded.heard",
            {
                "id": matter.id,
                "title": matter.title,
                "declared": not matter.document,
                "kind": kind,
                "document": matter.document,
                "types": json.dumps(sorted(matter.types)),
                "status": standing.status,
                "standing": msgspec.json.encode(standing).decode(),
                "lapses": None if lapses is None else to_us(lapses),
                "now": to_us(now),
            },
        )

    def said_before(self, matter: str, key: str) -> Entered | None:
        row = self._db.execute(
            f"select {_COLUMNS} from transitions t where t.matter = :matter and (t.key = :key or t.said = :key) "
            "order by t.number limit 1",
            {"matter": matter, "key": key},
        ).fetchone()
        return None if row is None else _entered(row)

    def enter(self, made: Transition, said: str, origin: Origin) -> int:
        number = self._db.execute(
            "insert into transitions (matter, key, said, change, earlier, told, before, after, first_day, last_day, "
            "stated, label, background, amounts, dates, news, sentence, span, document, why, article, revision, "
            "article_id, source, publisher, trust, title, link, seen, mark) values "
            f"({', '.join('?' * 30)})",
            (*_values(made, said), *_origin_values(origin)),
        ).lastrowid
        return int(number or 0)

    def told(self, article: int, matter: str, transition: int, *, repeats: bool, why: str) -> None:
        self._db.execute(
            "insert into matter_articles (article, matter, transition, repeats, why) values (?, ?, ?, ?, ?) "
            "on conflict (article, matter, transition) do nothing",
            (article, matter, transition, repeats, why),
        )

    def line(self, matter: str, limit: int = _MOST) -> list[Entered]:
        rows = self._db.execute(
            f"select {_COLUMNS} from transitions t where t.matter = ? order by t.number limit ?", (matter, limit)
        )
        return [_entered(row) for row in rows]

    def made_by(self, article: int) -> list[Entered]:
        rows = self._db.execute(
            f"select {_COLUMNS} from transitions t where t.article = ? and t.withdrawn is null order by t.number",
            (article,),
        )
        return [_entered(row) for row in rows]

    def withdraw(self, numbers: Collection[int], now: datetime) -> None:
        self._db.execute(
            "update transitions set withdrawn = ? where number in (select value from json_each(?))",
            (to_us(now), json.dumps(list(numbers))),
        )

    def recast(self, number: int, made: Transition) -> None:
        self._db.execute(
            "update transitions set change = ?, earlier = ?, before = ?, after = ?, why = ?, amounts = ?, dates = ? "
            "where number = ?",
            (made.change, made.earlier, made.before, made.after, made.why, *_sums_and_dates(made), number),
        )

    def came_live(self, number: int) -> None:
        self._db.execute("update transitions set mark = 'live' where number = ?", (number,))

    def told_by(self, article: int) -> list[ToldOf]:
        rows = self._db.execute(
            f"select {_COLUMNS}, m.title, w.repeats, w.why from matter_articles w "
            "join transitions t on t.number = w.transition join matters m on m.id = w.matter "
            "where w.article = ? order by w.matter, t.number",
            (article,),
        ).fetchall()
        return [
            ToldOf(matter=row[1], title=row[_WIDTH], entered=_entered(row), repeats=bool(row[-2]), why=row[-1])
            for row in rows
        ]

    def lapsed(self, now: datetime) -> list[str]:
        rows = self._db.execute(
            "select id from matters where lapses <= ? order by lapses, id limit ?", (to_us(now), _MOST)
        )
        return [str(id_) for (id_,) in rows]

    def lapses_no_more(self, matter: str) -> None:
        self._db.execute("update matters set lapses = null where id = ?", (matter,))

    def lapses_due(self, now: datetime) -> bool:
        row = self._db.execute("select 1 from matters where lapses <= ? limit 1", (to_us(now),)).fetchone()
        return row is not None

    def article(self, number: int) -> Article | None:
        row = self._db.execute(
            f"select {ARTICLE_COLUMNS} from articles a {ARTICLE_JOIN} where a.number = ?", (number,)
        ).fetchone()
        return None if row is None else article_of(row)

    def observe(self, origin: Origin, *, rule_set: str, now: datetime) -> int:
        number = self._db.execute(
            "insert into observations (kind, article, revision, source, mark, event_time, seen, rule_set) "
            "values ('matter', ?, ?, ?, ?, ?, ?, ?)",
            (
                origin.number,
                origin.revision,
                origin.source,
                origin.mark,
                to_us(origin.seen),
                to_us(now),
                rule_set,
            ),
        ).lastrowid
        return int(number or 0)


def _kept(row: Sequence[object]) -> Kept:
    id_, title, document, declared, kind, types, standing, lapses, founded, heard = row
    return Kept(
        id=str(id_),
        title=str(title),
        document=str(document),
        declared=bool(declared),
        kind=str(kind),
        types=tuple(json.loads(str(types))),
        standing=_STANDING.decode(str(standing)),
        lapses=from_us(int(lapses)) if isinstance(lapses, int) else None,
        founded=from_us(int(str(founded))),
        heard=from_us(int(str(heard))),
    )


def _values(made: Transition, said: str) -> tuple[object, ...]:
    span = [made.start, made.end, *(made.act or (None, None))]
    return (
        made.matter,
        made.key,
        said,
        made.change,
        made.earlier,
        made.told,
        made.before,
        made.after,
        made.days.first.isoformat(),
        made.days.last.isoformat(),
        made.days.stated,
        made.label,
        made.background,
        *_sums_and_dates(made),
        made.news,
        made.sentence,
        json.dumps(span),
        made.document,
        made.why,
    )


def _sums_and_dates(made: Transition) -> tuple[str, str]:
    return json.dumps(made.amounts), json.dumps([(kind, day.isoformat()) for kind, day in made.dates])


def _origin_values(origin: Origin) -> tuple[object, ...]:
    return (
        origin.number,
        origin.revision,
        origin.article,
        origin.source,
        origin.publisher,
        origin.trust,
        origin.title,
        origin.link,
        to_us(origin.seen),
        origin.mark,
    )


def _entered(row: Sequence[object]) -> Entered:
    # fmt: off
    (
        number, matter, key, change, earlier, told, before, after, first, last, stated, label, background, amounts,
        dates, news, sentence, span, document, why, article, revision, article_id, source, publisher, trust, title,
        link, seen, mark, withdrawn,
    ) = row[:_WIDTH]
    # fmt: on
    start, end, *act = json.loads(str(span))
    made = Transition(
        matter=str(matter),
        key=str(key),
        change=Change(str(change)),
        earlier=bool(earlier),
        told=str(told),
        before=None if before is None else str(before),
        after=None if after is None else str(after),
        days=Days(first=date.fromisoformat(str(first)), last=date.fromisoformat(str(last)), stated=bool(stated)),
        label=Label(str(label)),
        background=str(background),
        amounts=tuple(json.loads(str(amounts))),
        dates=tuple((kind, date.fromisoformat(day)) for kind, day in json.loads(str(dates))),
        news=str(news),
        sentence=str(sentence),
        start=start,
        end=end,
        act=(act[0], act[1]) if act[0] is not None else None,
        document=str(document),
        why=str(why),
        trust=Trust(str(trust)),
    )
    origin = Origin(
        number=int(str(article)),
        revision=int(str(revision)),
        article=str(article_id),
        source=str(source),
        publisher=str(publisher),
        trust=Trust(str(trust)),
        title=str(title),
        link=None if link is None else str(link),
        seen=from_us(int(str(seen))),
        mark=str(mark),
    )
    return Entered(
        number=int(str(number)),
        made=made,
        origin=origin,
        withdrawn=from_us(int(withdrawn)) if isinstance(withdrawn, int) else None,
    )
