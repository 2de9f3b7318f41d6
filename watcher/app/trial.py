"""One source fetched and read once, as a poll would, to be looked at; nothing is stored and nobody is told."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from watcher.app.tried_files import TriedFile, tried_files
from watcher.browse import Browser
from watcher.browse.places import chromium
from watcher.core.articles.identity import IdentityPolicy, policy_for, resolve
from watcher.core.articles.relays import trust_of
from watcher.core.errors import FetchError, ParseError
from watcher.core.ledger import Known
from watcher.core.model import Document, Draft, Json, NotModified, Point, Reason, Request, SourceId, SourceState
from watcher.core.plans import PASSED, Folder, Mailbox, Plan, Push
from watcher.core.rules.evaluate import Judgement
from watcher.core.rules.model import Rule
from watcher.core.series import Measure, PointRecord, convert, revised
from watcher.core.text.days import day_of
from watcher.core.text.reading import Reading
from watcher.core.urls import country_of, host_of
from watcher.fetch import Fetcher
from watcher.gather import Gatherer
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.pacing import Pacer
from watcher.network.resolver import ThreadResolver
from watcher.parse.pool import ParsePool
from watcher.parse.wire import ParsedDocument
from watcher.pipeline.runtime import Clock, Runtime, WatchedSource
from watcher.pipeline.taking_in.rows import gone_rows
from watcher.pipeline.watching.chains import MAX_CHAIN, Fetch, Walk
from watcher.pipeline.watching.polling import without_secrets
from watcher.sources.base import Keyed, Measuring
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one poll would bring: every document in its order, what all of them say, and what could not be had or read.

    `waiting` counts documents that were asked for and not fetched; `files` are those of a folder.
    """

    documents: tuple[Document, ...]
    parsed: ParsedDocument
    took_s: float | None
    faults: tuple[str, ...]
    waiting: int
    files: tuple[TriedFile, ...] = ()


async def try_out(source: WatchedSource, contact: str | None, clock: Clock) -> Trial:
    """The source's documents, fetched as by a first poll through the same guard, and read in a worker.

    Raises: FetchError or ParseError if the first document cannot be had or read.
    """
    start, plan, guard = time.monotonic(), planned(source, clock()), Guard(ThreadResolver())
    async with Http(guard) as http, aclosing(Browser(chromium(os.environ))) as browser:
        fetcher = Fetcher(http, contact, clock, pacer=Pacer(source.pace.total_seconds()), browser=browser)

        async def fetch(request: Request) -> Document | NotModified:
            request = source.source.keyed(request) if isinstance(source.source, Keyed) else request
            return await fetcher.fetch(request, policy=source.network)

        if isinstance(plan, Folder):
            return await _folder(source, Gatherer(guard, clock), plan, clock, start)
        first = await fetch(plan) if isinstance(plan, Request) else await _newest(guard, source, plan, clock)
        if isinstance(first, NotModified):
            raise FetchError(f"fetch {source.id}: the server says that nothing changed, though nothing was compared")
        return await _read(source, first, clock, fetch, MAX_CHAIN, start)


async def _folder(source: WatchedSource, gatherer: Gatherer, plan: Folder, clock: Clock, start: float) -> Trial:
    """Every file by itself: one that can't be read says nothing of the others. Raises FetchError."""
    async with ParsePool(size=1) as pool, aclosing(gatherer.documents(plan, source.network)) as found:
        files, older = await tried_files(found, lambda document: _parse(pool, source, clock, document, {}))
    if not files:
        raise FetchError(f"{source.id}: there is nothing in it")
    return Trial(
        documents=tuple(each.document for each in files),
        parsed=_together([each.parsed for each in files if each.parsed is not None]),
        took_s=time.monotonic() - start,
        faults=tuple(f"{each.name}: {each.fault}" for each in files if each.parsed is None),
        waiting=older,
        files=files,
    )


async def try_files(source: WatchedSource, files: Sequence[Path], clock: Clock) -> Trial:
    """Local files as if they were the replies to the source's requests, in order. Raises: OSError, ParseError."""
    url = address_of(planned(source, clock()))
    first, *others = [_document_of(file, Request(url=url), clock()) for file in files]
    waiting = iter(others)

    async def fetch(request: Request) -> Document:
        return replace(next(waiting), request_url=request.url, final_url=request.url, step=request.step)

    return await _read(source, first, clock, fetch, len(others), None)


