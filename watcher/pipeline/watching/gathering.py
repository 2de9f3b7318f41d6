"""One poll of a source that is no single request: mails, files, pushed bodies, each parsed and committed by itself.

Decides nothing. Killed between two documents, the next poll goes on after the last one that was committed.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from watcher.core.errors import FetchError, ParseError, WatcherError
from watcher.core.ledger import SourceRecord
from watcher.core.model import Document, Draft, Point, Request, SourceState
from watcher.core.plans import (
    FILE_FAULT,
    FILE_MARK,
    LISTING,
    PASSED,
    PUSH_NUMBER,
    Folder,
    Gathered,
    Mailbox,
    Plan,
    Push,
)
from watcher.core.polls import next_due
from watcher.parse.pool import WorkerUnavailable
from watcher.parse.wire import Unchanged
from watcher.pipeline.runtime import Runtime, WatchedSource
from watcher.pipeline.taking_in.ingest import Ingested
from watcher.pipeline.watching import polling
from watcher.pipeline.watching.polling import (
    Chain,
    Polled,
    Polling,
    commit,
    ended,
    not_done,
    park,
    postponed,
    read_chain,
)
from watcher.stores.base import Pushed

MOST = 200
"""Documents of one poll; the rest comes with the next one, which follows at once."""
MOST_AT_FIRST = 2_000
"""Documents of a first sight, which are stored together: history is told in one notice, and killed is not begun."""
_NAMED = 3
"""Files that could not be read of which name and cause are told."""
_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(slots=True, kw_only=True)
class _Run:
    """What a poll has come to so far. `drafts` wait for their commit only while a source is first seen.

    `unread` is what went wrong with single documents, and holds back no other; `untidy` why what was read could not be
    moved away.
    """

    record: SourceRecord
    at_first: bool
    drafts: list[Draft] = field(default_factory=list)
    unchanged: list[Unchanged] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    whole: bool = False
    last: Document | None = None
    total: Ingested | None = None
    unread: list[WatcherError] = field(default_factory=list)
    untidy: FetchError | None = None
    count: int = 0

    @property
    def full(self) -> bool:
        """Whether no more is taken in this poll."""
        return self.count == (MOST_AT_FIRST if self.at_first else MOST)


async def poll(with_: Polling, runtime: Runtime, source: WatchedSource, record: SourceRecord) -> Polled:
    """Poll one source once, whatever its plan. What goes wrong is in the result, never raised; StoreError is."""
    plan = source.source.plan(record.state, with_.clock())
    if isinstance(plan, Request):
        return await polling.poll(with_, runtime, source, record)
    if isinstance(plan, Push) and record.imported is None:
        # Who pushes wants to be heard: nothing of it is history.
        record = replace(record, imported=with_.clock())
    run = _Run(record=record, at_first=record.imported is None)
    try:
        async with aclosing(_documents(with_, source, plan)) as found:
            async for each in found:
                await _take(with_, runtime, source, run, each)
                if run.full:
                    break
    except FetchError as error:
        return replace(not_done(with_, source, run.record, error), ingested=run.total)
    except WorkerUnavailable as error:
        return replace(postponed(with_, source, error), ingested=run.total)
    if run.last is not None:
        await _store(with_, runtime, source, run)
    elif run.at_first:
        await _store_nothing(with_, source, record)
    await _tidy(with_, source, run)
    return _result(with_, source, run)


async def _tidy(with_: Polling, source: WatchedSource, run: _Run) -> None:
    """Move away what was taken in, if wanted: it is committed now, or was by a poll that was killed before this."""
    plan = source.source.plan(run.record.state, with_.clock())
    if not isinstance(plan, Folder) or not plan.moves or not plan.read:
        return
    assert with_.gatherer is not None, "a daemon has a gatherer"
    with_.hook("before_tidy")
    try:
        await with_.gatherer.tidy(plan)
    except FetchError as error:
        run.untidy = error


def _result(with_: Polling, source: WatchedSource, run: _Run) -> Polled:
    """How it ended: what could not be read is named, and what was too much comes at once.

    A folder of which some files were read gave a good answer; the others are named until they are read or gone.
    """
    now, plan = with_.clock(), source.source.plan(run.record.state, with_.clock())
    polled = ended(with_, source, "parsed" if run.count else "nothing_new")
    ok, error = not run.unread and run.untidy is None, None
    if isinstance(plan, Folder):
        ok = run.untidy is None and (not run.unread or run.count > len(run.unread))
        error = _unread_words(plan.faults, run.untidy)
    elif run.unread:
        more = f" (and {len(run.unread) - 1} more)" if len(run.unread) > 1 else ""
        error = f"{run.unread[0]}{more}"
    # What was passed over will not come again, so there is nothing to wait longer for.
    due = now if run.full else next_due(source.id, now, source.every)
    return replace(
        polled,
        outcome="partly_read" if run.unread or run.untidy is not None else polled.outcome,
        mark=replace(polled.mark, ok=ok, error=error, next_due=due),
        ingested=run.total,
    )


def _unread_words(faults: Sequence[str], untidy: FetchError | None) -> str | None:
    """What is wrong with a folder's files, in one line; None if nothing is."""
    more = f"; and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
    unread = [f"not read: {'; '.join(faults[:_NAMED])}{more}"] if faults else []
    return "; ".join([*([] if untidy is None else [str(untidy)]), *unread]) or None


