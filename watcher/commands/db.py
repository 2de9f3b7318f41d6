"""`watcher db check`: whether the database is whole and makes sense, and whether history adds up and is as sealed."""

from __future__ import annotations

import argparse

from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.stores.sqlite.copies import check
from watcher.stores.sqlite.seals import newest_seal
from watcher.stores.sqlite.sums import check_ledger


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="check")
    actions.add_parser("check", help="look at every page, at what rows refer to, at sums and seals (the default)")


def run(arguments: argparse.Namespace) -> int:
    """Check; 1 if anything is wrong."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    path = config.store.path
    problems = check(path)
    amiss = () if problems else check_ledger(path)
    for problem in (*problems, *amiss):
        say(problem)
    if any("newer watcher" not in problem for problem in problems) and path.exists():
        say("put a backup in its place with: watcher restore FILE")
    if amiss:
        say("history does not add up: it was altered by hand, or watcher has a fault; keep a copy of the database")
    if not problems and not amiss:
        say(f"{path}: whole, {path.stat().st_size:,} bytes")
        seal = newest_seal(path)
        if seal is not None:
            say(f"decisions are sealed up to {seal.day}: {seal.sha256}")
    return FINDINGS if problems or amiss else 0
