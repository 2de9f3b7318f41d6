"""The letters of a query made into tokens with their columns; never judges what the tokens mean.

Source: the EBNF of the rule language, section 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["word", "quoted", "list", "(", ")", "[", "]", ":", ",", "-", "end", "bad"]
SPECIAL = frozenset('"()[]<>,:')
PUNCTUATION: dict[str, TokenKind] = {"(": "(", ")": ")", "[": "[", "]": "]", ":": ":", ",": ","}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `column` counts code points from 1. For `bad`, `text` says what is wrong."""

    kind: TokenKind
    text: str
    column: int


def tokens(text: str) -> Iterator[Token]:
    """All tokens of a query, ended by one `end`; a `bad` token stands for what can't be read."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        yield token
    yield Token("end", "", len(text) + 1)


def _token(text: str, at: int) -> tuple[Token, int]:
    """The token that begins at `at`, and where the next may begin."""
    letter = text[at]
    if letter == '"':
        return _enclosed(text, at, '"', "quoted")
    if letter == "<":
        return _enclosed(text, at, ">", "list")
    if letter == "-":
        return Token("-", "-", at + 1), at + 1
    if letter in PUNCTUATION:
        return Token(PUNCTUATION[letter], letter, at + 1), at + 1
    if letter == ">":
        return Token("bad", '">" stands only after a list\'s name, "<name>"; quote it', at + 1), at + 1
    end = at + 1
    while end < len(text) and text[end] not in SPECIAL and not text[end].isspace():
        end += 1
    return Token("word", text[at:end], at + 1), end


def _enclosed(text: str, at: int, closing: str, kind: Literal["quoted", "list"]) -> tuple[Token, int]:
    """A quoted value or a list's name; what is never closed is bad to its end."""
    end = text.find(closing, at + 1)
    if end < 0:
        what = "this quote is never closed" if kind == "quoted" else '"<" opens a list\'s name, "<name>"; quote it'
        return Token("bad", what, at + 1), len(text)
    return Token(kind, text[at + 1 : end], at + 1), end + 1
