"""The part of a page that is the article: found by markup and weight, with the machinery around it cut away.

What belongs to other articles is marked `related` rather than cut, so that whoever asks for it by name finds it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.core.pages.head import author_name
from watcher.core.text.dates import Stated, stated_moment
from watcher.core.text.html import title_text

_UNREAD: Final = "script, style, noscript, template, iframe, svg, object, embed, canvas, audio, video, select, button"
_FRAME: Final = (
    "nav, body > footer, body > header nav, [role=navigation], [role=banner], [role=contentinfo], [role=dialog], "
    "[role=alertdialog], [role=search], [role=menu], [aria-modal=true], [hidden], form"
)
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|ccpa|newsletter|subscri(?:be|ption)|sign-?up|share(?!-price)|sharing|"
    r"sharedaddy|social|breadcrumbs?|comments?|respond|disqus|pagination|pager|toolbar|skip-link|menu|navigation|navbar|"
    r"adverts?|advertisements?|ads?|ad-slot|sponsored|promo|paywall|popup|modal|login|search|rating|back-to-top|"
    r"language-switcher|ai-badge)(?:$|[\s_-])"
)
_RELATED = re.compile(
    r"(?:^|[\s_-])(?:related(?:-?posts)?|recommend(?:ed|ations?|s)?|more-(?:on|from|stories|news|articles)|also-read|"
    r"read-(?:also|more|next)|you-may|most-(?:read|popular)|popular|trending|latest(?:-news)?|teasers?|outbrain|taboola|"
    r"up-next|further-reading|see-also|suggested|sidebar|widget(?:-area)?|tuijian|kanren|xgyd)(?:$|[\s_-])"
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:author|authors|byline|by-line|date|datetime|time|timestamp|posted(?:-on)?|published|pubdate|pubtime|"
    r"meta|tags?|tag-list|tags-links|cat-links|category|categories|kicker|eyebrow|reading-time|source-name)(?:$|[\s_-])"
)
_AUTHOR = re.compile(r"(?:^|[\s_-])(?:author|byline|by-line)(?:$|[\s_-])")
_HIGHLIGHTS = re.compile(r"highlight|takeaway|key-?points|summary|at-a-glance|key-?facts")
_BODIES: Final = (
    '[itemprop="articleBody"]',
    (
        ".entry-content, .post-content, .article-body, .article__body, .article-content, .article__content, "
        ".story-body, .news-content, .press-release-body, .content-body, .TRS_Editor, .art-con, .pages_content, "
        "#article-body"
    ),
    "article, [role=article]",
    "main, [role=main]",
    "#content, #main, #main-content, .main-content",
)
_WHOLE: Final = frozenset(("html", "body", "main", "article"))
_DEEPEST: Final = 300
_ENOUGH: Final = 200
"""Characters below which a container holds no article."""
_LEADING: Final = 400
"""Characters of running text after which a byline or date no longer stands at the top."""
_BYLINE_MAX: Final = 200
_LONG_LINE: Final = 80
_ALONE: Final = 20
"""Characters that may stand beside a date in a line that is there for it (`Published:`)."""
_REPEATED: Final = 3
_LINKS: Final = 3
_HEADLINE_MEAN: Final = 25
"""Characters of a link from which a list of links shows other articles and not the ways through the site."""


class Top(NamedTuple):
    """What stands above the running text."""

    headings: tuple[str, ...]
    author: str
    published: Stated | None


def is_too_deep(tree: LexborHTMLParser) -> bool:
    """Whether elements are nested as on no page that somebody reads: looking into each of them would take minutes."""
    node, depth = tree.body, 0
    while node is not None:
        if node.first_child is not None:
            node, depth = node.first_child, depth + 1
            if depth > _DEEPEST:
                return True
            continue
        while node is not None and node.next is None:
            node, depth = node.parent if depth > 1 else None, depth - 1
        node = node.next if node is not None else None
    return False


def cleared(tree: LexborHTMLParser) -> None:
    """Cut the machinery out of a page, wherever it stands, and mark what leads to other articles."""
    body = tree.body
    if body is None:
        return
    for node in tree.css(_UNREAD):
        node.decompose()
    half = len(body.text()) // 2
    for node in tree.css(_FRAME):
        if len(node.text()) <= half or node.tag == "nav":
            _drop(node)
    _cleared_by_name(tree, half)
    for node in tree.css("aside"):
        if not _cut_already(node) and not _HIGHLIGHTS.search(_names(node)) and not _is_box(node):
            _mark(node, "related")


def _cleared_by_name(tree: LexborHTMLParser, half: int) -> None:
    """The part that goes by class and id; what holds more than `half` of the text is no machinery by any name."""
    named = [(node, _names(node)) for node in tree.css("[class], [id]") if node.tag not in _WHOLE]
    for node, names in named:
        if _CHROME.search(names) and not _cut_already(node) and len(node.text()) <= half:
            _drop(node)
    for node, names in named:
        if _RELATED.search(names) and not _cut_already(node) and len(node.text()) <= half * 1.5:
            _mark(node, "related")


def container(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds the article; None where no markup points it out."""
    best: LexborNode | None = None
    weights: dict[int, int] = {}
    for selector in _BODIES:
        found = max(tree.css(selector), key=lambda node: _weight(node, weights), default=None)
        if found is None or _weight(found, weights) < _ENOUGH:
            continue
        if best is None or _weight(found, weights) > 2 * _weight(best, weights):
            best = found
    if best is None:
        return None
    return _climbed(best, weights)


def _climbed(best: LexborNode, weights: dict[int, int]) -> LexborNode:
    """The whole article around a body, if little else is in it: its headline, highlights and captions count."""
    node = best.parent
    for _ in range(12):
        if node is None or node.tag in {"body", "html"}:
            break
        if node.tag in {"article", "main"} and _weight(node, weights) <= 1.3 * _weight(best, weights):
            return node
        node = node.parent
    return best


