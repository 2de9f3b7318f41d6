"""`watcher assign`: say who takes care of an alert; messages and lists name them."""

from __future__ import annotations

import argparse

from watcher.commands.doing import HOW, alert_arguments, do, undo_argument
from watcher.commands.opening import say
from watcher.commands.until import USAGE
from watcher.core.text.escapes import one_line
from watcher.pipeline.telling.lifecycle import assign


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which alert, and to whom."""
    alert_arguments(parser)
    undo_argument(parser)
    parser.add_argument("to", metavar="WHO", nargs="?", default="", help="who takes care of it")


def run(arguments: argparse.Namespace) -> int:
    """Assign it; 1 if there is no such alert."""
    to = one_line(arguments.to)[:80]
    if not to and not arguments.undo:
        say("assign: say to whom: watcher assign ALERT WHO")
        return USAGE
    return do(arguments, "assigned", lambda turn, alert, who, now: assign(turn, alert, who, now, HOW, to=to))
