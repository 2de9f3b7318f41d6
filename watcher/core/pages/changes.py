"""What became different between two readings of a page, paragraph by paragraph; moves and spacing are no difference.

Pure: which reading is the older one is for the caller to know.
"""

from __future__ import annotations

import html as entities
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from watcher.core.text.plain import fold, sentences

_ALIKE: Final = 0.6
"""Share of equal words from which an added paragraph is a new form of a removed one; difflib advises the same."""
_COMPARED: Final = 40
"""Paragraphs of each side that are compared one with another; what goes beyond is shown as added and removed."""
_COMPARED_CHARS: Final = 2_000
_LONG_WORD: Final = 20
"""Signs in a word on average from which a text is taken for one that is written without spaces."""
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One paragraph in its old and new form; `new` are the sentences that were not in the old one."""

    before: str
    after: str
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that is different, in the order of the page."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.added or self.removed or self.changed)

    @property
    def said(self) -> tuple[str, ...]:
        """What stands on the page now and did not before."""
        return (*self.added, *(line for each in self.changed for line in each.new or (each.after,)))


def changes(before: Sequence[str], after: Sequence[str]) -> Changes:
    """What is different between two lists of paragraphs."""
    removed, added = _beyond(before, after), _beyond(after, before)
    pairs: list[Changed] = []
    candidates = [(new, _parts(new)) for new in added[:_COMPARED]]
    for old in removed[:_COMPARED]:
        parts = _parts(old)
        best = max(candidates, key=lambda each: _likeness(parts, each[1]), default=None)
        if best is not None and _likeness(parts, best[1]) >= _ALIKE:
            candidates.remove(best)
            pairs.append(Changed(before=old, after=best[0], new=_new_sentences(old, best[0])))
    return Changes(
        added=tuple(_without(added, Counter(each.after for each in pairs))),
        removed=tuple(_without(removed, Counter(each.before for each in pairs))),
        changed=tuple(pairs),
    )


def shown(found: Changes) -> str:
    """The changes as HTML: what is new as text, what it replaced and what is gone as related, which rules pass over."""
    lines = [_paragraph(line) for line in found.said]
    aside = [f"Before: {each.before}" for each in found.changed]
    aside += [f"Now: {each.after}" for each in found.changed if each.new and each.new != (each.after,)]
    aside += [f"Removed: {line}" for line in found.removed]
    return "\n".join((*lines[:_SHOWN], '<div class="related">', *map(_paragraph, aside[:_SHOWN]), "</div>"))


def _paragraph(text: str) -> str:
    return f"<p>{entities.escape(text, quote=False)}</p>"


def _beyond(these: Sequence[str], those: Sequence[str]) -> list[str]:
    """What these have more often than those, in order."""
    left = Counter(fold(line) for line in those)
    found = []
    for line in these:
        key = fold(line)
        if left[key]:
            left[key] -= 1
        else:
            found.append(line)
    return found


def _without(lines: Iterable[str], gone: Counter[str]) -> list[str]:
    kept = []
    for line in lines:
        if gone[line]:
            gone[line] -= 1
        else:
            kept.append(line)
    return kept


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """0 to 1: the share of parts that both have. Counted, not aligned: an aligner takes seconds on long paragraphs."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _parts(text: str) -> Counter[str]:
    """The words of a paragraph, or the pairs of signs where it is written without spaces."""
    plain = fold(text)[:_COMPARED_CHARS]
    words = plain.split()
    return Counter(words if len(words) * _LONG_WORD >= len(plain) else map("".join, pairwise(plain)))


def _new_sentences(before: str, after: str) -> tuple[str, ...]:
    """The sentences of `after` that are not in `before`."""
    known = {fold(sentence) for sentence in _sentences(before)}
    return tuple(sentence for sentence in _sentences(after) if fold(sentence) not in known)


def _sentences(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text, 0, len(text))]
