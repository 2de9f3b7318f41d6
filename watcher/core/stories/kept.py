"""Traits as bytes, as they are kept beside an article, and back; never read in another form than it was written in."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from itertools import chain

from watcher.core.stories.model import Traits

FORM = 3
_HEADERS = {1: struct.Struct("<BBi9B"), 2: struct.Struct("<BBi10B"), FORM: struct.Struct("<BBi11B")}
"""By the form that it was written in: the first knew no materials, the second had states among the actors."""
_NO_DAY = -1
_GRAIN = 16
_MOST_WEIGHT = 255
_MOST = 24
"""So many figures of a sort are kept: a price list has hundreds, and the first few tell it from others."""
_WEIGHTS = tuple(weight / _GRAIN for weight in range(256))
_NOTHING: frozenset[int] = frozenset()
_HAN, _RETELLS, _DENIED = 1, 2, 4
_SIZES = struct.calcsize("<BBi")
_WEIGHTS_AT = {form: header.size + 1 for form, header in _HEADERS.items()}
_FIRST, _LEAST_FIRST = 24, 2
"""Of so many words, names before others, reports of one event share two. Measured: labelled stories were told apart
just the same, and beside a long history five candidates in six need no other look."""
_FIRST_WORDS = struct.Struct(f"<{_FIRST}I")


def pack(traits: Traits) -> bytes:
    """The traits in some 250 bytes, without the runs of words, which keys alone are made of. Weights are sixteenths."""
    # Names come first, so that their number tells which of the words they are.
    words = [*sorted(traits.names), *(word for word in traits.words if word not in traits.names)]
    figures = [
        _some(each) if each else ()
        for each in (
            traits.days, traits.amounts, traits.head_amounts, traits.papers, traits.lands, traits.types, traits.actors,
            traits.parties, traits.things, traits.states,
        )
    ]  # fmt: skip
    lists = [words, *figures]
    numbers = [*words, *chain.from_iterable(figures)]
    flags = _HAN * traits.han | _RETELLS * traits.retells | _DENIED * traits.denied
    day = _NO_DAY if traits.day is None else traits.day
    header = _HEADERS[FORM].pack(FORM, flags, day, *map(len, lists))
    weights = bytes([min(_MOST_WEIGHT, round(traits.words[word] * _GRAIN)) for word in words])
    return header + bytes((len(traits.names),)) + weights + _numbers(len(numbers)).pack(*numbers)


def glance(kept: bytes, words: frozenset[int], figures: frozenset[int], *, han: bool) -> tuple[bool, int]:
    """Whether it is in another script, and how many words, days and amounts it shares with an article, one by one.

    None where it shares hardly any of the words that stand first. That tells if a closer look is worth its time: twenty
    are glanced at for each article.
    """
    at = _WEIGHTS_AT.get(kept[0]) if kept else None
    if at is None or len(kept) < at:
        return False, 0
    across = bool(kept[1] & _HAN) != han
    count = kept[_SIZES]
    numbers, at = count + kept[_SIZES + 1] + kept[_SIZES + 2], at + count
    if len(kept) < at + 4 * numbers:
        return across, 0
    # A translation shares little but days and amounts.
    if count > _FIRST and not across and len(words.intersection(_FIRST_WORDS.unpack_from(kept, at))) < _LEAST_FIRST:
        return across, 0
    found = _numbers(numbers).unpack_from(kept, at)
    return across, len(words.intersection(found[:count])) + len(figures.intersection(found[count:]))


def unpack(kept: bytes) -> Traits | None:
    """The traits; None where they were kept in another form or are cut short."""
    form = _HEADERS.get(kept[0]) if kept else None
    if form is None or len(kept) <= form.size:
        return None
    _, flags, day, *sizes = form.unpack_from(kept)
    names, at = kept[form.size], form.size + 1
    first = at + sizes[0]
    if len(kept) != first + 4 * sum(sizes):
        return None
    numbers = _numbers(sum(sizes)).unpack_from(kept, first)
    words, at = numbers[: sizes[0]], sizes[0]
    figures = []
    for size in sizes[1:]:
        figures.append(frozenset(numbers[at : at + size]) if size else _NOTHING)
        at += size
    days, amounts, head_amounts, papers, lands, types, actors, parties, *newer = figures
    things, states = (*newer, _NOTHING, _NOTHING)[:2]
    return Traits(
        day=None if day == _NO_DAY else day,
        han=bool(flags & _HAN),
        words=dict(zip(words, map(_WEIGHTS.__getitem__, kept[form.size + 1 : first]), strict=True)),
        names=frozenset(words[:names]),
        days=days,
        amounts=amounts,
        head_amounts=head_amounts,
        papers=papers,
        lands=lands,
        types=types,
        actors=actors,
        parties=parties,
        things=things,
        states=states,
        retells=bool(flags & _RETELLS),
        denied=bool(flags & _DENIED),
    )


@cache
def _numbers(count: int) -> struct.Struct:
    return struct.Struct(f"<{count}I")


def _some(numbers: Iterable[int]) -> list[int]:
    return sorted(numbers)[:_MOST]
