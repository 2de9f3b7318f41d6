"""`watcher snooze`: hear nothing of an alert for a while; what came meanwhile is told in one message at the end."""

from __future__ import annotations

import argparse
from datetime import datetime

from watcher.app.daemon import utc_now
from watcher.commands.doing import HOW, alert_arguments, do, undo_argument
from watcher.commands.opening import say
from watcher.commands.until import USAGE, until_arguments, until_of
from watcher.pipeline.telling.lifecycle import snooze


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which alert, who, and for how long."""
    alert_arguments(parser)
    undo_argument(parser)
    until_arguments(parser)
    parser.epilog = "A higher severity is told all the same."


def run(arguments: argparse.Namespace) -> int:
    """Snooze it; 1 if there is no such alert, 2 without an end."""
    until: datetime | None = utc_now()
    if not arguments.undo:
        try:
            until = until_of(arguments, utc_now())
        except ValueError as error:
            say(f"snooze: {error}")
            return USAGE
    end = until or utc_now()
    return do(arguments, "snoozed", lambda turn, alert, who, now: snooze(turn, alert, who, now, HOW, until=end))
