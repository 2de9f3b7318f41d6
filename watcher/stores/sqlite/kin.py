"""What articles of one event are found and compared by, in SQLite: keys, traits, and how common words are."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from watcher.core.model import StoryId
from watcher.core.stories.keys import POSTINGS, best_candidates
from watcher.core.stories.model import Kin, Placed
from watcher.core.stories.proofs import LEAD_CHARS
from watcher.core.stories.vetoes import WINDOW_DAYS
from watcher.stores.sqlite.times import from_us, to_us

COMPARED = timedelta(days=WINDOW_DAYS + 15)
"""So long after first sight an article can be compared with: the window of one event, and time for news told late."""
_ALL_STORIES = -1
_MOST_KEY = (1 << 63) - 1


def prune_kin(db: sqlite3.Connection, now: datetime, *, traits: int = 500, keys: int = 20_000) -> int:
    """Forget what articles too old to be compared are found by; what joined them to their story stays.

    One round looks at so many traits and keys; returns how many rows it took away. Articles have numbers in the order
    in which they came, so that a number tells age. Keys lie in no such order: they are walked through part by part.
    """
    before, done = to_us(now - COMPARED), _mark(db, "kin_pruned")
    rows = db.execute(
        "select t.article, a.seen from story_traits t left join articles a on a.number = t.article "
        "where t.article > ? order by t.article limit ?",
        (done, traits),
    ).fetchall()
    old = [article for article, _ in takewhile(lambda row: row[1] is None or row[1] < before, rows)]
    if old:
        within = (done, old[-1])
        db.execute("delete from story_traits where article > ? and article <= ? and why = ''", within)
        db.execute("update story_traits set kept = x'' where article > ? and article <= ?", within)
        done = old[-1]
        _set_mark(db, "kin_pruned", done)
    if not done:
        return 0
    start = _mark(db, "kin_walked")
    end = db.execute("select key from story_keys where key > ? order by key limit 1 offset ?", (start, keys)).fetchone()
    last = _MOST_KEY if end is None else int(end[0])
    _set_mark(db, "kin_walked", 0 if end is None else last)
    gone = db.execute(
        "delete from story_keys where key > ? and key <= ? and article <= ?", (start, last, done)
    ).rowcount
    return len(old) + gone


def _listed(numbers: list[int]) -> str:
    """Numbers as JSON, which a list of them looks like; in a third of the time."""
    return str(numbers)


def _mark(db: sqlite3.Connection, key: str) -> int:
    row = db.execute("select value from meta where key = ?", (key,)).fetchone()
    return 0 if row is None else int(row[0])


def _set_mark(db: sqlite3.Connection, key: str, value: int) -> None:
    db.execute(
        "insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
        (key, str(value)),
    )


class SqliteKin:
    """The tables `story_keys`, `story_traits` and `story_words`; contract: `KinTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def counts(self, words: Collection[int]) -> tuple[dict[int, int], int]:
        rows = self._db.execute(
            "select w.word, w.stories from json_each(?) c join story_words w on w.word = c.value",
            (_listed([_ALL_STORIES, *words]),),
        )
        counts = dict(rows.fetchall())
        return counts, counts.pop(_ALL_STORIES, 0)

    def near(self, keys: Mapping[int, float], title_key: str) -> list[Kin]:
        # The articles of a key from the one that is the oldest to be looked at; a limit of its own no key could have.
        postings = self._db.execute(
            "select k.key, k.article from json_each(?) c join story_keys k on k.key = c.value and k.article >= ifnull("
            "(select article from story_keys where key = c.value order by article desc limit 1 offset ?), 0)",
            (_listed(list(keys)), POSTINGS - 1),
        )
        sums: defaultdict[int, float] = defaultdict(float)
        for key, article in postings:
            sums[article] += keys[key]
        chosen = best_candidates(sums)
        if not chosen:
            return []
        rows = self._db.execute(
            "select a.number, a.id, a.story, a.source, a.title, a.link_key, a.title_key, a.text_sha256, a.seen, t.kept "
            "from json_each(?) c join articles a on a.number = c.value join story_traits t on t.article = a.number "
            "order by a.number",
            (_listed(chosen),),
        )
        return [
            Kin(
                article=article,
                story=StoryId(story),
                source=source,
                title=title,
                # Only a title alike asks for the text's beginning.
                lead=self._lead(number) if own_key == title_key else "",
                link_key=link_key,
                title_key=own_key,
                text_sha256=text_sha256,
                seen=from_us(seen),
                kept=kept,
            )
            for number, article, story, source, title, link_key, own_key, text_sha256, seen, kept in rows
        ]

    def keep(self, placed: Sequence[Placed]) -> None:
        self._db.executemany(
            "insert or replace into story_traits (article, kept, why) values (?, ?, ?)",
            [(each.article, each.kept, each.why) for each in placed],
        )
        # In the order in which they lie.
        self._db.executemany(
            "insert or ignore into story_keys (key, article) values (?, ?)",
            sorted((key, each.article) for each in placed for key in each.keys),
        )
        words = Counter(word for each in placed if each.words is not None for word in (_ALL_STORIES, *each.words))
        self._db.executemany(
            "insert into story_words (word, stories) values (?, ?) "
            "on conflict (word) do update set stories = stories + excluded.stories",
            sorted(words.items()),
        )

    def _lead(self, number: object) -> str:
        row = self._db.execute(
            "select substr(text, 1, ?) from texts where article = ? order by revision desc limit 1",
            (LEAD_CHARS, number),
        ).fetchone()
        return str(row[0]) if row is not None and row[0] is not None else ""
