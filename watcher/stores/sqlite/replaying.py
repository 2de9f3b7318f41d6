"""Stored observations in the order in which they were judged, with text and reading, for judging them again.

It only reads.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from watcher.core.model import Article, Zone
from watcher.core.understanding.stored import from_bytes, tells_of
from watcher.core.understanding.understander import Understood
from watcher.core.watching.episodes import HealthEvent
from watcher.stores.sqlite.rows import ARTICLE_COLUMNS, ARTICLE_WIDTH, article_of
from watcher.stores.sqlite.times import from_us, to_us

_KINDS = "('article', 'row')"
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One judging of an article or row: the article as that revision said it, and what was understood of it.

    `number` is the observation's, `row` the article's; `reading` is what was understood as it is stored, None where it
    was never read.
    """

    number: int
    row: int
    kind: str
    mark: str
    seen: datetime
    event_time: datetime
    article: Article
    story_reason: str
    reading: bytes | None
    kept: bool

    @property
    def understood(self) -> Understood | None:
        """What was understood; made of what is stored whenever it is asked for: rules of words never ask."""
        return None if self.reading is None else from_bytes(self.reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One match as the replay decided it: the article, how loudly, the Reason, and what came of it in the live run.

    `then` is None where the rule did not match then, else the Reason and the ways that were told. `timed` tells that a
    timer made it, not the article's coming; `row` is the article's, `observation` what was judged.
    """

    rule: str
    subject: str
    severity: str
    reason: str
    at: datetime
    row: int
    observation: int
    title: str
    story: str
    timed: bool
    then: tuple[str, tuple[str, ...]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What of history is looked at: first sight from (None: from the beginning) up to and with."""

    since: datetime | None
    until: datetime

    @property
    def bounds(self) -> dict[str, int]:
        """As microseconds."""
        since = -(1 << 62) if self.since is None else to_us(self.since)
        return {"since": since, "until": to_us(self.until)}


class ReplayTable:
    """Reads `observations` with their texts, in one connection's snapshot."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def numbers(self, span: Span) -> list[int]:
        """All observations, in the order of judging."""
        rows = self._db.execute(
            f"select number from main.observations where kind in {_KINDS} and seen >= :since and seen <= :until "
            "order by seen, number",
            span.bounds,
        )
        return [number for (number,) in rows]

    def with_words(self, span: Span, phrases: Iterable[Sequence[str]]) -> set[int]:
        """Observations of articles whose index holds beginnings of words: all of one of these.

        Those whose text was revised are all there: the index knows the newest only.
        """
        query = " OR ".join(
            "(" + " AND ".join(f'"{word}" *' for word in words) + ")" for words in sorted(map(tuple, phrases))
        )
        rows = self._db.execute(
            f"select o.number from main.observations o where o.kind in {_KINDS} and o.seen >= :since and o.seen <= :until "
            "and (o.article in (select rowid from search where search match :query) "
            "or o.article in (select article from main.observations where revision > 1))",
            {**span.bounds, "query": query},
        )
        return {number for (number,) in rows}

    def with_types(self, span: Span, types: Iterable[str]) -> set[int]:
        """Observations in whose reading one of these types is named, and those that were never read."""
        wanted = tuple(types)
        rows = self._db.execute(
            "select o.number, u.kept from main.observations o join texts t on t.article = o.article and t.revision = o.revision "
            f"left join understood u on u.text = t.number where o.kind in {_KINDS} and o.seen >= :since and o.seen <= :until",
            span.bounds,
        )
        return {number for number, kept in rows if kept is None or tells_of(kept, wanted)}

    def later(self, rows: Iterable[int], span: Span) -> list[tuple[int, int]]:
        """(article's row, observation) of all observations of these articles."""
        found = self._db.execute(
            f"select article, number from main.observations where kind in {_KINDS} and seen >= :since and seen <= :until "
            "and article in (select value from json_each(:rows))",
            {**span.bounds, "rows": json.dumps(sorted(rows))},
        )
        return [(article, number) for article, number in found]

    def load(self, numbers: Sequence[int]) -> Iterator[Observation]:
        """These observations, in the order asked for; those of texts that are gone have `kept` unset."""
        for at in range(0, len(numbers), _BATCH):
            batch = numbers[at : at + _BATCH]
            rows = self._db.execute(
                f"select {ARTICLE_COLUMNS}, o.number, o.article, o.kind, o.revision, o.mark, o.seen, o.event_time, "
                "a.story_reason, u.kept from json_each(?) j join main.observations o on o.number = j.value "
                "join articles a on a.number = o.article join texts t on t.article = o.article and t.revision = o.revision "
                "left join understood u on u.text = t.number order by j.key",
                (json.dumps(batch),),
            )
            yield from map(_observation, rows)

    def observe(self, number: int) -> None:
        """Take an observation over into the replay's own: it is judged now."""
        self._db.execute(
            "insert into temp.observations select * from main.observations where number = ? on conflict do nothing",
            (number,),
        )

    def decided(self) -> list[Replayed]:
        """All that the replay decided, in its order: every match with its Reason, and what was taken back."""
        rows = self._db.execute(
            "select m.rule, coalesce(al.subject, a.subject, ''), m.severity, m.reason, o.seen, o.article, o.number, "
            "coalesce(a.title, ''), coalesce(a.story, ''), o.kind, o.revision < a.revision from temp.matches m "
            "join temp.observations o on o.number = m.observation left join temp.alerts al on al.id = m.alert "
            "left join articles a on a.number = o.article "
            "union all select al.rule, al.subject, al.severity, d.reason, d.at, o.article, o.number, "
            "coalesce(a.title, ''), coalesce(a.story, ''), o.kind, o.revision < a.revision from temp.decisions d "
            "join temp.alerts al on al.id = d.alert join temp.observations o on o.number = d.observation "
            "left join articles a on a.number = o.article where d.way = 'alert' and d.reason = 'retracted' "
            "order by 5, 7, 1"
        ).fetchall()
        revised = sorted(
            {number for *_, number, _title, _story, kind, before in rows if before and kind in ("article", "row")}
        )
        titles = {each.number: each.article.title for each in self.load(revised)}
        return [self._replayed(row, titles) for row in rows]

    def _replayed(self, found: Sequence[Any], titles: Mapping[int, str]) -> Replayed:
        """One of them, by the title that the article had then."""
        rule, subject, severity, reason, seen, row, observation, title, story, kind, _ = found
        timed = kind == "timer"
        live = self._timer(rule, seen, row) if timed else observation
        return Replayed(
            rule=rule,
            subject=subject,
            severity=severity,
            reason=reason,
            at=from_us(seen),
            row=row,
            observation=observation,
            title=titles.get(observation, title),
            story=story,
            timed=timed,
            then=None if live is None else self._told_then(live, rule),
        )

    def _timer(self, rule: str, seen: int, row: int) -> int | None:
        """The observation that the same timer made in the live run."""
        found = self._db.execute(
            "select o.number from main.observations o join main.matches m on m.observation = o.number "
            "where o.kind = 'timer' and o.seen = ? and o.article = ? and m.rule = ? limit 1",
            (seen, row, rule),
        ).fetchone()
        return None if found is None else int(found[0])

    def told_of(self, kind: str, source: str, at: datetime, rule: str) -> tuple[str, tuple[str, ...]] | None:
        """What the live run made of what happened to a source at that time; None if the rule did not match then."""
        found = self._db.execute(
            "select o.number from main.observations o join main.matches m on m.observation = o.number "
            "where o.kind = ? and o.source = ? and o.event_time = ? and m.rule = ? limit 1",
            (kind, source, to_us(at), rule),
        ).fetchone()
        return None if found is None else self._told_then(int(found[0]), rule)

    def health(self, until: datetime) -> list[tuple[HealthEvent, str]]:
        """What was told of sources' health up to then, each with its title, in order."""
        rows = self._db.execute(
            "select source, kind, over, since, at, says from source_events where at <= ? order by at, number",
            (to_us(until),),
        )
        return [
            (
                HealthEvent(source=source, kind=kind, over=bool(over), since=from_us(since), at=from_us(at), detail=""),
                says,
            )
            for source, kind, over, since, at, says in rows
        ]

    def of_matters(self, row: int) -> list[tuple[int, str, datetime]]:
        """(number, mark, moment) of every time that an article was judged by what it did to a matter."""
        found = self._db.execute(
            "select number, mark, seen from main.observations where kind = 'matter' and article = ? order by number",
            (row,),
        )
        return [(number, mark, from_us(seen)) for number, mark, seen in found]

    def observe_anew(self, row: int, at: datetime) -> int:
        """An observation of what an article did to a matter that nothing judged then."""
        made = self._db.execute(
            "insert into temp.observations (kind, article, revision, source, mark, event_time, seen, rule_set) "
            "select 'matter', number, revision, source, 'live', ?, ?, '' from articles where number = ?",
            (to_us(at), to_us(at), row),
        ).lastrowid
        return int(made or 0)

    def _told_then(self, observation: int, rule: str) -> tuple[str, tuple[str, ...]] | None:
        """What the rule's match came to when it was judged live, and the ways that were told; None if it never matched.

        A match that was there no more is what it took back.
        """
        row = self._db.execute(
            "select reason, alert from main.matches where observation = :number and rule = :rule "
            "union all select d.reason, d.alert from main.decisions d join main.alerts al on al.id = d.alert "
            "where d.observation = :number and al.rule = :rule and d.way = 'alert' and d.reason = 'retracted' limit 1",
            {"number": observation, "rule": rule},
        ).fetchone()
        if row is None:
            return None
        ways = self._db.execute(
            "select way from main.decisions where alert = ? and observation = ? and reason in ('told', 'in_digest') "
            "order by number",
            (row[1], observation),
        )
        return str(row[0]), tuple(way for (way,) in ways)


def _observation(row: Sequence[object]) -> Observation:
    number, of, kind, revision, mark, seen, event_time, story_reason, kept = row[ARTICLE_WIDTH:]
    article = article_of(row[:ARTICLE_WIDTH])
    if article.revision != revision:
        title = next((span for span in article.zones if span.zone == Zone.TITLE), None)
        words = article.title if title is None else article.text[title.start : title.end]
        article = replace(article, revision=int(str(revision)), title=words)
    return Observation(
        number=int(str(number)),
        row=int(str(of)),
        kind=str(kind),
        mark=str(mark),
        seen=from_us(int(str(seen))),
        event_time=from_us(int(str(event_time))),
        article=article,
        story_reason=str(story_reason),
        reading=kept if isinstance(kept, bytes) else None,
        kept=row[18] is not None,
    )
