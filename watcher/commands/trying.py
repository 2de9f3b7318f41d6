"""`watcher check SOURCE`: what one poll of a source would bring, row by row; it stores nothing and tells nobody."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.app.build import watched_source
from watcher.app.daemon import utc_now
from watcher.app.loading import Loaded, load
from watcher.app.trial import Listed, Trial, address_of, listed, planned, priced, try_files, try_out
from watcher.commands.listing import Priced, plain_points, plain_rows, point_words, row_words, summary
from watcher.commands.opening import CONFIGURATION, FINDINGS, config_path, print_problems, say
from watcher.core.errors import FetchError, StoreError, WatcherError
from watcher.core.ledger import SourceRecord
from watcher.core.model import Document
from watcher.core.plans import Folder
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.text.spelling import did_you_mean
from watcher.core.urls import redacted_url
from watcher.network.errors import NetworkError
from watcher.pipeline.runtime import WatchedSource
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2
_HEADERS = ("content-type", "etag", "last-modified", "retry-after", "cache-control")
_HEADER_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One poll's documents and all that was read from them. `record` is what the database has of the source, if any."""

    source: WatchedSource
    trial: Trial
    rows: tuple[Listed, ...]
    points: tuple[Priced, ...]
    record: SourceRecord | None

    @property
    def document(self) -> Document:
        """The first document."""
        return self.trial.documents[0]


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
        tried = asyncio.run(_try(found, source, [Path(file) for file in arguments.file or ()]))
    except (WatcherError, OSError) as error:
        say(f"check {source.id}: {_failure(error)}")
        return FINDINGS
    if arguments.format == "json":
        print(plain_safe(json.dumps(_plain(tried), indent=2, ensure_ascii=False, default=str)))
    else:
        for line in _words(tried, max(arguments.limit, 0)):
            print(line)
    for fault in tried.trial.faults:
        say(f"check {source.id}: {one_line(fault)}")
    return FINDINGS if tried.trial.faults else 0


def _failure(error: WatcherError | OSError) -> str:
    """What failed, in one line."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, NetworkError) and error.kind == "dns":
        return one_line(f"{error}; is this machine online, and is the name right?")
    later = isinstance(error, FetchError) and error.retry_after_s
    return one_line(f"{error}{f'; it asks to be left alone for {later:g} s' if later else ''}")


async def _try(found: Loaded, source: WatchedSource, files: Sequence[Path]) -> Tried:
    if files:
        trial = await try_files(source, files, utc_now)
    else:
        trial = await try_out(source, found.config.operator.contact, utc_now)
    with _turn(found.config.store.path) as turn:
        return Tried(
            source=source,
            trial=trial,
            rows=listed(found.runtime, source, trial.parsed, turn, utc_now()),
            points=priced(source, trial.parsed.points, turn, utc_now())[::-1],
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
    shown = list(_first_rows(tried, limit))
    for number, row in shown:
        yield ""
        yield from row_words(number, row)
    if tried.points:
        yield ""
    for number, (point, reason) in enumerate(tried.points[:limit], start=1):
        yield point_words(number, point, reason)
    for many, few, what in ((len(tried.rows), len(shown), "rows"), (len(tried.points), limit, "points")):
        if many > few:
            yield f"\n... and {many - few} more {what} (--limit {many})"
    yield ""
    yield summary(tried.rows, tried.points)
    yield _then(tried)


def _first_rows(tried: Tried, limit: int) -> Iterator[tuple[int, Listed]]:
    """The rows to show with their numbers: the first ones, of a folder the first ones of each file."""
    sizes = [len(each.parsed.drafts) for each in tried.trial.files if each.parsed is not None] or [len(tried.rows)]
    share, at, left = max(1, limit // len(sizes)), 0, limit
    for size in sizes:
        some = min(size, share, left)
        for place in range(at, at + some):
            yield place + 1, tried.rows[place]
        at, left = at + size, left - some


def _folder_head(tried: Tried) -> Iterator[str]:
    """A folder's files, each with what came of it."""
    trial = tried.trial
    folder = planned(tried.source, tried.document.fetched)
    yield f"{tried.source.id}: {one_line(folder.path) if isinstance(folder, Folder) else ''}"
    read = len(trial.files) - len(trial.faults)
    yield f"  files         {read} of {len(trial.files)} could be read"
    for each in trial.files:
        came = f"failed: {one_line(each.fault)}" if each.parsed is None else count(len(each.parsed.drafts), "row")
        yield f"  {one_line(each.name)}: {came}, {count(_size(each.document), 'byte')}"
    for warning in trial.parsed.warnings:
        yield f"  warning       {one_line(warning)}"
    if trial.waiting:
        yield f"  and           {count(trial.waiting, 'older file')}, which a poll would read too"


def _head(tried: Tried) -> Iterator[str]:
    document, trial = tried.document, tried.trial
    if trial.files:
        yield from _folder_head(tried)
        return
    how = "read from a file" if trial.took_s is None else f"status {document.status}, {trial.took_s:.1f} s"
    yield f"{tried.source.id}: {redacted_url(address_of(planned(tried.source, document.fetched)))}"
    if document.final_url != document.request_url:
        yield f"  led to        {redacted_url(document.final_url)}"
    yield f"  answer        {how}, {document.size:,} bytes"
    for name, value in _headers(document).items():
        yield f"  {name:<13} {value}"
    for other in trial.documents[1:]:
        yield f"  then          {redacted_url(other.request_url)}: {_size(other):,} bytes"
    if trial.parsed.title:
        yield f"  title         {one_line(trial.parsed.title)}"
    for warning in trial.parsed.warnings:
        yield f"  warning       {one_line(warning)}"
    for fault in trial.faults:
        yield f"  failed        {one_line(fault)}"
    if trial.waiting:
        yield f"  asks for      {trial.waiting} more documents, which a poll would fetch"


def _size(document: Document) -> int:
    return len(document.body) if document.spooled is None else document.spooled.size


def _headers(document: Document) -> Mapping[str, str]:
    named = {name: document.header(name) for name in _HEADERS}
    return {name: one_line(value)[:_HEADER_CHARS] for name, value in named.items() if value}


def _then(tried: Tried) -> str:
    """What the next poll would make of it."""
    if tried.trial.files and tried.trial.faults:
        return "nothing was stored; a poll takes in the rows above, and `watcher status` names the files with faults"
    if tried.trial.faults:
        return "nothing was stored; until that is mended a poll takes in the rows above, and begins anew each time"
    if not tried.rows and not tried.points:
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
        "status": document.status if tried.trial.took_s is not None and not tried.trial.files else None,
        "took_s": tried.trial.took_s,
        "bytes": _size(document),
        "headers": _headers(document),
        "then": [redacted_url(other.request_url) for other in tried.trial.documents[1:]],
        "files": [
            {"name": each.name, "rows": len(each.parsed.drafts) if each.parsed else 0, "fault": each.fault or None}
            for each in tried.trial.files
        ],
        "title": tried.trial.parsed.title,
        "warnings": tried.trial.parsed.warnings,
        "faults": tried.trial.faults,
        "imported": tried.record.imported if tried.record is not None else None,
        "rows": plain_rows(tried.rows),
        "points": plain_points(tried.points),
    }
