"""Words, names and runs of words of a text, as far as articles are compared by them; never looks at what they mean."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from watcher.core.stories.model import hashed
from watcher.core.stories.ordinary import COUNTRIES, ORDINARY, stem

_SHINGLES_KEPT = 4
_SHINGLE = 4
_SAMPLED = 8
_NAME, _FIGURE, _SMALL_FIGURE, _YEAR, _CJK, _COUNTRY, _PLAIN = 1.8, 1.6, 0.8, 0.3, 0.7, 0.45, 1.0
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+(?:['\u2019][a-z]+)?")
_SPACED_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][a-z]+)?|\d+(?:[.,]\d+)*")
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,}")
_NAMED = re.compile(
    r"[A-Z](?:(?:(?<=[a-z0-9,;\u2019)\u3040-\u9fff] [A-Z])|(?<=[\u3040-\u9fff\uff08][A-Z]))[^\W\d_]+"
    r"|(?<!\w[A-Z])[A-Z]{2,5}\b)"
)
_YEARS = re.compile(r"(?:19|20)\d\d")
_SMALL = 2
_HAN_ENOUGH = 20


class _Term(NamedTuple):
    hash: int
    weight: float
    text: str


def tokens(text: str) -> list[str]:
    """The words and figures of a text; of Chinese and Japanese every two characters in a row."""
    if text.isascii() or _CJK_RUN.search(text) is None:
        return _SPACED_TOKEN.findall(text)
    found: list[str] = _TOKEN.findall(text)
    for run in _CJK_RUN.findall(text):
        found += [run[at : at + 2] for at in range(len(run) - 1)]
    return found


def is_cjk(text: str) -> bool:
    """Whether a text is written in Han, kana or Hangul for the most part that matters."""
    return not text.isascii() and sum(map(len, _CJK_RUN.findall(text))) >= _HAN_ENOUGH


def names_in(text: str) -> list[str]:
    """Words written large within a sentence, and short words of capitals."""
    return _NAMED.findall(text)


def weights_of(
    parts: Sequence[tuple[float, Sequence[str]]], named: Iterable[str]
) -> tuple[dict[int, float], dict[int, str], set[int]]:
    """Words by weight, how they are spelt, and which of them are names. Each part weighs differently."""
    totals: dict[int, float] = {}
    terms: dict[int, _Term] = {}
    for times, words in parts:
        for token, count in Counter(words).items():
            term = _term(token)
            if term is not None:
                key = term[0]
                terms[key] = term
                totals[key] = totals.get(key, 0.0) + times * count
    names = {term.hash for token in named if (term := _term(token)) is not None}
    weights: dict[int, float] = {}
    for key, total in totals.items():
        weight = terms[key].weight
        if weight == _PLAIN and key in names:
            weight = _NAME
        weights[key] = weight * (1 + math.log(total) if total > 1 else total)
    return weights, {key: term.text for key, term in terms.items()}, names & weights.keys()


def shingles(words: Sequence[str]) -> tuple[int, ...]:
    """The smallest hashes of runs of four words; only runs that begin with every eighth kind of word are made."""
    hashes = list(map(_word_hash, words))
    runs = {
        (one * 31 + hashes[at + 1] * 1021 + hashes[at + 2] * 65_599 + hashes[at + 3] * 16_777_619) & 0xFFFFFFFF
        for at, one in enumerate(hashes[: 1 - _SHINGLE])
        if one % _SAMPLED == 0
    }
    return tuple(heapq.nsmallest(_SHINGLES_KEPT, runs))


@lru_cache(maxsize=1 << 16)
def _word_hash(token: str) -> int:
    return crc32(token.lower().encode())


@lru_cache(maxsize=1 << 16)
def _term(token: str) -> _Term | None:
    """What a token counts as; None for one that tells nothing."""
    first = token[0]
    if first.isdigit():
        if len(token) == 1:
            return None
        weight = _YEAR if _YEARS.fullmatch(token) else _SMALL_FIGURE if len(token) == _SMALL else _FIGURE
        return _Term(hashed(token), weight, token)
    if first >= "\u3040" and not first.isspace():
        return _Term(hashed(token), _CJK, token)
    word = stem(token.lower())
    if len(word) == 1 or word in ORDINARY:
        return None
    return _Term(hashed(word), _COUNTRY if word in COUNTRIES else _PLAIN, token)
