"""Lines cut at words and messages at lines, so that every part keeps a vendor's limit; nothing is ever left out.

It knows no vendor: how a run reads in markup, and how long that is, come in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from watcher.channels.runs import Item, Line, Run, action_line
from watcher.core.text.escapes import one_line

Say = Callable[[Run], str]
"""A run in a vendor's markup; escaping two runs by themselves is never shorter than escaping them as one."""
Size = Callable[[str], int]

_WORDS = re.compile(r"\s+|\S+")
_LONGEST_WORD = 100
_LONGEST_LINK = 400


def characters(text: str) -> int:
    """The length in UTF-16 units, as most vendors count; never less than the count of characters."""
    return len(text) + sum(char > "\uffff" for char in text)


def octets(text: str) -> int:
    """The length in bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))


def clipped(text: str, say: Say, size: Size, limit: int) -> str:
    """One line of plain text in markup that keeps the limit; what is cut ends in an ellipsis."""
    line = one_line(text)[: limit + _LONGEST_WORD]
    whole = say(Run(text=line))
    if size(whole) <= limit and len(line) == len(one_line(text)):
        return whole
    kept, used = [], size("\u2026")
    for word in _pieces(Run(text=line)):
        used += size(say(word))
        if used > limit:
            break
        kept.append(word.text)
    return say(Run(text="".join(kept).rstrip())) + "\u2026"


def cut(line: Line, say: Say, size: Size, limit: int) -> Iterator[str]:
    """A line in markup, in as many pieces as the limit asks for, cut between words; a link is never cut."""
    held: list[Run] = []
    used = 0
    for word in (piece for run in line for piece in _pieces(run)):
        cost = size(say(word))
        if used + cost > limit and held:
            yield from _said(held, say)
            held, used = [], 0
            if not word.text.strip():
                continue
        held.append(word)
        used += cost
    yield from _said(held, say)


def item_lines(item: Item) -> tuple[Line, ...]:
    """All lines of an item below its title, what may be done with it last."""
    actions = action_line(item)
    return (*item.lines, actions) if actions else item.lines


def titled(item: Item) -> Line:
    """The title of an item as a line of its own; a very long one is no link, since links are not cut."""
    link = item.link if len(item.title) <= _LONGEST_LINK else ""
    return (Run(text=item.title, bold=True, link=link),)


def spaced(text: str, escape: Callable[[str], str]) -> str:
    """The text escaped, with a blank where it begins or ends with white space: escapes trim their lines."""
    safe = escape(text)
    if not safe:
        return " " if text else ""
    return " " * text[0].isspace() + safe + " " * text[-1].isspace()


def pages(items: Iterable[Sequence[str]], size: Size, limit: int) -> tuple[str, ...]:
    """Items, each of lines within the limit, packed into messages: an item is kept whole where it fits into one."""
    parts: list[str] = []
    page = ""
    for lines in items:
        whole = "\n".join(lines)
        if page and size(page) + size(whole) + 2 > limit and size(whole) <= limit:
            parts.append(page)
            page = ""
        for number, line in enumerate(lines):
            gap = "" if not page else "\n" if number else "\n\n"
            if page and size(page) + size(gap) + size(line) > limit:
                parts.append(page)
                page, gap = "", ""
            page += gap + line
    return (*parts, page) if page.strip() else tuple(parts)


def _pieces(run: Run) -> Iterator[Run]:
    if run.link and len(run.text) <= _LONGEST_LINK:
        yield run
        return
    for word in _WORDS.findall(run.text):
        for at in range(0, len(word), _LONGEST_WORD):
            yield Run(text=word[at : at + _LONGEST_WORD], bold=run.bold, italic=run.italic)


def _said(words: Sequence[Run], say: Say) -> Iterator[str]:
    """One text of these words, neighbours alike said as one; nothing if there are none to see."""
    runs: list[Run] = []
    for word in words:
        last = runs[-1] if runs else None
        if last and not word.link and not last.link and (last.bold, last.italic) == (word.bold, word.italic):
            runs[-1] = Run(text=last.text + word.text, bold=word.bold, italic=word.italic)
        else:
            runs.append(word)
    text = "".join(say(run) for run in runs).strip()
    if text:
        yield text
