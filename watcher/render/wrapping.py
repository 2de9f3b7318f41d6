"""Plain text at a fixed width, Han and Kana counted double; it never cuts an address or a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 72

# Scripts written without spaces may break after any sign; everything else breaks at white space.
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECE = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")
# Signs that may not begin a line: closing brackets and stops, Latin and full-width.
_CLINGS = frozenset("，。、；：？！）」』】》〉…ー”’.,;:?!)]}")


def display_width(text: str) -> int:
    """Columns that the text takes: two for wide signs, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def wrap(text: str, indent: str = "", first: str | None = None, width: int = WIDTH) -> str:
    """The text in lines of at most `width` columns; `first` opens the first line, `indent` the others.

    Only a single word or address that is itself too long stands over.
    """
    opening = indent if first is None else first
    lines: list[str] = []
    line, gap = "", ""
    for piece in _pieces(text):
        if piece.isspace():
            gap = " " if line else ""
            continue
        start = opening if not lines else indent
        if line and display_width(start + line + gap + piece) > width and piece not in _CLINGS:
            lines.append(start + line)
            line = piece
        else:
            line += gap + piece
        gap = ""
    lines.append((opening if not lines else indent) + line)
    return "\n".join(lines)


def pad(text: str, columns: int) -> str:
    """The text filled with spaces up to so many columns."""
    return text + " " * max(0, columns - display_width(text))


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` characters, cut after a whole word and marked with an ellipsis."""
    if len(text) <= limit:
        return text
    room = text[: max(limit - 1, 0)]
    if not text[len(room)].isspace():
        # Back to the last edge: white space, or a sign of a script that breaks anywhere.
        edge = re.compile(rf"^(.*(?:\s|[{_WIDE}]))[^\s{_WIDE}]*$", re.DOTALL).match(room)
        room = edge[1] if edge and len(edge[1]) * 3 >= limit else room
    while room and unicodedata.combining(text[len(room)]):
        room = room[:-1]
    return room.rstrip(" \t\n,;:–-·") + "…"


def _pieces(text: str) -> Iterator[str]:
    return (found.group() for found in _PIECE.finditer(text))
