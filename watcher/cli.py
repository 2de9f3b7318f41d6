"""The command line: a table of commands, each in its own module, imported only when it is called.

Exit codes: 0 fine, 1 findings, 2 usage, 75 already running, 78 configuration.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from watcher import __version__

COMMANDS = {
    "demo": "show the whole job within a minute, on bundled sample news; needs no network, account or file",
    "init": "write a commented starter watcher.yaml with live sources, and rules for a job",
    "check": "find every mistake in configuration, rules and templates; `check SOURCE` fetches once and shows it",
    "schema": "print the JSON Schema of watcher.yaml or of rule files, for editors",
    "run": "watch: the daemon",
    "once": "one pass of everything due, then exit",
    "test": "run the examples and time lines of rules",
    "backtest": "replay a rule over what is stored: what it would have told, and what was told then",
    "try": "judge a text, a file or a page by all rules, clause by clause, without storing anything",
    "diff": "compare two sets of rules: the alerts that one has and the other has not, with the clause that decided",
    "alerts": "list what is open, acknowledged, snoozed or closed; show all that became of one alert",
    "ack": "acknowledge an alert: somebody takes care, reminders end",
    "snooze": "hear nothing of an alert for a while; what came meanwhile is told at the end",
    "assign": "say who takes care of an alert",
    "close": "end an alert, with the reason",
    "silence": "hide alerts by a query until a time; list silences with what they hid, end one",
    "mark": "say of an alert whether it was worth telling",
    "noisy": "list rules that match too much, nothing in a year, or mostly what is marked not relevant",
    "suggest": "propose changes of a rule from marks, each with its effect on history; applies none",
    "why": "say why an article or alert matched or not, clause by clause, and who was told",
    "reread": "read stored articles anew by the present recognisers; raises and closes no alert",
    "classify": "read a file of articles and print what each reports, without storing anything",
    "digest": "show what waits for a digest, preview its next issue, list those sent",
    "search": "search stored articles, newest first",
    "matters": "show bills, permits and programmes that are followed, and their time lines",
    "calendar": "show dates to come, and dates that passed without word",
    "series": "show the values of series, converted where that was asked",
    "export": "write alerts, articles, deliveries or decisions as CSV or JSON lines; "
    "or the proof of an alert (--audit)",
    "status": "show sources, channels, outbox and digests",
    "deliveries": "list, show and retry deliveries; resume a channel",
    "recipients": "list who gets what by which channel, and who unsubscribed; unsubscribe or resubscribe somebody",
    "links": "addresses at which somebody reads feeds, dates and issues: give out, list, revoke",
    "keys": "show or rotate the keys that links in messages are signed with",
    "send-test": "send a test message on a channel and show the real answer",
    "route": "show the tree of routes; say which way an alert goes, branch by branch, and whom it reaches when",
    "drill": "send a marked test alert the whole way, through routes, outbox and channels, and show every answer",
    "story": "merge or split stories by hand",
    "sources": "list sources; rename one, or forget its history",
    "kinds": "list the kinds of sources, conditions and channels with their options, and the event types; "
    "look up names (kinds names TEXT)",
    "backup": "write a copy of the database while the daemon runs",
    "restore": "put a backup in the database's place (stop the daemon first)",
    "db": "look after the database: db check",
}

USAGE, CONFIGURATION = 2, 78


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser; only `command` gets its own arguments, so that nothing else is imported."""
    top = argparse.ArgumentParser(
        prog="watcher",
        description="Watches sources for events that matter and tells the right people once, in time, with proof.",
        epilog="Start with: watcher demo. Then: watcher init, watcher check, watcher run.",
    )
    top.add_argument("--version", action="version", version=f"watcher {__version__}")
    top.add_argument(
        "--config", metavar="FILE", help="the configuration (default: ./watcher.yaml, then the user's config folder)"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, help_ in COMMANDS.items():
        sub = commands.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")
        if name == command:
            _module(name).arguments(sub)
    return top


class Command(Protocol):
    """A command's module."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit code."""


def _module(command: str) -> Command:
    module: Any = importlib.import_module(f"watcher.commands.{command.replace('-', '_')}")
    found: Command = module
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = _command_in(words)
    arguments = parser(command).parse_args(words if command is None else _spelled(command, words))
    if arguments.command is None:
        parser().print_help()
        return USAGE
    try:
        code = _module(arguments.command).run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return code


def _spelled(command: str, words: list[str]) -> list[str]:
    """The words as argparse takes them; a command whose words may look like options says how (`spelled`)."""
    spelled = getattr(_module(command), "spelled", None)
    return words if spelled is None else spelled(words)


def _command_in(words: Sequence[str]) -> str | None:
    """The command among the words, before argparse reads them."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "--config":
            skip = True
        elif not word.startswith("-"):
            return word if word in COMMANDS else None
    return None
