"""For how long a channel has failed, and what of it the operator is told: once, and when it is over; stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from watcher.core.model import Outcome
from watcher.core.telling.retries import Verdict

FAILING_AFTER: Final = timedelta(minutes=10)
"""A channel without one success for so long is told of; shorter trouble heals by the retries."""
_COUNTED_FROM: Final = 10

News = Literal["", "failing", "message", "count", "back"]
"""What to tell: that the channel fails, of this very message, how many by now, that it works again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A channel without a success since then.

    `told` is when the operator heard that it fails. `refused` and `dead` count messages, `untold` those of them that
    nobody was told of yet.
    """

    channel: str
    since: datetime
    told: datetime | None = None
    refused: int = 0
    dead: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """The outage after an attempt (None: there is none), what to tell, and the outage that is over."""

    outage: Outage | None
    news: News = ""
    over: Outage | None = None


def after(
    outage: Outage | None, outcome: Outcome, verdict: Verdict, *, channel: str, first: bool, own: bool, now: datetime
) -> Turned:
    """What an attempt makes of a channel's outage.

    A message that was refused or given up is told of by itself, the first of an outage; the following are counted,
    and told at ten, a hundred, a thousand, the rest when it is over: nothing ends in silence, and nobody reads a
    notice each.

    Args:
        outage: the one before, if any.
        outcome: what the attempt came to.
        verdict: what becomes of the delivery.
        channel: whose attempt it was.
        first: whether it was this delivery's first attempt.
        own: whether the fault is the message's own, as one that can't be worded: it says nothing of the channel.
        now: the end of the attempt.

    """
    if verdict.state == "sent":
        news: News = "back" if outage is not None and (outage.told is not None or outage.untold) else ""
        return Turned(outage=None, news=news, over=outage)
    begun = outage or Outage(channel=channel, since=now)
    if verdict.tell and verdict.channel == "open" and (verdict.state == "dead" or first):
        return _counted(begun, verdict)
    if own or outcome.result != "retry":  # a channel that is paused or gone is told of as such
        return Turned(outage=outage)
    if begun.told is None and now - begun.since >= FAILING_AFTER:
        return Turned(outage=replace(begun, told=now), news="failing")
    return Turned(outage=begun)


def _counted(outage: Outage, verdict: Verdict) -> Turned:
    """One more message that was refused or given up."""
    dead = verdict.state == "dead"
    outage = replace(outage, dead=outage.dead + dead, refused=outage.refused + (not dead), untold=outage.untold + 1)
    number = outage.dead if dead else outage.refused
    if number == 1:
        return Turned(outage=replace(outage, untold=outage.untold - 1), news="message")
    if number >= _COUNTED_FROM and str(number).strip("0") == "1":
        return Turned(outage=replace(outage, untold=0), news="count")
    return Turned(outage=outage)
