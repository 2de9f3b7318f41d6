"""One page read as one article: its own title, author, date, address and text; never what other articles on it say.

Unknown stays unknown: a page that states no date has none here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from watcher.core.pages import body
from watcher.core.pages.head import Head, author_name, read_head, without_site
from watcher.core.text.dates import Stated, leading_date, stated_moment
from watcher.core.text.html import BODY_LIMIT, blocks, title_text
from watcher.core.text.languages import primary
from watcher.core.text.plain import fold

PAGE_LIMIT: Final = 2 * 1024 * 1024
"""Characters of a page that are looked at."""
_TAG_LIMIT: Final = 40_000
"""Opening signs that are looked at: the parser is quadratic on unclosed elements (8 s at 80,000)."""
_MANY: Final = 1_500
"""Opening signs from which it is worth asking how deep they go."""
_MARK = re.compile("<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Where on its pages a publisher keeps what; each `selector` or `selector@attribute`, empty for our own search.

    `zone` is meant by dates that the page states without one.
    """

    text: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    zone: tzinfo | None = None


NO_HINTS: Final = Hints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as an article. `content_html` holds its text alone, with related items marked as such.

    `flags` tell what the dates left open (`date_only`, `zoneless`).
    """

    title: str
    author: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    canonical: str | None = None
    language: str | None = None
    content_html: str = ""
    flags: tuple[str, ...] = field(default=())


def read_page(html: str, url: str, hints: Hints = NO_HINTS, *, extract: Callable[[str], str] | None = None) -> Page:
    """The article that a page holds.

    Args: `extract` finds the text where no markup points it out: HTML in, HTML of the text out, or nothing.
    """
    tree = page_tree(html)
    head = read_head(tree, url)
    given = _given(tree, hints)
    stated = _hinted_date(tree, hints)
    if html.count("<") > _MANY and body.is_too_deep(tree):
        return Page(title=_title(head, ()), content_html=given or _cut(html))
    body.cleared(tree)
    held = body.container(tree)
    if held is None and extract is not None and not given:
        content, above = extract(_cut(html)), body.Top((), "", None)
    else:
        inside = held if held is not None else tree.body
        above = body.top(tree, inside) if inside is not None else body.Top((), "", None)
        content = given or (body.trimmed(inside) if inside is not None else "")
    content, glued = _without_glued_date(content[:BODY_LIMIT])
    published = stated or head.published or above.published or glued
    return Page(
        title=_hinted(tree, hints.title) or _title(head, above.headings),
        author=author_name(_hinted(tree, hints.author)) or head.author or above.author,
        published=_placed(published, hints.zone),
        updated=head.updated.at if head.updated is not None else None,
        canonical=head.canonical,
        language=primary(body.language_of(held) if held is not None else None) or head.language,
        content_html=content,
        flags=_flags(published, hints.zone),
    )


def page_tree(html: str) -> LexborHTMLParser:
    """A page parsed, cut to a bearable size first."""
    return LexborHTMLParser(_cut(html))


def is_selector(text: str) -> bool:
    """Whether `selector` or `selector@attribute` can be asked of a page."""
    try:
        LexborHTMLParser("<p></p>").css(_parts(text)[0])
    except SelectolaxError:
        return False
    return bool(text.strip())


def _cut(html: str) -> str:
    """A page of bearable size."""
    html = html[:PAGE_LIMIT]
    if html.count("<") <= _TAG_LIMIT:
        return html
    for n, found in enumerate(_MARK.finditer(html)):
        if n == _TAG_LIMIT:
            return html[: found.start()]
    return html


def _parts(hint: str) -> tuple[str, str]:
    """A hint's selector and attribute; an `@` within brackets or quotes belongs to the selector."""
    selector, sign, attribute = hint.rpartition("@")
    return (selector.strip(), attribute.strip()) if sign and "]" not in attribute else (hint.strip(), "")


def _hinted(tree: LexborHTMLParser, hint: str) -> str:
    if not hint:
        return ""
    selector, attribute = _parts(hint)
    for node in tree.css(selector)[:10]:
        value = (node.attributes.get(attribute) or "") if attribute else node.text()
        if value.strip():
            return title_text(value, markup=False)
    return ""


def _hinted_date(tree: LexborHTMLParser, hints: Hints) -> Stated | None:
    return stated_moment(_hinted(tree, hints.published)) if hints.published else None


def _given(tree: LexborHTMLParser, hints: Hints) -> str:
    """The HTML that the hint for the text selects; elements within selected ones are not repeated."""
    if not hints.text:
        return ""
    chosen = tree.css(_parts(hints.text)[0])
    ids = {node.mem_id for node in chosen}
    outer = [node for node in chosen if not _within(node.parent, ids)]
    return "".join(node.html or "" for node in outer)


def _within(node: LexborNode | None, ids: set[int]) -> bool:
    while node is not None:
        if node.mem_id in ids:
            return True
        node = node.parent
    return False


def _title(head: Head, headings: tuple[str, ...]) -> str:
    """What the head states for this purpose, else the heading that the window's title repeats, else the latter."""
    if head.stated_title:
        return without_site(head.stated_title, head.site) if head.site else head.stated_title
    window = fold(head.window_title)
    repeated = [heading for heading in headings if fold(heading) in window and heading != head.site]
    if repeated:
        return max(repeated, key=len)
    title = without_site(head.window_title, head.site)
    return title or next(iter(headings), "")


def _without_glued_date(content: str) -> tuple[str, Stated | None]:
    """The content without a date that its first paragraph begins with, and that date."""
    for block in blocks(content)[:3]:
        found = leading_date(block.text)
        if found is not None and block.kind in {"p", "li"} and not block.region:
            stated = block.text[: found.end]
            return content.replace(stated, "", 1) if stated in content else content, found
    return content, None


def _placed(stated: Stated | None, zone: tzinfo | None) -> datetime | None:
    """The moment in UTC; one without a zone is of the hinted one."""
    if stated is None or zone is None or not {"zoneless", "date_only"} & set(stated.flags):
        return None if stated is None else stated.at
    try:
        return stated.at.replace(tzinfo=zone).astimezone(stated.at.tzinfo)
    except (OverflowError, ValueError):
        return stated.at


def _flags(stated: Stated | None, zone: tzinfo | None) -> tuple[str, ...]:
    if stated is None:
        return ()
    return tuple(flag for flag in stated.flags if not (flag == "zoneless" and zone is not None))
