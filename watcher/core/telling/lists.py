"""Which list (route, digest, round-up) goes on under which other name from one load to the next; it stores nothing.

A name is followed only where the settings say so surely; every doubt is handed back for the operator to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A list has another name from that moment on. Those of one moment happened at once, so names may be swapped."""

    at: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What became of the lists: `moved` from name to name, and the `doubts`: names with what each might be now.

    `kept` are names that moved on and are still there, for a list of which nothing is known.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    kept: Collection[str] = ()
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def compared(before: Mapping[str, str], now: Mapping[str, str]) -> Compared:
    """Hold the lists of the last load against those of this one: name and a hash of all that each says but its name.

    A list is surely another if it alone said that before, and the other alone says it now; who says it under the same
    name both times is left out. Only a name that is gone, or is surely another's now, is a doubt.
    """
    moved = {}
    for old, said in before.items():
        olds = [each for each in before if _alike(each, before, old, said) and now.get(each) != said]
        news = [each for each in now if _alike(each, now, old, said) and before.get(each) != said]
        if olds == [old] and len(news) == 1:
            moved[old] = news[0]
    taken = set(moved.values())
    unknown = [each for each in now if each not in taken and (each not in before or each in moved)]
    doubts = {}
    for old, said in before.items():
        if old not in moved and (old not in now or old in taken):
            same = [each for each in unknown if _sort(each) == _sort(old)]
            doubts[old] = tuple([each for each in same if now[each] == said] or same)
    return Compared(
        moved=moved,
        kept=tuple(old for old in moved if old in now and old not in taken),
        doubts={old: might for old, might in doubts.items() if might},
    )


def now_called(
    lists: Iterable[str], renamed: Sequence[Renamed], here: Collection[str], *, since: datetime | None = None
) -> tuple[str, ...]:
    """What lists are called now that had these names then. Without `since`: names that are `here` stand for themselves.

    Args: renamed: all renames, the oldest first; here: the lists that there are.
    """
    found = []
    for name in lists:
        called = name if since is None else _walk(name, renamed, since)
        found.append(called if called != name or name in here else _walk(name, renamed, None))
    return tuple(dict.fromkeys(found))


def _walk(name: str, renamed: Sequence[Renamed], since: datetime | None) -> str:
    last = since
    for each in renamed:
        if each.old == name and (last is None or each.at > last):
            name, last = each.new, each.at
    return name


def _alike(name: str, lists: Mapping[str, str], old: str, said: str) -> bool:
    return lists[name] == said and _sort(name) == _sort(old)


def _sort(list_: str) -> str:
    """Routes go on as routes, digests as digests, and what is collected for one recipient as that."""
    return "digest:to:" if list_.startswith("digest:to:") else list_.partition(":")[0]
