"""What an engine did so far, for health and for `once`; it decides nothing and nothing is decided by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from watcher.core.errors import StoreError

Ill = dict[str, tuple[str, datetime]]
"""Sources that are not well: what was told of each, and since when it is so."""


@dataclass(slots=True, kw_only=True)
class Progress:
    """What the engine did, for health and for `once`. Times are the clock's.

    `doubted` counts polls with a good answer of which something could not be read.
    `sender_faults` counts, by channel, the faults in a row that ended its sender; `step_faults`, by step, the beats in
    a row in which it failed.
    """

    polls: int = 0
    new: int = 0
    told: int = 0
    sent: int = 0
    failed: int = 0
    doubted: int = 0
    last_tick: datetime | None = None
    last_commit: datetime | None = None
    store_error: str | None = None
    sender_faults: dict[str, int] = field(default_factory=dict)
    step_faults: dict[str, int] = field(default_factory=dict)
    ill: Ill = field(default_factory=dict)

    def refused(self, error: StoreError) -> None:
        """Note that the store refused something."""
        self.store_error = str(error)
