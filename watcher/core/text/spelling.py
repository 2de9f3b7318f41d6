"""The nearest allowed word to a misspelt one; it never decides anything, it only helps a message."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

LEAST_LIKENESS = 0.6
"""Share of letters that must stand: `mineral` for `material` (0.63) is still a help, `url` for `to` is not."""

LONGEST = 80


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word most like it, or None if none is much like it. Ties fall to the first in the alphabet."""
    if not word or len(word) > LONGEST:
        return None
    found = process.extractOne(
        word,
        sorted(allowed),
        scorer=OSA.normalized_similarity,
        processor=str.casefold,
        score_cutoff=LEAST_LIKENESS,
    )
    return None if found is None else found[0]


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """The tail of a message, `, did you mean "words"?`, or nothing."""
    found = nearest(word, allowed)
    return "" if found is None else f', did you mean "{found}"?'
