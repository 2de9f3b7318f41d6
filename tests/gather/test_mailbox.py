"""A mailbox read on a real server, and on servers that lie; nothing in it is ever changed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.gather.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.network.certificates import Authority, make_authority
from tests.servers import FaultServer, Seen, reply
from watcher.core.errors import FetchError
from watcher.core.plans import PASSED, UID, VALIDITY, Gathered, Mailbox
from watcher.gather import Gatherer, mailbox
from watcher.gather.imap import Line, folder_name, quoted
from watcher.network.guard import Guard
from watcher.network.resolver import ThreadResolver

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    found = make_authority(tmp_path_factory.mktemp("authority"))
    found.server("localhost")
    return found


@pytest.fixture(scope="module")
def server(authority) -> Iterator[Dovecot]:
    with dovecot(authority.folder / "localhost-False.pem", authority.folder / "localhost-False.key") as running:
        yield running


@pytest.fixture
def box(server) -> Iterator[str]:
    """A mailbox of the test's own."""
    _boxes.append(f"Box{len(_boxes)}")
    return _boxes[-1]


_boxes: list[str] = []


def mail(n: int, sender: str = "News <news@trade.example>", body: str = "Text") -> bytes:
    return f"Message-ID: <{n}@x>\r\nSubject: Issue {n}\r\nFrom: {sender}\r\n\r\n{body} {n}\r\n".encode()


