"""The embedded engine: a fixed number of poll workers and one sender per channel, all in this process.

What is due is asked of the store, never remembered: the engine may die at any line and the next one goes on from the
same rows. It never starts more polls than it has workers (a burst of N tasks on one client costs N squared).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from watcher.core.errors import Conflict, StoreError
from watcher.core.ledger import PollMark, SourceRecord
from watcher.core.polls import failed_due, first_due
from watcher.engines.idling import IdleLines
from watcher.engines.lanes import Claimed, Lanes
from watcher.engines.marks import held_sources, put_down
from watcher.engines.pages import PageLane
from watcher.engines.progress import Ill, Progress
from watcher.engines.reminders import falling
from watcher.engines.senders import Senders
from watcher.engines.steps import Step, StepGuard
from watcher.pipeline.digests.issuing import issue
from watcher.pipeline.judging.catching_up import catch_up
from watcher.pipeline.runtime import Clock, Digest, Hook, Runtime
from watcher.pipeline.sending.delivering import Delivering
from watcher.pipeline.taking_in.dating import replan
from watcher.pipeline.taking_in.ingest import GAP
from watcher.pipeline.watching.gathering import poll
from watcher.pipeline.watching.polling import Polled, Polling
from watcher.stores.base import Store, Turn
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
POLL_WORKERS = 32
_CLAIM = 256
_LONGEST_REST = timedelta(hours=1)
"""So long at most a digest rests that cannot be composed; it is tried after two seconds, four, eight ..."""
_LONGEST_HOST_HOLD = timedelta(hours=1)
"""So long at most a wish of one source's server holds up the other sources of that host; the source itself obeys it
for up to a day."""


@dataclass(slots=True, kw_only=True)
class Embedded:
    """Polls, sends and issues for one runtime; `runtime` is swapped whole on a reload."""

    store: Store
    polling: Polling
    delivering: Delivering
    runtime: Runtime
    clock: Clock
    hook: Hook
    workers: int = POLL_WORKERS
    progress: Progress = field(default_factory=Progress)
    senders: Senders = field(init=False)
    _queue: asyncio.Queue[Claimed] = field(default_factory=asyncio.Queue)
    _lanes: Lanes[Claimed] = field(default_factory=Lanes)
    _busy: set[str] = field(default_factory=set)
    _marks: list[PollMark] = field(default_factory=list)
    _host_holds: dict[str, datetime] = field(default_factory=dict)
    _pages: PageLane = field(init=False)
    _guard: StepGuard = field(init=False)
    _idle: IdleLines | None = None
    _lined: Runtime | None = None
    _nudged: set[str] = field(default_factory=set)
    _passed: set[str] | None = None
    _resting: dict[str, datetime] = field(default_factory=dict)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    _flushing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _closing: bool = False

    def __post_init__(self) -> None:
        """Make the senders, and the lane of pages, which works with what polls work with."""
        self.senders = Senders(
            delivering=lambda: self.delivering, runtime=lambda: self.runtime, clock=self.clock, progress=self.progress
        )
        self._guard = StepGuard(
            store=self.store, runtime=lambda: self.runtime, clock=self.clock, progress=self.progress
        )
        self._pages = PageLane(polling=self.polling, told=self.wake_senders, refused=self.progress.refused)
        if self.polling.gatherer is not None:
            self._idle = IdleLines(gatherer=self.polling.gatherer, nudge=self.nudge, clock=self.clock)

    async def start(self) -> None:
        """Start the poll workers and make sure that every source has its row.

        Whoever starts owns the database alone: what a killed process had claimed is free again at once.
        """
        await self.store.write(lambda turn: turn.outbox.release_leases() + turn.awaiting.release_leases())
        await self.adopt(self.runtime)
        self._tasks = [asyncio.create_task(self._work(), name=f"poll-{n}") for n in range(self.workers)]

    async def adopt(self, runtime: Runtime, *, spread: bool = True) -> None:
        """Go on with another runtime; what is under way ends on the old one."""
        now = self.clock()
        every = {source.id: source.every for source in runtime.sources.values()}

        def work(turn: Turn) -> Ill:
            turn.sources.ensure(every, now, lambda name: first_due(name, every[name]) if spread else timedelta(0))
            turn.sources.configured({source.id: source.fingerprint for source in runtime.sources.values()}, now)
            turn.alerts.load_rules(runtime.rule_set, now)
            turn.outbox.lift_moved({channel.id: channel.address for channel in runtime.channels.values()}, now)
            replan(turn, runtime, now)
            for digest in runtime.digests:
                turn.issues.since(digest, now)
            return turn.health.ill(runtime.sources)

        self.progress.ill = await self.store.write(work)
        await catch_up(self.store, runtime, now)
        self.runtime = runtime

    async def tick(self) -> None:
        """One beat: put down poll marks, claim due sources, wake senders, issue due digests."""
        self.progress.last_tick = self.clock()
        await self._guarded(self._flush, "poll marks")
        if not self._closing:
            await self._guarded(self._keep_lines, "lines to mailboxes")
            await self._guarded(self.remind_due, "what falls due")
            await self._guarded(self.claim, "polls")
            await self._guarded(lambda: self._pages.wake(self.runtime), "pages")
        await self._guarded(self.wake_senders, "deliveries")
        if not self._closing:  # last: a digest that cannot be made must hold back nothing else
            await self._guarded(self.issue_due, "digests")

    async def claim(self) -> int:
        """Hand due sources to the workers; returns how many."""
        async with self._claiming:
            if self._closing or self._queue.qsize() >= self.workers:
                return 0
            now = self.clock()
            await self._wake_nudged(now)
            wanted = self.runtime.sources.keys() - self._busy - (self._passed or set())
            due = await self.store.read(lambda turn: turn.sources.due(now, wanted, _CLAIM)) if wanted else []
            if self._passed is not None:
                self._passed.update(name for name, _ in due)
            for name, record in due:
                self._busy.add(name)
                claimed = Claimed(source=name, host=self.runtime.sources[name].lane, record=record)
                first = self._lanes.add(claimed.host, claimed)
                if first is not None:
                    self._queue.put_nowait(first)
            return len(due)

    async def _keep_lines(self) -> None:
        """Keep lines to mailboxes, if the configuration is another one than when that was last done."""
        if self._idle is not None and self._lined is not self.runtime:
            self._lined = self.runtime
            self._idle.adopt(self.runtime)

    def nudge(self, source: str) -> None:
        """Let a source be polled as soon as it can: something came for it."""
        self._nudged.add(source)

    async def _wake_nudged(self, now: datetime) -> None:
        """Make nudged sources due. One that is being polled waits for its mark, which would undo it."""
        ready = self._nudged - self._busy
        if ready:
            await self.store.write(lambda turn: turn.sources.wake(ready, now))
            self._nudged -= ready

    async def _work(self) -> None:
        while True:
            claimed = await self._queue.get()
            try:
                await self._poll(claimed.source, claimed.record)
            finally:
                self._follow(claimed)
                self._queue.task_done()
            if self._queue.empty() and not self._claiming.locked():
                await self._guarded(self._refill, "polls")

    def _follow(self, done: Claimed) -> None:
        """Let the host's next source have its turn: a host keeps one worker at most, however many sources it has."""
        following = self._lanes.done(done.host)
        if following is not None:
            self._queue.put_nowait(following)

    async def _refill(self) -> None:
        """Put the marks down and claim more at once, so that a long list is not paced by the tick."""
        await self._flush()
        await self.claim()

    async def _poll(self, name: str, record: SourceRecord) -> None:
        source = self.runtime.sources.get(name)
        if source is None or self._closing or self._host_held(source.host):
            self._busy.discard(name)
            return
        try:
            polled = await poll(self.polling, self.runtime, source, record)
        except Conflict as error:  # one document that can't be stored says nothing of the store
            self._park(name, record, source.every, error)
            return
        except StoreError as error:
            # Nothing was stored, so nothing may be noted: the source is simply due again.
            self.progress.store_error = str(error)
            log(_LOG, "poll.store_failed", level="error", source=name, why=str(error))
            await asyncio.sleep(1)
            self._busy.discard(name)
            return
        except Exception as error:  # noqa: BLE001 - the per-document guard: it is parked with its traceback, the rest go on
            self._park(name, record, source.every, error)
            return
        self._count(name, polled)
        self._marks.append(replace(polled.mark, brought=0 if polled.ingested is None else polled.ingested.new))
        if polled.asked is not None:
            self._host_holds[source.host] = min(polled.asked, self.clock() + _LONGEST_HOST_HOLD)
        if polled.ingested is not None and polled.ingested.told:
            await self._guarded(self.wake_senders, "deliveries")

    def _host_held(self, host: str) -> bool:
        """Whether the host asked to be left alone, at this beat; the store holds its sources from the next one on."""
        until = self._host_holds.get(host)
        return until is not None and until > self.clock()

    def _park(self, name: str, record: SourceRecord, every: timedelta, error: Exception) -> None:
        log(_LOG, "poll.parked", level="error", cause=error, source=name)
        now = self.clock()
        due = failed_due(name, now, every, failures=record.failures + 1, retry_after_s=None)
        # its own words stay in the log: nobody has looked them through for secrets
        cause = f"a fault in reading it: {type(error).__name__}; the log has its trace"
        self._marks.append(PollMark(source=name, next_due=due, checked=now, ok=False, error=cause))
        self.progress.polls += 1
        self.progress.failed += 1

    def _count(self, name: str, polled: Polled) -> None:
        self.progress.polls += 1
        if polled.mark.ok is False:
            self.progress.failed += 1
            log(_LOG, "source.failed", level="warning", source=name, outcome=polled.outcome, why=polled.mark.error)
        elif polled.mark.ok and polled.mark.error:
            self.progress.doubted += 1
            if polled.outcome == "partly_read":  # else it was logged when it was first seen
                log(_LOG, "source.doubted", level="warning", source=name, why=polled.mark.error)
        elif polled.mark.ok is None:
            log(_LOG, "poll.postponed", level="warning", source=name, why=polled.mark.error)
        done = polled.ingested
        if done is None:
            log(_LOG, "source.fetched", level="debug", source=name, outcome=polled.outcome)
            return
        self.progress.new += done.new
        self.progress.told += done.told
        self.progress.last_commit = polled.mark.checked
        log(
            _LOG,
            "source.fetched",
            source=name,
            outcome=polled.outcome,
            new=done.new,
            revised=done.revised,
            matched=done.matched,
            told=done.told,
            mark=done.mark,
        )
        if done.gap:
            log(_LOG, "source.gap", level="warning", source=name, why=GAP)

    async def _flush(self) -> None:
        """Put poll marks down, in one transaction for all since the last beat; marks under way are waited for."""
        async with self._flushing:
            if not self._marks:
                return
            marks, self._marks = self._marks, []
            try:
                holds = held_sources(self.runtime, self._host_holds)
                ill = await self.store.write(lambda turn: put_down(turn, self.runtime, marks, holds))
            except StoreError:
                self._marks = marks + self._marks
                raise
            if ill is not None:
                self.progress.ill = ill
            now = self.clock()
            self._host_holds = {host: until for host, until in self._host_holds.items() if until > now}
            self.progress.store_error = None
            self._busy.difference_update(mark.source for mark in marks)

    async def remind_due(self) -> None:
        """Carry out what time alone brings: reminders, lapses, timers of requirements and series, ends of holds.

        Each step has its guard: what can't be carried out of one kind keeps nothing else waiting.
        """
        for name, step, tells in falling(self.store, self.runtime, self.clock):
            await self._guarded(partial(self._count_told, step, tells=tells), name)

    async def _count_told(self, step: Callable[[], Awaitable[int]], *, tells: bool) -> None:
        done = await step()
        self.progress.told += done if tells else 0

    async def issue_due(self) -> None:
        """Issue every digest whose period has ended."""
        for name in self._resting.keys() - self.runtime.digests.keys():
            del self._resting[name]
            self.progress.step_faults.pop(f"digest {name}", None)
        for digest in self.runtime.digests.values():
            until, step = self._resting.get(digest.id), f"digest {digest.id}"
            if until is not None and until - _LONGEST_REST <= self.clock() < until:
                continue
            await self._guarded(partial(self._issue, digest), step)
            faults = self.progress.step_faults.get(step, 0)
            if faults:
                self._resting[digest.id] = self.clock() + min(timedelta(seconds=2 ** min(faults, 12)), _LONGEST_REST)
            else:
                self._resting.pop(digest.id, None)

    async def _issue(self, digest: Digest) -> None:
        """Take a digest's next step: a step of the beat by itself, so that its fault keeps no other digest."""
        record = await issue(self.store, self.runtime, digest, self.clock(), self.hook)
        if record is not None:
            log(_LOG, "digest.issued", digest=digest.id, period=record.period, stories=record.stories)
            await self.wake_senders()

    async def wake_senders(self) -> None:
        """See that every channel with something due has its sender running."""
        await self.senders.wake()

    async def _guarded(self, step: Step, name: str) -> None:
        """A step of the beat that fails is logged and told; the next beat tries again."""
        await self._guard.run(name, step)

    async def idle(self) -> None:
        """Wait until nothing is due: every poll done, every sender at rest. Raises StoreError if the store refuses.

        A source has one turn at most, or sources that are due again before the others are done would never let it end.
        """
        self._passed = set()
        try:
            await self._pass()
        finally:
            self._passed = None

    async def _pass(self) -> None:
        while True:
            await self._queue.join()
            self._heed_refusal()
            # A worker may be putting marks down or claiming more itself: a source is busy until its mark is stored.
            await self._flush()
            await self.remind_due()
            claimed = await self.claim()
            await self._pages.wake(self.runtime)
            await self.issue_due()
            await self.wake_senders()
            running = [*self.senders.running, *(task for task in self._pages.running if not task.done())]
            if running:
                await asyncio.wait(running)
            elif not claimed and not self._busy:
                self._heed_refusal()
                return

    def _heed_refusal(self) -> None:
        """Raise what the store refused: what can't be stored stays due, and waiting for it would never end."""
        if self.progress.store_error is not None:
            raise StoreError(self.progress.store_error)

    async def drain(self, seconds: float) -> bool:
        """Stop taking work and let what is under way end; False if some had to be cut off after `seconds`."""
        self._closing = self._pages.closing = self.senders.closing = True
        if self._idle is not None:
            await self._idle.close()
        self._busy.difference_update(claimed.source for claimed in self._lanes.clear())
        running = [*self.senders.running, *(task for task in self._pages.running if not task.done())]
        if self._busy:
            running.append(asyncio.create_task(self._queue.join(), name="drain"))
        _, cut = await asyncio.wait(running, timeout=seconds) if running else (set(), set())
        for task in (*self._tasks, *cut):
            task.cancel()
        for task in (*self._tasks, *cut):
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._guarded(self._flush, "poll marks")
        return not cut
