"""Who hears of held alerts once their hold is over: now, in a round-up of their own, or nobody; it tells nothing.

The configuration may have changed since they were held: each alert is asked for by itself, as of now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.telling.messages import NoticeMessage, Told
from watcher.core.telling.routes import Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.collecting import collecting
from watcher.pipeline.telling.encoding import ways
from watcher.pipeline.telling.notices import Held, listed_lines
from watcher.stores.base import Turn
from watcher.stores.holding import HeldAlert

_LISTED = 20


def audiences(runtime: Runtime, way: Way, held: Sequence[HeldAlert]) -> list[list[HeldAlert]]:
    """The alerts that somebody on the route hears of now, those together that the same ones hear of."""
    found: dict[tuple[tuple[str, str], ...], list[HeldAlert]] = {}
    for each in held:
        found.setdefault(ways(runtime, way.channels, each.said.severity), []).append(each)
    return [alerts for hearers, alerts in found.items() if hearers]


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


def unheard_notice(route: str, held: Sequence[Told], now: datetime) -> NoticeMessage:
    """Word of alerts that a route held and of which nobody on it hears any more, now or later."""
    matches = tuple(Held(rules=(said.rule,), title=said.headline, link=said.link) for said in held[:_LISTED])
    more = (f"and {len(held) - _LISTED} more",) if len(held) > _LISTED else ()
    said = f"Nobody on route {route} is told of alerts of their severity any more, at once or later. It held:"
    title = f"{len(held)} held {'alert has' if len(held) == 1 else 'alerts have'} nobody to hear of it"
    lines = (said, *listed_lines(route, matches), *more)
    return NoticeMessage(kind="route-unheard", subject=route, title=title, lines=lines, at=now)
