"""`watcher close`: end an alert, with the reason; later news on the same subject raises it anew."""

from __future__ import annotations

import argparse

from watcher.commands.doing import HOW, MOST_WORDS, alert_arguments, do, undo_argument
from watcher.commands.opening import say
from watcher.commands.until import USAGE
from watcher.core.text.escapes import one_line
from watcher.pipeline.telling.lifecycle import close


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which alert, and why."""
    alert_arguments(parser)
    undo_argument(parser)
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; needed")
    parser.epilog = "To hear nothing more of a story: watcher silence add 'story:ID' --for 7d --reason ..."


def run(arguments: argparse.Namespace) -> int:
    """Close it; 1 if there is no such alert, 2 without a reason."""
    reason = one_line(arguments.reason)[:MOST_WORDS]
    if not reason and not arguments.undo:
        say("close: say why with --reason; it stays with the alert")
        return USAGE
    return do(arguments, "closed", lambda turn, alert, who, now: close(turn, alert, who, now, HOW, reason=reason))
