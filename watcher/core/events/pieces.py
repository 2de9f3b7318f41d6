"""A folded text as words are sought in it: parting signs and doubled spaces made one space, with the way back.

Never drops a letter, so that a stretch of it is a stretch of what is shown.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from watcher.core.text.plain import HAN_KANA, HANGUL, MARKS, WORD, Span

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
_FOREIGN = re.compile(rf"[^\x00-\x7f](?:(?<=[^\W_])|(?<=[{HAN_KANA}{HANGUL}{MARKS}]))|_'")
"""A text with none of these is parted as if it were ASCII: dashes, bullets and signs of currencies part words too."""
_BREAK = re.compile(r"[,;:()|。、]")
_ANY_BREAK = re.compile(r"[,;:()|。、]| -+ ")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The text to seek in with its words, and the words that are counted.

    `words` are those of spaced scripts, which begin at `begins` in `text` and at `places` in the folded one; before
    each, `counts` words are counted.
    `starts` are the places of counted words in the folded text; each character of Han and kana is one. `breaks` are
    the counts of words at which punctuation begins a new clause. `kept` and `shifts` lead from places in `text` to
    places in the folded one; both are empty where these are the same.
    """

    text: str
    words: Sequence[str]
    begins: Sequence[int]
    places: Sequence[int]
    counts: Sequence[int]
    starts: Sequence[int]
    breaks: Sequence[int]
    kept: Sequence[int]
    shifts: Sequence[int]

    @classmethod
    def of(cls, folded: str, end: int) -> Pieces:
        """The pieces of `folded[:end]`."""
        head = folded[:end]
        plain = head.isascii() or _FOREIGN.search(head) is None
        text = head.replace("-", " ").replace("/", " ").replace("\t", " ").replace("\n", " ")
        pattern = _ASCII_IDLE if plain else _IDLE
        idle = [match.span() for match in pattern.finditer(text)] if not plain or _may_idle(text) else []
        kept, shifts = _shifted(idle)
        break_ = _ANY_BREAK if " -" in head else _BREAK
        counts: Sequence[int]
        if plain or not _MORE_THAN_LETTERS.search(head):
            words, starts, between = _parted(_ASCII_WORD if plain else _LETTER_WORD, head)
            begins, places, counts = starts, starts, range(len(starts))
            breaks = [at for at, part in enumerate(between) if part != " " and break_.search(part)]
            if idle:
                words, begins, places, counts = _without(idle, text, words, starts)
            text = _squeezed(text, idle)
        else:
            text = _squeezed(text, idle)
            words, begins, _ = _parted(_SPACED_WORD, text)
            starts = [match.start() for match in _ANY_WORD.finditer(head)]
            places = [_back(begin, kept, shifts) for begin in begins]
            counts = [bisect_right(starts, place) - 1 for place in places]
            breaks = [bisect_left(starts, match.start()) for match in break_.finditer(head)]
        return cls(
            text=text,
            words=words,
            begins=begins,
            places=places,
            counts=counts,
            starts=starts,
            breaks=breaks,
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


def _parted(pattern: re.Pattern[str], text: str) -> tuple[Sequence[str], Sequence[int], Sequence[str]]:
    """The words of a text, their places, and what stands before each and behind the last."""
    # Split into what lies between and words in turn: lengths summed up are the places, without a loop of ours.
    parts = pattern.split(text)
    return parts[1::2], list(accumulate(map(len, parts)))[0:-1:2], parts[0::2]


def _may_idle(text: str) -> bool:
    return "'" in text or "  " in text


def _shifted(idle: Sequence[Span]) -> tuple[list[int], list[int]]:
    """Where in the squeezed text each kept part begins, and how far it is shifted."""
    if not idle:
        return [], []
    kept, shifts = [0], [0]
    for start, end in idle:
        shifts.append(shifts[-1] + end - start)
        kept.append(end - shifts[-1])
    return kept, shifts


def _squeezed(text: str, idle: Sequence[Span]) -> str:
    if not idle:
        return text
    ends = [0, *(end for _, end in idle)]
    starts = [*(start for start, _ in idle), len(text)]
    return "".join([text[end:start] for end, start in zip(ends, starts, strict=True)])


def _without(
    idle: Sequence[Span], text: str, words: Sequence[str], starts: Sequence[int]
) -> tuple[list[str], list[int], list[int], list[int]]:
    """The words without each idle `s`, where they begin in the squeezed and in the whole text, and which they are."""
    kept: list[str] = []
    begins: list[int] = []
    places: list[int] = []
    counts: list[int] = []
    low = dropped = 0
    for start, end in [*idle, (len(text), len(text))]:
        high = bisect_left(starts, start, low)
        kept += words[low:high]
        between = starts[low:high]
        places += between
        begins += [place - dropped for place in between] if dropped else between
        counts += range(low, high)
        dropped += end - start
        low = high + (text[end - 1] == "s")
    return kept, begins, places, counts


def sought(text: str) -> str:
    """A folded item as it would stand in the pieces of a text."""
    return Pieces.of(text, len(text)).text
