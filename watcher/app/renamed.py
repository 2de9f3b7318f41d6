"""Whoever left a list stays away from it under a new name: seen to at every start and reload, before anything is sent.

It follows a name only where the settings say so surely, and asks the operator about the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.telling.lists import Compared, compared, now_called
from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import short_hash
from watcher.core.telling.routes import Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import ways
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Turn
from watcher.stores.links import Unsubscribed
from watcher.stores.sqlite import SqliteStore, SqliteTurn
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
_MOST, _LISTED = 100_000, 20


async def follow_renames(store: SqliteStore, runtime: Runtime, now: datetime) -> None:
    """Note which lists there are, and keep those who left one away from what is surely the same by another name."""
    current = settings_of(runtime)
    known = await store.read(lambda turn: turn.links.lists())
    if {list_: each.settings for list_, each in known.items() if each.gone is None} != current:
        await store.write(lambda turn: _follow(turn, runtime, now))


def settings_of(runtime: Runtime) -> dict[str, str]:
    """Every list that somebody can leave, with a hash of all that it says but its name."""
    found = {
        f"route:{name}": short_hash("route", *_says(way, runtime), repr((way.holding, way.mute, way.escalate)))
        for name, way in runtime.routes.items()
    }
    for name, each in runtime.digests.items():
        rest = (each.schedule, each.limits, each.length, each.hold, each.approval, each.editors, each.empty)
        found[f"digest:{name}"] = short_hash("digest", *_says(each.way, runtime), repr(rest))
    return found


def called_otherwise(turn: Turn, old: str, new: str, here: Sequence[str], now: datetime) -> list[Unsubscribed] | None:
    """Keep everybody who left the old list away from the new one, as the operator says; returns whom that concerns.

    Links of a list that is gone lead to the new one from now on. None if it was so already, or there is no such list.
    """
    before = {each.recipient.lower() for each in turn.links.gone(_MOST, new)}
    left = [each for each in turn.links.gone(_MOST, old) if each.recipient.lower() not in before]
    known = old in turn.links.lists() and now_called([old], turn.links.renames(), here) != (new,)
    if old == new or not (left or (known and old not in here)):
        return None
    if old not in here:
        turn.links.rename({old: new}, (), now)
    for each in left:
        turn.links.leave(replace(each, list=new, since=now, how=f"as from {old.replace(':', ' ')} before"))
    return left


def _says(way: Way, runtime: Runtime) -> tuple[str, ...]:
    """Where it leads, what it takes and in which zone. Somebody who is told by name is known by their addresses."""
    named = {each.marked: repr(sorted(each.ways)) for each in runtime.recipients.values()}
    return (way.says, way.zone, *sorted(named.get(each, each) for each in way.channels))


def _follow(turn: SqliteTurn, runtime: Runtime, now: datetime) -> None:
    current, known = settings_of(runtime), turn.links.lists()
    before = {list_: each.settings for list_, each in known.items() if each.gone is None}
    turn.links.note_lists(current, now)
    never_seen = [list_ for list_, each in turn.links.lists().items() if list_ not in known and each.gone is not None]
    found = compared(before | dict.fromkeys(never_seen, ""), current)
    if found.moved:
        turn.links.rename(found.moved, found.kept, now)
        log(_LOG, "list.renamed", lists=" ".join(f"{old}>{new}" for old, new in sorted(found.moved.items())))
    for notice in (*_notices(turn, found, now), *(() if known else _wider(turn, runtime, now))):
        notify(turn.outbox, runtime, notice)


def _notices(turn: Turn, found: Compared, now: datetime) -> Iterator[NoticeMessage]:
    for old, new in found.moved.items():
        if left := turn.links.gone(_MOST, new):
            said = f"Who left the one is not sent the other: {_who(left)}."
            back = f"If it is another, send it to them: watcher recipients --resubscribe WHO --list {new}"
            yield _notice(new, f"{_words(new)} is what {_words(old)} was", (said, back), now)
    for old, might in found.doubts.items():
        if left := turn.links.gone(_MOST, old):
            said = f"Whoever left it may be sent it under another name: {_who(left)}."
            named = (f"If it is {_words(new)} now: watcher recipients --renamed {old} {new}" for new in might[:_LISTED])
            yield _notice(old, f"{_words(old)} is configured no more, or is another list now", (said, *named), now)


def _wider(turn: Turn, runtime: Runtime, now: datetime) -> Iterator[NoticeMessage]:
    """Word of those who left a list on one channel, as it was once, and get it by another no more since an upgrade."""
    led = {f"route:{name}": way.channels for name, way in runtime.routes.items()}
    led |= {f"digest:{name}": each.channels for name, each in runtime.digests.items()}
    found = [
        f"{each.recipient} left {_words(each.list)} on {each.channel}, and had it by {', '.join(others)} too"
        for each in turn.links.gone(_MOST)
        if (others := _others(runtime, led.get(each.list, ()), each))
    ]
    if found:
        lines = (*found[:_LISTED], *([f"and {len(found) - _LISTED} more"] if len(found) > _LISTED else []))
        back = "If somebody wants it: watcher recipients --resubscribe WHO --list LIST"
        yield NoticeMessage(
            kind="unsubscribed",
            subject="by address",
            title="who left a list on one channel is not sent it by any other from now on",
            lines=(*lines, back),
            at=now,
        )


def _others(runtime: Runtime, names: Sequence[str], left: Unsubscribed) -> list[str]:
    """The channels beside theirs by which a list that leads there is told to who left it."""
    told = {channel for channel, address in ways(runtime, names) if address.lower() == left.recipient.lower()}
    return sorted(told - {left.channel}) if left.channel in told else []


def _notice(subject: str, title: str, lines: tuple[str, ...], now: datetime) -> NoticeMessage:
    return NoticeMessage(kind="list-renamed", subject=subject, title=title, lines=lines, at=now)


def _who(left: Sequence[Unsubscribed]) -> str:
    more = f" and {len(left) - _LISTED} more" if len(left) > _LISTED else ""
    return ", ".join(one.recipient for one in left[:_LISTED]) + more


def _words(list_: str) -> str:
    return list_.replace(":", " ")
