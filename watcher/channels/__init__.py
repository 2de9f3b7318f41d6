"""Kinds of channels, one file each: a message's wire form and the reading of the answer; no I/O here."""

from __future__ import annotations

from watcher.channels.apprise import Apprise
from watcher.channels.base import Channel
from watcher.channels.discord import Discord
from watcher.channels.email import Email
from watcher.channels.file import File, Stdout
from watcher.channels.ntfy import Ntfy
from watcher.channels.pagerduty import Pagerduty
from watcher.channels.slack import Slack
from watcher.channels.teams import Teams
from watcher.channels.telegram import Telegram
from watcher.channels.webhook import Webhook
from watcher.core.telling.retries import Family

KINDS: dict[str, type[Channel]] = {
    "apprise": Apprise,
    "discord": Discord,
    "email": Email,
    "file": File,
    "ntfy": Ntfy,
    "pagerduty": Pagerduty,
    "slack": Slack,
    "stdout": Stdout,
    "teams": Teams,
    "telegram": Telegram,
    "webhook": Webhook,
}

ALERTS_ONLY = frozenset({Pagerduty.kind})
"""Kinds that take no issues of a digest."""


def family(kind: str) -> Family:
    """Which plan of retries a kind follows."""
    return "smtp" if kind == Email.kind else "chat"
