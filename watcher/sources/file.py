"""Files that people or programs put into a folder, each read once and again when it changes; never any I/O of its own.

What is new is told by name, size and time of change; files stay where they are, unless they are to be moved when read.
"""

from __future__ import annotations

import csv
import html as entities
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from io import StringIO
from itertools import islice
from pathlib import PurePosixPath
from typing import ClassVar, Final, Literal, Self
from urllib.parse import unquote

from pydantic import Field, field_validator, model_validator
from selectolax.lexbor import LexborHTMLParser

from watcher.core.errors import ParseError
from watcher.core.model import Document, Entry, Json, Parsed, SourceState
from watcher.core.plans import FILE_FAULT, FILE_MARK, LISTING, PASSED, Folder
from watcher.core.text.charsets import text_and_doubt, text_of
from watcher.core.text.html import BODY_LIMIT, title_text
from watcher.sources.base import SourceOptions
from watcher.sources.feed import Feed, FeedOptions
from watcher.sources.lists.listing import MOST_ITEMS, Listed
from watcher.sources.lists.mapped import MappedOptions, json_entries, mapped_entries
from watcher.sources.mails import mail_entry

_FEED: Final = Feed(FeedOptions(url="https://folder.invalid/"))
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_MAPPED: Final = frozenset({"json", "csv"})
_BINARY: Final = 0.1
_MOST_CAUSES: Final = 20
"""Files that could not be read of which the cause is remembered; of the rest the name is."""
_CAUSE_CHARS: Final = 200


class FileOptions(MappedOptions):
    """Which folder, which files, and what they hold."""

    path: str = Field(description="The folder, as an absolute path; files in folders below it are not read.")
    pattern: str = Field(
        default="*", min_length=1, max_length=200, pattern=r"^[^/\x00]+$", description="Names that are read: `*.xml`."
    )
    format: Literal["feed", "json", "csv", "text", "html", "eml"] = Field(description="What the files hold.")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="What parts the columns of a `csv`.")
    then: Literal["keep", "move"] = Field(
        default="keep", description="What becomes of a file that was read: keep leaves it, move puts it into done/."
    )

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: str) -> str:
        if not path.startswith("/") or ".." in PurePosixPath(path).parts or not path.isprintable():
            raise ValueError("must be an absolute path such as /srv/news/in")
        return path.rstrip("/") or "/"

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.format in _MAPPED) != bool(self.fields):
            wanted = (
                "is missing; write {title: COLUMN, link: COLUMN}" if self.format in _MAPPED else "is for json and csv"
            )
            raise ValueError(f"fields {wanted}")
        return self


class File:
    """The files of a drop folder."""

    kind: ClassVar[str] = "file"
    Options: ClassVar[type[SourceOptions]] = FileOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, FileOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Folder:  # noqa: ARG002 - asked alike at any time
        """The files that were not read as they are now."""
        known = frozenset(_marks(state.cursor, "known"))
        return Folder(
            path=self.options.path,
            pattern=self.options.pattern,
            known=known,
            read=known.difference(_marks(state.cursor, "unread")),
            moves=self.options.then == "move",
            faults=_faults(state.cursor),
        )

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """What a file holds. Raises: ParseError if it holds something else than the format says."""
        cursor = _cursor(document, state.cursor)
        if document.step in {PASSED, LISTING}:
            return Parsed(cursor=cursor)
        if not document.body.strip():
            raise ParseError("reading a file: it is empty")
        document, doubt = self._readable(document)
        listed = self._listed(document, state)
        if doubt:
            entries = tuple(replace(entry, flags=(*entry.flags, doubt)) for entry in listed.entries)
            listed = replace(listed, entries=entries)
        return Parsed(entries=listed.entries, cursor=cursor, warnings=listed.warnings)

    def _readable(self, document: Document) -> tuple[Document, str]:
        """The file in UTF-8, and the doubt about its charset; feeds and mails say theirs in their own ways."""
        if self.options.format in {"feed", "eml"}:
            return document, ""
        text, doubt = text_and_doubt(document.body)
        return (replace(document, body=text.encode()), doubt) if doubt else (document, "")

    def _listed(self, document: Document, state: SourceState) -> Listed:
        match self.options.format:
            case "feed":
                found = _FEED.parse(document, state)
                return Listed(entries=found.entries, warnings=found.warnings)
            case "json":
                return json_entries(document, self.options)
            case "csv":
                return mapped_entries(_rows(document, self.options.delimiter), self.options)
            case "eml":
                return Listed(entries=(mail_entry(document.body, splits=self.options.split == "headings"),))
            case "html":
                return Listed(entries=(_page(document),))
            case "text":
                return Listed(entries=(_note(document),))