async def _read(
    source: WatchedSource, first: Document, clock: Clock, fetch: Fetch, most: int, start: float | None
) -> Trial:
    """The first document and those that it leads to."""
    documents: list[Document] = []
    found: list[ParsedDocument] = []
    faults: list[str] = []
    async with ParsePool(size=1) as pool:
        walk = Walk(fetch=fetch, parse=partial(_parse, pool, source, clock), cursor={}, most=most)
        async with aclosing(walk.steps(first)) as steps:
            async for step in steps:
                if step.document is first and step.error is not None:
                    raise step.error
                documents += [step.document] if step.document is not None else []
                found += [step.parsed] if step.parsed is not None else []
                faults += [str(step.error)] if step.error is not None else []
    return Trial(
        documents=tuple(documents),
        parsed=_together(found),
        took_s=time.monotonic() - start if start is not None else None,
        faults=tuple(faults),
        waiting=len(walk.waiting),
    )


def _together(found: Sequence[ParsedDocument]) -> ParsedDocument:
    """What several documents say, as one."""
    return ParsedDocument(
        drafts=tuple(draft for each in found for draft in each.drafts),
        points=tuple(point for each in found for point in each.points),
        whole=bool(found) and found[-1].whole,
        title=next((each.title for each in found if each.title), ""),
        warnings=tuple(warning for each in found for warning in each.warnings),
    )


async def _parse(
    pool: ParsePool, source: WatchedSource, clock: Clock, document: Document, cursor: Json
) -> ParsedDocument:
    """What a document says, read in a worker as in a poll. Raises ParseError."""
    state = SourceState(cursor=cursor)
    try:
        return await pool.parse(source.kind_path, source.options, document, state, drafting=source.drafting)
    except ParseError as error:
        raise without_secrets(error, source, clock(), document.request_url) from error


async def _newest(guard: Guard, source: WatchedSource, plan: Mailbox | Push, clock: Clock) -> Document:
    """The newest mail."""
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


def _document_of(file: Path, request: Request, now: datetime) -> Document:
    """A local file as if it were a reply. Raises OSError."""
    body = file.read_bytes()
    return Document(
        request_url=request.url,
        final_url=request.url,
        status=200,
        headers=(),
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched=now,
    )


def listed(
    runtime: Runtime, source: WatchedSource, parsed: ParsedDocument, turn: Turn | None, now: datetime
) -> tuple[Listed, ...]:
    """Every row, held against the database if there is one and against the rules; and of a table those that went."""
    drafts = list(parsed.drafts)
    if turn is not None and parsed.whole:
        drafts += gone_rows(turn, source.id, drafts, ())
    reasons = _reasons(source, drafts, turn, now)
    return tuple(_listed(runtime, source, draft, reason) for draft, reason in zip(drafts, reasons, strict=True))


def priced(
    source: WatchedSource, points: Sequence[Point], turn: Turn | None, now: datetime
) -> tuple[tuple[PointRecord, Reason], ...]:
    """Every point, converted as far as the database knows a rate, and what it would be: new, revised or unchanged."""
    measure = source.source.measure if isinstance(source.source, Measuring) else Measure()
    stored = turn.points.newest(source.id, [point.at for point in points]) if turn is not None else {}
    found = []
    for point in points:
        old = stored.get(point.at)
        record = revised(measure, point, old, now)
        reason = Reason.UNCHANGED if record is None else Reason.NEW if record.revision == 1 else Reason.REVISED
        shown = record or old
        if shown is not None:
            rate = turn.points.rate(measure.fx, point.at) if turn is not None and measure.fx is not None else None
            found.append((replace(shown, conversion=convert(shown.value, measure, rate)), reason))
    return tuple(found)


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
    host = (host_of(draft.link) if draft.link else None) or ""
    publisher = runtime.publishers.of(
        link_host=host,
        origin_host=draft.origin_host,
        origin_name=draft.origin_name,
        source=source.id,
        trust=source.trust,
    )
    country = country_of(host)
    reading = Reading(
        text=draft.text,
        zones=draft.zones,
        language=draft.language,
        source=SourceId(source.id),
        trust=trust_of(publisher.trust, draft.flags),
        copies=(SourceId(source.id),),
        published=None if draft.published is None else day_of(draft.published, country),
        owner=publisher.name,
        country=country,
    )
    found = runtime.rules.judge_all(reading)
    return Listed(
        draft=draft,
        reason=reason,
        publisher=publisher.name,
        trust=publisher.trust,
        matches=tuple((rule, judged) for rule, judged in found if judged.matched and rule.mode != "paused"),
    )
