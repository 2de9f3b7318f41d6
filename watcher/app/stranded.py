"""Word of what waits for channels and digests that the configuration has no more; it moves and drops nothing."""

from __future__ import annotations

import logging
from datetime import datetime

from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import notice_occasion
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.sending.departed import departed, forget_departed
from watcher.pipeline.telling.changes import notify
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteStore, SqliteTurn
from watcher.stores.sqlite.stranded import Stranded, last_told, stranded
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)


def words(found: Stranded) -> str:
    """What waits for what, in one line."""
    what = "message" if found.kind == "channel" else "change"
    wait = "waits" if found.waiting == 1 else "wait"
    return f"{found.kind} {found.name}: is not configured, and {count(found.waiting, what)} {wait} for it"


async def tell_stranded(store: SqliteStore, runtime: Runtime, now: datetime) -> None:
    """Log each, and tell the operator of what came since the last notice, and of whom nothing waits any more."""

    def look(turn: SqliteTurn) -> list[Stranded]:
        return stranded(turn.db, channels=runtime.channels, digests=runtime.digests)

    found = await store.read(look)
    for each in found:
        log(_LOG, "outbox.stranded", level="warning", kind=each.kind, name=each.name, waiting=each.waiting)
    if found:
        await store.write(lambda turn: _tell(turn, runtime, look(turn), now))
    if await store.read(lambda turn: departed(turn, runtime)):
        await store.write(lambda turn: forget_departed(turn, runtime, now))


def _tell(turn: SqliteTurn, runtime: Runtime, found: list[Stranded], now: datetime) -> None:
    for each in found:
        kind = f"{each.kind}-missing"
        told = last_told(turn.db, notice_occasion(kind, each.name, 0)[:-1])
        if told is not None and told >= each.newest:
            continue
        lines = (
            "Nothing is lost: it goes out when the name is back, or on another way, or is given up by you.",
            f"Move it: {each.move}",
            f"Or give it up: {each.drop}",
        )
        notice = NoticeMessage(kind=kind, subject=each.name, title=words(each), lines=lines, at=now)
        notify(turn.outbox, runtime, notice)
