"""What stored articles did to matters, as it was judged when they came; for rules on matters in a replay.

Decides nothing: the entries stand on the time lines, and only those are looked at again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from watcher.core.articles.dates import counted_time
from watcher.core.matters.kept import Entered
from watcher.core.matters.model import LAPSED
from watcher.core.model import Article
from watcher.core.understanding.understander import Understander
from watcher.pipeline.judging.items import Item
from watcher.pipeline.taking_in.matters import judged_again
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.replaying import ReplayTable, Span

_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One entry of a time line as rules judged it, and the observation that the live run made for it, if it did."""

    seen: datetime
    row: int
    live: int | None
    item: Item


def moves(turn: SqliteTurn, table: ReplayTable, understander: Understander | None, span: Span) -> Iterator[Move]:
    """All entries of all matters that stand, in the order in which they were made."""
    lines: defaultdict[int, list[Entered]] = defaultdict(list)
    for matter in turn.matters.every(_MOST):
        for entered in turn.matters.line(matter.id):
            if entered.withdrawn is None:
                lines[entered.origin.number].append(entered)
    found: list[Move] = []
    for row, entries in lines.items():
        article = turn.matters.article(row)
        live = table.of_matters(row)
        judged = live if len(live) == len(entries) else [None] * len(entries)
        if article is not None:
            pairs = zip(sorted(entries, key=lambda each: each.number), judged, strict=True)
            found += [_move(turn, article, understander, each, at) for each, at in pairs]
    since = span.since
    kept = (each for each in found if (since is None or each.seen >= since) and each.seen <= span.until)
    yield from sorted(kept, key=lambda each: (each.seen, each.live or 0))


def _move(
    turn: SqliteTurn,
    article: Article,
    understander: Understander | None,
    entered: Entered,
    live: tuple[int, str, datetime] | None,
) -> Move:
    origin = entered.origin
    number, mark, seen = live or (None, origin.mark, origin.seen)
    stated = counted_time(article.published, article.seen, article.flags)
    event_time = seen if entered.made.told == LAPSED else stated
    item = judged_again(article, entered.made, event_time=event_time, seen=seen, mark=mark)
    understood = turn.articles.understood(origin.number, article.revision)
    if understander is not None and understood is not None:
        understander.recall(item.reading, understood)
    return Move(seen=seen, row=origin.number, live=number, item=item)
