"""A keyed table, read whole at each poll: rows that come, go, or change in columns that count.

Never takes a truncated answer for rows that are gone, and never tells what only moved or is only shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import ClassVar, Final

from watcher.core.errors import ParseError
from watcher.core.model import Document, Json, Parsed, Request, Row, SourceState
from watcher.core.text.plain import scrub
from watcher.core.urls import http_url, link_on
from watcher.sources.base import SourceOptions
from watcher.sources.lists.asking import changes, list_request
from watcher.sources.lists.jsontext import read_json
from watcher.sources.lists.listing import masking
from watcher.sources.lists.mapping import plain
from watcher.sources.lists.paging import PagesOptions, page_number
from watcher.sources.lists.paths import look
from watcher.sources.lists.requests import headed
from watcher.sources.lists.templates import Values
from watcher.sources.tables.columns import Getter, Record, getters, present_in, text_in
from watcher.sources.tables.grids import records_of
from watcher.sources.tables.options import TableOptions

_KEY_LIMIT: Final = 400
_MOST_SHOWN: Final = 25
_SHOWN_CHARACTERS: Final = 800
_LABELS: Final = ("name", "title", "label")
_ACCEPT: Final = "application/json, text/csv, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The columns of one document, ready to be read."""

    key: tuple[Getter, ...]
    counted: tuple[Getter, ...]
    shown: tuple[Getter, ...]
    label: tuple[Getter, ...]
    link: Getter | None
    where: tuple[tuple[Getter, tuple[str, ...]], ...]
    text: Callable[[object], str]


