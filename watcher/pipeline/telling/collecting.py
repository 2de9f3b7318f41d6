"""Recipients who are not told at once: which alerts are collected for whom; it words and sends nothing.

What is collected waits in the queue of the recipient's own round-up, which is issued like a digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from watcher.core.model import Reason, Severity
from watcher.core.queries import AlertView
from watcher.core.rules.model import Rule
from watcher.core.telling.lifecycle import KeptBack
from watcher.core.telling.recipients import MARK, Recipient
from watcher.core.telling.routes import Routing, Way, choose
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import ways
from watcher.stores.base import Turn

_TAKEN = frozenset({Reason.TOLD, Reason.IN_DIGEST, Reason.WAITING, Reason.QUIET, Reason.MUTED})
"""What becomes of an alert that a route takes; what is held for some is collected for others all the same."""
_WHENEVER = datetime.max.replace(tzinfo=UTC)
"""Whenever it was collected: by a clock that was ahead too."""


def routed(runtime: Runtime, rule: Rule, view: AlertView, open_ways: Iterable[Way]) -> tuple[Routing, ...]:
    """The decision for every way, once routes on which nobody is told at once tell nobody now."""
    severity = view.severity
    return collected(runtime, choose(rule, view, open_ways, partial(_heard, runtime, severity)), severity)


def collected(runtime: Runtime, routings: Iterable[Routing], severity: Severity) -> tuple[Routing, ...]:
    """The decisions, once routes on which nobody is told at once tell nobody now."""
    return tuple(_one(runtime, each, severity) if each.reason is Reason.TOLD else each for each in routings)


def _heard(runtime: Runtime, severity: Severity, way: Way) -> bool:
    """Whether anybody on a route hears of an alert of that severity, at once or later."""
    return (
        not any(name.startswith(MARK) for name in way.channels)
        or bool(ways(runtime, way.channels, severity))
        or any(collecting(runtime, way, severity))
    )


def _one(runtime: Runtime, routing: Routing, severity: Severity) -> Routing:
    way = routing.way
    if not any(name.startswith(MARK) for name in way.channels) or ways(runtime, way.channels, severity):
        return routing
    later = tuple(collecting(runtime, way, severity))
    if later:
        said = ", ".join(f"{each.name} ({each.volume})" for each in later)
        return replace(routing, reason=Reason.IN_DIGEST, detail=f"collected for {said}")
    return replace(routing, taken=False, reason=Reason.NOT_ROUTED, detail=f"nobody on it is told of a {severity}")


def queues(
    runtime: Runtime, routings: Sequence[Routing], severity: Severity, back: KeptBack | None = None
) -> tuple[str, ...]:
    """The digests, and the round-ups of recipients, that an alert is assigned to by these decisions; each once.

    Args: back - what keeps it from routes. What a snooze does is collected at its end; an acknowledgement has none.
    """
    taken = _TAKEN if back is None or back.until is not None else {*_TAKEN, Reason.SNOOZED}
    found: dict[str, None] = {}
    for each in routings:
        if each.way.kind == "digest" and each.reason is Reason.IN_DIGEST:
            found[each.way.name] = None
        elif each.way.kind == "route" and each.reason in taken:
            found |= dict.fromkeys(recipient.round_up for recipient in collecting(runtime, each.way, severity))
    return tuple(found)


def told_at_once(
    turn: Turn, runtime: Runtime, way: Way, alerts: Sequence[str], severity: Severity, now: datetime
) -> None:
    """Take alerts out of the round-ups of those who are told of them at once after all; each alert keeps why."""
    for name in way.channels:
        recipient = runtime.recipients.get(name.removeprefix(MARK)) if name.startswith(MARK) else None
        if recipient is not None and recipient.schedule is not None and recipient.hears(severity) == "now":
            words = f"told {recipient.name} at once as {severity}, so not in the round-up too"
            turn.drafts.leave_out(recipient.round_up, alerts, _WHENEVER, words, now, reason=Reason.LISTED)


def collecting(runtime: Runtime, way: Way, severity: Severity) -> Iterator[Recipient]:
    """The recipients on a route for whom an alert of that severity is collected."""
    for name in way.channels:
        recipient = runtime.recipients.get(name.removeprefix(MARK)) if name.startswith(MARK) else None
        if recipient is not None and recipient.hears(severity) == "collected":
            yield recipient
