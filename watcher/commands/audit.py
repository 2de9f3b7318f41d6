"""`watcher export --audit`: what is behind an alert, or behind those that a query finds, as one private zip.

Never leaves half an archive: it appears under its name when it is whole and on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from watcher.app.auditing import write_archive
from watcher.app.daemon import utc_now
from watcher.commands.opening import FINDINGS, say
from watcher.commands.placing import whole
from watcher.commands.search import asked, event_rules, typed
from watcher.config import Config
from watcher.core.errors import WatcherError
from watcher.core.queries import Field, Join, Node, Query, to_search
from watcher.core.queries.judge import fits
from watcher.render.moments import count
from watcher.stores.sqlite.audit import known, proof
from watcher.stores.sqlite.exports import columns, rows
from watcher.stores.sqlite.sessions import reading

USAGE = 2
MOST = 1_000
"""Alerts in one archive."""


def audit(config: Config, wanted: str, output: str | None) -> int:
    """Write the proof; returns the exit code."""
    query = asked(config, typed([wanted])) if ":" in wanted else None
    if query is None and ":" in wanted:
        return USAGE
    try:
        with reading(config.store.path) as db:
            if query is None:
                alerts = [wanted] if known(db, wanted) else []
            else:
                found = rows(db, "alerts", plan=to_search(query), since=None, events=event_rules(config, query))
                alerts = _of_rules(query, found)
            if not alerts:
                say(f'no alert "{wanted}"; watcher export alerts lists them')
                return FINDINGS
            name = output or f"audit-{alerts[0] if len(alerts) == 1 else 'alerts'}.zip"
            with whole(Path(name)) as out:
                parts = (part for alert in alerts for part in proof(db, alert))
                files = write_archive(out, parts, alerts, utc_now())
    except WatcherError as error:
        say(str(error))
        return FINDINGS
    except OSError as error:
        say(f"export to {output or 'this folder'}: {error.strerror or error}")
        return FINDINGS
    say(f"{name}: {files} files behind {count(len(alerts), 'alert')}; README.txt in it says how to check them")
    return 0


def _of_rules(query: Query, found: Iterable[Sequence[object]]) -> list[str]:
    """The ids of the alerts that are meant: an article may have raised alerts of other rules too."""
    wanted = [node for node in _asked_of_all(query.root) if node.name == "rule"]
    names = columns("alerts")
    of, rule = names.index("alert"), names.index("rule")
    kept = [
        str(row[of])
        for row in found
        if all(any(fits("rule", str(row[rule]), value) for value in node.values) for node in wanted)
    ]
    if len(kept) > MOST:
        say(f"{len(kept):,} alerts; the newest {MOST:,} are written, ask for fewer")
    return kept[-MOST:]


def _asked_of_all(node: Node) -> Iterator[Field]:
    match node:
        case Field():
            yield node
        case Join(any=(), same=None):
            for child in node.all:
                yield from _asked_of_all(child)
        case _:
            return