def _marks(cursor: Json, name: str) -> list[str]:
    marks = cursor.get(name)
    return [each for each in marks if isinstance(each, str)] if isinstance(marks, list | tuple) else []


def _cursor(document: Document, before: Json) -> Mapping[str, object]:
    """What is known with this file, without an earlier state of it; after a listing without what is gone.

    What could not be read is known too, with its cause, for it is read anew only when it changes.
    """
    known, unread, causes = _marks(before, "known"), _marks(before, "unread"), _causes(before)
    if document.step == LISTING:
        there = frozenset(json.loads(document.body))
        return _kept([mark for mark in known if mark in there], [mark for mark in unread if mark in there], causes)
    mark = document.header(FILE_MARK)
    if mark is None:
        return before
    name = _name_in(mark)
    others = [each for each in unread if _name_in(each) != name]
    return _kept(
        [*(each for each in known if _name_in(each) != name), mark],
        [*others, mark] if document.step == PASSED else others,
        {**causes, mark: (document.header(FILE_FAULT) or "")[:_CAUSE_CHARS]},
    )


def _kept(known: list[str], unread: list[str], causes: Mapping[str, str]) -> Mapping[str, object]:
    """The cursor; what is not needed is left out of it."""
    told = {mark: causes[mark] for mark in unread[-_MOST_CAUSES:] if causes.get(mark)}
    return {"known": known, **({"unread": unread} if unread else {}), **({"causes": told} if told else {})}


def _causes(cursor: Json) -> dict[str, str]:
    causes = cursor.get("causes")
    found = causes if isinstance(causes, Mapping) else {}
    return {mark: cause for mark, cause in found.items() if isinstance(cause, str)}


def _faults(cursor: Json) -> tuple[str, ...]:
    """The files that could not be read, the newest first, in words."""
    causes = _causes(cursor)
    return tuple(f"{_name_in(mark)}: {causes.get(mark, 'read in vain')}" for mark in reversed(_marks(cursor, "unread")))


def _name_in(mark: str) -> str:
    return mark.rsplit("/", 2)[0]


def _rows(document: Document, delimiter: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV by the names of its first line."""
    reader = csv.DictReader(StringIO(text_of(document.body).lstrip("\ufeff"), newline=""), delimiter=delimiter)
    try:
        for row in islice(reader, MOST_ITEMS + 1):
            yield {key.strip(): value for key, value in row.items() if isinstance(key, str) and isinstance(value, str)}
    except csv.Error as error:
        raise ParseError(f"reading a file: it is no CSV: {error}") from error


def _file_name(document: Document) -> str:
    return unquote(document.request_url.rpartition("/")[2]) or "file"


def _plain(document: Document) -> str:
    text = text_of(document.body)
    odd = sum(sign == "\ufffd" or (sign < " " and sign not in "\t\r\n\f") for sign in text[:4096])
    if odd > _BINARY * min(len(text), 4096):
        raise ParseError("reading a file: it is no text")
    return text


def _note(document: Document) -> Entry:
    """A text whose first line is its title."""
    text = _plain(document).replace("\r\n", "\n").strip()
    title, _, rest = text.partition("\n")
    paragraphs = [entities.escape(part, quote=False) for part in _BLANK_LINE.split(rest.strip() or title) if part]
    return Entry(
        guid=_file_name(document),
        title=title_text(title[:300], markup=False),
        content_html="".join(f"<p>{part}</p>" for part in paragraphs)[:BODY_LIMIT],
    )


def _page(document: Document) -> Entry:
    """A page that was saved."""
    text = _plain(document)
    tree = LexborHTMLParser(text)
    named = tree.css_first("h1") or tree.css_first("title")
    title = named.text(deep=True) if named is not None else ""
    return Entry(
        guid=_file_name(document),
        title=title_text(title[:300], markup=False) or title_text(_file_name(document), markup=False),
        content_html=text[:BODY_LIMIT],
    )
