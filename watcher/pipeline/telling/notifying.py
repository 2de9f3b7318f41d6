"""Notices on their way to the operator: into the outbox, for the channels of that route; never their words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import Occasion, notice_occasion
from watcher.core.telling.routes import Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import encode, leads_to, ways
from watcher.stores.outgoing import OutboxTable


def operator_way(runtime: Runtime) -> Way | None:
    """The route that notices go to."""
    return runtime.routes.get(runtime.operator) if runtime.operator else None


def notify(
    outbox: OutboxTable,
    runtime: Runtime,
    notice: NoticeMessage,
    *,
    avoid: str | None = None,
    due: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Tell the operator. `avoid` is the channel that the notice is about: another one is taken if there is any.

    Args: due - when to, if not at once; it is stored `now` then.
    """
    prefix = notice_occasion(notice.kind, notice.subject, 0)[:-1]
    occasion = Occasion(
        id=notice_occasion(notice.kind, notice.subject, outbox.next_number(prefix)),
        kind="notice",
        content=encode(notice),
        at=now or notice.at,
    )
    outbox.tell(occasion, ways(runtime, _channels(outbox, runtime, avoid)))
    if due is not None:
        outbox.retell(occasion.id, occasion.content, due)


def _channels(outbox: OutboxTable, runtime: Runtime, avoid: str | None) -> list[str]:
    """The channels of the operator's route but `avoid`; if all of these are shut too, others that are not.

    That is the `fallback` of a channel that is shut, or the first of theirs that works; without one, the first that
    works, and for word of the operator's only channel itself every one that works: it is seldom, and nobody else would
    say it.
    """
    way = operator_way(runtime)
    own = [] if way is None else list(way.channels)
    shut = outbox.shut() | _unheeding(outbox, runtime) | ({avoid} if avoid else set())
    left = [name for name in own if leads_to(runtime, (name,)) - {avoid}]
    if leads_to(runtime, left) - shut or not (own or avoid):
        return left
    down = [*([avoid] if avoid else ()), *(each for name in own for each in sorted(leads_to(runtime, (name,))))]
    fallback = next((each for name in down for each in _fallbacks(runtime, name) if each not in shut), None)
    others = [name for name in runtime.channels if name not in shut | leads_to(runtime, left)]
    others = [fallback] if fallback else others if avoid and not left else others[:1]
    # Where nothing works it waits for whatever works first.
    return [*left, *others] or [name for name in runtime.channels if name != avoid][:1] or own


def _fallbacks(runtime: Runtime, channel: str) -> Iterator[str]:
    """The channel's fallback, that one's, and so on; each once, however they are written."""
    seen = {channel}
    while channel in runtime.channels:
        named = runtime.channels[channel].fallback
        if named is None or named in seen or named not in runtime.channels:
            return
        seen.add(named)
        yield named
        channel = named


def _unheeding(outbox: OutboxTable, runtime: Runtime) -> set[str]:
    """Channels of which nobody whom the operator's route or the channel itself names takes anything."""
    troubled = outbox.unheeded()
    if not troubled:
        return set()
    way = operator_way(runtime)
    told = ways(runtime, () if way is None else way.channels)
    found = set()
    for name in {channel for channel, _ in troubled}:
        mine = {each for each in told if each[0] == name} or set(ways(runtime, (name,)))
        if mine and mine <= troubled:
            found.add(name)
    return found
