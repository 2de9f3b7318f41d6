"""One poll of one source, from the plan to the commit: this is the order of the flow, and nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from watcher.core.articles.drafts import draft_row
from watcher.core.articles.identity import IdentityPolicy
from watcher.core.errors import FetchError, ParseError, WatcherError
from watcher.core.ledger import PollMark, SourceRecord
from watcher.core.model import Document, Draft, Json, NotModified, Request, SourceState
from watcher.core.polls import failed_due, next_due
from watcher.core.secrets import masked, secrets_of_request
from watcher.fetch import Fetcher
from watcher.parse.pool import ParsePool, WorkerUnavailable
from watcher.parse.wire import ParsedDocument, Unchanged
from watcher.pipeline.ingest import MAX_ITEMS, Ingested, Job, ingest
from watcher.pipeline.runtime import Clock, Hook, Runtime, WatchedSource
from watcher.sources.base import Keyed
from watcher.stores.base import Store

MAX_CHAIN = 20
"""Further documents that one poll may ask for; a source that wants more goes on at its next poll."""
_AGAIN_SOON = timedelta(minutes=1)
"""When a document is fetched again that no worker was there to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How a poll ended: what it leaves on its source, and what was taken in.

    `asked` is until when the server asked to be left alone.
    """

    mark: PollMark
    outcome: str
    ingested: Ingested | None = None
    asked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """What a poll works with. `keep_bodies` turns false while the disk is nearly full."""

    store: Store
    fetcher: Fetcher
    parses: ParsePool
    clock: Clock
    hook: Hook
    loggable: Callable[[str], str]
    keep_bodies: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chain:
    """What a document and those that it asked for came to; `failed` is the first that could not be had or read.

    Such a page holds back nothing but the cursor: what else came is taken in, and all is asked for again.
    """

    drafts: list[Draft]
    unchanged: list[Unchanged]
    state: SourceState
    failed: WatcherError | None


async def poll(with_: Polling, runtime: Runtime, source: WatchedSource, record: SourceRecord) -> Polled:
    """Poll one source once. What goes wrong with its documents is in the result, never raised; StoreError is."""
    request = source.source.plan(record.state, with_.clock())
    try:
        fetched = await _fetch(with_, source, request)
        if isinstance(fetched, NotModified):
            return _ended(with_, source, "not_modified")
        if fetched.body_sha256 == record.state.body_sha256:
            return _ended(with_, source, "same_body")
        chain = await _parse_chain(with_, source, record, fetched)
    except (FetchError, ParseError) as error:
        if isinstance(error, ParseError) and isinstance(fetched, Document):
            await _park(with_, source, fetched, error)
        return _failed(with_, source, record, error)
    except WorkerUnavailable as error:
        return _postponed(with_, source, error)
    with_.hook("after_fetch")
    done = await _commit(with_, runtime, source, record, fetched, chain)
    with_.hook("after_commit")
    if chain.failed is not None:
        return replace(_failed(with_, source, record, chain.failed, page=True), ingested=done)
    return replace(_ended(with_, source, "parsed"), ingested=done)


async def _fetch(with_: Polling, source: WatchedSource, request: Request) -> Document | NotModified:
    request = source.source.keyed(request) if isinstance(source.source, Keyed) else request
    return await with_.fetcher.fetch(request, policy=source.network, pace_s=source.pace.total_seconds())


async def _parse_chain(with_: Polling, source: WatchedSource, record: SourceRecord, first: Document) -> _Chain:
    """Parse a document and those it asks for, in order; the cursor is that of the last one parsed."""
    known = await _known_entries(with_, source, record)
    drafts: list[Draft] = []
    unchanged: list[Unchanged] = []
    failed: WatcherError | None = None
    document: Document | NotModified | None = first
    cursor, waiting, asked = record.state.cursor, list[Request](), 0
    while True:
        if isinstance(document, Document):
            try:
                parsed = await _parse(with_, source, record, document, cursor, known)
            except ParseError as error:
                if document is first:
                    raise
                await _park(with_, source, document, error)
                failed = failed or error
            else:
                drafts += (*parsed.drafts, *(draft_row(row) for row in parsed.rows))
                unchanged += parsed.unchanged
                waiting += parsed.next_requests
                cursor = parsed.cursor
        if not waiting or asked == MAX_CHAIN:
            break
        asked += 1
        try:
            document = await _fetch(with_, source, waiting.pop(0))
        except FetchError as error:
            document, failed = None, failed or error
    return _Chain(
        drafts=drafts,
        unchanged=unchanged,
        state=record.state if failed is not None else _state_after(first, cursor, whole=not waiting and not asked),
        failed=failed,
    )


async def _parse(
    with_: Polling,
    source: WatchedSource,
    record: SourceRecord,
    document: Document,
    cursor: Json,
    known: frozenset[str],
) -> ParsedDocument:
    state = replace(record.state, cursor=cursor)
    try:
        return await with_.parses.parse(
            source.kind_path, source.options, document, state, known, drafting=source.drafting
        )
    except ParseError as error:
        raise without_secrets(error, source, with_.clock(), document.request_url) from error


def without_secrets(error: ParseError, source: WatchedSource, now: datetime, asked: str | None = None) -> ParseError:
    """The error without what a page in the document's place repeats of the address and headers it was asked with.

    `asked` is the address of a further request, whose headers may be others than the first one's.
    """
    requests = [source.source.plan(SourceState(), now)]
    if asked is not None and isinstance(source.source, Keyed):
        requests.append(source.source.keyed(Request(url=asked)))
    return ParseError(masked(str(error), (secret for each in requests for secret in secrets_of_request(each))))


def _state_after(first: Document, cursor: Json, *, whole: bool) -> SourceState:
    """What the poll leaves behind.

    If more was asked for than one poll may fetch, validators are left out: the next one gets it all again, and goes on.
    So too if the document led to others: that it is unchanged says nothing of those.
    """
    if not whole:
        return SourceState(cursor=cursor)
    return SourceState(
        etag=first.header("etag"),
        last_modified=first.header("last-modified"),
        body_sha256=first.body_sha256,
        cursor=cursor,
    )


async def _known_entries(with_: Polling, source: WatchedSource, record: SourceRecord) -> frozenset[str]:
    """Entries that need no second reading; none where links don't identify, since an entry is skipped by its link."""
    if record.imported is None or not IdentityPolicy.from_json(record.identity).link:
        return frozenset()
    return await with_.store.read(lambda turn: turn.articles.known_entries(source.id))


