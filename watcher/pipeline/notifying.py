"""Notices on their way to the operator: into the outbox, for the channels of that route; never their words."""

from __future__ import annotations

from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import Occasion, notice_occasion
from watcher.core.telling.routes import Way
from watcher.pipeline.encoding import encode, ways
from watcher.pipeline.runtime import Runtime
from watcher.stores.outgoing import OutboxTable


def operator_way(runtime: Runtime) -> Way | None:
    """The route that notices go to."""
    return runtime.routes.get(runtime.operator) if runtime.operator else None


def notify(outbox: OutboxTable, runtime: Runtime, notice: NoticeMessage, *, avoid: str | None = None) -> None:
    """Tell the operator. `avoid` is the channel that the notice is about: another one is taken if there is any."""
    way = operator_way(runtime)
    channels = [name for name in (way.channels if way else ()) if name != avoid]
    if not channels and avoid is not None:
        channels = [name for name in runtime.channels if name != avoid] or list(way.channels if way else ())
    prefix = notice_occasion(notice.kind, notice.subject, 0)[:-1]
    occasion = Occasion(
        id=notice_occasion(notice.kind, notice.subject, outbox.next_number(prefix)),
        kind="notice",
        content=encode(notice),
        at=notice.at,
    )
    outbox.tell(occasion, ways(runtime, channels))
