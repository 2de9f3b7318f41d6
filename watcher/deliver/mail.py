"""One mail over one SMTP session on a socket that is already open; judges nothing and never tries twice.

The only module that imports aiosmtplib.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import aiosmtplib

from watcher.channels.base import Failure, MailCall, MailReply, Reply
from watcher.core.text.escapes import one_line

QUIT_S = 2.0


@dataclass(slots=True)
class _Progress:
    """How far a session has come: the stage it is at, and whether the mail may be in the server's hands."""

    stage: str = "connect"
    sent: bool = False


async def send_mail(
    call: MailCall,
    sock: socket.socket,
    *,
    tls: ssl.SSLContext | None,
    deadline_s: float,
    in_flight: Callable[[], None],
) -> Reply:
    """The server's last word on the mail, or the failure.

    `sock` is connected and non-blocking, and closed in any case; the name that TLS checks is still `call.host`.
    `in_flight` is called when everything but the mail itself has been said.
    """
    client = aiosmtplib.SMTP(
        hostname=call.host,
        sock=sock,
        use_tls=call.security == "tls",
        start_tls=False,  # asked for below, where a server without it can be told from one that fails
        tls_context=tls,
        timeout=deadline_s,
        local_hostname=_own_name(sock),
    )
    progress = _Progress()
    try:
        async with asyncio.timeout(deadline_s):
            reply = await _session(client, call, progress, in_flight)
    except aiosmtplib.SMTPResponseException as e:
        reply = MailReply(code=e.code, text=e.message, stage=progress.stage)
    except (aiosmtplib.SMTPException, OSError) as e:  # a timeout is an OSError too
        return _failure(e, call, progress)
    finally:
        if isinstance(client.transport, asyncio.WriteTransport):
            client.transport.abort()  # a server that never says goodbye is not waited for
        client.close()
        if progress.stage == "connect":
            sock.close()
    return reply


async def _session(
    client: aiosmtplib.SMTP, call: MailCall, progress: _Progress, in_flight: Callable[[], None]
) -> MailReply:
    await client.connect()
    await client.ehlo()
    if call.security == "starttls":
        progress.stage = "starttls"
        if not client.supports_extension("starttls"):
            return MailReply(code=0, text="the server does not offer STARTTLS", stage="starttls")
        await client.starttls()
        await client.ehlo()
    if call.username is not None and call.password is not None:
        progress.stage = "auth"
        if not await _login(client, call.username, call.password.get_secret_value()):
            return MailReply(code=0, text="the server offers no login that we know", stage="auth")
    progress.stage = "mail"
    await client.mail(call.sender)
    progress.stage = "rcpt"
    await client.rcpt(call.recipient)
    progress.stage = "data"
    in_flight()
    progress.sent = True
    said = await client.data(call.mail.as_bytes())
    await _goodbye(client)
    return MailReply(code=said.code, text=said.message, stage="data")


async def _login(client: aiosmtplib.SMTP, username: str, password: str) -> bool:
    """Log in by one method, tried once: a server that refuses a password must not be asked three times."""
    offered = client.supported_auth_methods
    if "plain" in offered:
        await client.auth_plain(username, password)
    elif "login" in offered:
        await client.auth_login(username, password)
    elif "cram-md5" in offered:
        await client.auth_crammd5(username, password)
    else:
        return False
    return True


async def _goodbye(client: aiosmtplib.SMTP) -> None:
    """Say QUIT; the mail is taken, so nothing that happens now matters."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        async with asyncio.timeout(QUIT_S):
            await client.quit()


def _failure(error: Exception, call: MailCall, progress: _Progress) -> Failure:
    """A failure as a value; foreign words are kept only where they name a certificate's fault."""
    where = f"{call.host}:{call.port} at {progress.stage}"
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        fault = one_line(cause.verify_message or "not valid")
        return Failure(kind="tls", text=f"certificate of {call.host}: {fault}", sent=False)
    if isinstance(cause, ssl.SSLError):
        return Failure(kind="tls", text=f"TLS with {where} failed", sent=progress.sent)
    if isinstance(error, TimeoutError):
        return Failure(kind="timeout", text=f"{where}: silent", sent=progress.sent)
    return Failure(kind="network", text=f"{where}: connection cut", sent=progress.sent)


def _own_name(sock: socket.socket) -> str:
    """Our name in EHLO: the address literal, which needs no lookup. Source: RFC 5321 4.1.3."""
    ip = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{ip}]" if ":" in ip else f"[{ip}]"
