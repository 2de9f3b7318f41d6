"""Named values of one listed item made into an entry: known names are its parts, all others lines of its text.

Never invents what an item does not say, and never takes a word that stands for nothing ("None") at its word.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from rapidfuzz.distance import OSA

from watcher.core.model import Entry
from watcher.core.text.html import BODY_LIMIT, blocks, title_text
from watcher.core.text.spelling import nearest
from watcher.core.urls import http_url, link_on
from watcher.sources.lists.paths import Pattern, pattern
from watcher.sources.lists.times import Moment, read_moment

PARTS: Final = (
    *("title", "link", "published", "updated", "text", "summary"),
    *("author", "language", "origin", "origin_link"),
)
"""Names with a meaning of their own; `origin` is whom the item itself names as its publisher."""
LONG: Final = frozenset({"text", "summary"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n\s*")
_LINE_LIMIT: Final = 2_000
_ID_LIMIT: Final = 400
_LEAVES: Final = 50

_OTHER_NAMES: Final = {
    **dict.fromkeys(("headline", "heading", "subject", "name"), "title"),
    **dict.fromkeys(("url", "href", "uri", "address"), "link"),
    **dict.fromkeys(("date", "time", "day", "pubdate", "created", "issued"), "published"),
    **dict.fromkeys(("modified", "changed"), "updated"),
    **dict.fromkeys(("body", "content", "html"), "text"),
    **dict.fromkeys(("description", "abstract", "excerpt", "teaser"), "summary"),
    **dict.fromkeys(("publisher", "source", "media"), "origin"),
}
"""What else people call a part. As a line of the text it is welcome beside that part, but hardly meant without it."""
_LIKE: Final = 0.75

Values = Mapping[str, object]
"""What an item says under each name of `fields`."""


def _field_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f'"{name}" is no name for a field; write small letters, digits and _')
    return name


def checked_names(fields: Mapping[str, str]) -> Mapping[str, str]:
    """The fields, if one of them is a title, link or text and none looks like a slip for a part that is not there."""
    absent = [part for part in PARTS if part not in fields]
    for name in fields:
        if name in PARTS:
            continue
        meant = _OTHER_NAMES.get(name)
        if meant is None:
            likely = nearest(name, absent)
            meant = likely if likely and OSA.normalized_similarity(name, likely) >= _LIKE else None
        if meant in absent:
            raise ValueError(f'"{name}" would be a line of the text, did you mean "{meant}"?')
    if not {"title", "link", "text"} & fields.keys():
        raise ValueError("an article needs one of title, link and text")
    return fields


FieldName = Annotated[str, AfterValidator(_field_name)]


class IdPattern(BaseModel):
    """An identity that stands inside a text, such as a gazette's number."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True, populate_by_name=True)

    regex: Pattern = Field(description="A pattern of RE2; its groups, joined by -, are the identity.")
    from_: str = Field(alias="from", min_length=1, description="The field, or the place, whose text is searched.")
    else_: str | None = Field(
        default=None, alias="else", min_length=1, description="The field or place that serves where nothing fits."
    )


def identity(id_: str | tuple[str, ...] | IdPattern, values: Values, place: Callable[[str], object]) -> str | None:
    """The item's own identity, or None where it says none.

    Args: `place` looks up what is no name of a field. Several places are one identity together.
    """

    def said(name: str) -> str:
        return plain(values[name] if name in values else place(name))

    match id_:
        case str():
            return said(id_)[:_ID_LIMIT] or None
        case IdPattern():
            text = "\n".join(block.text for block in blocks(said(id_.from_)))
            found = pattern(id_.regex).search(text)
            if found is not None:
                return "-".join(group for group in found.groups() or (found.group(),) if group)[:_ID_LIMIT] or None
            return said(id_.else_)[:_ID_LIMIT] or None if id_.else_ else None
        case _:
            parts = [said(name) for name in id_]
            joined = "|".join(parts)
            if not any(parts):
                return None
            return joined if len(joined) <= _ID_LIMIT else sha256(joined.encode("utf-8", "replace")).hexdigest()


def present(value: object, missing: tuple[str, ...]) -> object:
    """The value, or None if it stands for nothing."""
    return None if isinstance(value, str) and value.strip() in {"", *missing} else value


def plain(value: object) -> str:
    """A value as text: lists are joined, of objects their leaves are taken."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return "; ".join(text for each in value[:_LEAVES] if (text := plain(each)))
        case Mapping():
            return plain(list(value.values()))
        case _:
            return str(value).strip()


def entry_of(values: Values, guid: str | None, own: str, base: str, formats: tuple[str, ...]) -> Entry | None:
    """The entry that these values make, or None if they say neither title nor link nor text.

    Args: links are relative to `base`; one to `own`, the list's own address, is none.
    """
    text, summary = _markup(plain(values.get("text"))), _markup(plain(values.get("summary")))
    lines = [f"<p>{html.escape(_line(name, value), quote=False)}</p>" for name, value in _others(values)]
    title = title_text(plain(values.get("title")), markup=True)
    link = link_on(own, http_url(plain(values.get("link")), base) or "")
    if not (title or link or text or summary):
        return None
    content = "".join((text or summary, *lines))[:BODY_LIMIT] if text or lines else ""
    published, flags = read_moment(values.get("published"), formats)
    updated: Moment = read_moment(values.get("updated"), formats)
    language = plain(values.get("language"))
    return Entry(
        guid=guid,
        link=link,
        title=title,
        summary_html=summary if text or not content else "",
        content_html=content,
        author=title_text(plain(values.get("author")), markup=True),
        published=published or updated[0],
        updated=updated[0],
        language=language if _LANGUAGE.fullmatch(language) else None,
        origin_name=title_text(plain(values.get("origin")), markup=True),
        origin_url=http_url(plain(values.get("origin_link"))) or "",
        flags=flags if published or not updated[0] else updated[1],
    )


def _others(values: Values) -> list[tuple[str, str]]:
    """The further fields that say something."""
    return [(name, text) for name, value in values.items() if name not in PARTS and (text := plain(value))]


def _line(name: str, value: str) -> str:
    return f"{name.replace('_', ' ')}: {' '.join(value.split())}"[:_LINE_LIMIT]


def _markup(text: str) -> str:
    """A text as HTML: what has no tags has its paragraphs marked, so that lines can follow."""
    text = text[:BODY_LIMIT]
    if not text or _TAG.search(text):
        return text
    return "".join(f"<p>{part.strip()}</p>" for part in _BLANK_LINE.split(text.replace("\r\n", "\n")) if part.strip())
