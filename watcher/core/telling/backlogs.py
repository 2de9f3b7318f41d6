"""When messages that waited for a channel are told together, and which of them; it never words or stores anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from watcher.core.model import DeliveryId

ROLL_UP_PAST = 50
"""More late messages than these are told together: nobody reads fifty messages that arrive in one minute."""
LATE_AFTER = timedelta(minutes=10)
"""A message that waits longer is late, though it was never tried; a burst on a working channel is done before."""
MOST_TOGETHER = 60
"""A line each of so many fits a mail of 80 kB, long headlines and links included; more make further messages."""
MOST_AT_ONCE = 5_000
"""So many are read in one transaction; what is left follows with the next success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery that waits; `kind` is alert or notice, `refused` if its receiver refused this very message."""

    delivery: DeliveryId
    kind: str
    content: str
    refused: bool


def tellable(waiting: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """Those that may be told together, in order.

    A message that was refused for itself could have the whole refused: it goes on alone. So many refusals that they
    make a backlog themselves are the receiver's fault, not the messages'.
    """
    refused = sum(each.refused for each in waiting)
    return tuple(waiting) if refused > ROLL_UP_PAST else tuple(each for each in waiting if not each.refused)
