"""`watcher restore`: put a backup in the database's place, with no daemon running."""

from __future__ import annotations

import argparse
from pathlib import Path

from watcher.app.lock import AlreadyRunning, only_one
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.core.errors import WatcherError
from watcher.stores.sqlite.copies import restore

ALREADY_RUNNING = 75


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument("path", metavar="FILE", help="a backup made by `watcher backup`")


def run(arguments: argparse.Namespace) -> int:
    """Check the backup, keep the old database aside, and put the backup in its place."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    target = config.store.path
    try:
        with only_one(target):
            done = restore(Path(arguments.path), target)
    except AlreadyRunning as error:
        say(f"{error}; stop it first")
        return ALREADY_RUNNING
    except WatcherError as error:
        say(str(error))
        return FINDINGS
    aside = f"; the one before is {done.aside}" if done.aside else ""
    say(f"database {target}: restored from {arguments.path}{aside}")
    if done.due:
        say(
            f"{done.due} deliveries waited when the backup was made; they go out at the next start, under their old ids"
        )
    return 0
