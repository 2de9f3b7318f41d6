"""HTML taken apart by the selectors of a configuration; where nothing fits, it says what is there instead.

Never follows anything and never runs anything; what a page calls itself is quoted as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.core.text.html import title_text
from watcher.sources.mapping import LONG
from watcher.sources.paths import Selector, css, selector

_COMBINATOR: Final = re.compile(r"\s*[>+~]\s*|\s+")
_USUAL: Final = ("article", "li", "tr", "h2", "h3")
_MOST_NAMED: Final = 4
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
    """What a page holds where nothing fits a selector: how far the selector goes, the usual elements, its title."""
    parts = _steps(wanted)
    told = [f'{len(tree.css(part))} "{part}"' for part in parts] or [
        f'{count} "{tag}"' for tag in _USUAL if (count := len(tree.css(tag)))
    ]
    title = tree.css_first("title")
    name = title_text(title.text(), markup=False)[:_TITLE_SHOWN] if title is not None else ""
    titled = f'the page is titled "{name}"' if name else "the page has no title"
    return f"{titled} and has {', '.join(told[:_MOST_NAMED])}" if told else f"{titled} and has no list"


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
