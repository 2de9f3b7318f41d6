"""What two headlines tell about sameness: a word swapped for another, a negation, a name of too little content.

Never joins anything by itself: two deals of one template have headlines more alike than two reports of one deal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

_SPELLING_RATIO = 80.0
_FEW_WORDS = 3
_FEW_CHARS = 24
"""So many letters (of CJK, a third) a title may have that names a sort of news and none in particular."""
_KEY_WORDS = 5
WORD = re.compile(r"[^\W_]+")
_NOTS = frozenset({"not", "no", "never", "without", "t", "nicht", "kein", "keine", "denies", "denied", "denying"})
_CJK_NOTS = re.compile("不|未|没|無|无|非|ない|否")
_OPENERS = frozenset(
    {"the", "a", "an", "it", "this", "these", "that", "he", "she", "they", "in", "on", "at", "and", "but"}
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LONGEST_END = 3
_MARKED = re.compile(r"[^\W\d_]*\d[\w.,]*")


@lru_cache(maxsize=256)
def title_key(title: str) -> str:
    """A key that titles with the same weightiest words share, whatever their order: a hash of the five longest."""
    found = sorted({word.casefold() for word in WORD.findall(title)}, key=lambda word: (-len(word), word))
    return hashlib.sha256(" ".join(sorted(found[:_KEY_WORDS])).encode()).hexdigest()[:16]


def marked(text: str) -> set[str]:
    """The words of a text that hold a digit: figures, numbers of documents, codes of things."""
    return set(_MARKED.findall(text.casefold()))


def numbers(text: str) -> list[str]:
    """The figures of a text as they stand."""
    return _NUMBER.findall(text)


def says_little(title: str) -> bool:
    """Whether a title names a sort of news ("Trading halt") and nothing in particular."""
    return len(WORD.findall(title)) <= _FEW_WORDS and _width(title) <= _FEW_CHARS


def likeness(one: str, two: str) -> float:
    """How alike two titles are, 0 to 100, case aside."""
    return fuzz.ratio(one.casefold(), two.casefold())


def negated(one: str, two: str) -> bool:
    """Whether one of two titles has a negation that the other lacks."""
    folded = [frozenset(word.casefold() for word in WORD.findall(title)) for title in (one, two)]
    return bool((folded[0] ^ folded[1]) & _NOTS) or bool(_CJK_NOTS.search(one)) != bool(_CJK_NOTS.search(two))


def swapped(one: str, two: str, *, names: bool) -> bool:
    """Whether a word stands in another's place, or a negation came or went. `names`: only words written large count."""
    if not names:
        folded = [frozenset(word.casefold() for word in WORD.findall(text)) for text in (one, two)]
        if (folded[0] ^ folded[1]) & _NOTS:
            return True
    return any(not names or (_named(before) and _named(after)) for before, after in swaps(one, two))


def swaps(one: str, two: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The words of one text that stand where the other has different ones; other spellings of a word are none."""
    first, second = WORD.findall(one), WORD.findall(two)
    folded = [word.casefold() for word in first], [word.casefold() for word in second]
    for op in Levenshtein.opcodes(*folded):
        before, after = first[op.src_start : op.src_end], second[op.dest_start : op.dest_end]
        if (
            op.tag == "replace"
            and fuzz.ratio(" ".join(before).casefold(), " ".join(after).casefold()) < _SPELLING_RATIO
        ):
            yield before, after


def other_end(one: str, two: str) -> bool:
    """Whether two headlines begin alike and end in other words: what a headline is about stands last."""
    first, second = (WORD.findall(text.casefold()) for text in (one, two))
    alike = next((n for n, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), 0)
    ends = first[alike:], second[alike:]
    if not alike or max(map(len, ends)) > min(alike, _LONGEST_END):
        return False
    return fuzz.ratio(*map(" ".join, ends)) < _SPELLING_RATIO


def _width(title: str) -> int:
    """The title's length, a character of CJK counting for three."""
    return sum(3 if "\u2e80" <= char <= "\uffff" else 1 for char in title)


def _named(words: Sequence[str]) -> bool:
    return any(word[0].isupper() and word.casefold() not in _OPENERS for word in words)
