"""What the elements of feeds are to the strict reader: read, passed over, or a reason to leave the feed to feedparser.

Never guesses: a name that feedparser treats in a way of its own, and that is not listed here, is refused.
"""

from __future__ import annotations

from typing import Final

from feedparser.api import StrictFeedParser


class Unusual(Exception):
    """The document holds something whose treatment by feedparser the strict reader does not know."""


OTHER: Final = "other"
"""Passed over with what is in it."""
UNKNOWN: Final = "unknown"
"""Passed over too: feedparser itself has no way of its own with it."""
LEAF: Final = "leaf"
"""Text that is passed over; markup in it is unusual."""

_KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(("rss", "feed", "channel", "link", "description", "content", "source", "image", "textinput"), ""),
    **dict.fromkeys(("title", "name", "url", "author", "summary", "language", "published", "updated", "created"), ""),
    **dict.fromkeys(("item", "entry"), "item"),
    **dict.fromkeys(("guid", "id"), "id"),
    **dict.fromkeys(("pubdate", "issued", "dcterms_issued"), "published"),
    **dict.fromkeys(("modified", "lastbuilddate", "dc_date", "dcterms_modified"), "updated"),
    **dict.fromkeys(("managingeditor", "dc_author", "dc_creator", "itunes_author"), "author"),
    **dict.fromkeys(("width", "height"), "size"),
    **dict.fromkeys(("uri", "homepage"), "uri"),
    **dict.fromkeys(("email", "itunes_email"), "email"),
    **dict.fromkeys(("category", "keywords", "dc_subject", "enclosure", "generator", "cloud", "contributor"), OTHER),
    **dict.fromkeys(("dc_contributor", "webmaster", "dc_publisher"), OTHER),
    **dict.fromkeys(("media_category", "media_keywords", "media_content", "media_group", "media_thumbnail"), OTHER),
    **dict.fromkeys(("media_credit", "media_rating", "media_player"), OTHER),
    **dict.fromkeys(("itunes_keywords", "itunes_category", "itunes_image", "itunes_block", "itunes_explicit"), OTHER),
    **dict.fromkeys(("rights", "copyright", "dc_rights", "subtitle", "tagline", "itunes_subtitle", "info"), LEAF),
    "rdf_rdf": "rdf",
    "dc_title": "title",
    "media_title": "media_title",
    "itunes_name": "name",
    "itunes_owner": "owner",
    "dc_description": "description",
    "itunes_summary": "summary",
    "content_encoded": "encoded",
    "dcterms_created": "created",
    "dc_language": "language",
    "feedburner_origlink": "origlink",
}
"""What feedparser's names for elements (prefix and name in lower case) stand for; an empty kind is the name itself."""
_RESERVED: Final = frozenset(
    {
        *("authors", "contributors", "publishers", "publisher", "links", "href", "date", "where", "guidislink"),
        *("enclosures", "license"),
    }
)
"""Names of no element of a format under which feedparser keeps things of its own."""
_OWN_ENDINGS: Final = ("_parsed", "_detail")
_PREFIXES: Final[dict[str, str]] = {uri.lower(): prefix.lower() for uri, prefix in StrictFeedParser.namespaces.items()}
_KNOWN_PREFIXES: Final = frozenset(_PREFIXES.values())
_USERLAND: Final = "backend.userland.com/rss"
"""feedparser takes every namespace with this in it for RSS."""
_XLINK: Final = "http://www.w3.org/1999/xlink"
_MOST_NAMES: Final = 1000


class Vocabulary:
    """The names that one document uses."""

    __slots__ = ("_borrowed", "_declared", "_foreign", "_known", "kinds", "uris")

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self.uris: set[str] = set()
        self._declared: dict[str, str] = {}
        self._foreign: dict[str, str] = {}
        self._known: set[str] = set()
        self._borrowed: set[str] = set()

    def declare(self, prefix: str | None, uri: str | None) -> None:
        """Take note of a namespace.

        Raises: Unusual if feedparser could mix it up with another one.
        """
        short = (prefix or "").lower()
        if uri is None:
            return
        lower = uri.lower()
        known = _PREFIXES.get(lower)
        if lower == _XLINK or (_USERLAND in lower and known is None):
            raise Unusual
        if known is None and self._foreign.setdefault(uri, short) != short:
            raise Unusual
        if known is not None:
            self._known.add(known)
            if short in _KNOWN_PREFIXES - {"", known}:
                self._borrowed.add(short)
        if not self._known.isdisjoint(self._borrowed):
            raise Unusual  # one's elements would be taken for the other's
        if short and self._declared.setdefault(short, uri) != uri:
            raise Unusual
        self.uris.add(lower)
        if len(self.uris) > _MOST_NAMES:
            raise Unusual

    def kind(self, name: str) -> str:
        """What an element is, by its name as expat gives it: `namespace name`.

        Raises: Unusual if nobody here knows what feedparser does with it.
        """
        if len(self.kinds) >= _MOST_NAMES:
            raise Unusual
        uri, _, local = name.rpartition(" ")
        prefix = _PREFIXES.get(uri.lower())
        if prefix is None:
            prefix = self._foreign[uri]  # feedparser goes by the prefix of a namespace that it does not know
        key = (f"{prefix}_{local}" if prefix else local).lower()
        found = _KINDS.get(key)
        if found is None:
            handled = hasattr(StrictFeedParser, f"_start_{key}") or hasattr(StrictFeedParser, f"_end_{key}")
            if handled or key in _RESERVED or key.endswith(_OWN_ENDINGS):
                raise Unusual
            found = UNKNOWN
        self.kinds[name] = found = found or key
        return found
