"""`watcher mark`: say of an alert whether it was worth telling; nobody is told, and no rule changes by it."""

from __future__ import annotations

import argparse
from typing import cast, get_args

from watcher.app.daemon import utc_now
from watcher.commands.opening import CONFIGURATION, FINDINGS, readable, say
from watcher.core.errors import StoreError
from watcher.core.text.escapes import one_line
from watcher.stores.sqlite.marks import MarkTable, Verdict
from watcher.stores.sqlite.sessions import writing

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_MOST_WORDS = 500


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which alert, and what of it."""
    parser.add_argument("alert", metavar="ALERT", help="id of the alert, or of a message or delivery about it")
    parser.add_argument("verdict", choices=VERDICTS, help="whether it was worth telling")
    parser.add_argument("--why", metavar="TEXT", default="", help="your reason, kept with it")
    parser.epilog = "Every message names its ids at the foot. `watcher noisy` and `watcher suggest RULE` go by marks."


def run(arguments: argparse.Namespace) -> int:
    """Put the mark down; 1 if there is no such alert."""
    found = readable(arguments)
    if found is None:
        return CONFIGURATION
    why = one_line(arguments.why)[:_MOST_WORDS]
    try:
        with writing(found[0].store.path) as db:
            table = MarkTable(db)
            meant = table.alert(arguments.alert)
            if meant is not None:
                table.put(meant[0], cast("Verdict", arguments.verdict), why, utc_now())
    except StoreError as error:
        say(f"mark: {error}")
        return FINDINGS
    if meant is None:
        say(f'mark: unknown alert "{one_line(arguments.alert)}"; `watcher alerts` and every message name alerts')
        return FINDINGS
    print(f"{meant[0]} ({meant[1]}): {arguments.verdict}")
    return 0
