"""`watcher ack`: say that somebody has seen an alert and takes care of it."""

from __future__ import annotations

import argparse

from watcher.commands.doing import HOW, MOST_WORDS, alert_arguments, do, undo_argument
from watcher.core.text.escapes import one_line
from watcher.pipeline.telling.lifecycle import acknowledge


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which alert, who, and a note."""
    alert_arguments(parser)
    undo_argument(parser)
    parser.add_argument("--note", metavar="TEXT", default="", help="a word for those who read it later")
    parser.epilog = "Reminders end, and follow-ups are held back unless the severity rises or the news is withdrawn."


def run(arguments: argparse.Namespace) -> int:
    """Acknowledge it; 1 if there is no such alert."""
    note = one_line(arguments.note)[:MOST_WORDS]
    return do(arguments, "acknowledged", lambda turn, alert, who, now: acknowledge(turn, alert, who, now, HOW, note))
