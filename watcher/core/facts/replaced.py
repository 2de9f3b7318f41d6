"""Sums and other figures that a text says are not so: `$57 million, not $75 million`, `instead of $75 million`.

Never says which figure stands in their place.
"""

from __future__ import annotations

import re

_LATIN = (
    r"(?:(?<!\bor )\b(?:not|instead of|rather than|in place of|nicht|(?:an)?statt|et non|non pas|au lieu de|y no|"
    r"en lugar de)(?:\s(?:the|an?|its|von|den|de|about|around|some))?\s)"
)
REPLACES = rf"(?:{_LATIN}|而不是|而非|不是|并非|並非)\s?"
"""Words right before a figure that is not so, as a pattern."""
REPLACED_AFTER = r"\s?(?:では\s?なく|でなく|じゃなく|[이가]\s?아니라|[이가]\s?아닌)"
"""Words right behind one, as a pattern."""
_BEFORE = re.compile(rf"{REPLACES}\Z", re.IGNORECASE)
_AFTER = re.compile(REPLACED_AFTER)
_STARTS = re.compile(
    rf",?\s?(?:\b(?:and|but)\s)?(?:{_LATIN}(?=[A-Z]{{0,3}}\s?[$€£¥]?\d)|而不是|而非|不是)", re.IGNORECASE
)
_LONGEST_BEFORE = 24


def is_replaced(text: str, low: int, start: int, end: int) -> bool:
    """Whether the words right before or behind a figure, from `low` on, say that it is not this one."""
    return (
        _BEFORE.search(text, max(low, start - _LONGEST_BEFORE), start) is not None
        or _AFTER.match(text, end) is not None
    )


def before_replaced(text: str) -> str:
    """The text up to where a replaced figure begins: what is said behind that is said of it."""
    return _STARTS.split(text, maxsplit=1)[0]
