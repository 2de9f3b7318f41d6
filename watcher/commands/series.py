"""`watcher series`: the values of series as stored, newest first, with what they were converted to, and why not."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.core.errors import StoreError
from watcher.core.series import PointRecord
from watcher.core.text.spelling import did_you_mean
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2
_MOST = 100_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="one series; without, the newest value of each")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many values (default 20)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(arguments: argparse.Namespace) -> int:
    """Print the newest values."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    if not 1 <= arguments.limit <= _MOST:
        say(f"--limit {arguments.limit}: must be 1 to {_MOST:,}")
        return USAGE
    try:
        with snapshot(config.store.path) as turn:
            counts = dict(turn.points.names())
            names = [arguments.name] if arguments.name is not None else sorted(counts)
            limit = arguments.limit if arguments.name is not None else 1
            found = [(name, point) for name in names for point in turn.points.last(name, limit)]
    except StoreError as error:
        say(str(error))
        return FINDINGS
    for name, point in found:
        print(json.dumps(_as_json(name, point)) if arguments.json else _as_line(name, point))
    if arguments.name is not None and arguments.name not in counts:
        say(f"series {arguments.name[:60]}: no values are stored{did_you_mean(arguments.name, counts)}")
        return FINDINGS
    say(f"{counts[arguments.name]:,} values" if arguments.name is not None else f"{len(names):,} series")
    return 0


def _as_line(name: str, point: PointRecord) -> str:
    """`ndpr  2026-11-20  868000 CNY/t incl VAT = 108.9562543 USD/kg (at 7.05 CNY/USD of 2026-11-20)`."""
    said = f"{_time(point.at)}  {point.value if point.value is not None else 'missing'} {point.unit}".rstrip()
    conversion = point.conversion
    if conversion.value is not None:
        said += f" = {conversion.value} {point.into}"
    if conversion.rate is not None:
        said += f" (at {conversion.rate.value} {conversion.rate.unit} of {_time(conversion.rate.at)})"
    if "unconverted" in conversion.flags:
        said += " (unconverted: no exchange rate of that day or the 7 before)"
    if point.revision > 1:
        said += f" (revision {point.revision}, seen {_time(point.seen)})"
    return f"{name}  {said}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d" if at.time() == at.time().min else "%Y-%m-%d %H:%MZ")


def _as_json(name: str, point: PointRecord) -> dict[str, object]:
    rate = point.conversion.rate
    return {
        "series": name,
        "at": point.at.isoformat(),
        "value": point.value,
        "unit": point.unit,
        "converted": point.conversion.value,
        "into": point.into,
        "rate": None if rate is None else str(rate.value),
        "rate_unit": None if rate is None else str(rate.unit),
        "rate_at": None if rate is None else rate.at.isoformat(),
        "flags": list(point.conversion.flags),
        "revision": point.revision,
        "released": None if point.released is None else point.released.isoformat(),
        "seen": point.seen.isoformat(),
    }
