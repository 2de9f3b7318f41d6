"""`watcher reread`: read stored articles anew by the recognisers as they are now; tells nobody."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from watcher.app.daemon import utc_now
from watcher.app.rereading import Asked, Reread, reread
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, say, since_of
from watcher.core.errors import StoreError
from watcher.core.telling.alerts import words_of
from watcher.core.text.spelling import did_you_mean
from watcher.core.understanding.understander import Understander
from watcher.render.moments import count
from watcher.stores.sqlite.renaming import known_sources
from watcher.stores.sqlite.sessions import reading

USAGE, INTERRUPTED = 2, 130


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which articles."""
    parser.add_argument(
        "--since", metavar="D", help="only what was first seen since: 7d, 2026-01-01 or 2026-01-01T09:00Z"
    )
    parser.add_argument("--source", metavar="S", help="only articles of that source")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, store nothing")
    parser.epilog = (
        "Raises, updates and closes no alert: what rules judged by stays with the article, `watcher why` shows both. "
        "May run beside the daemon, be stopped at any time, and goes on where it was when it is called again."
    )


def run(arguments: argparse.Namespace) -> int:
    """Read anew, and say what changed."""
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    try:
        since = since_of(arguments.since, utc_now())
    except ValueError as error:
        say(f"--since: {error}")
        return USAGE
    path, understander = found.config.store.path, found.runtime.rule_set.understanding()
    if understander is None:
        say("reread: the recognisers can't be read; see watcher check")
        return CONFIGURATION
    asked = Asked(source=arguments.source, since=since, dry=arguments.dry_run)
    try:
        with reading(path) as db:
            names = known_sources(db)
    except StoreError as error:
        say(str(error))
        return FINDINGS
    if asked.source is not None and asked.source not in names:
        say(f"reread: nothing is stored of source {asked.source}{did_you_mean(asked.source, names)}")
        return USAGE
    return _reread(path, understander, asked)


def _reread(path: Path, understander: Understander, asked: Asked) -> int:
    done, code = Reread(), 0
    try:
        for done in reread(path, understander, asked, utc_now()):
            if sys.stderr.isatty():
                print(f"\r{done.done:4.0%}  {done.read:,} read, {done.changed:,} changed", end="", file=sys.stderr)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except StoreError as error:
        say(str(error))
        code = FINDINGS
    for line in _words(done, dry=asked.dry, stopped=bool(code)):
        print(line)
    return code


def _words(done: Reread, *, dry: bool, stopped: bool) -> Iterator[str]:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if stopped:
        yield f"stopped at {done.done:.0%}; what is read is kept, call it again for the rest"
    if not done.read:
        yield "everything was read by the present version already" if not stopped else "nothing was read"
        return
    would = "would be read" if dry else "read"
    yield (
        f"{count(done.read, 'article')} {would} anew: {done.same:,} as before, {done.changed:,} otherwise, "
        f"{done.fresh:,} for the first time; nobody is told"
    )
    for (before, after), times in sorted(done.moves.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"  {times:>6,}  {words_of(before)} -> {words_of(after)}"
    if done.aside:
        yield f"  {done.aside:>6,}  the same types and statuses; other names, roles, values, places or reasons"
