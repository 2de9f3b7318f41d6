"""Words that a number belongs to, shown with it: `passed H.R. 7788`; it never decides whether a clause holds."""

from __future__ import annotations

import re

from watcher.core.text.plain import Span

# Source: how the Congress of the United States, gazettes and ministries number what they print.
_PAPER = re.compile(r"(?<![.\w])(?:H\. ?R|S|(?:H|S)\.? ?(?:J\.? ?)?Res|Nos?|Nr)\.?$")
_PAPER_CHARS = 14
_NUMBER = re.compile(r"\.?[ \u00a0]?\d{1,6}(?:[-/]\d{1,6})?\b")


def with_number(text: str, span: Span) -> Span:
    """The span with the number of the document that it breaks off before: `H.R.` alone tells what it is, not which."""
    start, end = span
    if _PAPER.search(text[max(start, end - _PAPER_CHARS) : end]) is None:
        return span
    number = _NUMBER.match(text, end)
    return span if number is None else (start, number.end())
