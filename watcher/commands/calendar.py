"""`watcher calendar`: dates to come and dates that passed without word, with the sentences that state them."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from watcher.app.daemon import utc_now
from watcher.app.dated_words import entry_json, entry_lines
from watcher.commands.opening import CONFIGURATION, FINDINGS, readable, say
from watcher.config.model import Config
from watcher.core.calendar.model import OPEN
from watcher.core.errors import StoreError
from watcher.core.text.escapes import plain_safe
from watcher.core.values import parse_duration
from watcher.render.moments import count
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2
_EVERY = (*OPEN, "settled", "superseded", "withdrawn")
_MOST = 1_000
_LAPSED_SHOWN = timedelta(days=90)
"""So long a date that passed without word is listed; `--all` shows older ones."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument("--within", metavar="D", help="dates of the next days or weeks only: 30d, 8w")
    parser.add_argument(
        "--all", action="store_true", help="also dates that were moved, settled, taken back, or are long past"
    )
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="at most so many (default 200)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(arguments: argparse.Namespace) -> int:
    """Print the calendar, the nearest date first, those without a day last."""
    found = readable(arguments)
    if found is None:
        return CONFIGURATION
    config, _ = found
    if not 1 <= arguments.limit <= _MOST:
        say(f"--limit {arguments.limit}: must be 1 to {_MOST:,}")
        return USAGE
    today = utc_now().astimezone(ZoneInfo(_zone(config))).date()
    try:
        until = None if arguments.within is None else today + parse_duration(arguments.within)
    except (ValueError, OverflowError) as error:
        say(f"--within: {error}")
        return USAGE
    since = None if arguments.all else today - _LAPSED_SHOWN
    try:
        with snapshot(config.store.path) as turn:
            listed = turn.entries.listed(_EVERY if arguments.all else OPEN, since, until, arguments.limit + 1)
    except StoreError as error:
        say(f"calendar: {error}")
        return FINDINGS
    for entry, grounds in listed[: arguments.limit]:
        if arguments.json:
            print(plain_safe(json.dumps(entry_json(entry, grounds, today), ensure_ascii=False)))
        else:
            for line in entry_lines(entry, grounds, today):
                print(line)
    shown = min(len(listed), arguments.limit)
    more = f"; more than {arguments.limit:,} (--limit)" if len(listed) > arguments.limit else ""
    say(f"{count(shown, 'date')}, counted from {_day(today)}{more}")
    return 0


def _zone(config: Config) -> str:
    """Whose today it is: that of the first digest's readers, else UTC."""
    return next((digest.zone for digest in config.digests.values()), "UTC")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
