"""Which of the lists that are gone (routes, digests, round-ups) may go on under a new name; it stores nothing.

Whoever left a list must not be sent it again because it is called otherwise, so a doubt is decided for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

REMEMBERED: Final = timedelta(days=30)
"""A list that has been gone for longer is not looked for among new ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A list that is gone, and one that is new. `sure` where both say the same but for the name."""

    old: str
    new: str
    sure: bool


def renamed(gone: Mapping[str, tuple[str, datetime]], new: Mapping[str, str], *, now: datetime) -> tuple[Renamed, ...]:
    """Under which new lists those that are gone may go on.

    One that says the same is it; without one it may be any new list of its sort, unless that is surely another's.

    Args:
        gone: lists that are not configured any more: a hash of what each said, and since when it is gone.
        new: lists that are configured for the first time, each with such a hash.
        now: the present.

    """
    recent = {old: said for old, (said, since) in gone.items() if now - since <= REMEMBERED}
    alike = {old: tuple(_alike(old, said, new)) for old, said in recent.items()}
    taken = {each for found in alike.values() for each in found}
    found = []
    for old in sorted(recent):
        others = [each for each in new if _sort(each) == _sort(old) and each not in taken]
        found += [Renamed(old=old, new=each, sure=bool(alike[old])) for each in alike[old] or others]
    return tuple(found)


def now_called(lists: Sequence[str], goes_on: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """These lists, and those that they may be by now: a link that was sent before a rename still leads out."""
    found = list(dict.fromkeys(lists))
    for each in found:  # it grows while it is gone through
        found += [other for other in goes_on.get(each, ()) if other not in found]
    return tuple(found)


def _alike(old: str, said: str, new: Mapping[str, str]) -> Iterator[str]:
    return (each for each, says in new.items() if says == said and _sort(each) == _sort(old))


def _sort(list_: str) -> str:
    """Routes go on as routes, digests as digests, and what is collected for one recipient as that."""
    return "digest:to:" if list_.startswith("digest:to:") else list_.partition(":")[0]
