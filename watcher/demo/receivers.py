"""Three receivers: one answers as Slack does, one checks signatures, one is a mail server; all keep what arrives."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import warnings
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from pathlib import Path

from watcher.core.telling.messages import Picture
from watcher.demo.loopback import Answer, Asked
from watcher.render.charts import drawn_inside

with warnings.catch_warnings():  # older releases import parts of the library that newer Pythons deprecate
    warnings.simplefilter("ignore", DeprecationWarning)
    from aiosmtpd.smtp import SMTP, Envelope, Session

SLACK_PATH, HOOK_PATH = "/services/demo", "/hook"
CLOCK_SKEW_S = 300


@dataclass(slots=True, kw_only=True)
class Record:
    """Everything received, in a folder: a line each in received.jsonl, mails and the digest as files."""

    folder: Path
    clock: Callable[[], datetime]
    count: int = 0
    digest: Path | None = None
    digest_came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def path(self) -> Path:
        """Where the lines are."""
        return self.folder / "received.jsonl"

    def line(self, receiver: str, **what: object) -> None:
        """Keep one thing that arrived."""
        self.count += 1
        row = {"at": self.clock().isoformat(timespec="milliseconds"), "receiver": receiver, **what}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def mail(self, data: bytes) -> None:
        """Keep a mail as it came, and a digest's two forms beside it, for a browser and a pager."""
        mail = message_from_bytes(data, policy=MAIL_POLICY)
        folder = self.folder / "mails"
        folder.mkdir(exist_ok=True)
        path = folder / f"{len(list(folder.iterdir())) + 1:02}.eml"
        path.write_bytes(data)
        self.line("mail", to=str(mail["To"]), subject=str(mail["Subject"]), file=str(path.relative_to(self.folder)))
        if isinstance(mail, EmailMessage) and mail["List-Id"] is not None:
            self._keep_digest(mail)

    def _keep_digest(self, mail: EmailMessage) -> None:
        pictures = [
            Picture(cid=str(part["Content-ID"]).strip("<>"), png=part.get_content())
            for part in mail.walk()
            if part.get_content_type() == "image/png"
        ]
        for form, name in (("plain", "digest.txt"), ("html", "digest.html")):
            part = mail.get_body((form,))
            if part is not None:
                shown = drawn_inside(str(part.get_content()), pictures)
                (self.folder / name).write_text(shown, encoding="utf-8")
        self.digest = self.folder / "digest.html"
        self.digest_came.set()


@dataclass(slots=True, kw_only=True)
class Receivers:
    """The two that are asked over HTTP. `key` is the signing key that the hook shares with the sender."""

    record: Record
    key: bytes
    refused_once: bool = False
    slack_messages: int = 0
    signatures: list[bool] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        """Slack's or the hook's answer."""
        match (asked.method, asked.path):
            case ("POST", path) if path == SLACK_PATH:
                return self._slack(asked)
            case ("POST", path) if path == HOOK_PATH:
                return self._hook(asked)
            case _:
                return Answer(status=404)

    def _slack(self, asked: Asked) -> Answer:
        """Source: Slack's incoming webhooks: `ok` in plain text; 429 with Retry-After when asked too often."""
        try:
            body = json.loads(asked.body)
            fits = isinstance(body, dict) and isinstance(body.get("blocks"), list) and bool(body.get("text"))
        except ValueError:
            body, fits = None, False
        if not fits:
            return Answer(status=400, body=b"invalid_payload")
        if not self.refused_once:
            self.refused_once = True
            self.record.line("slack", answer=429, text=body["text"])
            return Answer(status=429, headers=(("retry-after", "1"),), body=b"rate_limited")
        self.slack_messages += 1
        self.record.line("slack", answer=200, message=body)
        return Answer(body=b"ok")

    def _hook(self, asked: Asked) -> Answer:
        valid = self._signed(asked)
        self.signatures.append(valid)
        id_ = asked.headers.get("webhook-id", "")
        if not valid:
            self.record.line("webhook", answer=401, id=id_, signature="invalid")
            return Answer(status=401, body=b"signature")
        self.record.line("webhook", answer=200, id=id_, signature="valid", message=json.loads(asked.body))
        return Answer(status=200, body=b"taken")

    def _signed(self, asked: Asked) -> bool:
        """Whether id, time and body are signed with our key. Source: Standard Webhooks, "Verifying signatures"."""
        headers = asked.headers
        id_, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not at.isdigit() or abs(int(at) - self.record.clock().timestamp()) > CLOCK_SKEW_S:
            return False
        digest = hmac.new(self.key, f"{id_}.{at}.".encode() + asked.body, hashlib.sha256).digest()
        wanted = "v1," + base64.b64encode(digest).decode()
        return any(hmac.compare_digest(wanted, each) for each in headers.get("webhook-signature", "").split())


class _Mailbox:
    """Takes every mail."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library calls it by this name
        """Keep the mail."""
        del server, session
        self._record.mail(envelope.original_content or b"")
        return "250 2.0.0 taken"


@contextlib.asynccontextmanager
async def mail_server(record: Record) -> AsyncIterator[int]:
    """A mail server on loopback while the body runs; yields its port."""
    sessions: list[SMTP] = []

    def session() -> SMTP:
        made = SMTP(_Mailbox(record), hostname="demo.example", enable_SMTPUTF8=False, timeout=30)
        sessions.append(made)
        return made

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        tasks = []
        for each in sessions:
            if isinstance(each.transport, asyncio.WriteTransport):
                each.transport.abort()
            if each._handler_coroutine is not None:  # noqa: SLF001 - the library ends a session's task only of its own accord
                each._handler_coroutine.cancel()  # noqa: SLF001 - see above
                tasks.append(each._handler_coroutine)  # noqa: SLF001 - see above
        await asyncio.gather(*tasks, return_exceptions=True)
