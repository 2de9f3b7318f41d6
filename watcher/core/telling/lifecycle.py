"""What people decide of alerts, and what follows for telling: silences, acknowledging, snoozing; it stores nothing.

Source: the rule language, section 5, step 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from watcher.core.model import Reason, Severity
from watcher.core.telling.messages import Handled

What = Literal["acknowledged", "snoozed", "assigned", "closed", "muted", "marked"]
NO_NEWS_FOR: Final = timedelta(days=30)
"""An alert of which nothing new was heard for so long is closed. Source: the rule language, section 5."""
NO_NEWS: Final = f"no news for {NO_NEWS_FOR.days} days"
"""How the decision says so."""
ANNOUNCED_BEFORE: Final = timedelta(hours=24)
"""The end of a silence is announced so long before; of a short one, a quarter of its length before."""
_SHORT: Final = 4
HELD_BACK: Final = "not told at the time: "
"""How a digest begins to say that somebody had acknowledged or snoozed the alert when this came."""
AHEAD: Final = timedelta(minutes=10)
"""A clock that is set back by less ends nothing that waits for a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A person's mute by a query until a time. `ended` is when a person ended it before that."""

    id: str
    query: str
    author: str
    reason: str
    begins: datetime
    until: datetime
    ended: datetime | None = None
    ended_by: str = ""

    @property
    def ends(self) -> datetime:
        """When it ends, or ended."""
        return self.until if self.ended is None else min(self.ended, self.until)

    def in_force(self, now: datetime) -> bool:
        """Whether it hides anything at that moment."""
        return self.begins <= now < self.ends

    @property
    def words(self) -> str:
        """How a decision names it."""
        return f"silence {self.id} by {self.author}: {self.reason}"


def announced_at(silence: Silence) -> datetime:
    """When the end of a silence is announced."""
    return silence.until - min(ANNOUNCED_BEFORE, (silence.until - silence.begins) / _SHORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did with an alert. `severity` is the alert's at that time, `number` the deed's own."""

    number: int
    alert: str
    what: What
    who: str
    how: str
    words: str
    severity: Severity
    until: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What people did with an alert that is still in force."""

    acknowledged: Deed | None = None
    snoozed: Deed | None = None
    assigned: Deed | None = None

    def acknowledges(self, severity: Severity) -> Deed | None:
        """The acknowledgement that covers an alert of that severity; a higher one than it saw asks for another."""
        return self.acknowledged if self.acknowledged and severity.rank <= self.acknowledged.severity.rank else None

    def snoozes(self, severity: Severity, now: datetime) -> Deed | None:
        """The snooze in force at that moment that covers an alert of that severity.

        None of a clock that was ahead is: its end would never come.
        """
        deed = self.snoozed
        if deed is None or deed.until is None or severity.rank > deed.severity.rank:
            return None
        return deed if deed.at - AHEAD <= now < deed.until else None

    @property
    def told(self) -> tuple[Handled, ...]:
        """As a message tells it."""
        deeds = (each for each in (self.acknowledged, self.snoozed, self.assigned) if each is not None)
        return tuple(
            Handled(what=each.what, who=each.who, at=each.at, words=each.words, until=each.until) for each in deeds
        )


NOBODY: Final = Handling()


def handling_of(deeds: Iterable[Deed]) -> Handling:
    """What is in force of the deeds on an alert since it was raised, given in order: of each sort the newest."""
    found = {each.what: each for each in deeds}
    return Handling(
        acknowledged=found.get("acknowledged"), snoozed=found.get("snoozed"), assigned=found.get("assigned")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBack:
    """Why a change of an alert is not told though its route takes it; `until` is set where it is told afterwards.

    `detail` names who did it, for the history; `said`, for every reader, does not.
    """

    detail: str
    said: str
    until: datetime | None = None

    @property
    def words(self) -> str:
        """As a digest says it, which keeps what routes do not tell."""
        return f"{HELD_BACK}{self.said}"


def kept_back(handling: Handling, severity: Severity, change: Reason, now: datetime) -> KeptBack | None:
    """Whether a change is kept from everybody because somebody acknowledged or snoozed the alert.

    A higher severity passes both. That its ground is gone passes an acknowledgement: somebody acts on it.
    """
    snoozed = handling.snoozes(severity, now)
    if snoozed is not None and snoozed.until is not None:
        until = _moment(snoozed.until)
        return KeptBack(
            detail=f"snoozed by {snoozed.who} until {until}", said=f"snoozed until {until}", until=snoozed.until
        )
    acknowledged = handling.acknowledges(severity)
    if acknowledged is not None and change is not Reason.RETRACTED:
        at = _moment(acknowledged.at)
        return KeptBack(detail=f"acknowledged by {acknowledged.who}, {at}", said=f"acknowledged by a reader on {at}")
    return None


def state_of(state: str, handling: Handling, severity: Severity) -> str:
    """An alert's state as queries ask for it: open, acknowledged or closed."""
    return "acknowledged" if state == "open" and handling.acknowledges(severity) is not None else state


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
