"""Until when something holds that a person asks for: `--for 2d`, or `--until` a time; one of them is needed."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from watcher.core.values import duration_text, parse_duration, parse_time

USAGE = 2
_LONGEST = timedelta(days=366)


def until_arguments(parser: argparse.ArgumentParser) -> None:
    """Add both to a command."""
    parser.add_argument("--for", dest="for_", metavar="DURATION", help="so long from now: 4h, 2d, 1w")
    parser.add_argument("--until", metavar="TIME", help="until then: 2026-03-09 or 2026-03-09T07:00+01:00")


def until_of(arguments: argparse.Namespace, now: datetime) -> datetime:
    """The moment that was asked for. Raises ValueError in words."""
    if (arguments.for_ is None) == (arguments.until is None):
        raise ValueError("say for how long: --for 2d, or --until TIME")
    if arguments.for_ is not None:
        span = parse_duration(arguments.for_)
        if not timedelta(0) < span <= _LONGEST:
            raise ValueError(f"--for {arguments.for_}: must be more than nothing and at most {duration_text(_LONGEST)}")
        return now + span
    until = parse_time(arguments.until)
    if not now < until <= now + _LONGEST:
        raise ValueError(f"--until {arguments.until}: must lie ahead, at most a year")
    return until
