"""How often a link may be asked for: a bucket for each, and one for all that is forged; it keeps nobody's address.

Behind a proxy every request comes from the same place, so nobody is told apart by where they come from.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST_KEPT = 5_000


@dataclass(slots=True, kw_only=True)
class Pressure:
    """`burst` requests at once, `a_minute` over time, for each name. `clock` counts seconds and never goes back."""

    burst: float
    a_minute: float
    clock: Callable[[], float]
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def takes(self, name: str) -> bool:
        """Whether one more request is answered; it counts if so."""
        now = self.clock()
        left, since = self._left.pop(name, (self.burst, now))
        left = min(self.burst, left + (now - since) * self.a_minute / 60)
        fits = left >= 1
        self._left[name] = (left - 1 if fits else left, now)
        while len(self._left) > _MOST_KEPT:
            self._left.popitem(last=False)
        return fits