def plan(server: Dovecot, box: str, **changes: object) -> Mailbox:
    found = Mailbox(
        host="localhost", port=server.ports["none"], security="none", user=USER, password=PASSWORD, folder=box
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def gatherer(authority: Authority | None = None) -> Gatherer:
    tls = authority.client() if authority is not None else None
    return Gatherer(Guard(ThreadResolver()), lambda: NOW, tls=tls)


async def read(wanted: Mailbox, policy: str = "any", authority: Authority | None = None) -> list[Gathered]:
    return [each async for each in gatherer(authority).documents(wanted, policy)]  # type: ignore[arg-type]


def after(found: list[Gathered]) -> dict[str, int]:
    """The place behind what was read."""
    last = found[-1].document
    return {"validity": int(last.header(VALIDITY)), "after_uid": int(last.header(UID))}


def bodies(found: list[Gathered]) -> list[bytes]:
    return [each.document.body for each in found if each.document.step != PASSED]


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
async def test_mails_come_whole_once_and_unmarked(server, box, authority, security):
    for n in range(3):
        server.deliver(mail(n), box)
    wanted = plan(server, box, security=security, port=server.ports[security])

    first = await read(wanted, authority=authority)
    again = await read(replace(wanted, **after(first)), authority=authority)
    server.deliver(mail(3), box)
    later = await read(replace(wanted, **after(first)), authority=authority)

    assert bodies(first) == [mail(n) for n in range(3)]
    assert again == []
    assert bodies(later) == [mail(3)]
    # a mark such as S (seen) would stand behind the comma
    assert {name.partition(":2,")[2] for name in server.marks()} == {""}


async def test_only_the_senders_that_are_asked_for(server, box):
    for n, sender in enumerate(
        ("news@trade.example", "Spam <x@spam.example>", '"A, B" <Desk@Trade.example>', "broken")
    ):
        server.deliver(mail(n, sender), box)
    wanted = plan(server, box, senders=("*@trade.example",))

    found = await read(wanted)

    assert bodies(found) == [mail(0, "news@trade.example"), mail(2, '"A, B" <Desk@Trade.example>')]
    assert after(found)["after_uid"] == 4
    assert await read(replace(wanted, **after(found))) == []


async def test_at_first_only_the_newest_are_read(server, box, monkeypatch):
    monkeypatch.setattr(mailbox, "AT_FIRST", 2)
    monkeypatch.setattr(mailbox, "_AT_ONCE", 1)
    for n in range(5):
        server.deliver(mail(n), box)

    first = await read(plan(server, box))
    rest = await read(plan(server, box, validity=after(first)["validity"], after_uid=1))

    assert bodies(first) == [mail(3), mail(4)]
    assert bodies(rest) == [mail(n) for n in range(1, 5)]


async def test_numbers_of_another_validity_count_for_nothing(server, box):
    server.deliver(mail(0), box)

    found = await read(plan(server, box, validity=1, after_uid=99))

    assert bodies(found) == [mail(0)]
    assert after(found)["after_uid"] == 1


async def test_an_empty_mailbox_and_names_of_all_scripts(server, box):
    server.deliver(mail(0), f"{box}-&Zi9O9g-")

    assert bodies(await read(plan(server, f"{box}-是件"))) == [mail(0)]
    with pytest.raises(FetchError, match="there is no mailbox 'Nowhere' that may be read"):
        await read(plan(server, "Nowhere"))


async def test_a_mail_that_is_too_large_is_passed_over_and_told(server, box, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_BYTES", 200)
    server.deliver(mail(0, body="x" * 300), box)
    server.deliver(mail(1), box)

    large, small, _ = await read(plan(server, box))

    assert (large.document.body, large.refused.endswith("at most 200 are read")) == (b"", True)
    assert small.document.body == mail(1)


async def test_a_wrong_password_is_said_without_it(server):
    with pytest.raises(FetchError, match="localhost: the server refuses this user and password") as caught:
        await read(plan(server, "INBOX", password="CANARY"))

    assert "CANARY" not in repr(caught.value)


async def test_a_token_is_read_anew_at_each_login_and_let_in_while_it_is_good(authority, tmp_path):
    token, good = tmp_path / "token", ["t0k3n-of-today"]

    async def whose(seen: Seen, writer: asyncio.StreamWriter) -> None:
        active = seen.target.endswith(f"={good[0]}")
        body = json.dumps({"user": USER, "active": "yes" if active else "no"}).encode()
        writer.write(reply(200, ("Content-Type", "application/json"), body=body))

    async with FaultServer() as provider:
        provider.route("/whose", whose)
        with dovecot(
            authority.folder / "localhost-False.pem",
            authority.folder / "localhost-False.key",
            mechanisms="xoauth2 oauthbearer",
            tokens=provider.url("/whose?token="),
        ) as running:
            running.deliver(mail(1), "Box")
            wanted = plan(running, "Box", password="", token_file=str(token))
            token.write_text(f"{good[0]}\n")
            first = await read(wanted)
            good[0] = "t0k3n-of-tomorrow"
            with pytest.raises(FetchError, match="refuses this user and token") as refused:
                await read(wanted)
            token.write_text(good[0])
            renewed = await read(wanted)

    assert bodies(first) == bodies(renewed) == [mail(1)]
    assert "t0k3n" not in str(refused.value)


@pytest.mark.parametrize(
    ("able", "spoken", "last"),
    [
        ("AUTH=XOAUTH2 AUTH=PLAIN", b"user=desk\x01auth=Bearer t0k3n\x01\x01", b""),
        (
            "AUTH=OAUTHBEARER AUTH=PLAIN",
            b"n,a=desk,\x01host=127.0.0.1\x01port=%d\x01auth=Bearer t0k3n\x01\x01",
            b"AQ==",
        ),
    ],
)
async def test_a_refusal_of_a_token_is_heard_to_its_end(able, spoken, last, tmp_path):
    (tmp_path / "token").write_text("t0k3n\n")
    asks, refuses = b"+ \r\n", b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"
    offers = f"* CAPABILITY IMAP4rev1 {able}\r\n{{}} OK\r\n".encode()
    async with liar(offers, asks, refuses, b"w2 NO expired\r\n") as (port, heard):
        with pytest.raises(FetchError, match="refuses this user and token"):
            await read(to(port, password="", token_file=str(tmp_path / "token")))

    assert base64.b64decode(heard[2]) == (spoken % port if b"%d" in spoken else spoken)
    assert heard[3] == last + b"\r\n"


@pytest.mark.parametrize(
    ("body", "why"),
    [(None, "no such file"), (b" \n", "a token is one line"), (b"a b", "one line"), (b"x" * 20_000, "one line")],
)
async def test_a_file_without_a_token_is_told(body, why, tmp_path):
    if body is not None:
        (tmp_path / "token").write_bytes(body)
    async with liar(b"* CAPABILITY AUTH=XOAUTH2\r\n{} OK\r\n") as (port, heard):
        with pytest.raises(FetchError, match=why):
            await read(to(port, password="", token_file=str(tmp_path / "token")))

    assert len(heard) == 1


async def test_a_server_that_takes_no_tokens_is_given_none(tmp_path):
    (tmp_path / "token").write_text("t0k3n")
    async with liar(b"* CAPABILITY AUTH=PLAIN\r\n{} OK\r\n") as (port, heard):
        with pytest.raises(FetchError, match="takes no login by token"):
            await read(to(port, password="", token_file=str(tmp_path / "token")))

    assert len(heard) == 1


async def test_a_certificate_of_another_name_or_authority_is_refused(server, authority):
    wanted = plan(server, "INBOX", security="tls", port=server.ports["tls"])
    for changes in ({"host": "127.0.0.1"}, {"host": "127.0.0.1", "security": "starttls", "port": server.ports["none"]}):
        with pytest.raises(FetchError, match=r"certificate of 127\.0\.0\.1"):
            await read(replace(wanted, **changes), authority=authority)
    with pytest.raises(FetchError, match="certificate of localhost"):
        await read(wanted)


async def test_a_private_address_is_not_dialled_unless_meant(server):
    with pytest.raises(FetchError, match="loopback"):
        await read(plan(server, "INBOX"), policy="public")


async def test_the_server_says_when_mail_comes(server, box):
    server.deliver(mail(0), box)
    told: asyncio.Queue[None] = asyncio.Queue()
    wanted = plan(server, box, idle=True)
    line = asyncio.create_task(
        mailbox.idle(Guard(ThreadResolver()), wanted, "any", None, lambda: told.put_nowait(None), idle_s=60)
    )
    async with asyncio.timeout(10):
        await told.get()  # at once: something may have come before
        await asyncio.to_thread(server.append, mail(1), box)
        await told.get()
    line.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await line


@contextlib.asynccontextmanager
async def liar(*answers: bytes, greeting: bytes = b"* OK hello\r\n") -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that answers one line after the other with these; `{}` is the tag that was asked with."""
    heard: list[bytes] = []

    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        with contextlib.closing(writer):
            await speak(reader, writer)

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        for answer in answers:
            line = await reader.readline()
            if not line:
                break
            heard.append(line)
            writer.write(answer.replace(b"{}", line.split(b" ")[0]))
        with contextlib.suppress(OSError):
            await writer.drain()
            await reader.read()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running:
        yield running.sockets[0].getsockname()[1], heard
        async with asyncio.timeout(10):
            await asyncio.gather(*serving)


LOGIN = (b"* CAPABILITY IMAP4rev1\r\n{} OK\r\n", b"{} OK\r\n", b"* CAPABILITY IMAP4rev1\r\n{} OK\r\n")


def to(port: int, **changes: object) -> Mailbox:
    found = Mailbox(host="127.0.0.1", port=port, security="none", user="desk", password="a password")
    return replace(found, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((b"* X {99999999999}\r\n",), "99999999999 bytes at once; at most 16384 are read"),
        ((b"+ go on\r\n",), "asks for what it was not promised"),
        ((b"* BYE\r\n{} BAD no\r\n", b"{} NO\r\n"), "refuses this user and password"),
        ((b"* CAPABILITY LOGINDISABLED\r\n{} OK\r\n",), "takes no login that we know"),
        ((*LOGIN, b"{} OK\r\n", b"{} NO\r\n"), "does not list the mails"),
        ((*LOGIN, b"{} OK\r\n", b"* SEARCH 1 x 99999999999 \xff\r\n{} OK\r\n", b"{} BAD\r\n"), "does not say what"),
        (
            (
                *LOGIN,
                b"{} OK\r\n",
                b"* SEARCH 1\r\n{} OK\r\n",
                b"* 1 FETCH (UID 1 RFC822.SIZE 9)\r\n{} OK\r\n",
                b"* 1 FETCH (BODY[] {99999999}\r\n",
            ),
            "mail 1: 127.0.0.1: 99999999 bytes at once",
        ),
    ],
)
async def test_a_server_that_lies_is_a_failure_in_words(answers, why):
    async with liar(*answers) as (port, _):
        with pytest.raises(FetchError, match=why):
            await read(to(port))


async def test_a_line_that_ends_in_the_middle_or_never():
    cut, endless = asyncio.StreamReader(), asyncio.StreamReader(limit=64)
    cut.feed_data(b"x" * 100)
    cut.feed_eof()
    endless.feed_data(b"x" * 200)

    with pytest.raises(FetchError, match="connection cut"):
        await Line(cut, None, "mail.example").response()  # type: ignore[arg-type]
    with pytest.raises(FetchError, match="a line without end"):
        await Line(endless, None, "mail.example").response()  # type: ignore[arg-type]


async def test_a_size_that_was_a_lie_is_noticed(monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_BYTES", 50)
    listed = b"* 1 FETCH (UID 1 RFC822.SIZE 9)\r\n{} OK\r\n"
    whole = b"* 1 FETCH (UID 1 BODY[] {60}\r\n" + b"x" * 60 + b")\r\n{} OK\r\n"
    async with liar(*LOGIN, b"{} OK\r\n", b"* SEARCH 1\r\n{} OK\r\n", listed, whole) as (port, _):
        first, _ = await read(to(port))

    assert (first.document.body, bool(first.refused)) == (b"", True)


async def test_what_was_said_in_clear_before_tls_is_never_taken_for_tls(authority):
    early = b"{} OK begin TLS\r\n* CAPABILITY AUTH=PLAIN\r\n"
    async with liar(early) as (port, heard):
        with pytest.raises(FetchError, match="TLS with 127"):
            await read(to(port, security="starttls"), authority=authority)

    assert heard == [b"s1 STARTTLS\r\n"]


@pytest.mark.parametrize(
    ("answer", "greeting"),
    [(b"{} NO\r\n", b"* OK\r\n"), (b"", b"* PREAUTH\r\n"), (b"", b"+OK pop3\r\n")],
)
async def test_without_tls_no_password_is_said(authority, answer, greeting):
    async with liar(answer, greeting=greeting) as (port, heard):
        with pytest.raises(FetchError, match="STARTTLS"):
            await read(to(port, security="starttls"), authority=authority)

    assert not any(b"password" in line for line in heard)


async def test_a_server_without_idle_is_no_place_to_try_again():
    async with liar(*LOGIN) as (port, _):
        with pytest.raises(FetchError, match="knows no IDLE") as caught:
            await gatherer().idle(to(port), "any", lambda: None)

    assert not caught.value.retry


def test_names_and_passwords_are_quoted_and_never_begin_a_command():
    assert quoted('a "b" \\c') == '"a \\"b\\" \\\\c"'
    assert folder_name("A&B 日本") == '"A&-B &ZeVnLA-"'
    for bad in ("a\r\nx LOGOUT", "pä"):
        with pytest.raises(FetchError, match="plain signs only"):
            quoted(bad)
    assert "\r" not in folder_name("a\r\nx")
