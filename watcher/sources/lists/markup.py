"""HTML taken apart by the selectors of a configuration; where nothing fits, it says what is there instead.

Never follows anything and never runs anything; what a page calls itself is quoted as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.core.text.html import title_text
from watcher.sources.lists.mapping import LONG
from watcher.sources.lists.paths import Selector, css, selector

_COMBINATOR: Final = re.compile(r"\s*[>+~]\s*|\s+")
_INLINE: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "p", "span", "b", "strong", "em", "i"))
_CLASS: Final = re.compile(r"[\w-]{1,60}")
_MOST_NAMED: Final = 3
_MOST_LINKS: Final = 2_000
_TITLE_SHOWN: Final = 120


def parsed(text: str, ignore: tuple[str, ...] = ()) -> LexborHTMLParser:
    """The tree of an HTML text without the elements that `ignore` selects."""
    tree = LexborHTMLParser(text)
    for each in ignore:
        for node in tree.css(each):
            node.decompose()
    return tree


def value_at(node: LexborNode | LexborHTMLParser, field: str, *, markup: bool = False) -> str | None:
    """What a field such as `h3 a@href` finds at or below an element: an attribute, or the text (or HTML) of it."""
    wanted: Selector = selector(field)
    found = wanted.first(node)
    if found is None:
        return None
    if wanted.attribute is not None:
        return found.attributes.get(wanted.attribute)
    return (found.html or "") if markup else " ".join(found.text(separator=" ").split())


def values_of(node: LexborNode, fields: Mapping[str, str]) -> dict[str, object]:
    """What each field finds in an item."""
    return {name: value_at(node, field, markup=name in LONG) for name, field in fields.items()}


def instead(tree: LexborHTMLParser, wanted: str) -> str:
    """What a page holds where nothing fits a selector: title, how far the selector goes, what links stand in."""
    told = [f'{len(tree.css(part))} "{part}"' for part in _steps(wanted)[:_MOST_NAMED]]
    holders = [f'{count} "{name}"' for name, count in _holders(tree).most_common(_MOST_NAMED)]
    title = tree.css_first("title")
    name = title_text(title.text(), markup=False)[:_TITLE_SHOWN] if title is not None else ""
    parts = (
        f'the page is titled "{name}"' if name else "the page has no title",
        f"has {', '.join(told)}" if told else "",
        f"its links stand in {', '.join(holders)}" if holders else "it has no links",
    )
    return ", ".join(part for part in parts if part)


def _holders(tree: LexborHTMLParser) -> Counter[str]:
    """The elements that links stand in, as selectors, and how many links each holds."""
    found: Counter[str] = Counter()
    for link in tree.css("a[href]")[:_MOST_LINKS]:
        holder = link.parent
        while holder is not None and holder.tag in _INLINE:
            holder = holder.parent
        if holder is not None and holder.tag is not None:
            classes = (holder.attributes.get("class") or "").split()
            name = f"{holder.tag}.{classes[0]}" if classes and _CLASS.fullmatch(classes[0]) else holder.tag
            found[name] += 1
    return found


def _steps(wanted: str) -> list[str]:
    """The beginnings of a descending selector, and its last element's tag alone."""
    if "," in wanted or "(" in wanted or "[" in wanted:
        return []
    ends = [found.start() for found in _COMBINATOR.finditer(wanted)]
    steps = [wanted[:end] for end in ends if end]
    last = _COMBINATOR.split(wanted)[-1]
    tag = re.match(r"[A-Za-z][\w-]*", last)
    if tag is not None and tag[0] != last:
        steps.append(tag[0])
    return [step for step in steps if _is_css(step)]


def _is_css(text: str) -> bool:
    try:
        css(text)
    except ValueError:
        return False
    return True
