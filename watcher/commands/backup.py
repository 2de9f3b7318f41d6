"""`watcher backup`: a whole, checked copy of the database, while the daemon runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.core.errors import StoreError
from watcher.stores.sqlite.copies import backup


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument("path", metavar="PATH", help="where to write it; must not exist")


def run(arguments: argparse.Namespace) -> int:
    """Write the copy."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    target = Path(arguments.path)
    try:
        backup(config.store.path, target)
    except StoreError as error:
        say(str(error))
        return FINDINGS
    say(f"backup {target}: written and checked, {target.stat().st_size:,} bytes")
    return 0