def top(tree: LexborHTMLParser, held_in: LexborNode) -> Top:
    """Headings, author and date above the running text of `held_in`, in the page's order."""
    headings: list[str] = []
    author, published, running = "", None, 0
    inside = {node.mem_id for node in held_in.traverse()}
    for node in tree.body.traverse() if tree.body is not None else ():
        tag = node.tag or ""
        if running > _LEADING:
            break
        if tag == "h1" or (tag == "h2" and node.mem_id in inside):
            headings.append(title_text(node.text(), markup=False))
        if tag in {"p", "li"} and node.mem_id in inside:
            running += len(node.text())
        if _cut_already(node):
            continue
        published = published or _date_in(node, tag)
        author = author or _author_in(node)
    return Top(tuple(heading for heading in headings if heading), author, published)


def trimmed(held_in: LexborNode) -> str:
    """The article's own HTML: without bylines, dates, lists of links and lines that come again and again."""
    whole = len(held_in.text())
    for node in held_in.css("time, [class], [id], [rel=author], address"):
        if not _cut_already(node) and node.mem_id != held_in.mem_id and _is_byline(node):
            _drop(node)
    for node in held_in.css("ul, ol, div, section, table"):
        if not _cut_already(node) and node.mem_id != held_in.mem_id:
            _sort_links(node, whole)
    lines = [node for node in held_in.css("li, p, span, a, h2, h3, h4, h5, h6") if not _cut_already(node)]
    texts = [" ".join(node.text().split()) for node in lines]
    counts = Counter(text for node, text in zip(lines, texts, strict=True) if _is_leaf(node))
    for node, text in zip(lines, texts, strict=True):
        if text and len(text) <= _LONG_LINE and counts[text] >= _REPEATED and _is_leaf(node):
            _drop(node)
    return held_in.html or ""


def language_of(held_in: LexborNode) -> str | None:
    """The language declared for the article itself, its first paragraph, or for what holds it."""
    node: LexborNode | None = held_in.css_first("p") or held_in
    while node is not None:
        stated = (node.attributes or {}).get("lang")
        if stated:
            return stated
        node = node.parent
    return None


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()


def _drop(node: LexborNode) -> None:
    """Empty an element and mark it: taking it out of the tree would leave others hanging that are yet to be seen."""
    _mark(node, "")
    node.attrs["hidden"] = ""


def _mark(node: LexborNode, region: str) -> None:
    node.attrs["class"] = region
    node.attrs["data-region"] = region


def _cut_already(node: LexborNode) -> bool:
    """Whether the element lies in something that was cut or marked."""
    at: LexborNode | None = node
    while at is not None:
        if "data-region" in (at.attributes or {}):
            return True
        at = at.parent
    return False


def _is_box(node: LexborNode) -> bool:
    """Whether an aside is a box of the article itself: a list or quote without a link."""
    return node.css_first("a[href]") is None and node.css_first("h2, h3, h4") is None


def _weight(node: LexborNode, known: dict[int, int]) -> int:
    """Characters of an element that are neither links nor cut or marked."""
    if node.mem_id not in known:
        linked = sum(len(link.text()) for link in node.css("a"))
        aside = sum(len(part.text()) for part in node.css("[data-region]") if not _nested(part))
        known[node.mem_id] = max(len(node.text()) - linked - aside, 0)
    return known[node.mem_id]


def _nested(node: LexborNode) -> bool:
    return node.parent is not None and _cut_already(node.parent)


def _date_in(node: LexborNode, tag: str) -> Stated | None:
    """The date in a `time` element or in a short line that is there for it."""
    if tag == "time":
        return stated_moment(node.attributes.get("datetime") or "") or stated_moment(node.text())
    if tag in {"p", "span", "div", "li", "dd", "td", "em", "small"}:
        names, text = _names(node), node.text()
        if len(text) <= _BYLINE_MAX and (_BYLINE.search(names) or _only_date(text)):
            return stated_moment(" ".join(text.split()))
    return None


def _only_date(text: str) -> bool:
    line = " ".join(text.split())
    found = stated_moment(line)
    return found is not None and found.start <= _ALONE and len(line) - (found.end - found.start) <= _ALONE


def _author_in(node: LexborNode) -> str:
    attributes = node.attributes or {}
    if attributes.get("rel") == "author" or _AUTHOR.search(_names(node)):
        text = node.text()
        return author_name(text) if len(text) <= _BYLINE_MAX else ""
    return ""


def _is_byline(node: LexborNode) -> bool:
    """Whether an element says only who wrote when and under which heads; a date within a sentence stays."""
    text = node.text()
    if len(text) > _BYLINE_MAX:
        return False
    parent = node.parent
    if parent is not None and parent.tag in {"p", "li", "td", "blockquote", "h1", "h2", "h3"}:
        return len(parent.text().strip()) == len(text.strip()) and node.tag == "time"
    return node.tag in {"time", "address"} or _BYLINE.search(_names(node)) is not None


def _sort_links(node: LexborNode, whole: int) -> None:
    """Cut an element that consists of links through the site, mark one that consists of other articles' headlines."""
    links = [link.text().strip() for link in node.css("a[href]")]
    if len(links) < _LINKS:
        return
    text = len(node.text().strip())
    linked = sum(map(len, links))
    if not text or linked < 0.7 * text or text > whole // 2:
        return
    if linked / len(links) < _HEADLINE_MEAN:
        _drop(node)
    else:
        _mark(node, "related")


def _is_leaf(node: LexborNode) -> bool:
    return all(child.tag in {"-text", "a", "b", "em", "strong", "i", "span"} for child in _children(node))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
