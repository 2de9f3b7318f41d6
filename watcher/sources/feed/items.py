"""One item of a feed as the strict reader goes through it: the fields that feedparser would give it.

Never follows the formats where feedparser does not: which of two titles counts, what a guid is a link for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

from watcher.sources.feed.dates import moment
from watcher.sources.feed.vocabulary import LEAF, OTHER, UNKNOWN, Unusual

Attributes = Mapping[str, str]
Frame = tuple[Callable[[str, Attributes], "Frame"], Callable[[], None] | None]
"""Of an open element: what answers to an element that begins in it, and what its end does."""

LANG: Final = "http://www.w3.org/XML/1998/namespace lang"
ABOUT: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
PERSON: Final = frozenset((OTHER, UNKNOWN, "name", "email", "url", "uri"))
"""What may stand in elements that are passed over, and in items without being read."""
_WINDOWS: Final = {code: text for code in range(0x80, 0xA0) if (text := bytes([code]).decode("cp1252", "ignore"))}
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_TYPES: Final = {
    **dict.fromkeys(("text", "plain", "text/plain"), "text/plain"),
    **dict.fromkeys(("html", "text/html"), "text/html"),
}
_PAGE_TYPES: Final = frozenset(("text/html", "application/xhtml+xml", "html", "xhtml"))
_LINK_ATTRIBUTES: Final = frozenset(("href", "rel", "type", "title", "hreflang", "length"))


def nothing(kind: str, attributes: Attributes) -> Frame:  # noqa: ARG001 - as any frame is called
    """Of an element that holds text only."""
    raise Unusual


TEXT_ONLY: Final[Frame] = (nothing, None)


def _in_image(kind: str, attributes: Attributes) -> Frame:  # noqa: ARG001 - as any frame is called
    if kind not in {"url", "size"}:
        raise Unusual
    return TEXT_ONLY


def text_type(attributes: Attributes, default: str) -> str:
    """The media type of a text construct.

    Raises: Unusual if it is neither plain text nor HTML, or has further attributes.
    """
    found = _TYPES.get(attributes.get("type", default).lower())
    if found is None or not attributes.keys() <= {"type", LANG}:
        raise Unusual
    return found


class Text:
    """The text of the element that is open."""

    __slots__ = ("_may_be_windows", "pieces")

    def __init__(self, *, may_be_windows: bool) -> None:
        self.pieces: list[str] = []
        self._may_be_windows = may_be_windows

    def as_it_is(self) -> str:
        """The text so far."""
        return "".join(self.pieces).strip()

    def value(self) -> str:
        """The text so far as feedparser hands it on: misread encodings repaired."""
        text = self.as_it_is()
        if text.isascii():
            return text
        with suppress(UnicodeError):  # UTF-8 that was once read as Latin-1
            return text.encode("iso-8859-1").decode("utf-8").translate(_WINDOWS)
        return text.translate(_WINDOWS) if self._may_be_windows else text


class Item:
    """One item that is being read into `raw`."""

    __slots__ = ("_has_content", "_is_content", "_language", "_person", "_stated", "_title_done", "raw", "text")

    def __init__(self, attributes: Attributes, text: Text, language: str | None, *, has_content: bool) -> None:
        if not attributes.keys() <= {ABOUT}:
            raise Unusual
        about = attributes.get(ABOUT)
        self.raw: dict[str, Any] = {"links": [], "id": about} if about else {"links": []}
        self.text = text
        self._language = language
        self._stated = ""
        """What the open element's attributes say: a text's type, `true` of a guid that is a link too."""
        self._person: dict[str, str] = {}
        self._has_content = has_content
        self._title_done = self._is_content = False

    def frame(self) -> Frame:
        """The frame of the item's element."""
        return self._inside, self._end

    def _inside(self, kind: str, attributes: Attributes) -> Frame:
        if kind in PERSON:
            return self._passed, None
        read = _READ.get(kind)
        if read is None:
            return self._passed(kind, attributes)
        self.text.pieces.clear()
        begin, end = read
        if begin is not None:
            begin(self, attributes)
        inside = self._author if kind == "author" else _in_image if kind == "image" else nothing
        return inside, partial(end, self)

    def _passed(self, kind: str, attributes: Attributes) -> Frame:  # noqa: ARG002 - as any frame
        """In an element that is passed over."""
        if kind in PERSON:
            return self._passed, None
        if kind == LEAF or (kind == "media_title" and self._title_done):
            return TEXT_ONLY
        raise Unusual

    def _author(self, kind: str, attributes: Attributes) -> Frame:  # noqa: ARG002
        """In an author."""
        if kind not in PERSON or kind == OTHER or self.text.as_it_is():
            raise Unusual
        if kind != UNKNOWN and "@" in self.raw.get("author", ""):
            raise Unusual  # the first author's address would be given to the next one too
        self.text.pieces.clear()
        return nothing, partial(self._end_of_person, kind)

    def _end_of_person(self, kind: str) -> None:
        said = self.text.as_it_is()
        self.text.pieces.clear()
        if kind != UNKNOWN:
            self._person[kind] = said
        elif said:
            raise Unusual

    def _end(self) -> None:
        if not self.raw.get("title") or not (self.raw.get("id") or self.raw.get("link")):
            raise Unusual

    def begin_title(self, attributes: Attributes) -> None:
        """A title begins."""
        if LANG in attributes:
            raise Unusual
        self._stated = text_type(attributes, "text/plain")

    def end_title(self) -> None:
        """The first title that says something counts."""
        if not self._title_done:
            value = self.raw["title"] = self.text.value()
            self.raw["title_detail"] = {"type": self._stated, "language": self._language}
            self._title_done = bool(value)

    def begin_link(self, attributes: Attributes) -> None:
        """A link begins; with an address in its attributes it is read already."""
        href = attributes.get("href", "")
        self._stated = href
        if not attributes:
            return
        if not href or ":///" in href or not attributes.keys() <= _LINK_ATTRIBUTES:
            raise Unusual
        if attributes.get("rel", "alternate").lower() == "alternate":
            self.raw["links"].append({"rel": "alternate", "href": href})
            if attributes.get("type", "text/html").lower() in _PAGE_TYPES:
                self.raw["link"] = href

    def end_link(self) -> None:
        """The last link counts."""
        if self._stated:
            return
        link = self.text.value()
        if not link or ":///" in link:
            raise Unusual
        link = _REFERENCE.sub(r"&\1", link.replace("&amp;", "&"))
        self.raw["link"] = link
        self.raw["links"].append({"rel": "alternate", "href": link})

    def begin_id(self, attributes: Attributes) -> None:
        """A guid begins."""
        if len(attributes) > 1 or any(name.lower() != "ispermalink" for name in attributes):
            raise Unusual
        self._stated = next(iter(attributes.values()), "true")

    def end_id(self) -> None:
        """A guid is a link where there is none yet."""
        value = self.raw["id"] = self.text.value()
        if ":///" in value:
            raise Unusual
        if self._stated == "true":
            self.raw.setdefault("link", value)

    def begin_summary(self, attributes: Attributes, default: str = "text/plain") -> None:
        """A summary begins; a second one is the content if there is none yet."""
        self._is_content = "summary" in self.raw and not self._has_content
        self._has_content = self._has_content or self._is_content
        self._stated = text_type(attributes, "text/plain" if self._is_content else default)

    def begin_description(self, attributes: Attributes) -> None:
        """A description begins: a summary that is HTML."""
        self.begin_summary(attributes, "text/html")

    def begin_content(self, attributes: Attributes, default: str = "text/plain") -> None:
        """A content begins."""
        self._is_content = self._has_content = True
        self._stated = text_type(attributes, default)

    def begin_encoded(self, attributes: Attributes) -> None:
        """A content begins that is HTML."""
        self.begin_content(attributes, "text/html")

    def end_text(self) -> None:
        """The last summary counts, and every content."""
        value = self.text.value()
        if self._is_content:
            self.raw.setdefault("content", []).append({"type": self._stated, "value": value})
            self.raw.setdefault("summary", value)
        else:
            self.raw["summary"] = value
            self.raw["summary_detail"] = {"type": self._stated}

    def begin_author(self, _: Attributes) -> None:
        """An author begins."""
        self._person = {}

    def end_author(self) -> None:
        """The last author counts: in plain words, or by name and address."""
        value = self.text.value()
        if self._person:
            if value or ("author" in self.raw and "name" not in self._person):
                raise Unusual
            name, email = self._person.get("name"), self._person.get("email")
            value = f"{name} ({email})" if name and email else name or email or ""
        self.raw["author"] = value

    def begin_source(self, attributes: Attributes) -> None:
        """A source begins; a title after it would count again."""
        if not attributes.keys() <= {"url"}:
            raise Unusual
        self._title_done = False
        self.raw["source"] = {"href": attributes["url"]} if attributes else {}

    def end_source(self) -> None:
        """The text is the source's title."""
        if value := self.text.value():
            self.raw["source"]["title"] = value

    def begin_image(self, _: Attributes) -> None:
        """An image begins; a title after it would count again."""
        self._title_done = False

    def pass_over(self) -> None:
        """Its text is no field."""

    def refuse_attributes(self, attributes: Attributes) -> None:
        """An element begins that feedparser takes another way if it has attributes."""
        if attributes:
            raise Unusual


def _field(name: str) -> Callable[[Item], None]:
    def end(item: Item) -> None:
        item.raw[name] = item.text.value()

    return end


def _date(name: str) -> Callable[[Item], None]:
    def end(item: Item) -> None:
        value = item.raw[name] = item.text.value()
        item.raw[f"{name}_parsed"] = moment(value)

    return end


_READ: Final[Mapping[str, tuple[Callable[[Item, Attributes], None] | None, Callable[[Item], None]]]] = {
    "title": (Item.begin_title, Item.end_title),
    "link": (Item.begin_link, Item.end_link),
    "id": (Item.begin_id, Item.end_id),
    "description": (Item.begin_description, Item.end_text),
    "summary": (Item.begin_summary, Item.end_text),
    "content": (Item.begin_content, Item.end_text),
    "encoded": (Item.begin_encoded, Item.end_text),
    "author": (Item.begin_author, Item.end_author),
    "source": (Item.begin_source, Item.end_source),
    "image": (Item.begin_image, Item.pass_over),
    "origlink": (Item.refuse_attributes, _field("feedburner_origlink")),
    "language": (None, _field("language")),
    **{name: (None, _date(name)) for name in ("published", "updated", "created")},
}
"""What is read of an item: what its element's begin and end do."""
