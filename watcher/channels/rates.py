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
    "telegram": Rate(calls=1, per_s=1, each_recipient=True, slow=("-", "@"), slow_s=3),
}
"""Vendors' limits, each from its own page; a 429 is obeyed in any case. A kind of one's own may have a `rate`.

Slack: one a second, of webhooks and chat.postMessage. Source: https://docs.slack.dev/apis/web-api/rate-limits
Discord: it names no figure and asks to go by its headers, which say five in two seconds of a webhook.
Source: https://discord.com/developers/docs/topics/rate-limits
Telegram: one a second to a chat, twenty a minute to a group (its number begins with -), thirty a second in all.
Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
Teams: more than four a second are throttled, and nobody reads a chat faster than one.
Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
PagerDuty: some 120 a minute of an integration key.
Source: https://developer.pagerduty.com/docs/events-api-v2-overview (rate limits)
ntfy: 60 at once, then one in five seconds. Source: https://docs.ntfy.sh/publish/#limitations; a burst seldom is longer,
and its 429 is obeyed. What Apprise leads to: one a second is nobody's abuse.
"""
FOR_PROGRAMS: Final = frozenset({"file", "pagerduty", "stdout", "webhook"})
"""What programs read: there each message of a burst counts, and only what came late is told together."""
EACH_CHAT: Final = frozenset({"telegram"})
"""Where "not so fast" is said of the chat: others are told on, unless they are refused too.

Telegram's limits are one a second to a chat and twenty a minute to a group, besides that of the whole bot, and its
`retry_after` does not say which was met. Source: the page on its limits above. Slack's limit of chat.postMessage is
each channel's, Discord's buckets are each webhook's: there a channel of ours is one of theirs.
Source: https://docs.slack.dev/apis/web-api/rate-limits, https://discord.com/developers/docs/topics/rate-limits
"""
EACH_ALONE: Final = frozenset({"pagerduty"})
"""Where a message is a thing of its own (an incident) that two alerts cannot share."""


def usual_rate(kind: type[Channel]) -> Rate | None:
    """The rate of a kind; None if it takes what it is given."""
    own = getattr(kind, "rate", None)
    return own if isinstance(own, Rate) else RATES.get(kind.kind)
