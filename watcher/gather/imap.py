"""IMAP as far as reading a mailbox needs it, over a guarded socket; it only ever opens a mailbox read-only.

Written for this use, because every length that a server states is bounded here before it is read.
Source: RFC 9051 (and RFC 3501, which servers still speak), RFC 2177 for IDLE, RFC 4616 for PLAIN.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from watcher.core.addresses import Policy
from watcher.core.errors import FetchError
from watcher.core.plans import Mailbox
from watcher.gather.tokens import said, token_of
from watcher.network.errors import NetworkError
from watcher.network.guard import Guard

COMMAND_S: Final = 60.0
"""The longest that one command may take, with all that it brings."""
_LINE: Final = 4 * 1024 * 1024
_HEAD: Final = 16 * 1024
_RESPONSES: Final = 50_000
_ALL_BYTES: Final = 64 * 1024 * 1024
_LITERAL: Final = re.compile(rb"\{(\d{1,19})\}$")
_PLAIN_TEXT: Final = re.compile(r"[ -~]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response of a server: its text without the literals, and those."""

    text: str
    literals: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command brought. `status` is OK, NO or BAD."""

    status: str
    text: str
    untagged: tuple[Response, ...]


class Line:
    """One connection, one command at a time. `cap` bounds each literal of an answer in bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self._host = host
        self._count = 0

    async def command(self, text: str, *, cap: int = _HEAD, then: Sequence[bytes] = ()) -> Answer:
        """Say something and wait for its end; `then` answers the server's questions for more, one after the other."""
        try:
            async with asyncio.timeout(COMMAND_S):
                tag = await self.say(text)
                return await self.answer(tag, cap=cap, then=then)
        except TimeoutError as error:
            raise NetworkError("timeout", f"{self._host}: not done within {COMMAND_S:g} s", sent=True) from error

    async def say(self, text: str) -> str:
        """Send a command; returns the tag that its end will carry."""
        self._count += 1
        tag = f"w{self._count}"
        await self._send(f"{tag} {text}\r\n".encode("ascii"))
        return tag

    async def answer(self, tag: str, *, cap: int = _HEAD, then: Sequence[bytes] = ()) -> Answer:
        """All responses up to the one with that tag."""
        untagged: list[Response] = []
        answers = iter(then)
        size = 0
        for _ in range(_RESPONSES):
            found = await self.response(cap)
            size += len(found.text) + sum(map(len, found.literals))
            if size > _ALL_BYTES:
                break
            if found.text.startswith(f"{tag} "):
                status, _, text = found.text[len(tag) + 1 :].partition(" ")
                return Answer(status=status.upper(), text=text, untagged=tuple(untagged))
            if found.text.startswith("+"):
                more = next(answers, None)
                if more is None:
                    raise NetworkError("bad_reply", f"{self._host}: the server asks for what it was not promised")
                await self._send(more + b"\r\n")
                continue
            untagged.append(found)
        raise NetworkError("too_large", f"{self._host}: the answer has no end")

    async def done(self, tag: str) -> Answer:
        """End an IDLE."""
        try:
            async with asyncio.timeout(COMMAND_S):
                await self._send(b"DONE\r\n")
                return await self.answer(tag)
        except TimeoutError as error:
            raise NetworkError("timeout", f"{self._host}: silent", sent=True) from error

    async def response(self, cap: int = _HEAD) -> Response:
        """The next response, with its literals read."""
        text, literals = b"", list[bytes]()
        try:
            while True:
                line = (await self._reader.readuntil(b"\r\n"))[:-2]
                text += line
                found = _LITERAL.search(line)
                if len(text) > _LINE:
                    raise NetworkError("too_large", f"{self._host}: a line without end")
                if found is None:
                    return Response(text=text.decode("utf-8", "replace"), literals=tuple(literals))
                length = int(found[1])
                if length > cap:
                    raise NetworkError("too_large", f"{self._host}: {length} bytes at once; at most {cap} are read")
                literals.append(await self._reader.readexactly(length))
        except asyncio.LimitOverrunError as error:
            raise NetworkError("too_large", f"{self._host}: a line without end") from error
        except (asyncio.IncompleteReadError, OSError) as error:
            raise _cut(self._host, error) from error

    async def aclose(self) -> None:
        """Cut the line at once: a server that never says goodbye is not waited for."""
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _send(self, data: bytes) -> None:
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise _cut(self._host, error) from error


def _cut(host: str, error: Exception) -> FetchError:
    if isinstance(error, TimeoutError):
        return NetworkError("timeout", f"{host}: silent")
    return NetworkError("reset", f"{host}: connection cut")


@asynccontextmanager
async def logged_in(
    guard: Guard, plan: Mailbox, policy: Policy, tls: ssl.SSLContext | None
) -> AsyncIterator[tuple[Line, frozenset[str]]]:
    """A line that is logged in, and what the server can do. Raises FetchError."""
    line = await _connected(guard, plan, policy, tls)
    try:
        able = await _capabilities(line)
        await _log_in(line, plan, able)
        yield line, await _capabilities(line)
    finally:
        await line.aclose()


async def _connected(guard: Guard, plan: Mailbox, policy: Policy, tls: ssl.SSLContext | None) -> Line:
    sock = await guard.guarded_socket(plan.host, plan.port, policy)
    try:
        async with asyncio.timeout(COMMAND_S):
            if plan.security == "starttls":
                await _ask_for_tls(sock, plan.host)
            line = await _line(sock, plan.host, None if plan.security == "none" else tls)
            if plan.security != "starttls":
                await _greeting(line, plan.host)
    except TimeoutError as error:
        sock.close()
        raise NetworkError("timeout", f"{plan.host}:{plan.port}: no greeting") from error
    except BaseException:
        sock.close()
        raise
    return line