class Table:
    """A keyed table."""

    kind: ClassVar[str] = "table"
    Options: ClassVar[type[SourceOptions]] = TableOptions
    keyed_rows: ClassVar[bool] = True

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, TableOptions)
        self.options = options
        self._asking = options.asking()

    def plan(self, state: SourceState, now: datetime) -> Request:
        """The first page, conditional if it is always asked for alike."""
        request = self.keyed(replace(list_request(self._asking, self._values(now, 1)), large=True))
        if request.method != "GET" or changes(self._asking):
            return request
        return replace(request, etag=state.etag, last_modified=state.last_modified)

    def keyed(self, request: Request) -> Request:
        """The request with the configured headers, if it goes to the table's own origin."""
        form = "application/x-www-form-urlencoded" if self.options.body_as == "form" else "application/json"
        defaults = (("accept", _ACCEPT), *(() if request.body is None else (("content-type", form),)))
        return headed(request, self.options.headers, self.options.url, defaults)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The rows of one page, and the request for the next one if there may be one.

        Raises: ParseError if there are no rows, too few, two of one key, or a column is not there.
        """
        try:
            return self._page(document, state, page_number(document.step))
        except ParseError as error:
            raise masking(error, document) from error

    def _page(self, document: Document, state: SourceState, page: int) -> Parsed:
        wanted = (*self.options.key, *self.options.watch, *self.options.where, *self.options.label)
        records, paths = records_of(document, self.options, wanted)
        last, before = _count(state.cursor, "rows"), _count(state.cursor, "so_far") if page > 1 else 0
        total = before + len(records)
        following = self._next(document, page, len(records))
        if following is not None:
            rows, warnings = self._rows(records, document.final_url, paths=paths)
            cursor = {"rows": last, "so_far": total}
            return Parsed(rows=rows, next_requests=(following,), cursor=cursor, warnings=warnings)
        self._guard(total, last)
        rows, warnings = self._rows(records, document.final_url, paths=paths) if records else ((), ())
        return Parsed(rows=rows, whole=self.options.removed, cursor={"rows": total}, warnings=warnings)

    def _guard(self, total: int, last: int) -> None:
        """Refuse an answer that is too small."""
        needed, told = self.options.least(last)
        if total < needed:
            raise ParseError(
                f"reading the table: {total:,} rows came, {told} were due: a truncated answer is taken for no change; "
                "if it is right, lower guard.min_rows"
            )

    def _rows(self, records: Sequence[Record], base: str, *, paths: bool) -> tuple[tuple[Row, ...], tuple[str, ...]]:
        columns = self._columns(records, paths=paths)
        rows: dict[str, Row] = {}
        twice = keyless = 0
        for record in records:
            if not all(_fits(columns.text(get(record)), patterns) for get, patterns in columns.where):
                continue
            key = _key([columns.text(get(record)) for get in columns.key])
            if not key:
                keyless += 1
                continue
            row = _row(columns, key, record, base)
            known = rows.setdefault(key, row)
            if known is not row:
                twice += 1
                _refuse_another(known, row)
        if records and keyless == len(records):
            raise ParseError(
                f"reading the table: none of {keyless:,} rows has a value in {', '.join(self.options.key)}"
            )
        return tuple(rows.values()), tuple(_warnings(twice, keyless))

    def _columns(self, records: Sequence[Record], *, paths: bool) -> _Columns:
        options, present = self.options, present_in(records)
        named = getters((*options.key, *options.watch, *options.label, *options.where), present, paths=paths)
        ordered = tuple(dict.fromkeys(key for record in records[:_MOST_SHOWN] for key in record))
        every = (*ordered, *sorted(present.difference(ordered)))
        own = tuple(key for key in every if not key.endswith("@href"))
        counted = options.watch or tuple(key for key in own if key not in options.key)
        beside = options.show if options.show is not None else own
        taken = {named[name].key if name in named else name for name in (*counted, *options.label)}
        label = options.label or next(((key,) for key in own if key.lower() in _LABELS), ())

        def got(names: Sequence[str]) -> tuple[Getter, ...]:
            return tuple(named.get(name) or Getter(name, present, paths=paths) for name in names)

        return _Columns(
            key=got(options.key),
            counted=got(counted),
            shown=got([name for name in beside if name not in taken]),
            label=got(label),
            link=Getter(options.link, present, paths=paths) if options.link is not None else None,
            where=tuple((named[name], patterns) for name, patterns in options.where.items()),
            text=text_in(frozenset(options.missing)),
        )

    def _next(self, document: Document, page: int, count: int) -> Request | None:
        """The request for a further page, or None where the table ends."""
        pages = self.options.pages
        if self.options.next is not None:
            url = http_url(plain(look(self.options.next, read_json(document))), document.final_url)
            if url is None or url == document.request_url:
                return None
            _refuse_endless(page, pages or PagesOptions())
            return Request(url=url, step=f"page {page + 1}", large=True)
        if pages is None or count < max(pages.step, 1) or not count:
            return None
        _refuse_endless(page, pages)
        return replace(list_request(self._asking, self._values(document.fetched, page + 1)), large=True)

    def _values(self, now: datetime, page: int) -> Values:
        pages = self.options.pages or PagesOptions()
        return Values(now=now, page=page, start=pages.start + (page - 1) * pages.step)


def _row(columns: _Columns, key: str, record: Record, base: str) -> Row:
    text = columns.text
    label = " – ".join(dict.fromkeys(said for get in columns.label if (said := text(get(record)))))
    link = text(columns.link(record)) if columns.link is not None else ""
    return Row(
        key=key,
        label=scrub(label) or key,
        fields=tuple((get.name, said) for get in columns.counted if (said := text(get(record)))),
        shown=_shown(columns, record),
        link=link_on(base, link) if link else None,
    )


def _shown(columns: _Columns, record: Record) -> tuple[tuple[str, str], ...]:
    """What is shown beside, as far as there is room."""
    found: list[tuple[str, str]] = []
    left = _SHOWN_CHARACTERS
    for get in columns.shown:
        said = columns.text(get(record))
        if not said:
            continue
        said = said[:left]
        left -= len(said)
        found.append((get.name, said))
        if left <= 0 or len(found) == _MOST_SHOWN:
            break
    return tuple(found)


def _key(parts: Sequence[str]) -> str:
    key = scrub("|".join(parts)) if any(parts) else ""
    return key if len(key) <= _KEY_LIMIT else sha256(key.encode("utf-8", "replace")).hexdigest()


def _fits(text: str, patterns: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(fnmatchcase(folded, each.casefold()) for each in patterns)


def _refuse_another(known: Row, row: Row) -> None:
    """Two rows under one key must be the same row."""
    if known.fields == row.fields:
        return
    before, after = dict(known.fields), dict(row.fields)
    name = next(name for name in (*before, *after) if before.get(name) != after.get(name))
    raise ParseError(
        f'reading the table: two rows carry the key "{row.key[:80]}", with {name} "{before.get(name, "")[:60]}" and '
        f'"{after.get(name, "")[:60]}"; name more columns in key, or fewer in watch'
    )


def _refuse_endless(page: int, pages: PagesOptions) -> None:
    """A table that is not read whole would seem to have lost its other rows."""
    if page >= pages.max:
        raise ParseError(f"reading the table: it goes on after {page} pages; raise pages.max, or ask for longer pages")


def _warnings(twice: int, keyless: int) -> list[str]:
    told = []
    if twice:
        told.append(f"{twice:,} rows repeat the key and the values of another; each is read once")
    if keyless:
        told.append(f"{keyless:,} rows have no key and are left out")
    return told


def _count(cursor: Json, name: str) -> int:
    value = cursor.get(name)
    return value if isinstance(value, int) else 0
