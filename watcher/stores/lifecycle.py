"""The contract of what a store keeps of people's decisions on alerts: silences, deeds, reminders that go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from watcher.core.ledger import Decision
from watcher.core.model import Alert, Severity
from watcher.core.telling.lifecycle import Deed, Handling, Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Hid:
    """One telling that a silence hid."""

    silence: str
    alert: str
    change: str
    way: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """An alert that a route told and of which reminders are sent until somebody acknowledges it.

    `said` is what a message tells of it, as JSON. `longest_s`: the next one is never due later than so long after any
    moment of it; 0 if that is not known.
    """

    alert: str
    route: str
    said: str
    due: datetime
    sent: int
    since: datetime
    longest_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTo:
    """Somebody who was sent a delivery, or for whom one waits.

    `route` is what the message says it came by, `occasion` is the message's.
    """

    channel: str
    recipient: str
    occasion: str
    route: str


class SilenceTable(Protocol):
    """Silences and what they hid."""

    def add(self, silence: Silence) -> None:
        """Store one; one of the same id is left as it is."""

    def get(self, id_: str) -> Silence | None:
        """One by its id."""

    def in_force(self, now: datetime) -> list[Silence]:
        """All that hide anything at that moment, the oldest first."""

    def end(self, id_: str, who: str, now: datetime) -> bool:
        """End one before its time; False if it was over already."""

    def restore(self, id_: str) -> None:
        """Let one that a person ended go on."""

    def hid(self, hidden: Hid, at: datetime) -> None:
        """Note what one hid."""

    def hidden(self, id_: str, limit: int) -> tuple[int, list[tuple[Hid, datetime]]]:
        """How many tellings one hid, and the newest of them."""

    def due(self, now: datetime) -> list[tuple[Silence, Literal["announce", "report"]]]:
        """Silences whose end is to be announced or reported; ended by hand, or over before that, none is announced."""

    def told(self, id_: str, what: Literal["announce", "report"], now: datetime) -> None:
        """Note that this was done."""


class LifecycleTable(Protocol):
    """What people did with alerts."""

    def alert(self, id_: str) -> tuple[Alert, int] | None:
        """An alert and the row of the article that it rests on."""

    def meant(self, item: str) -> str | None:
        """The alert that an alert's id names, or the id of a message or delivery about it alone."""

    def handling(self, alert: str, raised: datetime | None = None) -> Handling:
        """What is in force of what people did with it since it was raised; `raised` where that is not stored yet."""

    def put(self, deed: Deed) -> int:
        """Store a deed (its number is given here); returns the number."""

    def deed(self, number: int) -> tuple[Deed, bool] | None:
        """A deed, and whether it was taken back."""

    def undo(self, number: int, now: datetime) -> None:
        """Take a deed back."""

    def close(self, alert: str, detail: str, now: datetime) -> None:
        """Close an open alert, with its decision."""

    def expire(self, alert: str, detail: str, at: datetime) -> None:
        """Close an open alert of which nothing was heard any more, with its decision."""

    def reopen(self, alert: str, detail: str, now: datetime) -> bool:
        """Open an alert again that a person closed, if nothing raised it since; with the decision."""

    def mark(self, alert: str, verdict: str | None, why: str, now: datetime) -> None:
        """Put down whether an alert was worth telling; None: say nothing of it any more."""

    def stale(self, before: datetime, now: datetime, limit: int) -> list[tuple[str, datetime]]:
        """Open alerts on stories, rows and matters without news since then, with the time of their last.

        None of which anything is held still, nor a snoozed one.
        """

    def resting(self, article: int) -> list[tuple[str, str]]:
        """(rule, subject) of alerts, open or put away, that rest on several articles, this row's among them."""

    def put_away(self, alert: str) -> bool:
        """Whether a person closed an alert, or want of news, and nothing that it told was taken back since."""

    def taken_in(self, alert: str) -> list[Alert]:
        """Alerts that a merge by hand closed for this one, and of which nothing was taken back since."""

    def trade(self, ended: str, stands: str, now: datetime) -> None:
        """Let an alert that a merge closed have the subject of the one that took it in, and that one have its own.

        All else that was merged into that one counts from then on as merged into this one, with its decision.
        """

    def raised(self, alert: str) -> datetime | None:
        """When it was raised last."""

    def own(self, alert: str) -> Severity | None:
        """The highest severity that it was raised or updated with itself since it was raised last."""

    def heard(self, alert: str) -> frozenset[str]:
        """Ways that told of the alert, or took it into a digest, since it was raised last; reminders count."""

    def asked(self, alert: str) -> frozenset[str]:
        """Ways of which anything was decided about the alert since it was raised last."""

    def reached(self, alert: str, way: str) -> frozenset[str]:
        """The channels that had deliveries of the messages in which a way told of the alert."""

    def told_to(self, alert: str, telling: str) -> Sequence[ToldTo]:
        """All whom one telling of an alert was sent to or waits for, in order; not whom it never reached."""

    def reminded_to(self, alert: str, number: int) -> Sequence[ToldTo]:
        """As `told_to`, of the reminder of that number since the alert was raised last or became more severe."""

    def queued(self, alert: str, raised: datetime) -> tuple[str, ...]:
        """Digests for which it waits, or which took it in since it was raised at that moment."""

    def watch(self, escalation: Escalation, *, anew: bool) -> None:
        """Let reminders of an alert begin; what goes on already stays as it is, unless they are to begin `anew`."""

    def escalations(self, now: datetime, limit: int) -> list[Escalation]:
        """Reminders that are due, in order; also those whose time a clock that was ahead put off."""

    def reminded(self, escalation: Escalation, due: datetime | None, now: datetime, *, sent: bool) -> None:
        """When the next one is due, if there is any; `sent`: one more was sent."""

    def unwatch(self, alert: str) -> None:
        """Let the reminders of an alert end."""

    def pause(self, alert: str) -> None:
        """Let no reminder of an alert be sent, until `resume`."""

    def resume(self, alert: str, now: datetime) -> None:
        """Let the paused reminders of an alert go on when they were due; what was missed meanwhile is due now."""

    def contents(self, alert: str) -> list[str]:
        """The stored messages that told of the alert since it was raised last, in order."""

    def count(self, alert: str) -> int:
        """Count one more decision to tell of an alert; returns its number."""

    def hold_until(self, alert: str, until: datetime, now: datetime) -> None:
        """Let what a snooze holds of an alert go at another time."""

    def decide(self, decision: Decision, at: datetime) -> None:
        """Store a decision that rests on no observation."""

    def deeds(self, alert: str) -> Sequence[tuple[Deed, bool]]:
        """All deeds on an alert in order, and whether each was taken back."""
