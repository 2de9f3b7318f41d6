"""What is pushed to sources: proved, stored and told to the engine; a push that is not proved leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from watcher.core.plans import Inbox
from watcher.core.proofs import Forged, proved
from watcher.engines.embedded import Embedded
from watcher.pipeline.runtime import Clock, Runtime
from watcher.sources.base import Reachable
from watcher.stores.base import Pushed, Store, Turn

MOST_WAITING = 1_000
MOST_WAITING_BYTES = 64 * 1024 * 1024
MOST_A_MINUTE = 600
_MINUTE = timedelta(minutes=1)

Verdict = Literal["unknown", "forged", "too_many", "kept", "known"]


@dataclass(slots=True, kw_only=True)
class Inboxes:
    """The inboxes of the sources that run now; those of a reload count at once."""

    store: Store
    engine: Embedded
    clock: Clock
    _runtime: Runtime | None = None
    _by_path: dict[str, tuple[str, Inbox]] = field(default_factory=dict)

    def find(self, path: str) -> tuple[str, Inbox] | None:
        """The source that is pushed to at a path."""
        if self._runtime is not self.engine.runtime:  # listed once: whoever guesses paths must cost nothing
            self._runtime = self.engine.runtime
            self._by_path = {
                inbox.path: (name, inbox)
                for name, source in self._runtime.sources.items()
                if isinstance(source.source, Reachable) and (inbox := source.source.inbox) is not None
            }
        return self._by_path.get(path)

    def prove(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str] | None:
        """The source and the id of a genuine push, or None."""
        found = self.find(path)
        if found is None:
            return None
        name, inbox = found
        try:
            return name, proved(inbox, headers, body, self.clock())
        except Forged:
            return None

    async def keep(self, source: str, id_: str, path: str, content_type: str, body: bytes) -> Verdict:
        """Store a genuine push, unless the source has more waiting than it may. Raises StoreError."""
        pushed = Pushed(number=0, path=path, content_type=content_type[:200], body=body, arrived=self.clock())

        def work(turn: Turn) -> Verdict:
            count, size, lately = turn.pushed.load(source, pushed.arrived - _MINUTE)
            if count >= MOST_WAITING or size + len(body) > MOST_WAITING_BYTES or lately >= MOST_A_MINUTE:
                return "too_many"
            return "kept" if turn.pushed.keep(source, id_, pushed) else "known"

        verdict = await self.store.write(work)
        if verdict == "kept":
            self.engine.nudge(source)
        return verdict
