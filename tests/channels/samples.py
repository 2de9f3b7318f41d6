"""What the channels' tests tell: one rendered message of each sort, and options of each kind with canary secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.make import NOW, make_alert_message, make_digest_message, make_notice_message, make_told
from watcher.channels import KINDS
from watcher.channels.base import Channel, Envelope
from watcher.core.telling.messages import Message, Rendered

CANARY = "canary-4f9d1c77e2"
WEBHOOK_SECRET = "whsec_Y2FuYXJ5LTRmOWQxYzc3ZTItY2FuYXJ5LTRmOWQ="
OTHER_SECRET = "whsec_YW5vdGhlci1rZXktb2YtMjQtYnl0ZXMtb3ItbW9yZQ=="

OPTIONS: dict[str, dict[str, Any]] = {
    "slack": {"url": f"https://hooks.slack.example/services/T0/B0/{CANARY}"},
    "discord": {"url": f"https://discord.example/api/webhooks/1/{CANARY}"},
    "teams": {"url": f"https://flow.example/workflows/{CANARY}/triggers/manual/paths/invoke?sig={CANARY}"},
    "telegram": {"token": f"123456:{CANARY}", "chats": [-1001234567890, "@desk_news/17"]},
    "ntfy": {"url": f"https://ntfy.example/{CANARY}", "token": f"tk_{CANARY}"},
    "pagerduty": {"key": f"{CANARY}-{'k' * 14}"},
    "apprise": {"url": f"json://in.example/{CANARY}"},
    "webhook": {"url": f"https://in.example/hook?token={CANARY}", "secrets": [WEBHOOK_SECRET]},
    "email": {
        "smtp": {"host": "127.0.0.1", "port": 25, "security": "none", "username": "desk", "password": CANARY},
        "from": "watcher <watcher@example.org>",
        "to": ["ada@example.org"],
    },
    "file": {"path": "messages.txt"},
    "stdout": {},
}

MESSAGES: dict[str, Message] = {
    "alert": make_alert_message(),
    "update": make_alert_message(
        make_told(
            change="updated", news=("the company confirms the stop",), occasion="alert:a-5c19:2", flags=("undated",)
        )
    ),
    "alerts": make_alert_message(make_told(), make_told(alert="a-2", headline="Second alert")),
    "digest": make_digest_message(),
    "empty": make_digest_message(sections=(), brief=(), updates=(), quiet=()),
    "notice": make_notice_message(),
}


def make_channel(kind: str, **changes: Any) -> Channel:
    cls = KINDS[kind]
    return cls(cls.Options.model_validate(OPTIONS[kind] | changes))


def make_rendered(message: Message = MESSAGES["alert"], **changes: Any) -> Rendered:
    rendered = Rendered(subject="Urgent: a line has stopped", text="Words.\n", html="<p>Words.</p>", message=message)
    return replace(rendered, **changes)


def make_envelope(**changes: Any) -> Envelope:
    envelope = Envelope(
        delivery="msg_0f3a9c",
        occasion="alert:a-5c19:1",
        recipient="ada@example.org",
        thread=None,
        now=NOW,
        public_url=None,
    )
    return replace(envelope, **changes)
