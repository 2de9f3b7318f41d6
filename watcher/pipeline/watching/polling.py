"""One poll of one source, from the plan to the commit: this is the order of the flow, and nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from watcher.core.articles.identity import IdentityPolicy
from watcher.core.errors import FetchError, ParseError, WatcherError
from watcher.core.ledger import PollMark, SourceRecord
from watcher.core.manners import Manners, asked_so
from watcher.core.model import Document, Draft, Json, NotModified, Point, Request, SourceState
from watcher.core.polls import failed_due, next_due
from watcher.core.secrets import masked, secrets_of_request
from watcher.core.watching.pages import stand_in
from watcher.fetch import Fetcher
from watcher.gather import Gatherer
from watcher.network.errors import heals, is_unreached
from watcher.network.spool import discard
from watcher.parse.pool import ParsePool, WorkerUnavailable
from watcher.parse.wire import ParsedDocument, Unchanged
from watcher.pipeline.judging.timing import Heard, Prices, timed
from watcher.pipeline.runtime import Clock, Hook, Runtime, WatchedSource
from watcher.pipeline.taking_in.health import missing_since, trouble_of
from watcher.pipeline.taking_in.ingest import MAX_ITEMS, Ingested, Job, ingest
from watcher.pipeline.taking_in.room import Room
from watcher.pipeline.taking_in.rows import gone_rows, rebased
from watcher.pipeline.watching.chains import Walk
from watcher.sources.base import Keyed, Reaching, Tabular
from watcher.stores.base import Store

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
    gatherer: Gatherer | None = None
    prices: Prices = field(default_factory=Prices)
    room: Room = field(default_factory=Room)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What a document and those that it asked for came to; `failed` is the first that could not be had or read.

    Such a page holds back nothing but the cursor: what else came is taken in, and all is asked for again.
    """

    drafts: list[Draft]
    unchanged: list[Unchanged]
    state: SourceState
    failed: WatcherError | None
    points: Sequence[Point] = ()
    whole: bool = False
    title: str = ""


async def poll(with_: Polling, runtime: Runtime, source: WatchedSource, record: SourceRecord) -> Polled:
    """Poll one source once. What goes wrong with its documents is in the result, never raised; StoreError is."""
    request = source.source.plan(record.state, with_.clock())
    assert isinstance(request, Request), "what is no request is gathered, not fetched"
    heard = Heard(asked=request)
    polled = await _poll(with_, runtime, source, record, heard)
    heard.new = 0 if polled.ingested is None else polled.ingested.new
    mark = await timed(with_.store, runtime, source, record, heard, polled.mark, with_.prices)
    not_yet = polled.outcome == "gone" and not mark.gone
    return replace(polled, mark=mark, outcome="failed" if not_yet else polled.outcome)


async def _poll(with_: Polling, runtime: Runtime, source: WatchedSource, record: SourceRecord, heard: Heard) -> Polled:
    request = asked_so(Manners.from_json(record.manners), heard.asked, with_.clock())
    try:
        fetched = heard.answer = await _fetch(with_, source, request)
        if isinstance(fetched, NotModified):
            return ended(with_, source, "not_modified")
        if fetched.body_sha256 == record.state.body_sha256:
            if fetched.spooled is not None:
                discard(fetched.spooled.path)
            return ended(with_, source, "same_body")
        chain = await _reach_back(with_, source, record, fetched, await read_chain(with_, source, record, fetched))
        heard.drafts = chain.drafts
    except (FetchError, ParseError) as error:
        if isinstance(error, ParseError) and isinstance(fetched, Document):
            await park(with_, source, fetched, error)
        return not_done(with_, source, record, error)
    except WorkerUnavailable as error:
        return postponed(with_, source, error)
    with_.hook("after_fetch")
    with with_.room:
        done = await commit(with_, runtime, source, record, fetched, chain)
    with_.hook("after_commit")
    if chain.failed is not None:
        return replace(not_done(with_, source, record, chain.failed, page=True), ingested=done)
    return replace(ended(with_, source, "parsed"), ingested=done)


async def _fetch(with_: Polling, source: WatchedSource, request: Request) -> Document | NotModified:
    request = source.source.keyed(request) if isinstance(source.source, Keyed) else request
    return await with_.fetcher.fetch(request, policy=source.network, pace_s=source.pace.total_seconds(), spools=True)


async def read_chain(with_: Polling, source: WatchedSource, record: SourceRecord, first: Document) -> Chain:
    """Parse a document and those it asks for, in order; the cursor is that of the last one parsed."""
    try:
        known = await _known_entries(with_, source, record)
    except BaseException:
        if first.spooled is not None:  # who parses it would have deleted it
            discard(first.spooled.path)
        raise
    drafts: list[Draft] = []
    unchanged: list[Unchanged] = []
    points: list[Point] = []
    whole, title = False, ""
    failed: WatcherError | None = None
    walk = Walk(
        fetch=partial(_fetch, with_, source),
        parse=partial(_parse, with_, source, record, known),
        cursor=record.state.cursor,
    )
    async with aclosing(walk.steps(first)) as steps:
        async for step in steps:
            parsed, failed = step.parsed, failed or step.error
            if parsed is not None:
                drafts += parsed.drafts
                unchanged += parsed.unchanged
                points += parsed.points
                whole = parsed.whole
                title = title or parsed.title
            elif isinstance(step.error, ParseError) and step.document is not None:
                if step.document is first:
                    raise step.error
                await park(with_, source, step.document, step.error)
    return Chain(
        drafts=drafts,
        unchanged=unchanged,
        state=record.state if failed is not None else _state_after(first, walk),
        failed=failed,
        points=points,
        whole=whole and failed is None and not walk.waiting,
        title=title,
    )


