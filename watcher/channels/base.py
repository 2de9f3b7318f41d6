"""The contract of a channel kind: sans-IO, so that every limit and every answer can be tested without a network.

A kind never opens a socket, never retries by itself, and never lets a secret into an `Outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, SecretStr

from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered


class ChannelOptions(BaseModel):
    """Options of a kind; every field carries a description, shown by `watcher kinds` and in the JSON Schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What belongs to the delivery rather than to the words; equal over all attempts but for `now`.

    `delivery` is derived from (occasion, channel, recipient) and serves as webhook-id; `thread` is the occasion
    that this one answers (an update the first telling), or None; `public_url` switches links to pages on.
    """

    delivery: str
    occasion: str
    recipient: str
    thread: str | None
    now: datetime
    public_url: str | None
    thread_remote: str = ""
    thread_alone: bool = False
    zone: str = "UTC"
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """One POST. `headers` values and `url` are secret: they are never logged.

    `secrets` are those that the body holds; such a body is never stored.
    """

    url: SecretStr
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    secrets: tuple[SecretStr, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCall:
    """One mail to one recipient over SMTP."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    username: str | None
    password: SecretStr | None
    sender: str
    recipient: str
    mail: EmailMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCall:
    """Text appended to a file, or written to standard output when `path` is None."""

    path: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseCall:
    """One message to one service through the library apprise, in a process of its own. The address is a secret."""

    url: SecretStr
    title: str
    text: str


Call = HttpCall | MailCall | FileCall | AppriseCall


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """An answer: its status, lower-case headers, and at most 64 KiB of its body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReply:
    """The server's last word on a mail: the SMTP code and text, and the stage it was said at.

    `stage` is connect, starttls, auth, mail, rcpt or data.
    """

    code: int
    text: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """No answer. `sent` tells whether the whole request had been written (so it may have been accepted)."""

    kind: Literal["timeout", "network", "dns", "tls", "refused_address", "file"]
    text: str
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseReply:
    """What the library said: whether the service took the message, or it knows no such address; its log's words."""

    result: Literal["taken", "refused", "unusable"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWritten:
    """The text is in the file."""


Reply = HttpReply | MailReply | Failure | FileWritten | AppriseReply


@runtime_checkable
class Channel(Protocol):
    """One configured channel.

    `wire` gives the calls that together say the message, in order; more than one where the vendor's limits ask
    for a split. Calls are equal for equal arguments, so a repeat after a crash is recognisable by its id.
    `judge` turns the answer to one call into an outcome; it never raises.
    """

    kind: ClassVar[str]
    Options: ClassVar[type[ChannelOptions]]

    def __init__(self, options: ChannelOptions) -> None:
        """Take validated options of this kind's own class."""

    def recipients(self) -> tuple[str, ...]:
        """Who is told separately: one delivery each. `("",)` where the channel itself is the recipient."""

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """The calls that say the message; raises `DeliverError` if it can't be said at all."""

    def judge(self, reply: Reply) -> Outcome:
        """What the answer means for the delivery."""
