"""Alerts that one document brings by the thousand, told together with their number; it stores and words nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from watcher.core.model import Severity
from watcher.core.telling.backlogs import MOST_TOGETHER, ROLL_UP_PAST
from watcher.core.telling.messages import Told
from watcher.core.telling.routes import Way

FLOOD_PAST: Final = ROLL_UP_PAST
"""A document that raises more alerts than this tells them together: nobody reads fifty messages in one minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Those on some channels who are told at once of what is at least so severe, and of nothing less."""

    channels: tuple[str, ...]
    least: Severity


def channels_of(routes: Iterable[Way]) -> tuple[str, ...]:
    """The channels of several routes, each once."""
    return tuple(dict.fromkeys(channel for way in routes for channel in way.channels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What goes to the same audience: how many, their routes, and the most urgent of them, earliest first."""

    count: int = 0
    routes: tuple[str, ...] = ()
    shown: tuple[Told, ...] = ()

    def wants(self, severity: Severity) -> bool:
        """Whether another one of that severity would be shown."""
        return len(self.shown) < MOST_TOGETHER or severity.rank > self.shown[-1].severity.rank

    def with_one(self, routes: tuple[str, ...], severity: Severity, told: Callable[[], Told]) -> Group:
        """The group with one more alert; `told` is asked only for one that is shown."""
        shown = self.shown
        if self.wants(severity):
            shown = tuple(sorted((*shown, told()), key=lambda each: -each.severity.rank)[:MOST_TOGETHER])
        routes = self.routes if set(routes) <= set(self.routes) else tuple(dict.fromkeys((*self.routes, *routes)))
        return replace(self, count=self.count + 1, routes=routes, shown=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """All that one document brought so far, over the transactions that it is stored in.

    `first` is the id of the first article among them: another document of the source makes another flood.
    """

    source: str
    first: str
    groups: Mapping[Audience, Group] = field(default_factory=dict)
