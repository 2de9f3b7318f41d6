"""How strongly two articles seem to tell of one event: votes in points, each with its words; vetoes stand elsewhere.

The points were fitted on labelled pairs of two fields together (minerals and trade controls; general news) and
rounded.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from watcher.core.stories.acting import one_acts
from watcher.core.stories.kept import glance, unpack
from watcher.core.stories.model import Fresh, Kin, Traits, hashed

JOIN = 0.0
"""So many points, the base taken off, that join an article to a story."""
_BASE = -5.4
_WORDS = 14.0
_NAMES, _NAMES_ACROSS = 1.0, 3.0
_AMOUNTS, _FEW_AMOUNTS = 2.5, 2
_HEAD_AMOUNTS = 1.5
_AMOUNT_AND_NAME = 1.2
_DAYS = 2.0
_DAYS_AND_NAME = 3.0
_OTHER_SCRIPT, _DAYS_ACROSS = 2.0, 2.5
_GAP_DAYS, _GAP, _PER_MONTH, _MOST_DAYS = 3, -3.8, -1.9, 60
_OTHER_TYPE, _SAME_ACT, _RETOLD, _OTHER_LANDS = -2.0, 0.5, -0.5, -2.0
_SAME_MATERIAL = 1.0
_RARE_NAME = 0.7
_TOLD = 4
_LEAST_SHARED, _LEAST_ACROSS = 5, 3
"""So many telling words or figures two articles must share: a headline of three words is like too many others."""


class Vote(NamedTuple):
    """Points for or against one event; `label` says what it is about, `shared` what the two have in common."""

    points: float
    label: str = ""
    shared: Collection[int] = ()


class Sums(NamedTuple):
    """What an article's words make together, whatever it is compared with: their length as a vector, and names."""

    length: float
    names: float


def sums_of(traits: Traits) -> Sums:
    """The sums of an article's words."""
    return Sums(math.hypot(*traits.words.values()), _weight(traits.words, traits.names))


def votes(mine: Traits, old: Traits, sums: Sums) -> list[Vote]:
    """All votes on a new article, whose sums are given, and an earlier one."""
    shared = mine.words.keys() & old.words.keys()
    found = [Vote(_BASE), Vote(_WORDS * _likeness(mine, old, shared, sums.length), "words", shared)]
    names = shared & mine.names & old.names
    if names:
        share = _weight(mine.words, names) / max(1e-9, min(sums.names, _weight(old.words, old.names)))
        weight = _NAMES_ACROSS if mine.han != old.han else _NAMES
        found.append(Vote(weight * min(1.0, share), "names", names))
    found += _figures(mine, old, names)
    found += _events(mine, old)
    if mine.han != old.han:
        found.append(Vote(_OTHER_SCRIPT))
    if mine.day is not None and old.day is not None:
        gap = abs(mine.day - old.day)
        late = _GAP if gap > _GAP_DAYS else 0.0
        found.append(Vote(late + _PER_MONTH * min(gap, _MOST_DAYS) / 30))
    return found


def score(found: Iterable[Vote]) -> float:
    """The sum of points."""
    return sum(vote.points for vote in found)


def worth_comparing(mine: Traits, others: Iterable[Kin]) -> list[Traits | None]:
    """The traits of those that have enough in common with an article to speak of an event at all, however short it is.

    None for those that have not: they are told by a glance.
    """
    words, figures = frozenset(mine.words), mine.days | mine.amounts
    found: list[Traits | None] = []
    for each in others:
        across, shared = glance(each.kept, words, figures, han=mine.han)
        found.append(unpack(each.kept) if shared >= (_LEAST_ACROSS if across else _LEAST_SHARED) else None)
    return found


def in_words(new: Fresh, found: Iterable[Vote]) -> str:
    """The votes that speak for one event, the strongest first."""
    said = sorted((vote for vote in found if vote.points > 0 and vote.label), key=lambda vote: -vote.points)
    return "; ".join(f"{vote.label} {_told(new, vote.shared)}".rstrip() for vote in said)


def _likeness(mine: Traits, old: Traits, shared: Iterable[int], length: float) -> float:
    """How alike the telling words of two articles are, from 0 to 1."""
    one, two = mine.words, old.words
    lengths = length * math.hypot(*two.values())
    return sum([one[word] * two[word] for word in shared]) / lengths if lengths else 0.0


def _figures(mine: Traits, old: Traits, names: Collection[int]) -> list[Vote]:
    found = []
    amounts = mine.amounts & old.amounts
    if amounts:
        most = max(_FEW_AMOUNTS, min(len(mine.amounts), len(old.amounts)))
        found.append(Vote(_AMOUNTS * len(amounts) / most, "amounts", amounts))
    heads = mine.head_amounts & old.head_amounts
    if heads:
        least = min(len(mine.head_amounts), len(old.head_amounts))
        found.append(Vote(_HEAD_AMOUNTS * len(heads) / least))
        if any(mine.words[name] >= _RARE_NAME for name in names):
            found.append(Vote(_AMOUNT_AND_NAME, "an amount with a name:", heads | set(names)))
    days = mine.days & old.days
    if days and mine.han == old.han:
        # Everything of one day names that day.
        days -= {_day(each.day) for each in (mine, old) if each.day is not None}
    if days:
        share = len(days) / min(len(mine.days), len(old.days))
        across = _DAYS_ACROSS if mine.han != old.han else 0.0
        found.append(Vote((_DAYS + across) * share, "days", days))
        if len(days) > 1 and any(mine.words[name] >= _RARE_NAME for name in names):
            found.append(Vote(_DAYS_AND_NAME))
    return found


def _events(mine: Traits, old: Traits) -> list[Vote]:
    """What the events that both report say; a comment, a study or a market report names the events of others."""
    found = []
    if mine.types and old.types:
        if not mine.types & old.types:
            found.append(Vote(_OTHER_TYPE))
        elif one_acts(mine, old):
            found.append(Vote(_SAME_ACT, "the same act of the same actor"))
            if (
                mine.things & old.things
                and mine.day is not None
                and old.day is not None
                and abs(mine.day - old.day) <= 1
            ):
                found.append(Vote(_SAME_MATERIAL, "on one day with the same materials"))
    if mine.lands and old.lands and not mine.lands & old.lands:
        found.append(Vote(_OTHER_LANDS))
    if mine.retells or old.retells:
        found.append(Vote(_RETOLD))
    return found


@lru_cache(maxsize=512)
def _day(ordinal: int) -> int:
    return hashed(f"{date.fromordinal(ordinal):%m-%d}")


def _told(new: Fresh, hashes: Iterable[int]) -> str:
    words = new.traits.words
    best = sorted(hashes, key=lambda each: (-words.get(each, 0.0), new.spelt.get(each, "")))
    return ", ".join(new.spelt[each] for each in best[:_TOLD] if each in new.spelt)


def _weight(words: Mapping[int, float], chosen: Iterable[int]) -> float:
    """The weight of some of the words."""
    return sum(map(words.__getitem__, chosen))