async def _commit(
    with_: Polling,
    runtime: Runtime,
    source: WatchedSource,
    record: SourceRecord,
    document: Document,
    chain: _Chain,
) -> Ingested:
    """Take the drafts in, in transactions of bounded size; only the last one moves the cursor."""
    drafts = chain.drafts
    shares = [drafts[at : at + MAX_ITEMS] for at in range(0, len(drafts), MAX_ITEMS)] or [drafts]
    total = Ingested()
    for index, share in enumerate(shares):
        last = index == len(shares) - 1
        job = Job(
            source=source,
            record=record,
            document=document,
            loggable_url=with_.loggable(document.final_url),
            drafts=share,
            unchanged=chain.unchanged if last else (),
            state=chain.state,
            last=last,
            keep_bodies=with_.keep_bodies(),
            earlier=total,
        )
        now = with_.clock()
        total = total.plus(await with_.store.write(partial(ingest, runtime=runtime, job=job, now=now)))
    return total


async def _park(with_: Polling, source: WatchedSource, document: Document, error: ParseError) -> None:
    """Note a document that could not be understood; the cursor stays, so the next poll tries again."""
    url = with_.loggable(document.final_url)
    await with_.store.write(lambda turn: turn.sources.document(source.id, document, url, f"parked: {error}"))


def _ended(with_: Polling, source: WatchedSource, outcome: str) -> Polled:
    now = with_.clock()
    mark = PollMark(source=source.id, next_due=next_due(source.id, now, source.every), checked=now, ok=True)
    return Polled(mark=mark, outcome=outcome)


def _postponed(with_: Polling, source: WatchedSource, error: WorkerUnavailable) -> Polled:
    """Nobody was there to read the document: that is our own trouble, and says nothing of the source."""
    now = with_.clock()
    due = now + min(_AGAIN_SOON, source.every)
    mark = PollMark(source=source.id, next_due=due, checked=now, ok=None, error=str(error))
    return Polled(mark=mark, outcome="postponed")


def _failed(
    with_: Polling, source: WatchedSource, record: SourceRecord, error: WatcherError, *, page: bool = False
) -> Polled:
    """A failed poll. A `page` that is gone says nothing of the document that named it."""
    now: datetime = with_.clock()
    retry_after = error.retry_after_s if isinstance(error, FetchError) else None
    due = failed_due(source.id, now, source.every, failures=record.failures + 1, retry_after_s=retry_after)
    gone = isinstance(error, FetchError) and not error.retry and not page
    mark = PollMark(source=source.id, next_due=due, checked=now, ok=False, error=str(error), gone=gone)
    asked = now + timedelta(seconds=retry_after) if retry_after else None
    return Polled(mark=mark, outcome="gone" if gone else "failed", asked=asked)
