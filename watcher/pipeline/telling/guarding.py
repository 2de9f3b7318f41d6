"""One of many things to carry out, apart from the others in its turn: with a fault it is undone and set aside alone.

Never swallows a refusal of the store, which concerns all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from watcher.core.errors import StoreError
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.notices import set_aside_notice
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Turn
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What the operator and the log call such a thing: `what` (a reminder ...), and the log's event."""

    turn: Turn
    runtime: Runtime
    now: datetime
    what: str
    event: str

    def run(self, subject: str, work: Callable[[], T], aside: Callable[[Exception], object]) -> T | None:
        """What `work` returns; None where it had a fault: undone, put out of the way by `aside`, and told."""
        done, fault = self.tried(work)
        if fault is not None:
            aside(fault)
            self.tell(subject, fault)
        return done

    def tried(self, work: Callable[[], T]) -> tuple[T | None, Exception | None]:
        """What `work` returns, or its fault: then it is undone. Raises StoreError if the store refuses."""
        try:
            with self.turn.apart():
                return work(), None
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the guard of each: the turn, and all others in it, go on
            return None, error

    def tell(self, subject: str, cause: Exception) -> None:
        """Tell the operator and the log that something was set aside."""
        notify(self.turn.outbox, self.runtime, set_aside_notice(self.what, subject, cause, self.now))
        log(_LOG, self.event, level="error", cause=cause, subject=subject)
