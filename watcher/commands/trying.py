"""`watcher check SOURCE`: what one fetch of a source brings, row by row; it stores nothing and tells nobody."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher.app.build import watched_source
from watcher.app.daemon import utc_now
from watcher.app.loading import Loaded, load
from watcher.app.trial import Listed, address_of, document_of, fetch_now, listed, planned, read_now
from watcher.commands.opening import CONFIGURATION, FINDINGS, config_path, print_problems, say
from watcher.core.errors import FetchError, StoreError, WatcherError
from watcher.core.ledger import SourceRecord
from watcher.core.model import Document, Draft, Reason
from watcher.core.telling.alerts import words_of
from watcher.core.telling.tellings import why
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.text.spelling import did_you_mean
from watcher.core.urls import redacted_url
from watcher.network.errors import NetworkError
from watcher.parse.wire import ParsedDocument
from watcher.pipeline.runtime import WatchedSource
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2
_HEADERS = ("content-type", "etag", "last-modified", "retry-after", "cache-control")
_HEADER_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One fetch and all that was read from it. `record` is what the database has of the source, if anything."""

    source: WatchedSource
    document: Document
    took_s: float | None
    parsed: ParsedDocument
    rows: tuple[Listed, ...]
    record: SourceRecord | None


def try_source(arguments: argparse.Namespace) -> int:
    """Fetch the source that the arguments name, or read the file that stands for its reply, and show it."""
    path = config_path(arguments)
    if path is None:
        return CONFIGURATION
    found, problems = load(path, os.environ, utc_now())
    if found is None:
        print_problems(problems)
        say(f"check {arguments.source}: the configuration has errors; mend these first")
        return FINDINGS
    config = found.config.sources.get(arguments.source)
    if config is None:
        hint = did_you_mean(arguments.source, found.config.sources) or f"; known: {', '.join(found.config.sources)}"
        say(f'check: unknown source "{arguments.source}"{hint}')
        return USAGE
    source = watched_source(config, utc_now())
    try:
        tried = asyncio.run(_try(found, source, Path(arguments.file) if arguments.file else None))
    except (WatcherError, OSError) as error:
        say(f"check {source.id}: {_failure(error)}")
        return FINDINGS
    if arguments.format == "json":
        print(plain_safe(json.dumps(_plain(tried), indent=2, ensure_ascii=False, default=str)))
    else:
        for line in _words(tried, max(arguments.limit, 0)):
            print(line)
    return 0


