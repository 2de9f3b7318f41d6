"""Mail over SMTP: one message per recipient, and what the server's words mean; never opens a socket."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, parseaddr
from typing import ClassVar, Literal, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from watcher.channels.answers import no_answer
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, MailCall, MailReply, Reply
from watcher.channels.heads import LONGEST_LINE, POLICY
from watcher.core.errors import DeliverError
from watcher.core.model import Outcome
from watcher.core.telling.messages import AlertMessage, DigestMessage, Message, NoticeMessage, Picture, Rendered
from watcher.core.text.escapes import mail_safe, one_line, plain_safe

PORTS = {"starttls": 587, "tls": 465, "none": 25}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

ACCEPTED = range(200, 300)
LATER = range(400, 500)
REFUSED = range(500, 600)
TOO_LARGE = 552
NEEDS_LOGIN = frozenset({530, 534, 535, 538})

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HTTPS = re.compile(rf"https://[!-;=?-~]{{1,{LONGEST_LINE - 40}}}")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


class SmtpOptions(BaseModel):
    """The mail server that takes our mail."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(min_length=1, description="the server's name; its certificate must carry it")
    port: int | None = Field(default=None, ge=1, le=65535, description="587, 465 or 25 after `security` if left out")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="starttls and tls are required when named: without them nothing is sent"
    )
    username: str | None = Field(default=None, description="login, if the server asks for one")
    password: SecretStr | None = Field(default=None, description="its password; use ${ENV} or ${file:PATH}")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.password is not None and self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("a password needs security: starttls or tls")
        return self


class EmailOptions(ChannelOptions):
    """Options of `kind: email`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    smtp: SmtpOptions = Field(description="the mail server that takes our mail")
    sender: str = Field(alias="from", description="the sender's address, with or without a name")
    to: tuple[str, ...] = Field(
        default=(), max_length=1000, description="whom it goes to; each gets a mail of its own. Else name recipients"
    )
    reply_to: str | None = Field(default=None, description="where answers go, if not to the sender")
    unsubscribe: str | None = Field(
        default=None, description="the address where a person takes mails to unsubscribe, beside the one-click link"
    )

    @field_validator("sender", "reply_to", "unsubscribe")
    @classmethod
    def _one_address(cls, value: str | None) -> str | None:
        return None if value is None else str(_address(value))

    @field_validator("to")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_address(each).addr_spec for each in value))


class Email:
    """Mail to a list of recipients, one delivery each; the Message-ID is the delivery's over all attempts."""

    kind: ClassVar[str] = "email"
    Options: ClassVar[type[ChannelOptions]] = EmailOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, EmailOptions)
        self._options = options
        self._sender = _address(options.sender)

    def recipients(self) -> tuple[str, ...]:
        """Every address of `to`."""
        return self._options.to

    def address(self, text: str) -> str:
        """A further recipient's address as deliveries go by it. Raises ValueError if it is none."""
        return _address(text).addr_spec

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One mail to the envelope's recipient."""
        smtp = self._options.smtp
        call = MailCall(
            host=smtp.host,
            port=smtp.port or PORTS[smtp.security],
            security=smtp.security,
            username=smtp.username,
            password=smtp.password,
            sender=self._sender.addr_spec,
            recipient=envelope.recipient,
            mail=self._proven(rendered, envelope),
        )
        return (call,)

    def _proven(self, rendered: Rendered, envelope: Envelope) -> EmailMessage:
        """The mail, parsed back: a subject that comes out as anything but one header is said in ASCII instead."""
        mail = self._mail(rendered, envelope, mail_safe(rendered.subject))
        if not _parses_back(mail):
            mail = self._mail(rendered, envelope, re.sub(r"[^ -~]", "?", mail_safe(rendered.subject)))
        if not _parses_back(mail):
            raise DeliverError("email: the head of the mail does not survive being written")
        return mail

    def _mail(self, rendered: Rendered, envelope: Envelope, subject: str) -> EmailMessage:
        mail = EmailMessage(policy=POLICY)
        domain = self._sender.domain
        mail["From"] = self._sender
        mail["To"] = _address(envelope.recipient)
        mail["Subject"] = subject or "watcher"
        mail["Date"] = format_datetime(envelope.now)
        mail["Message-ID"] = message_id(envelope.delivery, domain)
        if self._options.reply_to is not None:
            mail["Reply-To"] = _address(self._options.reply_to)
        for name, value in (*_thread(rendered.message, envelope, domain), *self._list(rendered)):
            mail[name] = value
        mail.set_content(plain_safe(rendered.text))
        if rendered.html:
            mail.add_alternative(plain_safe(rendered.html), subtype="html")
            _picture(mail, rendered.pictures, envelope.delivery)
            # fixed, so that a repeat is the same mail byte for byte but for its date
            mail.set_boundary("=_" + hashlib.sha256(f"boundary {envelope.delivery}".encode()).hexdigest()[:32])
        return mail

    def _list(self, rendered: Rendered) -> Iterator[tuple[str, str]]:
        """What tells a list's mail from a person's, and how to leave it.

        Source: RFC 2919 (List-Id), RFC 2369 3.2 (List-Unsubscribe), RFC 8058 3.1 (one click), RFC 3834 5 (automatic).
        """
        message, link = rendered.message, rendered.links.unsubscribe
        if isinstance(message, DigestMessage):
            yield "List-Id", f"<{_label(message.digest)}.{self._sender.domain}>"
        else:
            yield "Auto-Submitted", "auto-generated"
        if isinstance(message, NoticeMessage):
            return
        to = self._options.unsubscribe
        ways = [f"<{link}>"] if link and _HTTPS.fullmatch(link) else []
        if ways:
            yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
        if to is not None:
            ways.append(f"<mailto:{quote(_address(to).addr_spec, safe='@')}?subject=unsubscribe>")
        if ways:
            yield "List-Unsubscribe", ", ".join(ways)

    def judge(self, reply: Reply) -> Outcome:
        """The final 250 is sent; 4xx may heal; a refused login stops the channel; other 5xx are this recipient's end.

        Source: RFC 5321 4.2.1 (severity of reply codes), RFC 4954 6 (codes of AUTH).
        """
        match reply:
            case MailReply(stage="starttls", code=code) if code not in LATER:
                return Outcome(result="pause", reason=f"no safe connection to the mail server: {_said(reply)}")
            case MailReply():
                return _judged(reply)
            case Failure():
                return no_answer(reply)
            case _:
                return Outcome(result="retry", reason="not the answer of a mail server")


