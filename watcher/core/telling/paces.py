"""How fast a channel may be told: so many messages in so many seconds, spread evenly; it never waits itself.

Evenly, and not in bursts up to the limit: then one moment is all that must be kept, and no stretch holds too many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

NEVER: Final = timedelta(0)
UNLIMITED: Final = "unlimited"
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_FORM = re.compile(r"([1-9][0-9]{0,4}) ?/ ?([1-9][0-9]{0,4})?(s|m|h)", re.ASCII)
_LONGEST_S: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`calls` messages in `per_s` seconds, of a whole channel or of each of its recipients.

    Recipients who begin with one of `slow` have at most one message in `slow_s`.
    """

    calls: int
    per_s: float
    each_recipient: bool = False
    slow: tuple[str, ...] = ()
    slow_s: float = 0

    @property
    def gap(self) -> timedelta:
        """The time from one message to the next."""
        return timedelta(seconds=self.per_s / self.calls)

    def gap_to(self, recipient: str) -> timedelta:
        """The time from one message to this recipient to the next."""
        return max(self.gap, timedelta(seconds=self.slow_s)) if recipient.startswith(self.slow) else self.gap

    @property
    def longest(self) -> timedelta:
        """The longest gap to anybody."""
        return max(self.gap, timedelta(seconds=self.slow_s))

    @property
    def words(self) -> str:
        """As it is written in the configuration, and shown."""
        unit = next((f"{name}" for name, length in _UNITS.items() if self.per_s == length), f"{self.per_s:g}s")
        return f"{self.calls}/{unit}" + (" to each recipient" if self.each_recipient else "")

    def key(self, recipient: str) -> str:
        """Whose pace a message to this recipient counts for; "" is the channel's."""
        return recipient if self.each_recipient else ""

    def wait(self, next_at: datetime | None, now: datetime) -> timedelta:
        """How long to wait before the next message. A moment beyond the gap is of a clock that was set back."""
        left = NEVER if next_at is None else next_at - now
        return left if NEVER < left <= self.gap else NEVER


def checked_rate(text: str) -> str:
    """The text, if it says a rate."""
    parse_rate(text)
    return text


def parse_rate(text: str) -> Rate | None:
    """The rate of such words as `1/s`, `5/2s`, `30/m`; None for `unlimited`. Raises ValueError for others."""
    if text == UNLIMITED:
        return None
    found = _FORM.fullmatch(text)
    per_s = int(found[2] or 1) * _UNITS[found[3]] if found else 0
    if not found or per_s > _LONGEST_S:
        raise ValueError("must be like 1/s, 5/2s, 30/m or 200/h (at most so many in that time), or unlimited")
    return Rate(calls=int(found[1]), per_s=per_s)
