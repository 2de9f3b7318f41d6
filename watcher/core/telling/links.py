"""The links that a message carries for its reader: what may be done with each alert, and where to unsubscribe.

Every one is signed for that reader and runs out; what they lead to shows one button, and nothing happens before it is
pressed. Never decides what a link does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLinks:
    """What may be done with one alert, each the address of a page of ours. `tomorrow` is a snooze until then."""

    acknowledge: str
    snooze: str
    tomorrow: str
    mute: str
    not_relevant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The links of one message for one reader; without a public address there are none.

    `alerts` are pairs of an alert's id and its links. `unsubscribe` takes one click after RFC 8058, `page` is the issue
    in the archive.
    """

    alerts: tuple[tuple[str, AlertLinks], ...] = ()
    unsubscribe: str | None = None
    page: str | None = None

    def of(self, alert: str) -> AlertLinks | None:
        """The links of that alert."""
        return next((links for id_, links in self.alerts if id_ == alert), None)


NO_LINKS = Links()