def _failure(error: WatcherError | OSError) -> str:
    """What failed, in one line."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, NetworkError) and error.kind == "dns":
        return one_line(f"{error}; is this machine online, and is the name right?")
    later = isinstance(error, FetchError) and error.retry_after_s
    return one_line(f"{error}{f'; it asks to be left alone for {later:g} s' if later else ''}")


async def _try(found: Loaded, source: WatchedSource, file: Path | None) -> Tried:
    start = time.monotonic()
    if file is None:
        document = await fetch_now(source, found.config.operator.contact, utc_now)
        took_s: float | None = time.monotonic() - start
    else:
        document, took_s = document_of(source, file, utc_now()), None
    parsed = await read_now(source, document)
    with _turn(found.config.store.path) as turn:
        return Tried(
            source=source,
            document=document,
            took_s=took_s,
            parsed=parsed,
            rows=listed(found.runtime, source, parsed, turn, utc_now()),
            record=turn.sources.record(source.id) if turn is not None else None,
        )


@contextlib.contextmanager
def _turn(database: Path) -> Iterator[SqliteTurn | None]:
    """The database to hold the rows against; None if there is none that can be read."""
    with contextlib.ExitStack() as stack:
        turn = None
        if database.exists():
            try:
                turn = stack.enter_context(snapshot(database))
            except StoreError as error:
                say(f"warning: {error}; rows are shown as if nothing were known")
        yield turn


def _words(tried: Tried, limit: int) -> Iterator[str]:
    yield from _head(tried)
    for number, row in enumerate(tried.rows[:limit], start=1):
        yield ""
        yield from _row_words(number, row)
    if len(tried.rows) > limit:
        yield f"\n... and {len(tried.rows) - limit} more rows (--limit {len(tried.rows)})"
    yield ""
    yield _summary(tried)
    yield _then(tried)


def _head(tried: Tried) -> Iterator[str]:
    document = tried.document
    how = "read from a file" if tried.took_s is None else f"status {document.status}, {tried.took_s:.1f} s"
    yield f"{tried.source.id}: {redacted_url(address_of(planned(tried.source, document.fetched)))}"
    if document.final_url != document.request_url:
        yield f"  led to        {redacted_url(document.final_url)}"
    yield f"  answer        {how}, {document.size:,} bytes"
    for name, value in _headers(document).items():
        yield f"  {name:<13} {value}"
    if tried.parsed.title:
        yield f"  title         {one_line(tried.parsed.title)}"
    for warning in tried.parsed.warnings:
        yield f"  warning       {one_line(warning)}"
    if tried.parsed.next_requests:
        yield f"  asks for      {len(tried.parsed.next_requests)} more documents, which a poll would fetch"


def _headers(document: Document) -> Mapping[str, str]:
    named = {name: document.header(name) for name in _HEADERS}
    return {name: one_line(value)[:_HEADER_CHARS] for name, value in named.items() if value}


def _row_words(number: int, row: Listed) -> Iterator[str]:
    draft = row.draft
    doubts = f"; doubts: {', '.join(words_of(flag) for flag in draft.flags)}" if draft.flags else ""
    yield f"{number:3}  {one_line(draft.title) or '(no title)'}"
    yield f"     {one_line(draft.link or 'no link')}"
    yield f"     {row.reason}; stated {_moment(draft.published)}; {one_line(row.publisher)}, {words_of(row.trust)}"
    yield f"     {words_of(draft.text_state)}, {draft.language}: {_zones(draft)}{doubts}"
    for rule, judged in row.matches:
        yield f"     -> {rule.id}: {judged.severity}, by {one_line('; '.join(why(judged.evidence)))}"


def _moment(at: datetime | None) -> str:
    return "unknown" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _zones(draft: Draft) -> str:
    """How many characters lie in each zone."""
    return ", ".join(f"{zone} {size:,}" for zone, size in _zone_sizes(draft).items()) + " characters"


def _zone_sizes(draft: Draft) -> Mapping[str, int]:
    sizes: Counter[str] = Counter()
    for zone in draft.zones:
        sizes[zone.zone.value] += zone.end - zone.start
    return dict(sizes)


def _summary(tried: Tried) -> str:
    reasons = Counter(row.reason for row in tried.rows)
    matching = sum(bool(row.matches) for row in tried.rows)
    counts = ", ".join(f"{reasons[reason]} {reason}" for reason in Reason if reasons[reason]) or "none"
    return f"{len(tried.rows)} rows: {counts}; {matching} would match a rule"


def _then(tried: Tried) -> str:
    """What the next poll would make of it."""
    if not tried.rows:
        return "nothing is listed: if that lasts, look at the address"
    if tried.record is not None and tried.record.imported is not None:
        return "nothing was stored; the daemon tells what is new and matches at its next poll"
    if tried.source.since is None:
        return "nothing was stored; at the first poll all of it is imported as history and nobody is told (see since:)"
    return "nothing was stored; at the first poll what lies within since: is told, the rest is imported as history"


def _plain(tried: Tried) -> Mapping[str, object]:
    document = tried.document
    return {
        "source": tried.source.id,
        "url": redacted_url(document.request_url),
        "final_url": redacted_url(document.final_url),
        "status": document.status if tried.took_s is not None else None,
        "took_s": tried.took_s,
        "bytes": document.size,
        "headers": _headers(document),
        "title": tried.parsed.title,
        "warnings": tried.parsed.warnings,
        "imported": tried.record.imported if tried.record is not None else None,
        "rows": _plain_rows(tried.rows),
    }


def _plain_rows(rows: Sequence[Listed]) -> list[Mapping[str, object]]:
    return [
        {
            "title": row.draft.title,
            "link": row.draft.link,
            "published": row.draft.published,
            "language": row.draft.language,
            "text_state": row.draft.text_state,
            "zones": _zone_sizes(row.draft),
            "flags": row.draft.flags,
            "publisher": row.publisher,
            "trust": row.trust,
            "would_be": row.reason,
            "matches": [
                {"rule": rule.id, "severity": judged.severity, "why": why(judged.evidence)}
                for rule, judged in row.matches
            ],
        }
        for row in rows
    ]
