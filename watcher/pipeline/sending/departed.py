"""What failed of channels and recipients that the configuration names no more: counted, told, and forgotten.

Never forgets what still waits for somebody, nor a count of messages without a stored decision.
"""

from __future__ import annotations

from collections.abc import Sequence
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

_MOST_NAMED = 10
"""Recipients that one notice names."""


def forget_departed(turn: Turn, runtime: Runtime, now: datetime) -> None:
    """End the outages of those who are told nothing any more, with a decision each.

    The operator hears what was untold, once a channel.
    """
    gone: dict[str, list[Outage]] = {}
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
            gone.setdefault(each.channel, []).append(each)
    for channel, outages in gone.items():
        notify(turn.outbox, runtime, _notice(channel, outages, now))


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


def _notice(channel: str, outages: Sequence[Outage], now: datetime) -> NoticeMessage:
    """What is told of the outages of one channel, of which there is one at least."""
    one = outages[0] if len(outages) == 1 else next((each for each in outages if not each.recipient), None)
    who, verb = (f"{len(outages)} recipients of {channel}", "are") if one is None else (_who(one), "is")
    said = [(each.recipient or "the channel", _counts(each)) for each in outages[:_MOST_NAMED]]
    lines = [f"S{words[1:]}." if len(outages) == 1 else f"{name}: {words}." for name, words in said]
    if len(outages) > _MOST_NAMED:
        lines.append(f"And {len(outages) - _MOST_NAMED} more.")
    untold = sum(each.untold for each in outages)
    if untold:
        lines.append(f"Of {count(untold, 'message')} no notice told before.")
    if any(each.dead for each in outages):
        lines.append(f"They are kept with their words: watcher deliveries --dead --channel {channel}")
    return NoticeMessage(
        kind="recipient-dropped",
        subject=f"{channel}/{'' if one is None else one.recipient}",
        title=f"{who} failed, and {verb} not configured any more",
        lines=tuple(lines),
        at=now,
    )
