"""For how long a channel, or one recipient of it, has failed, and what of it the operator is told; stores nothing.

Of each the operator hears once, and when it is over; what concerns all recipients is told of the channel alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from watcher.core.model import Outcome
from watcher.core.telling.retries import Verdict

FAILING_AFTER: Final = timedelta(minutes=10)
"""A channel without one success for so long is told of; shorter trouble heals by the retries."""
_COUNTED_FROM: Final = 10
_EACH_UP_TO: Final = 3
"""So many messages in a row, without a success on the channel, are told by recipient; then it is the channel."""

News = Literal["", "failing", "message", "count", "back"]
"""What to tell: that the channel fails, of this very message, how many by now, that it works again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A channel, or a `recipient` of one that has several, without a success since then.

    `told` is when the operator heard that it fails. `refused` and `dead` count messages, `untold` those of them that
    nobody was told of yet.
    """

    channel: str
    since: datetime
    recipient: str = ""
    told: datetime | None = None
    refused: int = 0
    dead: int = 0
    untold: int = 0

    @property
    def counted(self) -> int:
        """How many messages were refused or given up."""
        return self.refused + self.dead


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """The outage after an attempt (None: there is none), what to tell, and the outage that is over."""

    outage: Outage | None
    news: News = ""
    over: Outage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What an attempt makes of the outage of one of several recipients, and of the whole channel's."""

    mine: Turned
    whole: Turned


def after_shared(
    mine: Outage | None,
    whole: Outage | None,
    outcome: Outcome,
    verdict: Verdict,
    *,
    channel: str,
    recipient: str,
    others: int,
    first: bool,
    own: bool,
    now: datetime,
) -> Shared:
    """As `after`, of a channel with several recipients: a fault of one of them is not the channel's.

    The channel is told of where no message was taken by anybody and others have failed too (`others`: how many); what
    it is told of, its recipients are not told of one by one.
    """
    of_mine = after(mine, outcome, verdict, channel=channel, recipient=recipient, first=first, own=own, now=now)
    of_whole = after(whole, outcome, verdict, channel=channel, first=first, own=own, now=now)
    if of_whole.outage is None:  # taken, or nothing that says anything of the channel
        return Shared(mine=of_mine, whole=of_whole)
    lasting = of_mine.outage is not None and now - of_mine.outage.since >= FAILING_AFTER
    fails = of_whole.outage.told is not None and (of_whole.news != "failing" or lasting)
    together = others > 0 and (fails or of_whole.outage.counted > _EACH_UP_TO)
    if together:
        return Shared(mine=_unsaid(of_mine, mine), whole=of_whole)
    return Shared(mine=of_mine, whole=_unsaid(of_whole, whole))


def _unsaid(turned: Turned, before: Outage | None) -> Turned:
    """The same, where the other one says it, at once or later: what was untold before is untold still."""
    if turned.outage is None:
        return turned
    told, untold = (None, 0) if before is None else (before.told, before.untold)
    return Turned(outage=replace(turned.outage, told=told, untold=untold))


def after(
    outage: Outage | None,
    outcome: Outcome,
    verdict: Verdict,
    *,
    channel: str,
    first: bool,
    own: bool,
    now: datetime,
    recipient: str = "",
) -> Turned:
    """What an attempt makes of an outage.

    A message that was refused or given up is told of by itself, the first of an outage; the following are counted,
    and told at ten, a hundred, a thousand, the rest when it is over: nothing ends in silence, and nobody reads a
    notice each.

    Args:
        outage: the one before, if any.
        outcome: what the attempt came to.
        verdict: what becomes of the delivery.
        channel: whose attempt it was.
        recipient: whose outage it is, where the channel has several.
        first: whether it was this delivery's first attempt.
        own: whether the fault is the message's own, as one that can't be worded: it says nothing of the channel.
        now: the end of the attempt.

    """
    if verdict.state == "sent":
        news: News = "back" if outage is not None and (outage.told is not None or outage.untold) else ""
        return Turned(outage=None, news=news, over=outage)
    begun = outage or Outage(channel=channel, recipient=recipient, since=now)
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
