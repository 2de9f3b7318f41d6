"""Work lined up by host, so that a host with many sources keeps no worker waiting for its turn; no clock, no I/O."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from watcher.core.ledger import SourceRecord

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A due source on its way to a worker; sources of one host go one after another."""

    source: str
    host: str
    record: SourceRecord


class Lanes(Generic[Item]):
    """One lane per host: the first item is out with a worker, the others wait in the order they came."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Item]] = {}

    def add(self, host: str, item: Item) -> Item | None:
        """The item itself if its host is free, so that it can go to a worker; None if it has to wait."""
        if host in self._waiting:
            self._waiting[host].append(item)
            return None
        self._waiting[host] = deque()
        return item

    def done(self, host: str) -> Item | None:
        """The host's next item, now that one is done; None, and the lane is gone, if nothing waits."""
        waiting = self._waiting.get(host)
        if waiting:
            return waiting.popleft()
        self._waiting.pop(host, None)
        return None

    def clear(self) -> list[Item]:
        """Everything that waits, taken out of its lanes."""
        left = [item for waiting in self._waiting.values() for item in waiting]
        for waiting in self._waiting.values():
            waiting.clear()
        return left
