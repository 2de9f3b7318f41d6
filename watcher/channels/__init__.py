"""Kinds of channels, one file each: a message's wire form and the reading of the answer; no I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from watcher.channels.base import Channel
from watcher.core.kinds import Kinds
from watcher.core.telling.retries import Family

KINDS: Final[Mapping[str, type[Channel]]] = Kinds(
    apprise="watcher.channels.apprise:Apprise",
    discord="watcher.channels.discord:Discord",
    email="watcher.channels.email:Email",
    file="watcher.channels.file:File",
    ntfy="watcher.channels.ntfy:Ntfy",
    pagerduty="watcher.channels.pagerduty:Pagerduty",
    slack="watcher.channels.slack:Slack",
    stdout="watcher.channels.file:Stdout",
    teams="watcher.channels.teams:Teams",
    telegram="watcher.channels.telegram:Telegram",
    webhook="watcher.channels.webhook:Webhook",
)
"""Every kind that the configuration may name; others are named `package.module:Class`."""

ALERTS_ONLY = frozenset({"pagerduty"})
"""Kinds that take no issues of a digest."""


def family(kind: str) -> Family:
    """Which plan of retries a kind follows."""
    return "smtp" if kind == "email" else "chat"
