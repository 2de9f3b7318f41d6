"""What would part the alerts that people found relevant from the others: words, the proof's place, a second source.

Only proposes; what it would change in history is for whoever replays it to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from watcher.core.events.recognisers import TOP
from watcher.core.text.plain import fold

MOST_WORDS = 3
FEWEST = 2
"""Articles that must speak for a proposal: what stands in one proves nothing."""
SHARE = 0.5
"""Of the alerts that are not relevant a proposal must take at least so many, or `MANY` of them."""
MANY = 5
MOST_PHRASES = 3
"""Phrases that are proposed at most, the best first: a later one is for whoever finds the first without effect."""
_SHORTEST = 3
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ENDS = re.compile(r"[^\w '’-]+")
_PLAIN = frozenset(
    _WORD.findall(
        "a an and are as at be been but by can for from had has have he her his if in into is it its more new no not "
        "of on or our out over said says she so than that the their them there they this to up was we were which who "
        "will with would der die das und im von mit zu für auf ist sich des dem den ein eine"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One marked alert: its article's words, the zones that its proof stands in, how many sources its story has."""

    text: str
    zones: frozenset[str]
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would help: words to leave out, a proof at the top only, or a second source.

    `takes` are how many of the alerts that are not relevant it speaks of.
    """

    kind: str
    words: str = ""
    takes: int = 0


def proposals(relevant: Sequence[Told], others: Sequence[Told], own: Collection[str] = ()) -> Iterator[Proposal]:
    """What parts the two, the best first of each sort. Args: own - words of the rule itself, which part nothing."""
    yield from _best(relevant, others, own)
    deep = sum(not each.zones & TOP for each in others)
    if relevant and _enough(deep, others) and all(each.zones & TOP for each in relevant):
        yield Proposal(kind="zone", takes=deep)
    single = sum(each.sources < FEWEST for each in others)
    if relevant and _enough(single, others) and all(each.sources >= FEWEST for each in relevant):
        yield Proposal(kind="sources", takes=single)


def _enough(count: int, others: Sequence[Told]) -> bool:
    return count >= FEWEST and (count >= MANY or count >= SHARE * len(others))


def _best(relevant: Sequence[Told], others: Sequence[Told], own: Collection[str]) -> Iterator[Proposal]:
    """The words that most of the others have and none that is relevant; of equals the longest."""
    kept = frozenset[str]().union(*(_phrases(each.text) for each in relevant))
    counts = Counter(phrase for each in others for phrase in _phrases(each.text) if phrase not in kept)
    asked = frozenset(fold(word) for each in own for word in _WORD.findall(each))
    ranked = sorted(
        ((count, phrase.count(" "), phrase) for phrase, count in counts.items() if not asked & set(phrase.split())),
        reverse=True,
    )
    for count, _, phrase in ranked[:MOST_PHRASES]:
        if _enough(count, others):
            yield Proposal(kind="words", words=phrase, takes=count)


def _phrases(text: str) -> frozenset[str]:
    """One to three words in a row of each sentence, in their folded form, that say something.

    Any sign but a hyphen ends a row: so it does where rules look for words.
    """
    found: set[str] = set()
    for stretch in _ENDS.split(fold(text)):
        words = _WORD.findall(stretch)
        for length in range(1, MOST_WORDS + 1):
            for at in range(len(words) - length + 1):
                run = words[at : at + length]
                if not _PLAIN & {run[0], run[-1]} and min(len(run[0]), len(run[-1])) >= _SHORTEST:
                    found.add(" ".join(run))
    return frozenset(found)
