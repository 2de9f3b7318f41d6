"""Reminders of alerts that nobody acknowledges: begun with the telling, sent when due, ended by people's deeds.

Decides nothing: how often and to whom is the route's to say. Due-ness lies in the store.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import msgspec

from watcher.core.ledger import Decision
from watcher.core.model import Reason
from watcher.core.telling.escalating import Escalate
from watcher.core.telling.messages import AlertMessage, Reminder, Told
from watcher.core.telling.outbox import Occasion, alert_occasion
from watcher.core.telling.routes import Way
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import encode, ways
from watcher.pipeline.telling.guarding import Guard
from watcher.pipeline.telling.hearing import had
from watcher.pipeline.telling.notices import reminders_notice
from watcher.pipeline.telling.notifying import notify
from watcher.pipeline.telling.silencing import Silences, hide
from watcher.pipeline.telling.viewing import stored_view
from watcher.stores.base import Store, Turn
from watcher.stores.lifecycle import Escalation

_BATCH = 50
_SAID = msgspec.json.Decoder(Told)
_ANEW = frozenset({Reason.RAISED, Reason.SEVERITY_RAISED})
"""What asks for an answer anew; other news of an alert do not begin the reminders again."""


def watch(turn: Turn, way: Way, said: Told, at: datetime) -> None:
    """Let reminders of an alert that a route told begin, if it asks for any."""
    asked = way.escalate
    if asked is None or not asked.wants(said.severity) or said.change not in {*_ANEW, Reason.UPDATED}:
        return
    content = msgspec.json.encode(said).decode()
    escalation = Escalation(
        alert=said.alert,
        route=way.name,
        said=content,
        due=asked.first(at),
        sent=0,
        since=at,
        longest_s=asked.after.total_seconds(),
    )
    turn.lifecycle.watch(escalation, anew=said.change in _ANEW)


async def escalate_due(store: Store, runtime: Runtime, now: datetime) -> int:
    """Send every reminder that is due; returns how many were sent."""
    sent = 0
    while await store.read(lambda turn: turn.lifecycle.escalations(now, 1)):
        sent += await store.write(lambda turn: escalate_before(turn, runtime, now))
    return sent


def escalate_before(turn: Turn, runtime: Runtime, now: datetime) -> int:
    """Send, in this turn, the reminders that are due; one with a fault in it is set aside and holds up no other."""
    guard = Guard(turn=turn, runtime=runtime, now=now, what="a reminder of an alert", event="escalation.failed")
    sent = 0
    for each in turn.lifecycle.escalations(now, _BATCH):
        work = partial(_remind, turn, runtime, each, now)
        sent += guard.run(each.alert, work, partial(_aside, turn, each, now)) or 0
    return sent


def _aside(turn: Turn, escalation: Escalation, now: datetime, _cause: Exception) -> None:
    turn.lifecycle.reminded(escalation, None, now, sent=False)


def _remind(turn: Turn, runtime: Runtime, escalation: Escalation, now: datetime) -> bool:
    """Send one, or put it off, or find that there is nothing to remind of any more; whether one was sent."""
    way = runtime.routes.get(escalation.route)
    asked = None if way is None else way.escalate
    to = None if way is None or asked is None else runtime.routes.get(asked.to or way.name)
    said = _SAID.decode(escalation.said)
    unasked, stands = _unasked(runtime, said, way), _stands(turn, escalation)
    if asked is None or to is None or unasked or not stands:
        turn.lifecycle.reminded(escalation, None, now, sent=False)
        if stands:
            _decide(turn, escalation, f"route:{escalation.route}", (Reason.LISTED, unasked, None), now)
        if stands and way is None:
            notify(turn.outbox, runtime, reminders_notice(escalation.route, said, now))
        return False
    later = _later(turn, said, to, now)
    if later is None and escalation.due > now:  # a clock that was ahead put it off: it is counted from now
        later = now + timedelta(seconds=escalation.longest_s)
    if later is not None:
        turn.lifecycle.reminded(escalation, later, now, sent=False)
        return False
    number = escalation.sent + 1
    # What was missed while nothing ran is told once: the next one is counted from now.
    turn.lifecycle.reminded(escalation, asked.next(number, now), now, sent=True)
    silence = Silences(
        turn=turn, runtime=runtime, now=now, view=lambda: stored_view(turn, runtime, escalation.alert)
    ).over(to)
    if silence is not None:
        what = (escalation.alert, Reason.REMINDED.value, said.headline)
        hide(turn, silence, what, to, now)
        _decide(turn, escalation, to.label, (Reason.SILENCED, silence.words, None), now)
        return False
    return _send(turn, runtime, escalation, _Reminding(said=said, asked=asked, to=to, number=number), now)


def _unasked(runtime: Runtime, said: Told, way: Way | None) -> str:
    """Why the configuration and the rules as they are now ask for no reminder of it; empty if they do."""
    if way is None:
        return "there is no such route any more; the operator was told"
    if way.escalate is None:
        return "the configuration asks for no reminders on it any more"
    rule = runtime.rule_set.rule(said.rule)
    if rule is None or rule.mode == "live":
        return ""
    return f"its rule is {'on trial' if rule.mode == 'trial' else rule.mode} now"


def _stands(turn: Turn, escalation: Escalation) -> bool:
    """Whether the alert is open and nobody has acknowledged it."""
    found = turn.lifecycle.alert(escalation.alert)
    if found is None or found[0].state != "open":
        return False
    return turn.lifecycle.handling(escalation.alert).acknowledges(found[0].severity) is None


def _later(turn: Turn, said: Told, to: Way, now: datetime) -> datetime | None:
    """When it is to be sent instead: after a snooze, or when the route is mute no longer."""
    snoozed = turn.lifecycle.handling(said.alert).snoozes(said.severity, now)
    if snoozed is not None:
        return snoozed.until
    return to.mute.holds(said.severity, now) if to.mute is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reminding:
    """One reminder: what it tells, of what the route asks for, to which route, and the how manieth it is."""

    said: Told
    asked: Escalate
    to: Way
    number: int


def _send(turn: Turn, runtime: Runtime, escalation: Escalation, what: _Reminding, now: datetime) -> bool:
    """Send one to all who hear of it, but for those who had that reminder from another route; whether one was sent."""
    to, number = what.to, what.number
    detail = f"reminder {number} of {what.asked.times}: nobody has acknowledged it"
    hearers = ways(runtime, to.channels, what.said.severity)
    if not hearers:
        nobody = f"nobody on it is told of a {what.said.severity} at once"
        _decide(turn, escalation, to.label, (Reason.NOT_ROUTED, nobody, None), now)
        return False
    before = had(turn, runtime, turn.lifecycle.reminded_to(escalation.alert, number))
    left = tuple(each for each in hearers if each not in before)
    if not left:
        told = (Reason.TOLD, f"{detail}; told there by another route already", before[hearers[0]])
        _decide(turn, escalation, to.label, told, now)
        return False
    counted = turn.lifecycle.count(escalation.alert)
    occasion = alert_occasion(escalation.alert, counted)
    said = replace(
        what.said,
        occasion=occasion,
        change=Reason.REMINDED,
        news=(),
        handled=turn.lifecycle.handling(escalation.alert).told,
        reminder=Reminder(number=number, of=what.asked.times, since=min(escalation.since, now)),
    )
    turn.outbox.tell(
        Occasion(
            id=occasion,
            kind="alert",
            content=encode(AlertMessage(route=to.name, alerts=(said,))),
            at=now,
            alert=escalation.alert,
            thread=alert_occasion(escalation.alert, 1),
        ),
        left,
    )
    _decide(turn, escalation, to.label, (Reason.TOLD, detail, occasion), now)
    return True


def _decide(turn: Turn, escalation: Escalation, way: str, what: tuple[Reason, str, str | None], now: datetime) -> None:
    reason, detail, occasion = what
    decision = Decision(
        alert=escalation.alert,
        change=Reason.REMINDED,
        way=way,
        reason=reason,
        detail=detail,
        occasion=occasion,
    )
    turn.lifecycle.decide(decision, now)
