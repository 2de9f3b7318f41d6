"""`watcher db check`: whether the database is whole and makes sense."""

from __future__ import annotations

import argparse

from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.stores.sqlite.copies import check


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="check")
    actions.add_parser("check", help="look at every page and at what rows refer to (the default)")


def run(arguments: argparse.Namespace) -> int:
    """Check; 1 if anything is wrong."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    path = config.store.path
    problems = check(path)
    for problem in problems:
        say(problem)
    if any("newer watcher" not in problem for problem in problems) and path.exists():
        say("put a backup in its place with: watcher restore FILE")
    if not problems:
        say(f"{path}: whole, {path.stat().st_size:,} bytes")
    return FINDINGS if problems else 0
