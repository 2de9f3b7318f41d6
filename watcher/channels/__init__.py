"""Kinds of channels, one file each: a message's wire form and the reading of the answer; no I/O here."""

from __future__ import annotations

from watcher.channels.base import Channel
from watcher.channels.email import Email
from watcher.channels.file import File, Stdout
from watcher.channels.slack import Slack
from watcher.channels.webhook import Webhook
from watcher.core.telling.retries import Family

KINDS: dict[str, type[Channel]] = {
    "email": Email,
    "file": File,
    "slack": Slack,
    "stdout": Stdout,
    "webhook": Webhook,
}


def family(kind: str) -> Family:
    """Which plan of retries a kind follows."""
    return "smtp" if kind == Email.kind else "chat"
