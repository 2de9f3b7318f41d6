"""Signed webhooks after the Standard Webhooks specification: a documented JSON body; never opens a socket.

The body is described in docs/webhook.md and docs/webhook.schema.json; change all three together.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from watcher.channels.answers import DONE, REFUSALS, TRY_AGAIN, no_answer, retry_after_s, said
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, HttpCall, HttpReply, Reply
from watcher.channels.issue_json import issue_json
from watcher.channels.options import web_address
from watcher.core.model import Outcome
from watcher.core.telling.links import AlertLinks, Links
from watcher.core.telling.messages import (
    AlertMessage,
    DigestMessage,
    Message,
    NoticeMessage,
    Reminder,
    Rendered,
    Told,
)

SCHEMA = 1
SECRET_PREFIX = "whsec_"  # noqa: S105 - a mark of the format, no secret
SECRET_BYTES = range(24, 65)
GONE = 410


def _usable(secret: SecretStr) -> SecretStr:
    _key(secret)
    return secret


class WebhookOptions(ChannelOptions):
    """Options of `kind: webhook`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: SecretStr = Field(description="the endpoint's address; use ${ENV} or ${file:PATH} if it holds a secret")
    secrets: tuple[Annotated[SecretStr, AfterValidator(_usable)], ...] = Field(
        max_length=5,
        json_schema_extra={"minItems": 1},
        description="signing secrets, `whsec_` and base64 of 24 to 64 random bytes; each of them signs, for rotation",
    )

    _address = field_validator("url")(web_address)

    @field_validator("secrets")
    @classmethod
    def _some(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        # Not `min_length`: that also speaks when every secret was told to be wrong by itself.
        if not secrets:
            raise PydanticCustomError("too_short", "must name at least {min_length}", {"min_length": 1})
        return secrets


class Webhook:
    """One endpoint that takes signed messages. `webhook-id` is the delivery's and stays over all attempts."""

    kind: ClassVar[str] = "webhook"
    Options: ClassVar[type[ChannelOptions]] = WebhookOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, WebhookOptions)
        self._url = options.url
        self._keys = tuple(_key(secret) for secret in options.secrets)

    def recipients(self) -> tuple[str, ...]:
        """The endpoint itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One call whose body is the same over all attempts; only time and signature change."""
        content = json.dumps(body(rendered, envelope), ensure_ascii=False, separators=(",", ":"))
        data = content.encode("utf-8", "replace")
        at = str(int(envelope.now.timestamp()))
        signatures = " ".join(signature(key, envelope.delivery, at, data) for key in self._keys)
        headers = (
            ("content-type", "application/json"),
            ("webhook-id", envelope.delivery),
            ("webhook-timestamp", at),
            ("webhook-signature", signatures),
        )
        return (HttpCall(url=self._url, headers=headers, body=data),)

    def judge(self, reply: Reply) -> Outcome:
        """2xx is sent, 410 closes the endpoint, other refusals are retried seldom, the rest soon.

        Source: Standard Webhooks, "Deliverability and reliability"; redirects are failures there.
        """
        match reply:
            case Failure():
                return no_answer(reply)
            case HttpReply(status=status) if status in DONE:
                return Outcome(result="sent", reason="accepted", answer=said(reply))
            case HttpReply(status=status) if status == GONE:
                return Outcome(result="gone", reason=f"the endpoint is gone: {said(reply)}", answer=said(reply))
            case HttpReply(status=status):
                slow = status in REFUSALS and status not in TRY_AGAIN
                return Outcome(
                    result="slow" if slow else "retry",
                    reason=f"the endpoint {'refused the message' if slow else 'did not accept'}: {said(reply)}",
                    retry_after_s=retry_after_s(reply),
                    answer=said(reply),
                )
            case _:
                return Outcome(result="retry", reason="not an HTTP answer")


def signature(key: bytes, message_id: str, at: str, data: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 over id, time and body. Source: Standard Webhooks, "Signature scheme"."""
    signed = b".".join((message_id.encode(), at.encode(), data))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def body(rendered: Rendered, envelope: Envelope) -> dict[str, object]:
    """The message as documented JSON; equal for equal messages, whenever it is sent."""
    kind, content = _content(rendered.message, rendered.links)
    return {
        "schema": SCHEMA,
        "type": "test" if envelope.occasion.startswith("test:") else kind,
        "id": envelope.delivery,
        "occasion": envelope.occasion,
        "answers": envelope.thread,
        "subject": rendered.subject,
        "text": rendered.text,
        kind: content,
    }


def _content(message: Message, links: Links) -> tuple[str, dict[str, object]]:
    match message:
        case AlertMessage():
            alerts = [_told(told) | _acts(links.of(told.alert)) for told in message.alerts]
            return "alert", {"route": message.route, "alerts": alerts, "backlog": message.backlog}
        case DigestMessage():
            return "digest", issue_json(message) | ({} if links.page is None else {"page": links.page})
        case NoticeMessage():
            return "notice", {
                "kind": message.kind,
                "subject": message.subject,
                "title": message.title,
                "lines": list(message.lines),
                "at": _time(message.at),
            }


def _acts(links: AlertLinks | None) -> dict[str, object]:
    """Pages that ask before they act, for people; a program that follows one changes nothing."""
    return {} if links is None else {"links": asdict(links)}


def _told(told: Told) -> dict[str, object]:
    return {
        "alert": told.alert,
        "occasion": told.occasion,
        "change": told.change,
        "severity": told.severity.value,
        "headline": told.headline,
        "news": list(told.news),
        "event_type": told.event_type,
        "status": told.status,
        "publisher": {"name": told.publisher, "host": told.host, "trust": told.trust.value},
        "published": None if told.published is None else _time(told.published),
        "seen": _time(told.seen),
        "evidence": [
            {
                "text": quote.text,
                "marks": [list(mark) for mark in quote.marks],
                "zone": quote.zone,
                "language": quote.language,
            }
            for quote in told.quotes
        ],
        "rule": {"id": told.rule, "title": told.rule_title, "version": told.rule_version},
        "why": list(told.why),
        "link": told.link,
        "language": told.language,
        "summary": list(told.summary),
        "flags": list(told.flags),
        "article": told.article,
        "story": told.story,
        "handled": [
            {
                "what": each.what,
                "who": each.who,
                "at": _time(each.at),
                "words": each.words,
                "until": None if each.until is None else _time(each.until),
            }
            for each in told.handled
        ],
    } | _reminded(told.reminder)


def _reminded(reminder: Reminder | None) -> dict[str, object]:
    """That it is a reminder; nothing in any other message."""
    return {} if reminder is None else {"reminder": {"number": reminder.number, "of": reminder.of}}


def _time(at: datetime) -> str:
    return at.isoformat()


def _key(secret: SecretStr) -> bytes:
    """The signing key; raises ValueError without repeating the secret."""
    text = secret.get_secret_value()
    if not text.startswith(SECRET_PREFIX):
        raise ValueError(f"a signing secret must be {SECRET_PREFIX} and the base64 of 24 to 64 random bytes")
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a signing secret must be base64 after its prefix") from None
    if len(key) not in SECRET_BYTES:
        raise ValueError("a signing secret must hold 24 to 64 bytes")
    return key
