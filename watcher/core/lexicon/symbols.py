"""Chemical symbols in the four settings in which one means its element; alone it never does.

(a) in brackets right after the element's name, (b) in a chain of two or more, (c) in a formula with digits, (d) in a
hyphenated alloy. Never looks at a word's meaning: `In`, `As` and `He` count only in longer chains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_CHAIN = re.compile(
    r"[A-Z][a-z]?(?: ?[-\u2010-\u2015/] ?[A-Z][a-z]?| ?, ?[A-Z][a-z](?= ?[,)\u2013/-]|$| and )){1,8}"
    r"(?![A-Za-z0-9]|[-/][A-Z][a-z]?[A-Za-z])"
)
_JOINED = re.compile(r"[-\u2010-\u2015/,] ?[A-Z][a-z]?(?![A-Za-z0-9])")
"""What every chain holds; few texts do."""
_ALLOY = re.compile(r"([A-Z][a-z]?)-RE(?![A-Za-z0-9])")
_IN_BRACKETS = re.compile(r" ?[(\uff08]([A-Z][a-z]?)[)\uff09]")
_FORMULA = re.compile(
    r"[A-Z][a-z]?(?:[A-Z][a-z]?){0,5}[0-9\u2080-\u2089]{1,2}(?:[A-Z][a-z]?[0-9\u2080-\u2089]{0,2}){0,5}(?![A-Za-z0-9])"
)
_COUNTED = re.compile("[0-9](?<=[A-Za-z][0-9])")
_SUBSCRIPTS = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089"
"""Every formula holds a figure behind a letter; few texts do."""
_BEFORE_SYMBOL = frozenset(" (\uff08")
_PART = re.compile("[A-Z][a-z]?")
_WORDS = frozenset({"In", "As", "He", "Be", "No", "At", "I", "La", "Se", "Re", "Mo", "Es", "Am", "Os", "Al"})
"""Symbols that are words or names too: they count beside two others only."""
_LIGHT = frozenset({"O", "S", "F", "C", "H", "N", "P", "Cl", "B"})
"""The partners in compounds; a formula has one."""


@dataclass(frozen=True, slots=True)
class Symbols:
    """The elements by symbol, each with the index of what it stands for."""

    indices: Mapping[str, int]

    @classmethod
    def of(cls, indices: Mapping[str, int]) -> Symbols:
        """These symbols."""
        return cls(indices)

    def find(self, text: str, ends: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
        """Span and index of every symbol that counts. `ends` says which thing's name ends where."""
        if _JOINED.search(text):
            for match in _opening_words(_CHAIN, text):
                yield from self._chain(match)
        if "-RE" in text:
            for match in _opening_words(_ALLOY, text):
                yield from self._known(match.start(1), match[1])
        if _COUNTED.search(text) or (not text.isascii() and any(map(text.__contains__, _SUBSCRIPTS))):
            for match in _opening_words(_FORMULA, text):
                yield from self._formula(match)
        for end, index in ends.items():
            bracket = _IN_BRACKETS.match(text, end) if text[end : end + 1] in _BEFORE_SYMBOL else None
            if bracket and self.indices.get(bracket[1]) == index:
                yield bracket.start(1), bracket.end(1), index

    def _known(self, start: int, symbol: str) -> Iterator[tuple[int, int, int]]:
        index = self.indices.get(symbol)
        if index is not None:
            yield start, start + len(symbol), index

    def _chain(self, match: re.Match[str]) -> Iterator[tuple[int, int, int]]:
        parts = [(match.start() + part.start(), part[0]) for part in _PART.finditer(match[0])]
        if not all(symbol in self.indices or symbol == "Fe" for _, symbol in parts):
            return
        telling = [symbol for _, symbol in parts if symbol not in _WORDS and len(symbol) > 1]
        if not telling or (len(parts) != len(telling) and len(parts) < 2 + any(p[1] in _WORDS for p in parts)):
            return
        for start, symbol in parts:
            yield from self._known(start, symbol)

    def _formula(self, match: re.Match[str]) -> Iterator[tuple[int, int, int]]:
        symbols = [part[0] for part in _PART.finditer(match[0])]
        metals = [symbol for symbol in symbols if symbol in self.indices and symbol not in _LIGHT]
        if len(set(symbols)) < 2 or not metals:  # noqa: PLR2004 - a compound is of two
            return
        known = all(symbol in self.indices or symbol in _LIGHT or symbol == "Fe" for symbol in symbols)
        if known and (len(metals[0]) > 1 or "O" in symbols):
            yield match.start(), match.end(), self.indices[metals[0]]


def _opening_words(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches before which no letter or digit stands; a look-behind in the pattern would be tried everywhere."""
    for match in pattern.finditer(text):
        start = match.start()
        if not start or not (text[start - 1].isalnum() and text[start - 1].isascii()):
            yield match
