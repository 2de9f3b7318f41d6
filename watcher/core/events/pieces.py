"""A folded text as words are sought in it: parting signs and doubled spaces made one space, with the way back.

Never drops a letter, so that a stretch of it is a stretch of what is shown.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.core.text.plain import HAN_KANA, HANGUL, WORD

_PARTING = str.maketrans({"-": " ", "/": " ", "\t": " ", "\n": " "})
# Possessives, doubled spaces, and spaces among Han and kana.
_IDLE = re.compile(rf"(?<=\w)'s?(?= )|(?<= ) +|(?<=[{HAN_KANA}]) +(?=[{HAN_KANA}])")
_ASCII_IDLE = re.compile(r"(?<=[a-z0-9])'s?(?= )|(?<= ) +")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ANY_WORD = re.compile(rf"[{HAN_KANA}]|[{HANGUL}]+|(?:{WORD.pattern})")
_BREAK = re.compile(r"[,;:()|。、]| -+ ")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The text to seek in, where its characters stand in the folded one (None: where they stand), and its words.

    `starts` are the places of words in the folded text; each character of Han and kana counts as one. `breaks` are the
    counts of words at which punctuation begins a new clause.
    """

    text: str
    back: Sequence[int] | None
    starts: Sequence[int]
    breaks: Sequence[int]

    @classmethod
    def of(cls, folded: str, end: int) -> Pieces:
        """The pieces of `folded[:end]`."""
        head = folded[:end]
        plain = head.isascii()
        text, back = _squeezed(head.translate(_PARTING), _ASCII_IDLE if plain else _IDLE)
        starts = [match.start() for match in (_ASCII_WORD if plain else _ANY_WORD).finditer(head)]
        breaks = [bisect_left(starts, match.start()) for match in _BREAK.finditer(head)]
        return cls(text, back, starts, breaks)

    def count_at(self, place: int) -> int:
        """How many words begin before a place of the folded text."""
        return bisect_left(self.starts, place)


def _squeezed(text: str, idle: re.Pattern[str]) -> tuple[str, Sequence[int] | None]:
    parts: list[str] = []
    back: list[int] = []
    at = 0
    for match in idle.finditer(text):
        start = match.start()
        parts.append(text[at:start])
        back.extend(range(at, start))
        at = match.end()
    if not at:
        return text, None
    parts.append(text[at:])
    back.extend(range(at, len(text)))
    return "".join(parts), back


def sought(text: str) -> str:
    """A folded item as it would stand in the pieces of a text."""
    return Pieces.of(text, len(text)).text
