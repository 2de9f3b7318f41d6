"""What `ack`, `snooze`, `assign` and `close` have in common: which alert, who, and what is printed of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

from watcher.app.daemon import utc_now
from watcher.commands.deciding import user
from watcher.commands.opening import CONFIGURATION, FINDINGS, readable, say
from watcher.core.errors import StoreError
from watcher.core.telling.lifecycle import What
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.pipeline.telling.lifecycle import Deed, undo_last
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.alert_lists import near
from watcher.stores.sqlite.sessions import writing

HOW = "command"
MOST_WORDS = 500
_NEAR = 2_000

Work = Callable[[SqliteTurn, str, str, datetime], Deed | None]
"""Given a turn, the alert's id, who does it and now, what came of it."""


def alert_arguments(parser: argparse.ArgumentParser) -> None:
    """Which alert, and who."""
    parser.add_argument("alert", metavar="ALERT", help="id of the alert, or of a message or delivery about it")
    by_argument(parser)


def by_argument(parser: argparse.ArgumentParser) -> None:
    """Who does it."""
    parser.add_argument("--by", metavar="WHO", help="who does it (default: you)")


def undo_argument(parser: argparse.ArgumentParser) -> None:
    """That it is taken back."""
    parser.add_argument("--undo", action="store_true", help="take it back")


def by(arguments: argparse.Namespace) -> str:
    """Who does it."""
    return one_line(arguments.by or user())[:80]


def do(arguments: argparse.Namespace, what: What, work: Work) -> int:
    """Do it, or take it back, in one short transaction; the daemon goes by it at once."""
    found = readable(arguments)
    if found is None:
        return CONFIGURATION
    now = utc_now()
    try:
        with writing(found[0].store.path) as db:
            turn = SqliteTurn(db)
            if getattr(arguments, "undo", False):
                done = undo_last(turn, arguments.alert, what, by(arguments), now, HOW)
            else:
                done = work(turn, arguments.alert, by(arguments), now)
            known = near(db, _NEAR) if done is None else []
    except StoreError as error:
        say(str(error))
        return FINDINGS
    if done is None:
        item = one_line(arguments.alert)
        say(f'unknown alert "{item}"{did_you_mean(item, known) or "; `watcher alerts` and every message name alerts"}')
        return FINDINGS
    print(f"{done.alert} ({done.rule}): {one_line(done.words)}{'' if done.new else ' (nothing changed)'}")
    return 0
