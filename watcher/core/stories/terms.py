"""Words, names and runs of words of a text, as far as articles are compared by them; never looks at what they mean."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from zlib import crc32

from watcher.core.stories.model import hashed
from watcher.core.stories.ordinary import COUNTRIES, ENDINGS, ORDINARY, ORDINARY_AS_WRITTEN, stem

_SHINGLES_KEPT = 4
_SHINGLE = 4
_SAMPLED = 0b111
_NAME, _FIGURE, _SMALL_FIGURE, _YEAR, _CJK, _COUNTRY, _PLAIN = 1.8, 1.6, 0.8, 0.3, 0.7, 0.45, 1.0
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+(?:['\u2019][a-z]+)?")
_SPACED_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][a-z]+)?|\d+(?:[.,]\d+)*")
_NOT_LATIN = re.compile("[^\x00-\u024f\u2000-\u206f\u20a0-\u20cf]")
_LETTERS = "".join(re.findall(r"[^\W\d_]", "".join(map(chr, range(0x250)))))
_LATIN_TOKEN = re.compile(rf"[{_LETTERS}]+(?:['\u2019][a-z]+)?+|[0-9]+(?:[.,][0-9]+)*+")
"""What `_SPACED_TOKEN` finds where nothing but Latin letters and punctuation stands, in half the time."""
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,}")
_NAMED = re.compile(
    r"[A-Z](?:(?:(?<=[a-z0-9,;\u2019)\u3040-\u9fff] [A-Z])|(?<=[\u3040-\u9fff\uff08][A-Z]))[^\W\d_]+"
    r"|(?<!\w[A-Z])[A-Z]{2,5}\b)"
)
_YEARS = re.compile(r"(?:19|20)\d\d")
_SMALL = 2
_NOTHING = 0
_HAN_ENOUGH = 20


def tokens(text: str) -> list[str]:
    """The words and figures of a text; of Chinese and Japanese every two characters in a row."""
    if text.isascii() or _NOT_LATIN.search(text) is None:
        return _LATIN_TOKEN.findall(text)
    if _CJK_RUN.search(text) is None:
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


class Keyed:
    """The words of an article's parts as what they count as: a hash each, 0 for one that tells nothing.

    `parts` are they, part by part, `names` what the named ones count as. `unlike` are those that are no plain words
    (figures, characters of Chinese or Japanese) with what they weigh.
    """

    def __init__(self, parts: Sequence[Sequence[str]], named: Sequence[str]) -> None:
        self._words = parts
        self.unlike: dict[int, float] = {}
        # Worked out anew for each article: to look words up among all that ever came costs as much, and 8 MiB.
        of = dict.fromkeys(chain(named, *parts), _NOTHING)
        for word in of.keys() - ORDINARY_AS_WRITTEN:
            if "A" <= word < "{":
                low = word.lower()
                if low[-1] in ENDINGS:
                    low = stem(low)
                if low not in ORDINARY and len(low) > 1:
                    of[word] = crc32(low.encode())
            else:
                key = of[word] = _unlike(word)
                if key:
                    self.unlike[key] = _weight(word)
        self.parts: list[list[int]] = [list(map(of.__getitem__, words)) for words in parts]
        self.names = set(map(of.__getitem__, named))

    def spelt(self) -> dict[int, str]:
        """How each is spelt where it stands last; dear, and wanted for few articles."""
        found: dict[int, str] = {}
        for words, keys in zip(self._words, self.parts, strict=True):
            found.update(zip(keys, words, strict=True))
        found.pop(_NOTHING, None)
        return found


def weights_of(times: Sequence[float], keyed: Keyed) -> tuple[dict[int, float], set[int]]:
    """Words by weight, and which of them are names; each part of the article weighs differently."""
    totals: dict[int, float] = {}
    for each, keys in zip(times, keyed.parts, strict=True):
        for key, count in Counter(keys).items():
            totals[key] = totals.get(key, 0.0) + each * count
    totals.pop(_NOTHING, None)
    log = math.log
    weights = {key: 1 + log(total) if total > 1 else total for key, total in totals.items()}
    special = {**keyed.unlike, **dict.fromkeys(_COUNTRY_HASHES.intersection(weights), _COUNTRY)}
    names = keyed.names.intersection(weights)
    for key in names:
        if special.get(key, _PLAIN) == _PLAIN:
            special[key] = _NAME
    for key, weight in special.items():
        weights[key] *= weight
    return weights, names


def shingles(parts: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """The smallest hashes of runs of four telling words; only runs that begin with every eighth kind are made."""
    hashes = [key for keys in parts for key in keys if key]
    runs = {
        (one * 31 + hashes[at + 1] * 1021 + hashes[at + 2] * 65_599 + hashes[at + 3] * 16_777_619) & 0xFFFFFFFF
        for at, one in enumerate(hashes[: 1 - _SHINGLE])
        if not one & _SAMPLED
    }
    return tuple(sorted(runs)[:_SHINGLES_KEPT])


def _unlike(word: str) -> int:
    """The hash of what a word counts as that begins with no Latin letter of the plain alphabet."""
    if word[0].isdigit():
        return _NOTHING if len(word) == 1 else hashed(word)
    if word >= "\u3040":
        return hashed(word)
    low = stem(word.lower())
    return _NOTHING if len(low) == 1 or low in ORDINARY else hashed(low)


def _weight(word: str) -> float:
    """What a word weighs, countries left out: a figure, two characters of Chinese or Japanese, or a plain one."""
    if word[0].isdigit():
        return _YEAR if _YEARS.fullmatch(word) else _SMALL_FIGURE if len(word) == _SMALL else _FIGURE
    return _CJK if word >= "\u3040" else _PLAIN


_COUNTRY_HASHES = frozenset(map(hashed, COUNTRIES))
