"""Whoever left a list stays away from it under a new name: seen to at every start and reload, before anything is sent.

It never brings anybody back, and tells the operator whom it keeps away from what.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.telling.lists import Renamed, renamed
from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import short_hash
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Turn
from watcher.stores.links import Unsubscribed
from watcher.stores.sqlite import SqliteStore, SqliteTurn
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
_MOST, _LISTED = 10_000, 20


async def follow_renames(store: SqliteStore, runtime: Runtime, now: datetime) -> None:
    """Note which lists there are, and keep those who left one away from what may be the same by another name."""
    current = settings_of(runtime)
    known = await store.read(lambda turn: turn.links.lists())
    if {list_: each.settings for list_, each in known.items() if each.gone is None} != current:
        await store.write(lambda turn: _follow(turn, runtime, now))


def settings_of(runtime: Runtime) -> dict[str, str]:
    """Every list that somebody can leave, with a hash of when and where it is sent."""
    found = {
        f"route:{name}": short_hash("route", way.zone, *sorted(way.channels)) for name, way in runtime.routes.items()
    }
    for name, digest in runtime.digests.items():
        found[f"digest:{name}"] = short_hash("digest", repr(digest.schedule), *sorted(digest.channels))
    return found


def carried(turn: Turn, old: str, new: str, now: datetime) -> list[Unsubscribed]:
    """Keep everybody who left the old list away from the new one too; returns whom that concerns."""
    found = []
    for each in turn.links.gone(_MOST):
        moved = replace(each, list=new, since=now, how=f"as from {old.replace(':', ' ')} before")
        if each.list == old and turn.links.leave(moved):
            found.append(moved)
    return found


def _follow(turn: SqliteTurn, runtime: Runtime, now: datetime) -> None:
    current, known = settings_of(runtime), turn.links.lists()
    turn.links.note_lists(current, now)
    if not known:  # nothing is known of what was before
        return
    after = turn.links.lists()
    gone = {list_: (each.settings, each.gone) for list_, each in after.items() if each.gone is not None}
    new = {list_: said for list_, said in current.items() if list_ not in known}
    found = renamed(gone, new, now=now)
    for old in {each.old for each in found}:
        turn.links.goes_on(old, [each.new for each in found if each.old == old])
    for each in found:
        kept = carried(turn, each.old, each.new, now)
        if kept:
            log(_LOG, "list.renamed", old=each.old, new=each.new, left=len(kept), sure=each.sure)
            notify(turn.outbox, runtime, _notice(each, kept, now))


def _notice(each: Renamed, kept: Sequence[Unsubscribed], now: datetime) -> NoticeMessage:
    old, new = each.old.replace(":", " "), each.new.replace(":", " ")
    why = f"{new} says what {old} said" if each.sure else f"{old} is configured no more, and {new} is new"
    who = ", ".join(one.recipient for one in kept[:_LISTED])
    more = f" and {len(kept) - _LISTED} more" if len(kept) > _LISTED else ""
    lines = (
        f"Whoever left the one is not sent the other, in case that it is the same: {who}{more}.",
        f"If it is not, send it to them: watcher recipients --resubscribe WHO --list {each.new}",
    )
    return NoticeMessage(kind="list-renamed", subject=each.new, title=why, lines=lines, at=now)
