"""When a source is asked next, and how: its rhythm and its server's manners, noted; the core decides, here is order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.core.ledger import PollMark, SourceRecord
from watcher.core.manners import Manners, answered, gone_again, refused
from watcher.core.model import Document, Draft, NotModified, Request
from watcher.core.polls import learned_due
from watcher.core.rhythm import Rhythm, demand, learned, price
from watcher.core.telling.messages import NoticeMessage
from watcher.pipeline.runtime import Runtime, WatchedSource
from watcher.pipeline.telling.changes import notify
from watcher.pipeline.telling.notices import moved_notice
from watcher.stores.base import Store, Turn

_PRICE_HOLDS = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Heard:
    """What came of one poll so far: the request as planned, its answer, and the entries of all its documents."""

    asked: Request
    answer: Document | NotModified | None = None
    drafts: Sequence[Draft] = ()
    new: int = 0


@dataclass(slots=True, kw_only=True)
class Prices:
    """What a poll costs, so that sources with a learned interval keep to their budget; asked of the store at times."""

    _price: float = field(default=0.0)
    _until: datetime | None = None
    _of: Runtime | None = None

    async def of(self, store: Store, runtime: Runtime, own: float, now: datetime) -> float:
        """The price of a poll now. `own` is the demand of who asks, where no other is known yet."""
        if self._of is not runtime or self._until is None or not now <= self._until <= now + _PRICE_HOLDS:
            sources = [source.id for source in runtime.sources.values() if source.adaptive is not None]
            demands, count = await store.read(lambda turn: turn.sources.demands(sources))
            if not count:
                return price(own, runtime.polls_an_hour)
            self._price = price(demands, runtime.polls_an_hour * count)
            self._until, self._of = now + _PRICE_HOLDS, runtime
        return self._price


async def timed(
    store: Store,
    runtime: Runtime,
    source: WatchedSource,
    record: SourceRecord,
    heard: Heard,
    mark: PollMark,
    prices: Prices,
) -> PollMark:
    """The mark with what was learned, when the source is due by that, and whether it counts as gone."""
    mark, notice = _mannered(source, record, heard, mark)
    mark = await _paced(store, runtime, source, record, heard, mark, prices)
    if notice is not None:
        # With the mark, so that it is told once: whoever is killed before asks again.
        await store.write(lambda turn: _tell(turn, runtime, notice, mark))
    return mark


def _tell(turn: Turn, runtime: Runtime, notice: NoticeMessage, mark: PollMark) -> None:
    notify(turn.outbox, runtime, notice)
    turn.sources.mark([mark])


def _mannered(
    source: WatchedSource, record: SourceRecord, heard: Heard, mark: PollMark
) -> tuple[PollMark, NoticeMessage | None]:
    """The mark with what the server said of how it wants to be asked, and what the operator is to hear of it."""
    if mark.ok is None:
        return mark, None
    before, now = Manners.from_json(record.manners), mark.checked
    if mark.ok and heard.answer is not None:
        manners, adopted = answered(before, heard.asked, heard.answer, now)
        notice = moved_notice(source.id, heard.asked.url, heard.answer.moved_to or "", now) if adopted else None
        return replace(mark, manners=_changed(before, manners)), notice
    manners, gone = refused(before, now, gone=mark.gone, failures=record.failures + 1)
    due = gone_again(mark.next_due, now) if mark.gone else mark.next_due
    mark = replace(mark, gone=gone, next_due=due, manners=_changed(before, manners))
    return mark, None


def _changed(before: Manners, after: Manners) -> dict[str, object] | None:
    return None if after == before else after.as_json()


async def _paced(
    store: Store,
    runtime: Runtime,
    source: WatchedSource,
    record: SourceRecord,
    heard: Heard,
    mark: PollMark,
    prices: Prices,
) -> PollMark:
    """The mark with the rhythm as it is known now, and due by it if the source's interval is learned."""
    if mark.ok is None or (source.adaptive is None and not heard.drafts):
        return mark
    before, now = Rhythm.from_json(record.rhythm), mark.checked
    stated = [draft.published.timestamp() for draft in heard.drafts if draft.published is not None]
    rhythm = learned(before, stated, heard.new, now.timestamp())
    mark = replace(mark, rhythm=None if rhythm == before else rhythm.as_json())
    if source.adaptive is None or not mark.ok:
        return mark
    wanted = demand(rhythm, now.timestamp())
    cost = await prices.of(store, runtime, wanted, now)
    fresh = Manners.from_json(mark.manners if mark.manners is not None else record.manners).fresh
    due = learned_due(source.id, now, rhythm, cost, source.adaptive, fresh)
    return replace(mark, next_due=due, demand=wanted)