async def _line(sock: socket.socket, host: str, tls: ssl.SSLContext | None) -> Line:
    try:
        reader, writer = await asyncio.open_connection(
            sock=sock, ssl=tls, server_hostname=host if tls is not None else None, limit=_LINE
        )
    except ssl.SSLCertVerificationError as error:
        raise NetworkError("tls", f"certificate of {host}: {error.verify_message or 'not valid'}") from error
    except ssl.SSLError as error:
        raise NetworkError("tls", f"TLS with {host}: {(error.reason or 'handshake failed').lower()}") from error
    except OSError as error:
        raise NetworkError("reset", f"TLS with {host}: connection cut in the handshake") from error
    return Line(reader, writer, host)


async def _greeting(line: Line, host: str) -> None:
    found = await line.response()
    if not found.text.upper().startswith(("* OK", "* PREAUTH")):
        raise FetchError(f"{host}: the server does not greet as a mail server does")


async def _ask_for_tls(sock: socket.socket, host: str) -> None:
    """STARTTLS on the bare socket.

    What came in clear together with the server's consent may be anybody's: it is refused, never read as if it had
    come under TLS.
    """
    greeting = await _plain_line(sock, host)
    if not greeting.upper().startswith(b"* OK"):
        raise NetworkError("tls", f"{host}: the server does not greet as one that offers STARTTLS")
    try:
        await asyncio.get_running_loop().sock_sendall(sock, b"s1 STARTTLS\r\n")
    except OSError as error:
        raise _cut(host, error) from error
    for _ in range(20):
        said = await _plain_line(sock, host)
        if said.startswith(b"s1 "):
            if said[3:5].upper() != b"OK":
                raise NetworkError("tls", f"{host}: the server does not offer STARTTLS")
            return
    raise NetworkError("bad_reply", f"{host}: no answer to STARTTLS")


async def _plain_line(sock: socket.socket, host: str) -> bytes:
    """One line, read so that nothing behind it is taken from the socket but by the TLS layer, which refuses it."""
    loop, line = asyncio.get_running_loop(), b""
    while not line.endswith(b"\r\n"):
        try:
            sign = await loop.sock_recv(sock, 1)
        except OSError as error:
            raise _cut(host, error) from error
        if not sign or len(line) > _HEAD:
            raise NetworkError("reset", f"{host}: connection cut")
        line += sign
    return line[:-2]


async def _capabilities(line: Line) -> frozenset[str]:
    answer = await line.command("CAPABILITY")
    return frozenset(
        word.upper()
        for each in answer.untagged
        if each.text.upper().startswith("* CAPABILITY")
        for word in each.text.split()
    )


async def _log_in(line: Line, plan: Mailbox, able: frozenset[str]) -> None:
    """Log in once, by one method: a server that refuses a password must not be asked twice."""
    if plan.token_file:
        await _log_in_by_token(line, plan, able)
        return
    if "AUTH=PLAIN" in able:
        plain = base64.b64encode(f"\0{plan.user}\0{plan.password}".encode())
        answer = await line.command("AUTHENTICATE PLAIN", then=(plain,))
    elif "LOGINDISABLED" not in able:
        answer = await line.command(f"LOGIN {quoted(plan.user)} {quoted(plan.password)}")
    else:
        raise FetchError(f"{plan.host}: the server takes no login that we know; try security: tls")
    if answer.status != "OK":
        raise FetchError(f"{plan.host}: the server refuses this user and password")


async def _log_in_by_token(line: Line, plan: Mailbox, able: frozenset[str]) -> None:
    token = await asyncio.to_thread(token_of, plan.token_file)
    way = said(plan, token, able)
    if way is None:
        raise FetchError(f"{plan.host}: the server takes no login by token (XOAUTH2 or OAUTHBEARER)")
    mechanism, words = way
    answer = await line.command(f"AUTHENTICATE {mechanism}", then=words)
    if answer.status != "OK":
        raise FetchError(f"{plan.host}: the server refuses this user and token; was the token renewed in time?")


def quoted(text: str) -> str:
    """A text as a quoted string. Raises FetchError if it cannot be one."""
    if not _PLAIN_TEXT.fullmatch(text):
        raise FetchError("this server takes a user and password in plain signs only")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def folder_name(name: str) -> str:
    """A mailbox's name as it is sent. Source: RFC 3501, 5.1.3, modified UTF-7."""
    made, other = "", ""
    for sign in [*name, ""]:
        if sign and not " " <= sign <= "~":
            other += sign
            continue
        if other:
            coded = base64.b64encode(other.encode("utf-16-be"), b"+,").decode("ascii").rstrip("=")
            made, other = f"{made}&{coded}-", ""
        made += "&-" if sign == "&" else sign
    return quoted(made)


def numbers(responses: Sequence[Response], word: str) -> list[int]:
    """The numbers of all responses such as `* SEARCH 1 2 3`."""
    found = [each.text.split()[2:] for each in responses if each.text.upper().startswith(f"* {word}")]
    return [int(each) for row in found for each in row if each.isascii() and each.isdigit() and len(each) <= 10]  # noqa: PLR2004
