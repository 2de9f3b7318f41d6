"""What failed of channels and recipients that the configuration names no more: counted, told, and forgotten.

Never forgets what still waits for somebody, nor a count of messages without a stored decision.
"""

from __future__ import annotations

from datetime import datetime

from watcher.core.ledger import Decision
from watcher.core.model import Reason
from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outages import Outage
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import addresses_of
from watcher.pipeline.telling.notifying import notify
from watcher.render.moments import count
from watcher.stores.base import Turn


def forget_departed(turn: Turn, runtime: Runtime, now: datetime) -> None:
    """End the outages of those who are told nothing any more, with a decision; the operator hears what was untold."""
    for each in departed(turn, runtime):
        words = f"{_who(each)} is not configured any more; {_counts(each)}"
        decision = Decision(
            alert=f"channel:{each.channel}",
            change=Reason.CLOSED,
            way=f"channel:{each.channel}",
            reason=Reason.CLOSED,
            detail=words,
            occasion=None,
        )
        turn.lifecycle.decide(decision, now)
        turn.queues.save_outage(each.channel, None, each.recipient)
        if each.told is not None or each.untold:
            notify(turn.outbox, runtime, _notice(each, now))


def departed(turn: Turn, runtime: Runtime) -> list[Outage]:
    """The outages of channels and recipients who are configured no more, and for whom nothing waits."""
    return [
        each
        for each in turn.queues.idle()
        if each.channel not in runtime.channels
        or (each.recipient and each.recipient not in addresses_of(runtime, each.channel))
    ]


def _who(outage: Outage) -> str:
    return f"{outage.recipient} on {outage.channel}" if outage.recipient else f"channel {outage.channel}"


def _counts(outage: Outage) -> str:
    since = f"since {outage.since:%Y-%m-%d %H:%M} UTC no message was taken"
    counted = [(outage.refused, "refused"), (outage.dead, "given up")]
    return since + "".join(f", {count(number, 'message')} {what}" for number, what in counted if number)


def _notice(outage: Outage, now: datetime) -> NoticeMessage:
    lines = [f"S{_counts(outage)[1:]}."]
    if outage.untold:
        lines.append(f"Of {count(outage.untold, 'message')} no notice told before.")
    if outage.dead:
        lines.append(f"They are kept with their words: watcher deliveries --dead --channel {outage.channel}")
    return NoticeMessage(
        kind="recipient-dropped",
        subject=f"{outage.channel}/{outage.recipient}",
        title=f"{_who(outage)} failed, and is not configured any more",
        lines=tuple(lines),
        at=now,
    )