async def _reach_back(
    with_: Polling, source: WatchedSource, record: SourceRecord, first: Document, chain: Chain
) -> Chain:
    """The chain with what its document lists no more, if it left a gap and there is a way to that.

    What can't be had leaves the gap as it is, which is told; the feed itself must not wait for it.
    """
    since = await with_.store.read(lambda turn: missing_since(turn, source, record, chain.drafts, chain.unchanged))
    if since is None or chain.failed is not None or not isinstance(source.source, Reaching):
        return chain
    request = source.source.older(first, since)
    if request is None:
        return chain
    try:
        document = await _fetch(with_, source, request)
        further = await read_chain(with_, source, record, document) if isinstance(document, Document) else None
    except (FetchError, ParseError):
        return chain
    if further is None:
        return chain
    return replace(chain, drafts=chain.drafts + further.drafts, unchanged=chain.unchanged + further.unchanged)


async def _parse(
    with_: Polling,
    source: WatchedSource,
    record: SourceRecord,
    known: frozenset[str],
    document: Document,
    cursor: Json,
) -> ParsedDocument:
    state = replace(record.state, cursor=cursor)
    try:
        await with_.room.wait()
    except BaseException:
        if document.spooled is not None:  # who parses it would have deleted it
            discard(document.spooled.path)
        raise
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
    plan = source.source.plan(SourceState(), now)
    requests = [plan] if isinstance(plan, Request) else []
    if asked is not None and isinstance(source.source, Keyed):
        requests.append(source.source.keyed(Request(url=asked)))
    return ParseError(masked(str(error), (secret for each in requests for secret in secrets_of_request(each))))


def _state_after(first: Document, walk: Walk) -> SourceState:
    """What the poll leaves behind.

    If more was asked for than one poll may fetch, validators are left out: the next one gets it all again, and goes on.
    So too if the document led to others: that it is unchanged says nothing of those.
    """
    if walk.waiting or walk.asked:
        return SourceState(cursor=walk.cursor)
    return SourceState(
        etag=first.header("etag"),
        last_modified=first.header("last-modified"),
        body_sha256=first.body_sha256,
        cursor=walk.cursor,
    )


async def _known_entries(with_: Polling, source: WatchedSource, record: SourceRecord) -> frozenset[str]:
    """Entries that need no second reading; none where links don't identify, since an entry is skipped by its link."""
    if isinstance(source.source, Tabular):
        return frozenset((await with_.store.read(lambda turn: turn.rows.listed(source.id))).values())
    if record.imported is None or not IdentityPolicy.from_json(record.identity).link:
        return frozenset()
    return await with_.store.read(lambda turn: turn.articles.known_entries(source.id))


async def commit(
    with_: Polling,
    runtime: Runtime,
    source: WatchedSource,
    record: SourceRecord,
    document: Document,
    chain: Chain,
) -> Ingested:
    """Take the drafts in, in transactions of bounded size; only the last one moves the cursor."""
    drafts, anew = chain.drafts, rebased(source, record)
    if chain.whole:
        drafts += await with_.store.read(lambda turn: gone_rows(turn, source.id, chain.drafts, chain.unchanged))
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
            points=chain.points if last else (),
            title=chain.title,
            rebased=anew,
        )
        now = with_.clock()
        total = total.plus(await with_.store.write(partial(ingest, runtime=runtime, job=job, now=now)))
    return total


async def park(with_: Polling, source: WatchedSource, document: Document, error: ParseError) -> None:
    """Note a document that could not be understood; the cursor stays, so the next poll tries again."""
    url = with_.loggable(document.final_url)
    error.came = stand_in(document.beginning, document.headers) or ""
    await with_.store.write(lambda turn: turn.sources.document(source.id, document, url, f"parked: {error}"))


def ended(with_: Polling, source: WatchedSource, outcome: str) -> Polled:
    """A poll that went well."""
    now = with_.clock()
    mark = PollMark(source=source.id, next_due=next_due(source.id, now, source.every), checked=now, ok=True)
    return Polled(mark=mark, outcome=outcome)


def not_done(
    with_: Polling, source: WatchedSource, record: SourceRecord, error: WatcherError, *, page: bool = False
) -> Polled:
    """A poll that failed, or was postponed because this machine lacked something."""
    return postponed(with_, source, error) if heals(error) else failed_poll(with_, source, record, error, page=page)


def postponed(with_: Polling, source: WatchedSource, error: WatcherError) -> Polled:
    """Nobody was there to read the document, or no open file to fetch it with: that says nothing of the source."""
    now = with_.clock()
    due = now + min(_AGAIN_SOON, source.every)
    mark = PollMark(source=source.id, next_due=due, checked=now, ok=None, error=str(error))
    return Polled(mark=mark, outcome="postponed")


def failed_poll(
    with_: Polling, source: WatchedSource, record: SourceRecord, error: WatcherError, *, page: bool = False
) -> Polled:
    """A failed poll. A `page` that is gone says nothing of the document that named it."""
    now: datetime = with_.clock()
    retry_after = error.retry_after_s if isinstance(error, FetchError) else None
    failures, unreached = record.failures + 1, is_unreached(error)
    soon = (record.imported is None and isinstance(error, FetchError)) or (unreached and failures == 1)
    due = failed_due(source.id, now, source.every, failures=failures, retry_after_s=retry_after, soon=soon)
    gone = isinstance(error, FetchError) and not error.retry and not page
    trouble = trouble_of(source, error)
    mark = PollMark(
        source=source.id,
        next_due=due,
        checked=now,
        ok=False,
        error=str(error),
        gone=gone,
        trouble=trouble,
        network=unreached,
    )
    asked = now + timedelta(seconds=retry_after) if retry_after else None
    return Polled(mark=mark, outcome="gone" if gone else "failed", asked=asked)
