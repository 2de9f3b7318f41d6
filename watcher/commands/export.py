"""`watcher export`: alerts, articles, deliveries or decisions as CSV or JSON lines; `--audit` the proof of an alert."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from watcher.app.daemon import utc_now
from watcher.commands.audit import audit
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say, since_of
from watcher.commands.placing import whole
from watcher.commands.search import asked, event_rules, typed
from watcher.config import Config
from watcher.core.errors import WatcherError
from watcher.core.queries import SearchPlan, to_search
from watcher.core.text.escapes import csv_safe
from watcher.stores.sqlite.exports import EXPORTS, columns, rows
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.wanted import TooMuch

USAGE = 2
_BOM = "\ufeff"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument("what", nargs="?", choices=sorted(EXPORTS), help="what to write")
    parser.add_argument(
        "--audit", metavar="ALERT", help="a zip with all that is behind this alert, or behind those that a query finds"
    )
    parser.add_argument("--query", metavar="QUERY", default="", help="only what rests on articles that it finds")
    parser.add_argument("--since", metavar="D", help="only what is newer: 7d, 2026-01-01 or 2026-01-01T09:00Z")
    parser.add_argument("--format", choices=("csv", "jsonl"), default="csv", help="csv (default) or JSON lines")
    parser.add_argument("--bom", action="store_true", help="begin a CSV with a byte order mark, for Excel")
    parser.add_argument("--output", metavar="FILE", help="write there, whole or not at all (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Write the export."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    if (arguments.what is None) is (arguments.audit is None):
        say(f"export: say what to write, one of {', '.join(sorted(EXPORTS))}; or --audit ALERT")
        return USAGE
    return _export(config, arguments) if arguments.audit is None else audit(config, arguments.audit, arguments.output)


def _export(config: Config, arguments: argparse.Namespace) -> int:
    """Write the rows."""
    try:
        since = since_of(arguments.since, utc_now())
    except ValueError as error:
        say(f"--since: {error}")
        return USAGE
    plan: SearchPlan | None = None
    events: Mapping[str, tuple[str, ...]] = {}
    if arguments.query.strip():
        query = asked(config, typed([arguments.query]))
        if query is None:
            return USAGE
        plan, events = to_search(query), event_rules(config, query)
    try:
        with reading(config.store.path) as db, _opened(arguments.output) as out:
            found = rows(db, arguments.what, plan=plan, since=since, events=events)
            count = _write(out, columns(arguments.what), found, form=arguments.format, bom=arguments.bom)
    except (WatcherError, OSError) as error:
        return _failed(arguments, error)
    say(f"{count:,} {arguments.what} written")
    return 0


def _failed(arguments: argparse.Namespace, error: WatcherError | OSError) -> int:
    """Say why nothing was written; a reader that has closed its pipe has what it wanted."""
    if isinstance(error, BrokenPipeError):
        raise error
    if isinstance(error, OSError):
        say(f"export to {arguments.output or 'standard output'}: {error.strerror or error}")
    else:
        say(str(error))
    return USAGE if isinstance(error, TooMuch) else FINDINGS


def _write(
    out: TextIO, names: tuple[str, ...], found: Iterator[tuple[str | int | None, ...]], *, form: str, bom: bool
) -> int:
    """Write all rows; returns how many."""
    count = 0
    if form == "jsonl":
        for row in found:
            out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")
            count += 1
        return count
    if bom:
        out.write(_BOM)
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(names)
    for row in found:
        table.writerow(["" if cell is None else csv_safe(str(cell)) for cell in row])
        count += 1
    return count


@contextmanager
def _opened(output: str | None) -> Iterator[TextIO]:
    """Standard output, or a file of its owner's alone that appears under its name only when whole and on disk."""
    if output is None:
        # CSV ends its lines itself, and what a terminal can't show must not end an export.
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")
        yield sys.stdout
        sys.stdout.flush()
        return
    with whole(Path(output)) as raw:
        out = TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="", write_through=True)
        yield out
        out.detach()
