"""What a page says of itself in its head: title, author, dates, address, language; never taken from its running text.

What the page does not state stays unknown; no date is ever filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from selectolax.lexbor import LexborHTMLParser

from watcher.core.text.dates import Stated, stated_moment
from watcher.core.text.html import title_text
from watcher.core.text.languages import primary
from watcher.core.urls import http_url

_PUBLISHED: Final = (
    *("article:published_time", "og:published_time", "datepublished", "date.published", "article.published"),
    *("pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "parsely-pub-date"),
    *("sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date"),
    *("dcterms.date", "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime", "date"),
)
"""Names of meta tags that date a page, the most trustworthy first. Source: Open Graph article, schema.org, Dublin
Core, Highwire Press, and `PubDate` of Chinese government pages."""
_UPDATED: Final = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_AUTHOR: Final = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")
_TITLE: Final = ("og:title", "twitter:title", "dc.title", "articletitle", "citation_title")
_ARTICLES: Final = frozenset(
    {
        *("article", "newsarticle", "blogposting", "report", "analysisnewsarticle", "reportagenewsarticle"),
        *("liveblogposting", "techarticle", "scholarlyarticle", "pressrelease", "opinionnewsarticle"),
    }
)
_LINKED_DATA_LIMIT: Final = 200_000
_MOST_NODES: Final = 500
_BETWEEN = re.compile(r"\s+[|–—·»:]{1,2}\s+|\s+-\s+|_(?=[^_\s]+$)")
_SITE_MAX: Final = 45
_TITLE_MIN: Final = 12
_AUTHOR_MAX: Final = 150
_BY = re.compile(r"(?:by|von|par|por|di|作者|记者|記者|文)\s*[:：]?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head states. `stated_title` was made for this purpose; `window_title` has the site's name in it."""

    stated_title: str
    window_title: str
    site: str
    author: str
    published: Stated | None
    updated: Stated | None
    canonical: str | None
    language: str | None


def read_head(tree: LexborHTMLParser, url: str) -> Head:
    """The head of a page that came from `url`; read it before scripts are cut, since one of them may state it all."""
    metas = _metas(tree)
    data = _linked_data(tree)
    title = _first(metas, _TITLE) or title_text(_text_of(data.get("headline")), markup=True)
    window = tree.css_first("title")
    return Head(
        stated_title=title,
        window_title=title_text(window.text(), markup=False) if window is not None else "",
        site=_first(metas, ("og:site_name", "application-name")),
        author=author_name(_authors(data.get("author")) or _first(metas, _AUTHOR)),
        published=_dated(metas, _PUBLISHED[:2]) or _date_of(data.get("datePublished")) or _dated(metas, _PUBLISHED),
        updated=_dated(metas, _UPDATED) or _date_of(data.get("dateModified")),
        canonical=_canonical(tree, metas, url),
        language=_language(tree, metas, data),
    )


def without_site(title: str, site: str = "") -> str:
    """A window's title without the name of the site behind it."""
    signs = list(_BETWEEN.finditer(title))
    if not signs:
        return title
    if site and title[: signs[0].start()].casefold() == site.casefold():
        return title[signs[0].end() :]
    rest, last = title[: signs[-1].start()], title[signs[-1].end() :]
    named = last.casefold() == site.casefold()
    return rest if named or (len(last) <= _SITE_MAX and len(rest) >= _TITLE_MIN) else title


def author_name(stated: str) -> str:
    """An author as a name: no leading `By`, no address, or nothing where it is none."""
    name = " ".join(stated.split())
    found = _BY.match(name)
    name = name[found.end() :] if found else name
    return "" if len(name) > _AUTHOR_MAX or "://" in name else name


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    """Contents of the meta tags by lower-case name, property or itemprop; the first of each counts."""
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        content = " ".join((attributes.get("content") or "").split())
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _first(metas: dict[str, str], names: tuple[str, ...]) -> str:
    return next((title_text(metas[name], markup=True) for name in names if name in metas), "")


def _dated(metas: dict[str, str], names: tuple[str, ...]) -> Stated | None:
    return next((stated for name in names if (stated := stated_moment(metas.get(name, ""))) is not None), None)


def _date_of(value: object) -> Stated | None:
    return stated_moment(value) if isinstance(value, str) else None


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def _linked_data(tree: LexborHTMLParser) -> dict[str, Any]:
    """The first object of schema.org that describes an article; empty without one."""
    for script in tree.css('script[type="application/ld+json"]'):
        raw = script.text() or ""
        if not raw.strip() or len(raw) > _LINKED_DATA_LIMIT:
            continue
        try:
            data = msgspec.json.decode(raw.strip().encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            continue
        for node in _objects(data):
            kind = node.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(each, str) and each.lower() in _ARTICLES for each in kinds):
                return node
    return {}


def _objects(data: object) -> Iterator[dict[str, Any]]:
    """The objects of a list or graph, without recursion and bounded."""
    waiting, seen = [data], 0
    while waiting and seen < _MOST_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            waiting.extend(node[:_MOST_NODES])
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[name] for name in ("@graph", "mainEntity", "itemListElement") if name in node)


def _authors(value: object) -> str:
    """Names of one or several authors."""
    people = value if isinstance(value, list) else [value]
    names = [_text_of(person.get("name")) if isinstance(person, dict) else _text_of(person) for person in people[:10]]
    return ", ".join(title_text(name, markup=True) for name in names if name)


def _canonical(tree: LexborHTMLParser, metas: dict[str, str], url: str) -> str | None:
    """The address that the page gives as its own, absolute; None if it names none."""
    node = tree.css_first('link[rel="canonical"]')
    stated = (node.attributes.get("href") if node is not None else None) or metas.get("og:url")
    return http_url(stated.strip(), url) if stated else None


def _language(tree: LexborHTMLParser, metas: dict[str, str], data: dict[str, Any]) -> str | None:
    """The language that the page as a whole declares."""
    root = tree.css_first("html")
    stated = root.attributes.get("lang") if root is not None else None
    return primary(stated or metas.get("og:locale", "") or _text_of(data.get("inLanguage"))) or None
