"""What a feed lists no more: its further pages, and the posts behind a WordPress feed; only asked for after a gap.

Never asks for more than fits into one poll. Further pages are RFC 5005's `next` links, JSON Feed's `next_url`, or pages
that are counted; posts come from WordPress's REST API, which every such site has unless it was switched off.
Source: RFC 5005, section 3; the WordPress REST API handbook, posts and pagination.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Parsed, Request
from watcher.core.urls import http_url
from watcher.sources.lists.paging import PagesOptions

POSTS, PAGE = "posts", "older"
"""The first words of a step; what follows are the page's number and the moment that is to be reached."""
_PER_PAGE: Final = 100
_MOST: Final = 10
_HEAD: Final = 65_536
_GENERATOR = re.compile(rb"<generator[^<>]{0,200}>[^<]{0,200}wordpress", re.IGNORECASE)
_LINK = re.compile(rb"<(?:\w{1,20}:)?link\b[^<>]{0,2000}>", re.IGNORECASE)
_NEXT = re.compile(rb"\brel\s*=\s*[\"']next[\"']", re.IGNORECASE)
_HREF = re.compile(rb"\bhref\s*=\s*[\"']([^\"'<>]{1,2000})[\"']", re.IGNORECASE)
_ROOT_FEED = re.compile(r"(?P<site>(?:/[^/?]+)*?)/feed(?:/(?:rss2?|atom))?/?")
_PARTS: Final = frozenset({"category", "tag", "author", "search", "comments", "topic"})
_FIELDS: Final = "guid,link,title,date_gmt,modified_gmt,content,excerpt"


def step_of(kind: str, page: int, since: datetime) -> str:
    """The step of a request for older entries."""
    return f"{kind} {page} {int(since.timestamp())}"


def read_step(step: str) -> tuple[str, int, datetime] | None:
    """Kind, page and the moment to be reached; None for the step of any other request."""
    kind, _, rest = step.partition(" ")
    page, _, since = rest.partition(" ")
    if kind not in {POSTS, PAGE} or not page.isdecimal() or not since.lstrip("-").isdecimal():
        return None
    return kind, int(page), datetime.fromtimestamp(int(since), UTC)


def posts_root(url: str) -> str | None:
    """Where the posts behind a WordPress feed are listed; None for a feed of a part of the site."""
    parts = urlsplit(url)
    found = _ROOT_FEED.fullmatch(parts.path)
    if found is None or parts.query or not _PARTS.isdisjoint(found["site"].split("/")):
        return None
    return f"{parts.scheme}://{parts.netloc}{found['site']}/wp-json/wp/v2/posts"


def is_wordpress(body: bytes) -> bool:
    """Whether the feed says that WordPress made it."""
    return _GENERATOR.search(body, 0, _HEAD) is not None


def posts(root: str, page: int, since: datetime) -> Request:
    """The request for posts since then, the newest first."""
    query = urlencode(
        {
            "after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "per_page": _PER_PAGE,
            "page": page,
            "orderby": "date",
            "_fields": _FIELDS,
        }
    )
    return Request(url=f"{root}?{query}", step=step_of(POSTS, page, since), end_on=(400,))


def read_posts(document: Document, page: int, since: datetime) -> Parsed:
    """The posts of a page as entries, with the identity that the feed gives them, and the next page if there is one.

    Raises: ParseError if something else came.
    """
    try:
        listed = json.loads(document.body)
    except (ValueError, RecursionError) as error:
        raise ParseError("reading the posts behind the feed: no JSON came") from error
    if not isinstance(listed, list):
        raise ParseError("reading the posts behind the feed: no list came")
    entries = tuple(_post(each) for each in listed[:_PER_PAGE] if isinstance(each, Mapping))
    pages = document.header("x-wp-totalpages") or ""
    total = int(pages) if pages.isdecimal() and len(pages) < 6 else 1  # noqa: PLR2004 - no site has so many pages
    more = bool(entries) and page < min(total, _MOST)
    root = document.request_url.partition("?")[0]
    return Parsed(entries=entries, next_requests=(posts(root, page + 1, since),) if more else ())


def _post(post: Mapping[str, object]) -> Entry:
    return Entry(
        guid=html.unescape(_rendered(post.get("guid"))) or None,
        link=http_url(str(post.get("link") or "")),
        title=html.unescape(_rendered(post.get("title"))),
        summary_html=_rendered(post.get("excerpt")),
        content_html=_rendered(post.get("content")),
        published=_moment(post.get("date_gmt")),
        updated=_moment(post.get("modified_gmt")),
    )


def _rendered(value: object) -> str:
    text = value.get("rendered") if isinstance(value, Mapping) else value
    return text if isinstance(text, str) else ""


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def next_page(document: Document, pages: PagesOptions | None, page: int, since: datetime) -> Request | None:
    """The request for the page behind this one: the one that the feed names, or the next number; None at the end."""
    named = _named(document)
    most = pages.max if pages is not None else _MOST
    if page >= most:
        return None
    url = named or (_numbered(document.request_url, pages, page + 1) if pages is not None else None)
    if url is None or url == document.request_url:
        return None
    ends = pages.end_on if pages is not None else ()
    return Request(url=url, step=step_of(PAGE, page + 1, since), end_on=(*ends, 404))


def _named(document: Document) -> str | None:
    """The address in the feed's `next` link."""
    body = document.beginning
    if body.lstrip()[:1] == b"{":
        found = re.search(rb'"next_url"\s*:\s*"([^"\\]{1,2000}(?:\\/[^"\\]{0,2000})*)"', body)
        return None if found is None else http_url(found[1].decode("utf-8", "replace").replace("\\/", "/"))
    for tag in _LINK.finditer(body, 0, _HEAD):
        if _NEXT.search(tag[0]) and (href := _HREF.search(tag[0])):
            return http_url(urljoin(document.final_url, html.unescape(href[1].decode("utf-8", "replace"))))
    return None


def _numbered(url: str, pages: PagesOptions, page: int) -> str | None:
    """The address with the page's number in its parameter, instead of the one that is there."""
    if pages.param is None:
        return None
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != pages.param]
    query = urlencode([*kept, (pages.param, str(pages.start + (page - 1) * pages.step))])
    return parts._replace(query=query, fragment="").geturl()


def reaches(entries: Iterable[Entry], since: datetime) -> bool:
    """Whether these go back to that moment, or are none; entries without dates say nothing of it."""
    listed = list(entries)
    dates = [entry.published for entry in listed if entry.published is not None]
    return not listed or (bool(dates) and min(dates) <= since)
