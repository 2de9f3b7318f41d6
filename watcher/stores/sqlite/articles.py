"""Articles, revisions, readings, stories and the ledger of keys, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from watcher.core.articles.traces import Traces, traces_of
from watcher.core.ledger import Known, NewArticle, Stored, StoryCandidate
from watcher.core.model import ArticleId, StoryId, Zone, ZoneSpan
from watcher.core.text.search import index_words
from watcher.core.understanding.understander import Understood
from watcher.stores.sqlite.index import forget
from watcher.stores.sqlite.readings import ReadingTable
from watcher.stores.sqlite.times import from_us, to_us

_STALE_AFTER = timedelta(days=7)
_LEAD_CHARS = 600
_MAX_CANDIDATES = 200
_KNOWN_ENTRIES = 2_000


class SqliteArticles:
    """The tables `articles`, `texts`, `readings`, `stories`, `ledger` and `search`; contract: `ArticleTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def known(self, source: str, keys: Collection[str], now: datetime) -> dict[str, Known]:
        stale_before = to_us(now - _STALE_AFTER)
        rows = self._db.execute(
            "select l.key, l.article, a.id, a.story, a.seen, a.revision, a.entry_sha256, a.text_sha256, l.last_seen < ? "
            "from ledger l left join articles a on a.number = l.article "
            "where l.source = ? and l.key in (select value from json_each(?))",
            (stale_before, source, json.dumps(list(keys))),
        )
        return {
            key: Known(
                number=number,
                id=ArticleId(article or ""),
                story=StoryId(story or ""),
                seen=from_us(seen or 0),
                revision=revision or 0,
                entry_sha256=entry or "",
                text_sha256=text or "",
                stale=bool(stale),
            )
            for key, number, article, story, seen, revision, entry, text, stale in rows
        }

    def taken(self, ids: Collection[str]) -> frozenset[str]:
        rows = self._db.execute(
            "select id from articles where id in (select value from json_each(?))", (json.dumps(list(ids)),)
        )
        return frozenset(row[0] for row in rows)

    def known_entries(self, source: str) -> frozenset[str]:
        rows = self._db.execute(
            "select entry_sha256 from articles where source = ? order by seen desc limit ?", (source, _KNOWN_ENTRIES)
        )
        return frozenset(row[0] for row in rows)

    def candidates(
        self, texts: Collection[str], link_keys: Collection[str], title_keys: Collection[str], since: datetime
    ) -> list[StoryCandidate]:
        columns = "select a.number, a.id, a.story, a.source, a.title, a.link_key, a.title_key, a.text_sha256, a.seen from articles a "
        wanted = (
            ("where a.link_key in (select value from json_each(?))", json.dumps(list(link_keys))),
            ("where a.text_sha256 in (select value from json_each(?))", json.dumps(list(texts))),
            ("where a.title_key in (select value from json_each(?)) and a.seen >= ?", json.dumps(list(title_keys))),
        )
        found: dict[int, tuple[str, ...]] = {}
        for where, values in wanted:
            parameters: tuple[object, ...] = (values, to_us(since)) if "a.seen" in where else (values,)
            for row in self._db.execute(f"{columns}{where} order by a.number limit {_MAX_CANDIDATES}", parameters):
                found[row[0]] = row
        return [self._candidate(row) for _, row in sorted(found.items())]

    def _candidate(self, row: tuple[object, ...]) -> StoryCandidate:
        number, article, story, source, title, link_key, title_key, text_sha256, seen = row
        lead = self._db.execute(
            "select substr(text, 1, ?) from texts where article = ? order by revision desc limit 1",
            (_LEAD_CHARS, number),
        ).fetchone()
        return StoryCandidate(
            article=ArticleId(str(article)),
            story=StoryId(str(story)),
            source=str(source),
            title=str(title),
            lead=lead[0] if lead and lead[0] else "",
            link_key=None if link_key is None else str(link_key),
            title_key=str(title_key),
            text_sha256=str(text_sha256),
            seen=from_us(int(str(seen))),
        )

    def has_bonds(self) -> bool:
        return self._db.execute("select 1 from story_links limit 1").fetchone() is not None

    def bonds(self, article: str) -> list[tuple[str, str]]:
        rows = self._db.execute(
            "select b, bond from story_links where a = :id union all select a, bond from story_links where b = :id",
            {"id": article},
        )
        return [(other, bond) for other, bond in rows]

    def add(
        self, articles: Sequence[NewArticle], *, document: int, rule_set: str, reading_version: str
    ) -> list[Stored]:
        stored = []
        for new in articles:
            number = self._insert(new, document) if new.number is None else self._revise(new, new.number, document)
            article = new.article
            text = self._db.execute(
                "insert into texts (article, source, revision, seen, text, text_sha256) values (?, ?, ?, ?, ?, ?)",
                (
                    number,
                    article.source,
                    article.revision,
                    to_us(new.at),
                    article.text if new.keep_body else None,
                    article.text_sha256 if new.keep_body else json.dumps(traces_of(article.text)),
                ),
            ).lastrowid
            zones = msgspec.json.encode([(z.zone, z.start, z.end) for z in article.zones]).decode()
            self._db.execute(
                "insert into readings (text, version, zones) values (?, ?, ?)", (text, reading_version, zones)
            )
            if new.reading is not None and new.keep_body:
                self._db.execute(
                    "insert into understood (text, version, kept) values (?, ?, ?)",
                    (text, reading_version, new.reading),
                )
            self._db.executemany(
                "insert into ledger (source, key, article, last_seen) values (?, ?, ?, ?) on conflict do nothing",
                [(article.source, key, number, to_us(new.at)) for key in new.keys],
            )
            text_kept = article.text if new.keep_body else article.title
            title, body = index_words(text_kept, len(article.title))
            self._db.execute("insert into search (rowid, title, body) values (?, ?, ?)", (number, title, body))
            observation = self._db.execute(
                "insert into observations (kind, article, revision, source, mark, event_time, seen, rule_set) "
                "values (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    new.kind,
                    number,
                    article.revision,
                    article.source,
                    new.mark,
                    to_us(new.event_time),
                    to_us(new.at),
                    rule_set,
                ),
            ).lastrowid
            stored.append(Stored(number=number, observation=int(observation or 0)))
        return stored

    def _insert(self, new: NewArticle, document: int) -> int:
        article = new.article
        number = self._db.execute(
            "insert into articles (id, source, story, story_reason, subject, revision, title, link, link_key, title_key, host, "
            "author, publisher, trust, language, text_state, published, seen, fetched, event_time, flags, entry_sha256, "
            "text_sha256, document) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.source,
                article.story,
                new.story_reason,
                article.subject,
                article.revision,
                article.title,
                article.link,
                new.link_key,
                new.title_key,
                article.host,
                article.author,
                article.publisher,
                article.trust,
                article.language,
                article.text_state,
                to_us(article.published),
                to_us(article.seen),
                to_us(article.fetched),
                to_us(new.event_time),
                json.dumps(article.flags),
                new.entry_sha256,
                article.text_sha256,
                document,
            ),
        ).lastrowid
        seen = to_us(article.seen)
        self._db.execute(
            "insert into stories (id, article, founded, last_seen) values (?, ?, ?, ?) "
            "on conflict (id) do update set last_seen = excluded.last_seen, articles = articles + 1",
            (article.story, number, seen, seen),
        )
        return int(number or 0)

    def _revise(self, new: NewArticle, number: int, document: int) -> int:
        article = new.article
        self._unindex(number)
        self._db.execute(
            "update articles set revision = ?, title = ?, link = ?, link_key = ?, title_key = ?, host = ?, author = ?, "
            "language = ?, text_state = ?, published = ?, fetched = ?, event_time = ?, flags = ?, entry_sha256 = ?, "
            "text_sha256 = ?, document = ? where number = ?",
            (
                article.revision,
                article.title,
                article.link,
                new.link_key,
                new.title_key,
                article.host,
                article.author,
                article.language,
                article.text_state,
                to_us(article.published),
                to_us(article.fetched),
                to_us(new.event_time),
                json.dumps(article.flags),
                new.entry_sha256,
                article.text_sha256,
                document,
                number,
            ),
        )
        return number

    def _unindex(self, number: int) -> None:
        row = self._db.execute(
            "select t.text, a.title from articles a join texts t on t.article = a.number and t.revision = a.revision "
            "where a.number = ?",
            (number,),
        ).fetchone()
        if row is not None:
            text, title = row
            forget(self._db, number, title if text is None else text, len(title))

    def note_entry(self, known: Known, entry_sha256: str) -> None:
        if known.entry_sha256 != entry_sha256:
            self._db.execute("update articles set entry_sha256 = ? where number = ?", (entry_sha256, known.number))

    def touch(self, source: str, keys: Collection[str], now: datetime) -> None:
        self._db.executemany(
            "update ledger set last_seen = ? where source = ? and key = ?", [(to_us(now), source, key) for key in keys]
        )

    def link(self, source: str, keys: Iterable[tuple[str, int]], now: datetime) -> None:
        self._db.executemany(
            "insert into ledger (source, key, article, last_seen) values (?, ?, ?, ?) on conflict do nothing",
            [(source, key, number, to_us(now)) for key, number in keys],
        )

    def text(self, number: int, revision: int) -> tuple[str, tuple[ZoneSpan, ...]] | None:
        row = self._db.execute(
            "select t.text, r.zones from texts t join readings r on r.text = t.number "
            "where t.article = ? and t.revision = ? and t.text is not null limit 1",
            (number, revision),
        ).fetchone()
        if row is None:
            return None
        zones = tuple(ZoneSpan(zone=Zone(zone), start=start, end=end) for zone, start, end in json.loads(row[1]))
        return row[0], zones

    def understood(self, number: int, revision: int) -> Understood | None:
        found = ReadingTable(self._db).of(number, revision)
        return found.standing.understood if found is not None else None

    def traces(self, number: int, revision: int) -> Traces | None:
        row = self._db.execute(
            "select t.text_sha256, s.rules from texts t join observations o on o.article = t.article and "
            "o.revision = t.revision join rule_sets s on s.version = o.rule_set "
            "where t.article = ? and t.revision = ? and t.text is null and o.kind not in ('entry', 'matter', 'timer') order by o.number desc limit 1",
            (number, revision),
        ).fetchone()
        if row is None or not row[0].startswith("["):  # pruned before traces were kept
            return None
        rules = frozenset(version for _, version in json.loads(row[1]))
        return Traces(paragraphs=frozenset(json.loads(row[0])), rules=rules)
