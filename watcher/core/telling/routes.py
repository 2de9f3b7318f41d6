"""Which routes and digests take an alert's change, each with a reason; no way is left out unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from watcher.core.model import Reason
from watcher.core.queries import AlertView
from watcher.core.rules.model import Rule

Takes = Callable[[AlertView], tuple[bool, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A route or digest: where it leads and what its own query takes. `zone` is its readers' time zone.

    With `health` its query asks for what happens to sources; other routes never take that.
    """

    name: str
    kind: Literal["route", "digest"]
    channels: tuple[str, ...]
    takes: Takes
    zone: str
    health: bool = False

    @property
    def label(self) -> str:
        """How decisions name it: `route:desk`, `digest:weekly`."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Whether one way is taken, and why."""

    way: Way
    taken: bool
    reason: Reason
    detail: str


def choose(rule: Rule, view: AlertView, ways: Iterable[Way]) -> tuple[Routing, ...]:
    """The decision for every way.

    A rule with `tell` or `digest` goes to those only, and a route named there may still narrow by its own query; a
    rule without goes to every route and digest whose query takes it.
    """
    named = rule.tell is not None or rule.digest is not None
    return tuple(_one(rule, view, way, named=named) for way in ways)


def _one(rule: Rule, view: AlertView, way: Way, *, named: bool) -> Routing:
    if rule.mode == "trial":
        return Routing(way=way, taken=False, reason=Reason.TRIAL, detail="the rule is on trial")
    names = (rule.tell if way.kind == "route" else rule.digest) or ()
    if named and way.name not in names:
        return Routing(way=way, taken=False, reason=Reason.NOT_ROUTED, detail="the rule names other ways")
    taken, detail = way.takes(view)
    if not taken:
        return Routing(way=way, taken=False, reason=Reason.NOT_ROUTED, detail=detail)
    return Routing(way=way, taken=True, reason=Reason.TOLD if way.kind == "route" else Reason.IN_DIGEST, detail=detail)