def named_cause(document: Document, error: ParseError) -> tuple[str, str]:
    """A file's name, and why it can't be read, without its name."""
    name = (document.header(FILE_MARK) or "").rsplit("/", 2)[0]
    cause = str(error).removeprefix("parse: ").removeprefix("reading a file: ")
    return name, cause.removeprefix(f"reading {name}: ")


def _passed(document: Document, error: ParseError) -> Document:
    """What stands for a document that can't be read: its place, and of a file the cause without its name."""
    headers = document.headers
    if document.header(FILE_MARK) is not None:
        headers = (*headers, (FILE_FAULT, named_cause(document, error)[1]))
    return replace(document, headers=headers, body=b"", body_sha256=_EMPTY, step=PASSED)


def _documents(with_: Polling, source: WatchedSource, plan: Plan) -> AsyncGenerator[Gathered, None]:
    if isinstance(plan, Mailbox | Folder):
        assert with_.gatherer is not None, "a daemon has a gatherer"
        return with_.gatherer.documents(plan, source.network)
    assert isinstance(plan, Push)
    return _pushed(with_, source, plan)


async def _pushed(with_: Polling, source: WatchedSource, plan: Push) -> AsyncGenerator[Gathered, None]:
    """What was pushed and waits; what was taken in by an earlier poll is forgotten but for its id."""
    now = with_.clock()
    await with_.store.write(lambda turn: turn.pushed.taken(source.id, plan.after, now))
    waiting = await with_.store.read(lambda turn: turn.pushed.waiting(source.id, plan.after, MOST))
    for each in waiting:
        yield Gathered(document=_document_of(each))


def _document_of(pushed: Pushed) -> Document:
    url = f"push:{pushed.path}"
    return Document(
        request_url=url,
        final_url=url,
        status=200,
        headers=(("content-type", pushed.content_type), (PUSH_NUMBER, str(pushed.number))),
        body=pushed.body,
        body_sha256=hashlib.sha256(pushed.body).hexdigest(),
        fetched=pushed.arrived,
    )


async def _take(with_: Polling, runtime: Runtime, source: WatchedSource, run: _Run, each: Gathered) -> None:
    """Parse one document and commit it with its cursor; of one that cannot be read only the cursor moves."""
    document = each.document
    if document.step not in {PASSED, LISTING}:
        run.count += 1
    try:
        chain = None if each.refused else await read_chain(with_, source, run.record, document)
        error = ParseError(each.refused)
    except ParseError as unread:
        chain, error = None, unread
    if chain is None:
        run.unread.append(error)
        await park(with_, source, document, error)
        document = _passed(document, error)
        chain = await read_chain(with_, source, run.record, document)
    run.drafts += chain.drafts
    run.unchanged += chain.unchanged
    run.points += chain.points
    run.whole = chain.whole
    run.last = document
    run.record = replace(run.record, state=SourceState(cursor=chain.state.cursor))
    if not run.at_first:
        await _store(with_, runtime, source, run)


async def _store(with_: Polling, runtime: Runtime, source: WatchedSource, run: _Run) -> None:
    assert run.last is not None
    with_.hook("after_fetch")
    chain = Chain(
        drafts=run.drafts,
        unchanged=run.unchanged,
        state=run.record.state,
        failed=None,
        points=run.points,
        whole=run.whole,
    )
    done = await commit(with_, runtime, source, run.record, run.last, chain)
    with_.hook("after_commit")
    run.total = done if run.total is None else run.total.plus(done)
    run.drafts, run.unchanged, run.points, run.last = [], [], [], None


async def _store_nothing(with_: Polling, source: WatchedSource, record: SourceRecord) -> None:
    """Note that a source was seen and had nothing: what comes next is news."""
    now = with_.clock()
    await with_.store.write(
        lambda turn: turn.sources.save(source.id, record.state, record.identity, imported=now, changed=None)
    )
