"""What is kept of a text whose body is pruned: a hash of each paragraph's words, to tell a correction from a comma.

Never holds words. Punctuation, spaces and spelling of letters' case are no part of a hash; figures, currency signs and
question marks are, because they change what is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from watcher.core.model import Evidence
from watcher.core.text.plain import fold

_DIGITS: Final = 12
"""Hex digits of a hash: among a few dozen paragraphs of one article, enough."""
_SAID: Final = re.compile(r"((?<!\w)-?\d+(?:[.,:]\d+)*%?)|[^\W\d_]+|[$€£¥?]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What is left of a revision: `paragraphs` by their hashes, `rules` the versions of the rules that judged it."""

    paragraphs: frozenset[str]
    rules: frozenset[str]

    def hold_all(self, text: str) -> bool:
        """Whether a text says in its paragraphs what was said before, no more and no less."""
        return frozenset(traces_of(text)) == self.paragraphs

    def hold(self, text: str, evidence: Iterable[Evidence]) -> bool:
        """Whether every paragraph of `text` that the evidence lies in stood in the earlier text as well."""
        starts = {each.start for each in evidence if each.start is not None}
        return all(_trace(_paragraph(text, start)) in self.paragraphs for start in starts)


def traces_of(text: str) -> tuple[str, ...]:
    """The hashes of a text's paragraphs, each once, in order."""
    return tuple(dict.fromkeys(_trace(each) for each in text.split("\n") if each))


def _paragraph(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, at) + 1 : len(text) if end < 0 else end]


def _trace(paragraph: str) -> str:
    # Words are joined without a gap, because spaces and commas between them come and go; figures keep theirs.
    said = "".join(f" {found[1]} " if found[1] else found[0] for found in _SAID.finditer(fold(paragraph)))
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
