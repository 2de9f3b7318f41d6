"""The page behind one article, from the claim to the commit: fetched, read, stored as a revision and judged again.

Decides nothing: when a page is tried again is the core's, what a revision means to an alert is `judging`'s.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec

from watcher.core.articles.following import AGAIN_SOON, LEASE, next_try
from watcher.core.errors import FetchError, ParseError
from watcher.core.ledger import Awaited
from watcher.core.model import Document, Draft, Request
from watcher.core.secrets import masked, secrets_of_request
from watcher.network.errors import is_ours
from watcher.parse.pool import WorkerUnavailable
from watcher.parse.wire import PageJob
from watcher.pipeline.runtime import Policy, Runtime, WatchedSource
from watcher.pipeline.taking_in.ingest import Ingested, Job, ingest
from watcher.pipeline.watching.polling import Polling
from watcher.stores.base import Turn

_ACCEPT = (("accept", "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5, */*;q=0.1"),)
_DRAFTS = msgspec.msgpack.Decoder(tuple[Draft, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How it ended: read, again, failed or postponed; what was taken in, or why nothing was."""

    outcome: str
    ingested: Ingested | None = None
    reason: str | None = None


async def claim_pages(with_: Polling, runtime: Runtime, busy: Collection[str], limit: int) -> list[Awaited]:
    """Claim pages that are due, one for each host that is not busy."""
    now = with_.clock()
    if not await with_.store.read(lambda turn: turn.awaiting.is_due(now)):
        return []
    found = await with_.store.write(
        lambda turn: turn.awaiting.lease(now, now + LEASE, sources=runtime.sources, busy=busy, limit=limit)
    )
    return list(found)


async def follow(with_: Polling, runtime: Runtime, awaited: Awaited) -> Followed:
    """Fetch and read one page. What goes wrong with it is in the result, never raised; StoreError is."""
    source = runtime.sources[awaited.source]
    try:
        document = await _fetched(with_, source, awaited)
        drafts = await _read(with_, source, awaited, document)
    except (FetchError, ParseError, WorkerUnavailable) as error:
        if not (isinstance(error, WorkerUnavailable) or is_ours(error)):
            return await _tried(with_, awaited, error)
        due = with_.clock() + AGAIN_SOON
        reason = str(error)
        await with_.store.write(lambda turn: turn.awaiting.retry(awaited.article, due, reason, counted=False))
        return Followed(outcome="postponed", reason=reason)
    with_.hook("after_page")
    now = with_.clock()
    done = await with_.store.write(lambda turn: _commit(turn, with_, runtime, awaited, document, drafts, now))
    with_.hook("after_page_commit")
    return Followed(outcome="read", ingested=done)


async def _fetched(with_: Polling, source: WatchedSource, awaited: Awaited) -> Document:
    link = awaited.listed.link
    assert link is not None, "only what has a link waits for its page"
    request = Request(url=link, headers=_ACCEPT, step="page", page=True, render=source.pages_in_browser)
    found = await with_.fetcher.fetch(request, policy=_policy(source, awaited.host), pace_s=source.pace.total_seconds())
    assert isinstance(found, Document), "nothing was asked that could be answered by: not modified"
    return found


def _policy(source: WatchedSource, host: str) -> Policy:
    """A source that may be on the local network says so of its own host, not of all that it links to."""
    return source.network if host == source.host else "public"


async def _read(with_: Polling, source: WatchedSource, awaited: Awaited, document: Document) -> tuple[Draft, ...]:
    job = PageJob(
        kind_path=source.kind_path,
        options_json=source.options,
        document=document,
        listed=awaited.listed,
        drafting=source.drafting,
    )
    (part,) = await with_.parses.call("page", msgspec.msgpack.encode(job))
    try:
        return _DRAFTS.decode(part)
    except (msgspec.MsgspecError, RecursionError) as e:
        raise ParseError("page: the worker's answer makes no sense") from e


async def _tried(with_: Polling, awaited: Awaited, error: FetchError | ParseError) -> Followed:
    """Note an attempt that failed through the page or its server."""
    retry = error.retry if isinstance(error, FetchError) else True
    wish = error.retry_after_s if isinstance(error, FetchError) else None
    due = next_try(awaited.attempts, with_.clock(), retry=retry, retry_after_s=wish)
    reason = masked(str(error), secrets_of_request(Request(url=awaited.listed.link or "")))
    return await _noted(with_, awaited, due, reason)


async def give_back(with_: Polling, awaited: Awaited, error: Exception) -> Followed:
    """Note an attempt that failed through us; its own words stay in the log, nobody has looked them through."""
    due = next_try(awaited.attempts, with_.clock(), retry=True, retry_after_s=None)
    return await _noted(with_, awaited, due, f"a fault in reading it: {type(error).__name__}; the log has its trace")


async def _noted(with_: Polling, awaited: Awaited, due: datetime | None, reason: str) -> Followed:
    """Another attempt follows at `due`, or the article stays as it was listed, with the reason."""

    def work(turn: Turn) -> None:
        if not turn.awaiting.is_asked(awaited):
            return
        if due is None:
            turn.awaiting.fail(awaited.article, reason)
        else:
            turn.awaiting.retry(awaited.article, due, reason, counted=True)

    await with_.store.write(work)
    return Followed(outcome="failed" if due is None else "again", reason=reason)


def _commit(
    turn: Turn,
    with_: Polling,
    runtime: Runtime,
    awaited: Awaited,
    document: Document,
    drafts: tuple[Draft, ...],
    now: datetime,
) -> Ingested:
    """Take the text in as a revision, unless somebody else did or the entry changed meanwhile."""
    record = turn.sources.record(awaited.source)
    if record is None or not turn.awaiting.is_asked(awaited):
        return Ingested()
    job = Job(
        source=runtime.sources[awaited.source],
        record=record,
        document=document,
        loggable_url=with_.loggable(document.final_url),
        drafts=drafts,
        unchanged=(),
        state=record.state,
        last=False,
        keep_bodies=with_.keep_bodies(),
        earlier=Ingested(),
    )
    done = ingest(turn, runtime, job, now)
    turn.awaiting.done(awaited.article)
    return done
