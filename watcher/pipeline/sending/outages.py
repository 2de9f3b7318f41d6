"""Sources that cannot be reached, told one by one or as one outage of the network here; the core decides which.

Each source's own state is stored as ever. In an outage what happens to single sources is kept with its notice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.telling.messages import NoticeMessage
from watcher.core.watching.episodes import Episode, HealthEvent, Track
from watcher.core.watching.outage import Outage, Verdict, back_notice, down_notice, judged
from watcher.core.watching.words import lasting, notice
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Turn

_WOKEN_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """An event of a source that could not be reached; `told` is when its trouble was told before it ended."""

    event: HealthEvent
    told: datetime | None


Single = Callable[[HealthEvent], None]
Common = Callable[[NoticeMessage], str]
"""Tells, and returns the occasion."""


def settle_unreachable(
    turn: Turn,
    runtime: Runtime,
    events: Sequence[Unreachable],
    now: datetime,
    *,
    answered: Collection[str],
    single: Single,
    common: Common,
) -> None:
    """Tell these events each by itself, or keep them with an outage that begins, goes on or ends.

    Args: answered: sources of the batch that could be reached and could not before, well or not.
    """
    outage = turn.health.outage()
    if outage is None and all(each.event.over for each in events):
        _each(events, single)
        return
    verdict = judged(
        turn.health.reaches({each.id: (each.every, each.host) for each in runtime.sources.values()}), outage
    )
    if outage is None:
        if not verdict.down:
            _each(events, single)
            return
        assert verdict.since is not None, "a verdict of down has a beginning"
        occasion = common(down_notice(verdict, now))
        outage = Outage(since=verdict.since, told=now, occasion=occasion)
        turn.health.save_outage(outage)
    for each in events:
        if each.event.over and (each.told is None or each.told < outage.told):
            single(each.event)
        else:
            turn.health.happened(each.event, notice(each.event).title, outage.occasion)
    if answered:
        turn.health.put(_untold(turn.health.episodes(answered), outage))
        outage = _woken(turn, outage, verdict, now)
    if not verdict.down:
        common(back_notice(outage, verdict, lasting(now - outage.since), now))
        turn.health.save_outage(None)
        still = {key: each for key, each in turn.health.episodes(runtime.sources).items() if each.network}
        turn.health.put(_untold(still, outage))


def _each(events: Iterable[Unreachable], single: Single) -> None:
    for each in events:
        single(each.event)


def _woken(turn: Turn, outage: Outage, verdict: Verdict, now: datetime) -> Outage:
    """Poll all the others now that one answers."""
    if outage.returned is not None and now - outage.returned < _WOKEN_AGAIN:
        return outage
    turn.sources.wake(verdict.failing, now)
    outage = replace(outage, returned=now)
    turn.health.save_outage(outage)
    return outage


def _untold(episodes: dict[tuple[str, Track], Episode], outage: Outage) -> dict[tuple[str, Track], Episode | None]:
    """What was told with the outage only, and is not over with it, has to be proved and told by itself."""
    return {
        key: replace(each, told=None, looks=0)
        for key, each in episodes.items()
        if key[1] is Track.ANSWER and each.told is not None and each.told >= outage.told
    }
