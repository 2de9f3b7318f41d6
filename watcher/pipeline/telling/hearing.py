"""Who hears of held alerts once their hold is over: now, in a round-up of their own, or nobody; it tells nothing.

The configuration may have changed since they were held: each alert is asked for by itself, as of now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.routes import Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.collecting import collecting
from watcher.pipeline.telling.encoding import ways
from watcher.pipeline.telling.linking import left_by
from watcher.stores.base import Turn
from watcher.stores.holding import HeldAlert
from watcher.stores.lifecycle import ToldTo

Hearers = tuple[tuple[str, str], ...]
"""(channel, address) of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """Who hears of held alerts now: `anew` by those who do, and what all of these `heard` by another route already."""

    anew: Mapping[Hearers, Sequence[HeldAlert]]
    heard: Sequence[tuple[HeldAlert, str]]


def audiences(turn: Turn, runtime: Runtime, way: Way, held: Sequence[HeldAlert]) -> Audiences:
    """The alerts that somebody on the route hears of now, those together that the same ones hear of.

    Who was told of the very same change by another route is not told again; `heard` names the message that told it.
    """
    anew: dict[Hearers, list[HeldAlert]] = {}
    heard: list[tuple[HeldAlert, str]] = []
    for each in held:
        hearers = ways(runtime, way.channels, each.said.severity)
        before = had(turn, runtime, turn.lifecycle.told_to(each.alert, each.said.occasion)) if hearers else {}
        left = tuple(one for one in hearers if one not in before)
        if left:
            anew.setdefault(left, []).append(each)
        elif hearers:
            heard.append((each, before[hearers[0]]))
    return Audiences(anew=anew, heard=heard)


def had(turn: Turn, runtime: Runtime, told: Iterable[ToldTo]) -> Mapping[tuple[str, str], str]:
    """(channel, address) of those who have it, each with the message; not of who left the list that it came by."""
    found: dict[tuple[str, str], str] = {}
    for each in told:
        came_by = AlertMessage(route=each.route, alerts=())
        if left_by(turn, runtime, each.channel, each.recipient, came_by) is None:
            found.setdefault((each.channel, each.recipient), each.occasion)
    return found


def collect(turn: Turn, runtime: Runtime, way: Way, held: HeldAlert, now: datetime) -> tuple[str, ...]:
    """Put an alert into the round-ups of those on the route who hear of it so; who they are.

    Nothing is put there twice: what was collected when it was held is known by the number of its telling.
    """
    recipients = tuple(collecting(runtime, way, held.said.severity))
    found = turn.lifecycle.alert(held.alert) if recipients else None
    if found is None:
        return ()
    number = held.said.occasion.rpartition(":")[2]
    alert = replace(found[0], occasions=int(number)) if number.isdecimal() else found[0]
    for each in recipients:
        turn.alerts.queue(each.round_up, alert, held.change, held.said.news, now)
    return tuple(f"{each.name} ({each.volume})" for each in recipients)
