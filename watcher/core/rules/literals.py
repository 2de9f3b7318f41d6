"""The fixed letters that every match of a pattern must hold, so that most articles need not be tried.

Never guesses: where a pattern's syntax is not plain, nothing is known, and the pattern is tried on every article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from watcher.core.text.plain import CJK, fold

_FEWEST = 3
_OPENING = re.compile(r"\?(?:P?<\w+>|[a-zA-Z]*(?:-[a-zA-Z]+)?:)")
_FLAGS = re.compile(r"\?[a-zA-Z]*(?:-[a-zA-Z]+)?\Z")
_TOKEN = re.compile(
    r"""
    \\(?:[pPx]\{[^}]*\}|[\s\S])                           # an escape
    |\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]         # a class
    |\{\d+(?:,\d*)?\}                                     # a counted repetition
    |[\s\S]
    """,
    re.VERBOSE,
)
_REPEATS = re.compile(r"[*?+]|\{\d+(?:,\d*)?\}")
_EDGES = frozenset({"^", "$", r"\b", r"\B", r"\A", r"\z"})


@dataclass(slots=True)
class _Branch:
    """One alternative while it is read: the run at hand and every set of literals that it must hold one of."""

    run: str = ""
    sets: list[tuple[str, ...]] = field(default_factory=list)

    def close(self) -> None:
        if _worth(self.run):
            self.sets.append((fold(self.run),))
        self.run = ""

    def best(self) -> tuple[str, ...] | None:
        self.close()
        return max(self.sets, key=lambda literals: min(map(len, literals)), default=None)


def pattern_literals(pattern: str) -> tuple[str, ...] | None:
    """Folded texts one of which stands in every match, each of three letters or more; None if none can be told."""
    if r"\Q" in pattern or r"\C" in pattern:
        return None
    return _literals(_TOKEN.findall(pattern))


def without_edges(pattern: str) -> str | None:
    """The pattern without what looks at edges: it matches in every text of which the pattern matches in some piece.

    None where the syntax is not plain.
    """
    if r"\Q" in pattern:
        return None
    tokens = _TOKEN.findall(pattern)
    if any(token in _EDGES and _REPEATS.match(next_) for token, next_ in pairwise((*tokens, ""))):
        return None
    return "".join(token for token in tokens if token not in _EDGES)


def _literals(tokens: list[str]) -> tuple[str, ...] | None:
    found: list[str] = []
    for branch in _branches(tokens):
        best = _branch_literals(branch)
        if best is None:
            return None
        found += best
    return tuple(dict.fromkeys(found))


def _branches(tokens: list[str]) -> list[list[str]]:
    branches: list[list[str]] = [[]]
    depth = 0
    for part in tokens:
        depth += (part == "(") - (part == ")")
        if part == "|" and depth == 0:
            branches.append([])
        else:
            branches[-1].append(part)
    return branches


def _branch_literals(tokens: list[str]) -> tuple[str, ...] | None:
    branch = _Branch()
    at = 0
    while at < len(tokens):
        if tokens[at] == "(":
            end = _group_end(tokens, at)
            branch.close()
            inner = _group_literals("".join(tokens[at + 1 : end]))
            if inner is not None and not _optional(tokens, end + 1):
                branch.sets.append(inner)
            at = end + 1
        else:
            _take(branch, tokens, at)
            at += 1
    return branch.best()


def _take(branch: _Branch, tokens: list[str], at: int) -> None:
    part = tokens[at]
    plain = len(part) == 1 and (part == " " or (part.isascii() and part.isalnum()) or CJK.match(part) is not None)
    if plain and not (at + 1 < len(tokens) and _REPEATS.fullmatch(tokens[at + 1])):
        branch.run += part
    else:
        branch.close()


def _group_end(tokens: list[str], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index] == "(") - (tokens[index] == ")")
        if depth == 0:
            return index
    return len(tokens)


def _group_literals(inner: str) -> tuple[str, ...] | None:
    if inner.startswith("?"):
        opening = _OPENING.match(inner)
        if opening is None or _FLAGS.match(inner):
            return None
        inner = inner[opening.end() :]
    return _literals(_TOKEN.findall(inner))


def _optional(tokens: list[str], at: int) -> bool:
    return at < len(tokens) and (tokens[at] in {"*", "?"} or tokens[at].startswith(("{0", "{,")))


def _worth(run: str) -> bool:
    letters = sum(letter.isalnum() for letter in run)
    return letters >= _FEWEST or (letters >= _FEWEST - 1 and CJK.search(run) is not None)
