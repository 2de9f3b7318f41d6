"""Who decides something by hand, and why: the same two options for every command that writes such a decision down."""

from __future__ import annotations

import argparse
import getpass

from watcher.app.daemon import utc_now
from watcher.core.text.escapes import one_line
from watcher.stores.sqlite.stories import Author


def author_arguments(parser: argparse.ArgumentParser) -> None:
    """Add them to a command."""
    parser.add_argument("--author", metavar="NAME", help="who decides (default: you)")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, for those who read it later")


def author_of(arguments: argparse.Namespace) -> Author:
    """Who decides, why, now."""
    return Author(name=one_line(arguments.author or user()), reason=one_line(arguments.reason), at=utc_now())


def user() -> str:
    """Who is logged in; a service account may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
