"""What a digest says of its drafts, checked: a draft is out before the next one is made; it builds nothing."""

from __future__ import annotations

from datetime import timedelta

from watcher.config.sheet import Sheet
from watcher.core.schedules import Schedule
from watcher.core.values import duration_text
from watcher.core.yaml.strict import Node, locate

HELD_TOO_LONG = "C040"

_LEAST = {"day": timedelta(hours=23), "week": timedelta(days=7, hours=-1), "month": timedelta(days=28, hours=-1)}
"""The shortest that a period can be: an hour less where the clocks are put forward."""


def check_hold(sheet: Sheet, key: Node, schedule: Schedule, hold: timedelta | None) -> None:
    """A draft is held for less than a period: there is one draft at a time."""
    least = _LEAST[schedule.every]
    if hold is not None and hold >= least:
        path = ("digests", str(key.value), "hold")
        most = duration_text(least - timedelta(hours=1))
        text = f"{duration_text(hold)} is too long: by then the next draft is due; at most {most}"
        sheet.note(HELD_TOO_LONG, locate(sheet.root, path), path, text)
