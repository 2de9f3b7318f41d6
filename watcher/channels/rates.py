"""How fast each kind of channel may be told, if the configuration says nothing: vendors' limits; it never waits."""

from __future__ import annotations

from typing import Final

from watcher.channels.base import Channel
from watcher.core.telling.paces import Rate

RATES: Final = {
    "apprise": Rate(calls=1, per_s=1),
    "discord": Rate(calls=5, per_s=2),
    "ntfy": Rate(calls=1, per_s=1),
    "pagerduty": Rate(calls=2, per_s=1),
    "slack": Rate(calls=1, per_s=1),
    "teams": Rate(calls=1, per_s=1),
    "telegram": Rate(calls=1, per_s=1, each_recipient=True),
}
"""Slack takes one message a second from an incoming webhook. Source: Slack, "Rate limits".

Discord counts five a webhook in two seconds (the header X-RateLimit-Limit says so; a 429 is obeyed in any case).
Telegram advises at most one message a second to a chat. Source: Telegram, "Bots FAQ", broadcasting.
Teams throttles more than four a second, and a chat can hardly be read faster than one. PagerDuty takes 120 events a
minute for an integration. Source: PagerDuty, "Events API v2", limits. ntfy and what Apprise leads to: one a second is
nobody's abuse. A kind of one's own may have a `rate`.
"""
FOR_PROGRAMS: Final = frozenset({"file", "pagerduty", "stdout", "webhook"})
"""What programs read: there each message of a burst counts, and only what came late is told together."""
EACH_ALONE: Final = frozenset({"pagerduty"})
"""Where a message is a thing of its own (an incident) that two alerts cannot share."""


def usual_rate(kind: type[Channel]) -> Rate | None:
    """The rate of a kind; None if it takes what it is given."""
    own = getattr(kind, "rate", None)
    return own if isinstance(own, Rate) else RATES.get(kind.kind)
