"""Searching stored articles, newest first, page by page, within a time that nobody waits long for.

Never ranks: ranking all of history costs a second where the newest 20 cost a millisecond, and new is what is asked for.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from watcher.core.model import Zone
from watcher.core.queries import SearchPlan
from watcher.stores.sqlite.times import from_us
from watcher.stores.sqlite.verifying import Stretch, Verified, holds
from watcher.stores.sqlite.wanted import Wanted, wanted

BUDGET_S = 0.5
"""A search that takes longer ends here and says how far back it looked."""
_FIRST_WINDOW = 20_000
_STEPS = 2_000
"""Steps of SQLite's machine between two looks at the clock: some 50 us."""
_COLUMNS = (
    "a.number, a.id, a.event_time, a.seen, a.published is not null, a.source, a.publisher, a.trust, a.language, "
    "a.title, a.link, a.story"
)
_WIDTH = 12
_TEXT_COLUMNS = "t.text, (select r.zones from readings r where r.text = t.number limit 1)"
_TEXT_JOIN = " join texts t on t.article = a.number and t.revision = a.revision"
_ZONES = msgspec.json.Decoder(list[tuple[Zone, int, int]])


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """One hit. `time` is what the source states (`stated`), else first sight; `number` is its place for paging."""

    number: int
    id: str
    time: datetime
    seen: datetime
    stated: bool
    source: str
    publisher: str
    trust: str
    language: str
    title: str
    link: str | None
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of a search, newest first sight first.

    `cut` tells that time ran out; `before` is where the next page begins, or None at history's end. `looked_at` is
    how many articles there are between both ends of what was looked at, `back_to` the first sight of the oldest.
    """

    articles: tuple[FoundArticle, ...]
    cut: bool
    before: int | None
    looked_at: int
    back_to: datetime | None


def search(
    db: sqlite3.Connection,
    plan: SearchPlan,
    *,
    limit: int,
    before: int | None = None,
    events: Mapping[str, tuple[str, ...]] | None = None,
    budget_s: float = BUDGET_S,
) -> Found:
    """The newest hits, at most `limit`. Args: before - only articles of a lower number; events - see `wanted`."""
    asked = wanted(plan, events or {})
    newest = db.execute("select coalesce(max(number), 0) from articles").fetchone()[0]
    top = min(before, newest + 1) if before is not None else newest + 1
    deadline = time.monotonic() + budget_s
    db.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    hits: list[FoundArticle] = []
    low, cut, window = top, False, _FIRST_WINDOW
    try:
        while low > 1 and len(hits) < limit:
            high, low = low, max(1, low - window)
            window *= 2
            for row in _rows(db, plan, asked, low, high):
                hits.append(_found(row))
                if len(hits) == limit:
                    low = hits[-1].number
                    break
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        cut = True
        low = min([high, *(hit.number for hit in hits)])
    finally:
        db.set_progress_handler(None, 0)
    return Found(
        articles=tuple(hits),
        cut=cut,
        before=low if low > 1 else None,
        looked_at=top - low,
        back_to=_seen_at(db, low),
    )


def stream(
    db: sqlite3.Connection,
    plan: SearchPlan,
    events: Mapping[str, tuple[str, ...]],
    columns: Sequence[str],
    rest: str,
    parameters: Mapping[str, object],
) -> Iterator[Sequence[Any]]:
    """Rows of all hits, read one by one and without a limit of time, for an export.

    Args:
        db: a snapshot.
        plan: what to look for.
        events: see `wanted`.
        columns: what to select.
        rest: from where on, articles as `a` and their texts as `t`; `{where}` in it becomes the plan's conditions.
        parameters: of `rest` itself.
    """
    asked = wanted(plan, events)
    where, bound = f"a.number is not null and ({asked.where})", {**asked.parameters, **parameters}
    if asked.match is not None:
        where = f"a.number in (select rowid from search where search match :match) and ({where})"
        bound["match"] = asked.match
    selected = ", ".join(columns) if asked.exact else f"{', '.join(columns)}, {_verification(asked)}"
    for row in db.execute(f"select {selected} {rest.format(where=where)}", bound):
        if asked.exact or _passes(plan, asked, row[len(columns) :]):
            yield row[: len(columns)]


def _rows(db: sqlite3.Connection, plan: SearchPlan, asked: Wanted, low: int, high: int) -> Iterator[Sequence[Any]]:
    columns = _COLUMNS if asked.exact else f"{_COLUMNS}, {_verification(asked)}"
    join = "" if asked.exact else _TEXT_JOIN
    parameters = {**asked.parameters, "low": low, "high": high}
    if asked.match is None:
        sql = (
            f"select {columns} from articles a{join} where a.number >= :low and a.number < :high and ({asked.where}) "
            "order by a.number desc"
        )
    else:
        parameters["match"] = asked.match
        sql = (
            f"select {columns} from search s cross join articles a on a.number = s.rowid{join} where search match :match "
            f"and s.rowid >= :low and s.rowid < :high and ({asked.where}) order by s.rowid desc"
        )
    for row in db.execute(sql, parameters):
        if asked.exact or _passes(plan, asked, row[_WIDTH:]):
            yield row


def _verification(asked: Wanted) -> str:
    """What the verification needs of a row, besides what is asked for."""
    return ", ".join([_TEXT_COLUMNS, "a.title, a.language", *(f"({sql})" for _, sql in asked.leaves)])


def _passes(plan: SearchPlan, asked: Wanted, row: Sequence[Any]) -> bool:
    text, zones, title, language, *answers = row
    shown = title if text is None else text
    stretches: list[Stretch] = [(Zone.TITLE, 0, len(title))]
    if text is not None and zones is not None:
        stretches = [each for each in _ZONES.decode(zones) if each[0] is not Zone.CHROME]
    known = {node: bool(answer) for (node, _), answer in zip(asked.leaves, answers, strict=True)}
    return holds(plan.root, Verified(text=shown, stretches=stretches, language=language, known=known))


def _found(row: Sequence[Any]) -> FoundArticle:
    number, id_, moment, seen, stated, source, publisher, trust, language, title, link, story = row[:_WIDTH]
    return FoundArticle(
        number=number,
        id=id_,
        time=from_us(moment),
        seen=from_us(seen),
        stated=bool(stated),
        source=source,
        publisher=publisher,
        trust=trust,
        language=language,
        title=title,
        link=link,
        story=story,
    )


def _seen_at(db: sqlite3.Connection, number: int) -> datetime | None:
    """First sight of the oldest article from that number on."""
    row = db.execute("select seen from articles where number >= ? order by number limit 1", (number,)).fetchone()
    return None if row is None else from_us(int(row[0]))
