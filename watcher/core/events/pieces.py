"""A folded text as words are sought in it: parting signs and doubled spaces made one space, with the way back.

Never drops a letter, so that a stretch of it is a stretch of what is shown.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from watcher.core.text.plain import HAN_KANA, HANGUL, MARKS, WORD

# Possessives, doubled spaces, and spaces among Han and kana. Each begins with the sign that is searched for.
_IDLE = re.compile(
    rf"'(?<=\w')s?(?= )| (?<=  ) *| (?<=[{HAN_KANA}] ) *(?=[{HAN_KANA}])",
)
_ASCII_IDLE = re.compile(r"'(?<=[a-z0-9]')s?(?= )| (?<=  ) *")
_ASCII_WORD = re.compile("([a-z0-9]+)")
_LETTER_WORD = re.compile(r"([^\W_]+)")
_SPACED_WORD = re.compile(rf"([^\W_{HAN_KANA}{HANGUL}]+)")
_ANY_WORD = re.compile(rf"[{HAN_KANA}]|[{HANGUL}]+|(?:{WORD.pattern})")
_MORE_THAN_LETTERS = re.compile(f"[{HAN_KANA}{HANGUL}{MARKS}]")
_BREAK = re.compile(r"[,;:()|。、]")
_ANY_BREAK = re.compile(r"[,;:()|。、]| -+ ")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The text to seek in with its words, and the words that are counted.

    `words` are those of spaced scripts, which begin at `begins` in `text`; before each, `counts` words are counted.
    `starts` are the places of counted words in the folded text; each character of Han and kana is one. `breaks` are
    the counts of words at which punctuation begins a new clause. `kept` and `shifts` lead from places in `text` to
    places in the folded one; both are empty where these are the same.
    """

    text: str
    words: Sequence[str]
    begins: Sequence[int]
    counts: Sequence[int]
    starts: Sequence[int]
    breaks: Sequence[int]
    kept: Sequence[int]
    shifts: Sequence[int]

    @classmethod
    def of(cls, folded: str, end: int) -> Pieces:
        """The pieces of `folded[:end]`."""
        head = folded[:end]
        plain = head.isascii()
        parted = head.replace("-", " ").replace("/", " ").replace("\t", " ").replace("\n", " ")
        text, kept, shifts, gone = _squeezed(parted, _ASCII_IDLE if plain else _IDLE)
        if plain or not _MORE_THAN_LETTERS.search(head):
            pattern = _ASCII_WORD if plain else _LETTER_WORD
            words, begins = _parted(pattern, text)
            starts = _parted(pattern, head)[1] if kept else begins
            dropped = {bisect_left(starts, place) for place in gone}
            counts: Sequence[int] = range(len(starts))
            if dropped:
                counts = [count for count in counts if count not in dropped]
        else:
            words, begins = _parted(_SPACED_WORD, text)
            starts = [match.start() for match in _ANY_WORD.finditer(head)]
            counts = [bisect_right(starts, _back(begin, kept, shifts)) - 1 for begin in begins]
        breaks = (_ANY_BREAK if " -" in head else _BREAK).finditer(head)
        return cls(
            text=text,
            words=words,
            begins=begins,
            counts=counts,
            starts=starts,
            breaks=[bisect_left(starts, match.start()) for match in breaks],
            kept=kept,
            shifts=shifts,
        )

    def count_at(self, place: int) -> int:
        """How many words begin before a place of the folded text."""
        return bisect_left(self.starts, place)

    def back(self, place: int) -> int:
        """Where a place of `text` is in the folded text."""
        return _back(place, self.kept, self.shifts)


def _back(place: int, kept: Sequence[int], shifts: Sequence[int]) -> int:
    return place + shifts[bisect_right(kept, place) - 1] if kept else place


def _parted(pattern: re.Pattern[str], text: str) -> tuple[Sequence[str], Sequence[int]]:
    """The words of a text and their places."""
    # Split into what lies between and words in turn: lengths summed up are the places, without a loop of ours.
    parts = pattern.split(text)
    return parts[1::2], list(accumulate(map(len, parts)))[0:-1:2]


def _squeezed(text: str, idle: re.Pattern[str]) -> tuple[str, list[int], list[int], list[int]]:
    """The text without what is idle, where its kept parts begin, how far each is shifted, and each dropped `s`."""
    if "'" not in text and "  " not in text and text.isascii():
        return text, [], [], []
    parts: list[str] = []
    kept: list[int] = []
    shifts: list[int] = []
    gone: list[int] = []
    at = dropped = 0
    for match in idle.finditer(text):
        start, end = match.span()
        parts.append(text[at:start])
        kept.append(at - dropped)
        shifts.append(dropped)
        if text[end - 1] == "s":
            gone.append(end - 1)
        dropped += end - start
        at = end
    if not at:
        return text, [], [], []
    parts.append(text[at:])
    kept.append(at - dropped)
    shifts.append(dropped)
    return "".join(parts), kept, shifts, gone


def sought(text: str) -> str:
    """A folded item as it would stand in the pieces of a text."""
    return Pieces.of(text, len(text)).text
