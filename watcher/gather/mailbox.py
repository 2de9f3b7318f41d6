"""New mails of a mailbox, whole and as sent; never marks, moves or deletes one (EXAMINE and BODY.PEEK only)."""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import quote

from watcher.core.addresses import Policy
from watcher.core.errors import FetchError
from watcher.core.model import Document
from watcher.core.plans import PASSED, UID, VALIDITY, Gathered, Mailbox
from watcher.gather.imap import Line, Response, folder_name, logged_in, numbers
from watcher.network.errors import NetworkError
from watcher.network.guard import Guard

MOST_BYTES: Final = 8 * 1024 * 1024
"""A mail larger than that is passed over, and told so."""
AT_FIRST: Final = 200
"""So many of the newest mails are read when a mailbox is first seen, or has been numbered anew."""
IDLE_S: Final = 25 * 60.0
"""An IDLE is begun anew so often. Source: RFC 2177: servers may cut it after 30 minutes."""
_AT_ONCE: Final = 100
_HEAD_BYTES: Final = 16 * 1024
_UID = re.compile(r"\bUID (\d{1,10})\b")
_SIZE = re.compile(r"\bRFC822\.SIZE (\d{1,10})\b")
_VALIDITY = re.compile(r"\[UIDVALIDITY (\d{1,10})\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """What is asked of a mail before it is read."""

    uid: int
    size: int
    senders: tuple[str, ...]


async def mails(
    guard: Guard, plan: Mailbox, policy: Policy, tls: ssl.SSLContext | None, now: Callable[[], datetime]
) -> AsyncGenerator[Gathered, None]:
    """Mails that came since, the oldest first; at last the place up to which there is nothing more.

    Raises: FetchError.
    """
    async with logged_in(guard, plan, policy, tls) as (line, _):
        validity = await _examined(line, plan)
        anew = plan.validity != validity
        after = 0 if anew else plan.after_uid
        answer = await line.command(f"UID SEARCH UID {after + 1}:*", cap=0)
        if answer.status != "OK":
            raise FetchError(f"{plan.host}: the server does not list the mails of {plan.folder}")
        # `n:*` names the last mail even if its number is less than n
        uids = sorted({uid for uid in numbers(answer.untagged, "SEARCH") if uid > after})
        highest = uids[-1] if uids else after
        uids = uids[-AT_FIRST:] if anew else uids
        for start in range(0, len(uids), _AT_ONCE):
            for mail in await _heads(line, plan, uids[start : start + _AT_ONCE]):
                yield await _mail(line, plan, mail, validity, now())
        if anew or highest > plan.after_uid:
            yield Gathered(document=_document(plan, highest, validity, b"", now(), step=PASSED))


async def idle(
    guard: Guard,
    plan: Mailbox,
    policy: Policy,
    tls: ssl.SSLContext | None,
    arrived: Callable[[], None],
    *,
    idle_s: float = IDLE_S,
) -> None:
    """Call `arrived` at once and whenever the mailbox changes, until the line is cut. Raises FetchError."""
    async with logged_in(guard, plan, policy, tls) as (line, able):
        if "IDLE" not in able:
            raise FetchError(f"{plan.host}: the server knows no IDLE", retry=False)
        await _examined(line, plan)
        arrived()
        while True:
            tag = await line.say("IDLE")
            try:
                async with asyncio.timeout(idle_s):
                    while True:
                        found = await line.response()
                        if found.text.upper().endswith((" EXISTS", " RECENT")):
                            arrived()
                        elif found.text.startswith(f"{tag} "):
                            raise FetchError(f"{plan.host}: the server ends IDLE", retry=False)
            except TimeoutError:
                await line.done(tag)


async def _examined(line: Line, plan: Mailbox) -> int:
    """Open the mailbox for reading only; returns what its numbers belong to."""
    answer = await line.command(f"EXAMINE {folder_name(plan.folder)}")
    if answer.status != "OK":
        raise FetchError(f"{plan.host}: there is no mailbox {plan.folder!r} that may be read")
    for each in answer.untagged:
        found = _VALIDITY.search(each.text)
        if found is not None:
            return int(found[1])
    return 0


async def _heads(line: Line, plan: Mailbox, uids: Sequence[int]) -> list[_Mail]:
    """Those of the mails whose sender is asked for, in order of number."""
    wanted = " BODY.PEEK[HEADER.FIELDS (FROM)]" if plan.senders else ""
    named = ",".join(map(str, uids))
    answer = await line.command(f"UID FETCH {named} (UID RFC822.SIZE{wanted})", cap=_HEAD_BYTES)
    if answer.status != "OK":
        raise FetchError(f"{plan.host}: the server does not say what its mails are")
    mails = {mail.uid: mail for each in answer.untagged if (mail := _head(each)) is not None}
    found = [mails[uid] for uid in uids if uid in mails]
    return [mail for mail in found if not plan.senders or _is_from(mail, plan.senders)]


def _head(response: Response) -> _Mail | None:
    uid, size = _UID.search(response.text), _SIZE.search(response.text)
    if " FETCH " not in response.text.upper() or uid is None or size is None:
        return None
    header = BytesHeaderParser(policy=compat32).parsebytes(response.literals[0] if response.literals else b"")
    addresses = getaddresses([str(value) for value in header.get_all("From", [])])
    return _Mail(
        uid=int(uid[1]), size=int(size[1]), senders=tuple(address.lower() for _, address in addresses if address)
    )


def _is_from(mail: _Mail, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(sender, pattern.lower()) for sender in mail.senders for pattern in patterns)


async def _mail(line: Line, plan: Mailbox, mail: _Mail, validity: int, at: datetime) -> Gathered:
    if mail.size <= MOST_BYTES:
        try:
            # the size that was stated is the server's guess of what it will send
            answer = await line.command(f"UID FETCH {mail.uid} (BODY.PEEK[])", cap=2 * MOST_BYTES)
        except NetworkError as error:
            raise NetworkError(error.kind, f"mail {mail.uid}: {error}", sent=error.sent) from error
        bodies = [each.literals[0] for each in answer.untagged if each.literals]
        if not bodies:  # deleted meanwhile
            return Gathered(document=_document(plan, mail.uid, validity, b"", at, step=PASSED))
        if len(bodies[0]) <= MOST_BYTES:
            return Gathered(document=_document(plan, mail.uid, validity, bodies[0], at))
    return Gathered(
        document=_document(plan, mail.uid, validity, b"", at),
        refused=f"mail {mail.uid} of {plan.folder}: {mail.size:,} bytes; at most {MOST_BYTES:,} are read",
    )


def _document(plan: Mailbox, uid: int, validity: int, body: bytes, at: datetime, *, step: str = "") -> Document:
    url = f"imap://{plan.host}/{quote(plan.folder)};uid={uid}"
    return Document(
        request_url=url,
        final_url=url,
        status=200,
        headers=((UID, str(uid)), (VALIDITY, str(validity))),
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched=at,
        step=step,
    )
