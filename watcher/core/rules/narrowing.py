"""What every match of a rule must have that an index knows: words of the text, or types of event; never a new decision.

A bound from above only: what is found by it is judged all the same, and where nothing can be told, nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from watcher.core.rules.model import Clause, Group, Node
from watcher.core.rules.prefilter import needed
from watcher.core.text.items import PARTING, WORD_START
from watcher.core.text.plain import CJK

MOST_WORDS = 600
"""Words that one question to an index asks for at most; with more it finds next to everything."""
_FEWEST = 3
_FOLDED_TOGETHER = ("ss", "ff", "fi", "fl", "st")
"""Two letters that a text may write as one sign (ß, ﬁ): the index keeps the sign, so that a word is cut before it."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """What an article must have: all beginnings of one of `words`, or an event of one of `types`; None: not known."""

    words: frozenset[Words] | None = None
    types: frozenset[str] | None = None


def narrow(nodes: Iterable[Node]) -> Narrow:
    """What every article has that one of these holds for."""
    found = [(_words(node), _types(node)) for node in nodes]
    words = [each for each, _ in found]
    types = [each for _, each in found]
    return Narrow(
        words=frozenset[Words]().union(*(each or frozenset() for each in words)) if all(words) else None,
        types=frozenset[str]().union(*(each or frozenset() for each in types)) if all(types) else None,
    )


def _words(node: Node) -> frozenset[Words] | None:
    """The smallest group of words one of which must stand there, as the index knows them."""
    best: frozenset[Words] | None = None
    for group in needed(node):
        words = frozenset(_of_index(literal) for _, literal in group)
        if () not in words and len(words) <= MOST_WORDS and (best is None or _worth(words) > _worth(best)):
            best = words
    return best


def _worth(words: frozenset[Words]) -> int:
    """How much a group tells: by its shortest word."""
    return min(max(map(len, each)) for each in words)


def _of_index(literal: str) -> Words:
    """The beginnings of words of the index that a literal's place has; none where that cannot be told."""
    bare = literal.removeprefix(WORD_START)
    if CJK.search(bare):
        # Every character begins some word of the index, whatever spaces stand between them in the text.
        signs = tuple(dict.fromkeys(sign for sign in bare if CJK.match(sign)))
        return signs if len(signs) > 1 else ()
    if not literal.startswith(WORD_START):
        return ()
    parts = [_cut(part) for part in bare.split(PARTING)]
    return tuple(dict.fromkeys(part for part in parts if len(part) >= _FEWEST))


def _cut(part: str) -> str:
    """A word as far as text and index surely write it alike."""
    letters = part[: next((at for at, sign in enumerate(part) if not (sign.isascii() and sign.isalnum())), len(part))]
    ends = [at for pair in _FOLDED_TOGETHER if (at := letters.find(pair)) >= 0]
    return letters[: min(ends)] if ends else letters


def _types(node: Node) -> frozenset[str] | None:
    """The types of event one of which must be told; None where any article will do."""
    if isinstance(node, Clause):
        types = getattr(node.condition, "types", None) if node.condition.kind == "event" else None
        return types if types and not getattr(node.condition, "asks_beside", False) else None
    return _of_group(node)


def _of_group(node: Group) -> frozenset[str] | None:
    found = [types for child in node.all if (types := _types(child))]
    branches = [_types(child) for child in node.any]
    if branches and all(branches):
        found.append(frozenset[str]().union(*(each for each in branches if each)))
    return min(found, key=len, default=None)