def _thread(message: Message, envelope: Envelope, domain: str) -> Iterator[tuple[str, str]]:
    """What a mail client puts the mail with: the first telling of the alert, and all mails on the same story.

    A story's own id names no mail that was ever sent; that two mails refer to it is enough for a client to put them
    together (RFC 5322 3.6.4: an id need not be known). An issue of a digest holds many stories and is in no thread.
    """
    first = [] if envelope.thread is None else [message_id(envelope.thread, domain)]
    stories = {told.story for told in message.alerts} if isinstance(message, AlertMessage) else set()
    root = [message_id(f"story.{story}", domain) for story in stories if story] if len(stories) == 1 else []
    if first:
        yield "In-Reply-To", first[0]
    if root or first:
        yield "References", " ".join((*root, *first))


def _picture(mail: EmailMessage, pictures: Sequence[Picture], delivery: str) -> None:
    """Put the pictures beside the HTML part that shows them."""
    *_, page = mail.iter_parts()
    for picture in pictures:
        page.add_related(picture.png, "image", "png", cid=f"<{picture.cid}>", disposition="inline")
    if pictures:
        page.set_boundary("=_" + hashlib.sha256(f"pictures {delivery}".encode()).hexdigest()[:32])


def message_id(delivery: str, domain: str) -> str:
    """The Message-ID of a delivery: the same for every attempt."""
    local = delivery if _ID.fullmatch(delivery) else hashlib.sha256(delivery.encode("utf-8", "replace")).hexdigest()
    return f"<{local}@{domain}>"


def _judged(reply: MailReply) -> Outcome:
    said = _said(reply)
    if reply.stage == "data" and reply.code in ACCEPTED:
        return Outcome(result="sent", reason="accepted", answer=said)
    if reply.code in NEEDS_LOGIN or (reply.stage == "auth" and reply.code not in LATER):
        return Outcome(result="pause", reason=f"the mail server refused the login: {said}", answer=said)
    if reply.code in LATER:
        return Outcome(result="retry", reason=f"the mail server said later: {said}", answer=said)
    if reply.code in REFUSED and (reply.stage in {"rcpt", "data"} or reply.code == TOO_LARGE):
        return Outcome(result="dead", reason=f"refused for this recipient: {said}", answer=said)
    if reply.code in REFUSED:
        return Outcome(result="pause", reason=f"the mail server refuses us at {reply.stage}: {said}", answer=said)
    return Outcome(result="retry", reason=f"an answer that mail servers do not give: {said}")


def _said(reply: MailReply) -> str:
    """The server's answer; code 0 is ours, where the server said nothing wrong but lacks what we need."""
    return one_line(f"{reply.code} {reply.text}" if reply.code else reply.text)[:300]


def _parses_back(mail: EmailMessage) -> bool:
    try:
        head = BytesParser(policy=POLICY).parsebytes(mail.as_bytes(), headersonly=True)
    except (MessageError, ValueError, LookupError):  # newer Pythons refuse what older ones write
        return False
    # A fold may come back as a further blank: before the first word, and before one that had to be encoded.
    return head.keys() == mail.keys() and str(head["Subject"]).split() == str(mail["Subject"]).split()


def _address(value: str) -> Address:
    """One mail address with its host in ASCII; raises ValueError if it is none."""
    name, spec = parseaddr(value)
    local, _, host = spec.rpartition("@")
    if spec not in value or one_line(value) != value.strip() or not _LOCAL.fullmatch(local):
        raise ValueError(f"not a mail address: {one_line(value)[:100]}")
    try:
        domain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"not a mail address: {one_line(value)[:100]}")
    return Address(display_name=mail_safe(name), username=local, domain=domain)


def _label(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "digest"
