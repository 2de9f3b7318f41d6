"""One source fetched and read once, as a poll would, to be looked at; nothing is stored and nobody is told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from watcher.core.articles.identity import IdentityPolicy, policy_for, resolve
from watcher.core.errors import FetchError, ParseError
from watcher.core.ledger import Known
from watcher.core.model import Document, Draft, NotModified, Reason, Request, SourceId, SourceState
from watcher.core.plans import PASSED, Folder, Mailbox, Plan, Push
from watcher.core.rules.evaluate import Judgement
from watcher.core.rules.model import Rule
from watcher.core.text.reading import Reading
from watcher.core.urls import host_of
from watcher.fetch import Fetcher
from watcher.gather import Gatherer
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.parse.pool import ParsePool
from watcher.parse.wire import ParsedDocument
from watcher.pipeline.polling import without_secrets
from watcher.pipeline.runtime import Clock, Runtime, WatchedSource
from watcher.stores.base import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row as it was parsed: what it would be (new, revised, unchanged), its publisher, and the rules that match."""

    draft: Draft
    reason: Reason
    publisher: str
    trust: str
    matches: tuple[tuple[Rule, Judgement], ...]


def planned(source: WatchedSource, now: datetime) -> Plan:
    """What a first poll asks for, without validators, so that the whole document comes."""
    return source.source.plan(SourceState(), now)


def address_of(plan: Plan) -> str:
    """Where a plan leads, as an address."""
    match plan:
        case Request():
            return plan.url
        case Mailbox():
            return f"imap://{plan.host}/{quote(plan.folder)}"
        case Folder():
            return f"file://{quote(plan.path)}/"
        case Push():
            return "push:"


async def fetch_now(source: WatchedSource, contact: str | None, clock: Clock) -> Document:
    """The source's document, through the same guard and with the same limits as a poll. Raises FetchError."""
    guard, plan = Guard(ThreadResolver()), planned(source, clock())
    if not isinstance(plan, Request):
        return await _newest(guard, source, plan, clock)
    async with Http(guard) as http:
        fetched = await Fetcher(http, contact, clock).fetch(plan, policy=source.network)
    if isinstance(fetched, NotModified):
        raise FetchError(f"fetch {source.id}: the server says that nothing changed, though nothing was compared")
    return fetched


async def _newest(guard: Guard, source: WatchedSource, plan: Mailbox | Folder | Push, clock: Clock) -> Document:
    """The newest mail or file."""
    if isinstance(plan, Push):
        raise FetchError(f"{source.id}: it is pushed to, so there is nothing to fetch; try a push with --file")
    newest = None
    async with aclosing(Gatherer(guard, clock).documents(plan, source.network)) as found:
        async for each in found:
            if each.refused:
                raise FetchError(each.refused)
            newest = newest if each.document.step == PASSED else each.document
    if newest is None:
        raise FetchError(f"{source.id}: there is nothing in it")
    return newest


def document_of(source: WatchedSource, file: Path, now: datetime) -> Document:
    """A local file as if it were the source's reply. Raises OSError."""
    body, url = file.read_bytes(), address_of(planned(source, now))
    return Document(
        request_url=url,
        final_url=url,
        status=200,
        headers=(),
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched=now,
    )


async def read_now(source: WatchedSource, document: Document) -> ParsedDocument:
    """What the document says, read in a worker as in a poll. Raises ParseError."""
    async with ParsePool(size=1) as pool:
        try:
            return await pool.parse(source.kind_path, source.options, document, SourceState(), drafting=source.drafting)
        except ParseError as error:
            raise without_secrets(error, source, document.fetched) from error


def listed(
    runtime: Runtime, source: WatchedSource, parsed: ParsedDocument, turn: Turn | None, now: datetime
) -> tuple[Listed, ...]:
    """Every row, held against the database if there is one and against the rules."""
    drafts = parsed.drafts
    reasons = _reasons(source, drafts, turn, now)
    return tuple(_listed(runtime, source, draft, reason) for draft, reason in zip(drafts, reasons, strict=True))


def _reasons(source: WatchedSource, drafts: Sequence[Draft], turn: Turn | None, now: datetime) -> list[Reason]:
    known: dict[str, Known] = {}
    policy = IdentityPolicy.from_json({})
    if turn is not None:
        known = turn.articles.known(source.id, {key for draft in drafts for key in draft.keys}, now)
        record = turn.sources.record(source.id)
        policy = IdentityPolicy.from_json(record.identity if record is not None else {})
    policy = policy_for(drafts, known, policy, ())
    return [each.reason for each in resolve(SourceId(source.id), drafts, known, policy, ())]


def _listed(runtime: Runtime, source: WatchedSource, draft: Draft, reason: Reason) -> Listed:
    publisher = runtime.publishers.of(
        link_host=(host_of(draft.link) if draft.link else None) or "",
        origin_host=draft.origin_host,
        origin_name=draft.origin_name,
        source=source.id,
        trust=source.trust,
    )
    reading = Reading(
        text=draft.text,
        zones=draft.zones,
        language=draft.language,
        source=SourceId(source.id),
        trust=publisher.trust,
        copies=(SourceId(source.id),),
    )
    found = runtime.rules.judge_all(reading)
    return Listed(
        draft=draft,
        reason=reason,
        publisher=publisher.name,
        trust=publisher.trust,
        matches=tuple((rule, judged) for rule, judged in found if judged.matched and rule.mode != "paused"),
    )
