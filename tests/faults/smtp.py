"""A real SMTP server on loopback that misbehaves on command; it never leaves the machine.

In a test: `async with SmtpFaults("451") as smtp: ... smtp.port, smtp.mails`.
As a process: `python -m tests.faults.smtp --out mails.jsonl [--mode ok]`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import signal
import ssl
import warnings
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any, Self

with warnings.catch_warnings():  # older releases import parts of the library that newer Pythons deprecate
    warnings.simplefilter("ignore", DeprecationWarning)
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

MODES = (
    "ok",
    "421",
    "450",
    "451",
    "452",
    "550",
    "split",
    "552",
    "554",
    "drop-after-dot",
    "hang-after-dot",
    "auth-535",
    "no-starttls",
    "quit-drops",
)
"""What the server does.

- `ok` takes everything; offers STARTTLS and AUTH when a TLS context was given (AUTH also without).
- `421` is said at MAIL, `450`, `451`, `550` at RCPT, `452`, `552`, `554` after the final dot.
- `split` refuses recipients whose address starts with `bad`.
- `drop-after-dot` keeps the mail, then cuts the connection; `hang-after-dot` keeps it and never answers.
- `auth-535` refuses every password; `no-starttls` hides STARTTLS though there is a TLS context.
- `quit-drops` takes the mail and cuts the connection at QUIT.
"""

AT_MAIL = {"421": "421 4.3.2 service not available, closing"}
AT_RCPT = {"450": "450 4.2.0 mailbox busy", "451": "451 4.7.1 greylisted, come back", "550": "550 5.1.1 no such user"}
AT_DATA = {
    "452": "452 4.3.1 insufficient storage",
    "552": "552 5.2.2 mailbox full",
    "554": "554 5.7.1 refused as spam",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail that the server took (or took and then said otherwise: `answer`)."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    answer: str
    login: str | None

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.data, policy=SMTP_POLICY)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class SmtpFaults:
    """The server. `mode` holds for all sessions; `script` gives the modes of the next sessions, one each."""

    mode: str = "ok"
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    out: Path | None = None
    port: int = 0
    script: deque[str] = field(default_factory=deque)
    mails: list[Mail] = field(default_factory=list)
    sessions: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)
    dotted: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._open: set[SMTP] = set()
        self._released = asyncio.Event()
        context = self.tls if self.implicit_tls else None
        self._server = await loop.create_server(self._session, "127.0.0.1", self.port, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._released.set()
        self._server.close()
        for session in list(self._open):
            if session.transport is not None:
                session.transport.abort()
        tasks = [s._handler_coroutine for s in self._open if s._handler_coroutine is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), 1)

    def unique_ids(self) -> set[str]:
        return {mail.message["Message-ID"] for mail in self.mails}

    def _session(self) -> SMTP:
        mode = self.script.popleft() if self.script else self.mode
        assert mode in MODES, mode
        self.sessions += 1
        offered = None if mode == "no-starttls" or self.implicit_tls else self.tls
        with warnings.catch_warnings():  # it warns of AUTH without TLS, which is the very thing some tests ask for
            warnings.simplefilter("ignore", UserWarning)
            session = SMTP(
                _Handler(self, mode),
                hostname="mail.test",
                tls_context=offered,
                authenticator=lambda *a: self._login(mode, *a),
                auth_require_tls=False,
                enable_SMTPUTF8=False,
                timeout=60,
            )
        self._open.add(session)
        return session

    def _login(
        self, mode: str, _server: SMTP, session: Session, _envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        if mode == "auth-535":
            return AuthResult(success=False, handled=False)
        session.login_name = data.login.decode()
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=True)

    def keep(self, mail: Mail) -> None:
        self.mails.append(mail)
        if self.out is not None:
            row = {"recipients": mail.recipients, "message_id": mail.message["Message-ID"], "answer": mail.answer}
            row["data"] = base64.b64encode(mail.data).decode()
            append_row(self.out, row)


def append_row(path: Path, row: dict[str, object]) -> None:
    """Append one JSON line and force it to the disk, so that a killed test still has the truth."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
        file.flush()
        os.fsync(file.fileno())


class _Handler:
    """The decisions of one session."""

    def __init__(self, faults: SmtpFaults, mode: str) -> None:
        self.faults = faults
        self.mode = mode

    async def handle_MAIL(  # noqa: N802 - the library calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode in AT_MAIL:
            return AT_MAIL[self.mode]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode in AT_RCPT:
            return AT_RCPT[self.mode]
        if self.mode == "split" and address.startswith("bad"):
            return AT_RCPT["550"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library calls it by this name
        answer = AT_DATA.get(self.mode, "250 2.0.0 taken")
        if self.mode not in AT_DATA:
            content = envelope.original_content or b""
            login = getattr(session, "login_name", None)
            mail = Mail(
                sender=str(envelope.mail_from),
                recipients=tuple(envelope.rcpt_tos),
                data=content,
                answer=answer,
                login=login,
            )
            self.faults.keep(mail)
        self.faults.dotted.set()
        if self.mode == "drop-after-dot":
            server.transport.abort()
        if self.mode == "hang-after-dot":
            await self.faults._released.wait()
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library calls it by this name
        if self.mode == "quit-drops":
            server.transport.abort()
        return "221 2.0.0 bye"

    async def handle_exception(self, error: Exception) -> str:
        return f"451 4.3.0 {type(error).__name__}"


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM; the first line printed is the port."""
    faults = SmtpFaults(arguments.mode, out=Path(arguments.out), port=arguments.port)
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    async with faults:
        print(faults.port, flush=True)  # noqa: T201 - the parent reads it
        await done.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--out", required=True)
    parser.add_argument("--mode", default="ok", choices=MODES)
    asyncio.run(serve(parser.parse_args()))
