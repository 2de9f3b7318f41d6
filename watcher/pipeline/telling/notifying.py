"""Notices on their way to the operator: into the outbox, for the channels of that route; never their words."""

from __future__ import annotations

from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import Occasion, notice_occasion
from watcher.core.telling.routes import Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import encode, leads_to, ways
from watcher.stores.outgoing import OutboxTable


def operator_way(runtime: Runtime) -> Way | None:
    """The route that notices go to."""
    return runtime.routes.get(runtime.operator) if runtime.operator else None


def notify(outbox: OutboxTable, runtime: Runtime, notice: NoticeMessage, *, avoid: str | None = None) -> None:
    """Tell the operator. `avoid` is the channel that the notice is about: another one is taken if there is any."""
    prefix = notice_occasion(notice.kind, notice.subject, 0)[:-1]
    occasion = Occasion(
        id=notice_occasion(notice.kind, notice.subject, outbox.next_number(prefix)),
        kind="notice",
        content=encode(notice),
        at=notice.at,
    )
    outbox.tell(occasion, ways(runtime, _channels(outbox, runtime, avoid)))


def _channels(outbox: OutboxTable, runtime: Runtime, avoid: str | None) -> list[str]:
    """The channels of the operator's route but `avoid`; if all of these are shut too, others that are not.

    That is the `fallback` of a channel that is shut; without one, the first that works, and for word of the operator's
    only channel itself every one that works: it is seldom, and nobody else would say it.
    """
    way = operator_way(runtime)
    own = [] if way is None else list(way.channels)
    shut = outbox.shut() | ({avoid} if avoid else set())
    left = [name for name in own if leads_to(runtime, (name,)) - {avoid}]
    if leads_to(runtime, left) - shut or not (own or avoid):
        return left
    down = [*([avoid] if avoid else ()), *(each for name in own for each in sorted(leads_to(runtime, (name,))))]
    named = [runtime.channels[name].fallback for name in down if name in runtime.channels]
    fallback = next((name for name in named if name in runtime.channels and name not in shut), None)
    others = [name for name in runtime.channels if name not in shut | leads_to(runtime, left)]
    others = [fallback] if fallback else others if avoid and not left else others[:1]
    # Where nothing works it waits for whatever works first.
    return [*left, *others] or [name for name in runtime.channels if name != avoid][:1] or own
