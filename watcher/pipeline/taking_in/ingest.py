"""The writer's turn over one document: identity, story, rules, alert, route; decided by the core, committed together.

Runs inside a store's turn, may run twice, and touches nothing but the turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.articles.dates import counted_time, is_old, late_flags
from watcher.core.articles.identity import Identified, IdentityPolicy, free_id, overlaps, policy_for, resolve
from watcher.core.articles.relays import trust_of
from watcher.core.articles.rows import with_row
from watcher.core.ledger import Known, NewArticle, SourceRecord
from watcher.core.model import Article, ArticleId, Document, Draft, Point, Reason, SourceId, SourceState, StoryId
from watcher.core.stories.model import StoryDecision
from watcher.core.stories.titles import title_key
from watcher.core.telling.floods import Flood
from watcher.core.text.reading import Reading, reading_of
from watcher.core.understanding.stored import to_bytes
from watcher.core.understanding.understander import Understood
from watcher.core.urls import canonical_url, host_of
from watcher.parse.wire import Unchanged
from watcher.pipeline.judging.reminding import remind_before
from watcher.pipeline.judging.verdicts import BACKFILL, FIRST_SIGHT, LIVE, Item, judge_all
from watcher.pipeline.runtime import Runtime, WatchedSource
from watcher.pipeline.taking_in.awaited import ask_pages, relisted, settled
from watcher.pipeline.taking_in.closing import close_before
from watcher.pipeline.taking_in.dating import keep_dates
from watcher.pipeline.taking_in.health import gap_told, is_replaced, looked, replaced_told
from watcher.pipeline.taking_in.lapsing import lapse_before
from watcher.pipeline.taking_in.matters import follow_matters
from watcher.pipeline.taking_in.placing import Stories, newcomer_of
from watcher.pipeline.taking_in.points import keep_points
from watcher.pipeline.taking_in.rows import founds, only_options
from watcher.pipeline.telling.changes import notify
from watcher.pipeline.telling.notices import Held, backfill_notice, imported_notice
from watcher.sources.base import Measuring
from watcher.stores.base import Turn

MAX_ITEMS = 2_000
"""Items of one document that go into one transaction; the rest follows in further ones before the cursor moves."""
BACKFILL_ITEMS = 3
GAP = "gap: nothing in it was known; entries between may be lost"
"""The outcome of a document that shares nothing with what its source listed before: polled too seldom, or replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One transaction's share of a fetched document. `last` moves the cursor; `earlier` is what went before.

    `rebased` tells that the rows are those of a table that is read with other options than before, `replaced` that the
    document is another publication's; `title` is the publication's, if it states one.
    """

    source: WatchedSource
    record: SourceRecord
    document: Document
    loggable_url: str
    drafts: Sequence[Draft]
    unchanged: Sequence[Unchanged]
    state: SourceState
    last: bool
    keep_bodies: bool
    earlier: Ingested
    points: Sequence[Point] = ()
    rebased: bool = False
    title: str = ""
    replaced: bool = False


@dataclass(slots=True, kw_only=True)
class Ingested:
    """What a turn did, for the log and for whoever waits. `held` counts items stored as history or back-fill.

    `shared` tells that something was listed that was known, `gap` that in the whole document nothing was, `replaced`
    that it is another publication's. `times` are those of new items.
    """

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    matched: int = 0
    told: int = 0
    held: int = 0
    listed: int = 0
    shared: bool = False
    gap: bool = False
    replaced: bool = False
    mark: str = LIVE
    times: list[datetime] = field(default_factory=list)
    history: list[Held] = field(default_factory=list)
    flood: Flood | None = None

    def plus(self, other: Ingested) -> Ingested:
        """The sum with another share of the same document."""
        return Ingested(
            new=self.new + other.new,
            revised=self.revised + other.revised,
            unchanged=self.unchanged + other.unchanged,
            matched=self.matched + other.matched,
            told=self.told + other.told,
            held=self.held + other.held,
            listed=self.listed + other.listed,
            shared=self.shared or other.shared,
            gap=self.gap or other.gap,
            replaced=self.replaced or other.replaced,
            mark=other.mark if other.mark != LIVE else self.mark,
            times=self.times + other.times,
            history=self.history + other.history,
            flood=other.flood or self.flood,
        )


def ingest(turn: Turn, runtime: Runtime, job: Job, now: datetime) -> Ingested:
    """Take in one share of a document; see the module for the order."""
    done = Ingested(unchanged=len(job.unchanged))
    close_before(turn, now)
    reminded = remind_before(turn, runtime, now) + lapse_before(turn, runtime, now)
    keys = {key for draft in job.drafts for key in draft.keys} | {key for each in job.unchanged for key in each.keys}
    known = turn.articles.known(job.source.id, keys, now)
    unread = [each.keys for each in job.unchanged]
    policy = policy_for(job.drafts, known, IdentityPolicy.from_json(job.record.identity), unread)
    identified = resolve(SourceId(job.source.id), job.drafts, known, policy, unread)
    done.shared = bool(job.unchanged) or overlaps(identified)
    done.gap = _left_gap(turn, job, shared=done.shared or job.earlier.shared)
    done.replaced = job.earlier.replaced or (
        bool(job.drafts)
        and not done.shared
        and not job.earlier.shared
        and not job.record.state.cursor
        and job.record.imported is not None
        and is_replaced(turn, job.source.id, job.title)
    )
    job = replace(job, replaced=done.replaced)
    turn.articles.touch(job.source.id, [key for key, each in known.items() if each.stale], now)

    items, stories = _items(turn, runtime, job, identified, known, now)
    document = (
        turn.sources.document(job.source.id, job.document, job.loggable_url, GAP if done.gap else "parsed")
        if items or job.last
        else 0
    )
    stored = turn.articles.add(
        [item.new for item in items],
        document=document,
        rule_set=runtime.rule_set.version,
        reading_version=runtime.reading_version,
    )
    placed = list(zip(stored, items, strict=True))
    stories.keep((item.new.article.id, at.number) for at, item in placed)
    ask_pages(turn, job.source.id, placed, now)
    followed = follow_matters(turn, runtime, placed, now)
    keep_dates(turn, runtime, placed, job.source.zone, now, matters=followed.touched)
    observed = sorted((*placed, *followed.observed), key=lambda each: each[0].observation)
    judged = judge_all(turn, runtime, observed, now, flood=job.earlier.flood, last=job.last)
    done.flood = judged.flood
    done.matched, done.told, done.history = judged.matched, judged.told + reminded, judged.history
    keep_points(turn, runtime, job.source, job.points, now)
    done.new = sum(item.new.number is None for item in items)
    done.listed = len(job.drafts) + len(job.unchanged)
    done.times = [item.new.event_time for item in items if item.new.number is None]
    done.revised = len(items) - done.new
    if job.last:
        turn.sources.save(job.source.id, job.state, policy.as_json(), imported=now, changed=now if items else None)
    held = [item.new.mark for item in items if item.new.mark != LIVE]
    done.held, done.mark = len(held), held[0] if held else LIVE
    if job.last:
        total = job.earlier.plus(done)
        _look(turn, runtime, job, total, now)
        _tell_history(turn, runtime, job, total, now)
    return done


def _items(
    turn: Turn,
    runtime: Runtime,
    job: Job,
    identified: Sequence[Identified],
    known: Mapping[str, Known],
    now: datetime,
) -> tuple[list[Item], Stories]:
    """New articles, oldest first, and revisions, and the new ones' stories; known ones get further keys."""
    pairs = list(zip(identified, job.drafts, strict=True))
    fresh = _with_free_ids(turn, [(each, draft) for each, draft in pairs if founds(each, draft)])
    # What is first seen together is told, numbered and searched in the order in which it happened. Feeds list the
    # newest first, which stands in for times that are not stated.
    fresh.reverse()
    fresh.sort(key=lambda pair: _time_of(job, pair[1], now))
    stories = Stories(turn, [draft for _, draft in fresh if draft.row_key is None], now)
    marks = _marks(job, [draft for _, draft in fresh], now)
    items = [
        _new(runtime, job, each, settled(draft, mark), mark, stories, now)
        for (each, draft), mark in zip(fresh, marks, strict=True)
    ]
    for each, draft in pairs:
        if each.known is None or not each.known.id:
            continue
        revised = relisted(turn, job.source.id, each.known, draft, now) if each.reason is Reason.REVISED else None
        if revised is not None and not (job.rebased and only_options(turn, each.known, draft)):
            items.append(_revision(turn, runtime, job, revised, each.known, now))
        else:
            turn.articles.note_entry(each.known, draft.entry_sha256)
        turn.articles.link(job.source.id, [(key, each.known.number) for key in each.keys if key not in known], now)
    return items, stories


def _left_gap(turn: Turn, job: Job, *, shared: bool) -> bool:
    """Whether a document lists nothing that was known, of a source of which something was.

    A kind with a cursor asks for what is new only, so that this says nothing of it.
    """
    if shared or not job.last or job.record.imported is None or job.record.state.cursor:
        return False
    if isinstance(job.source.source, Measuring):
        return False  # a series lists no entries
    return bool(turn.articles.known_entries(job.source.id))


def _with_free_ids(turn: Turn, fresh: list[tuple[Identified, Draft]]) -> list[tuple[Identified, Draft]]:
    taken = turn.articles.taken([each.article for each, _ in fresh]) if fresh else frozenset()
    while taken:
        fresh = [(replace(each, article=free_id(each.article, taken)), draft) for each, draft in fresh]
        taken = turn.articles.taken([each.article for each, _ in fresh])
    return fresh


def _marks(job: Job, drafts: Sequence[Draft], now: datetime) -> list[str]:
    """Live, history of a first sight, or back-fill, for every new draft."""
    since = job.source.since
    if job.rebased or job.replaced:
        return [FIRST_SIGHT] * len(drafts)
    if job.record.imported is None:
        return [
            LIVE if since == "all" or (since is not None and (draft.published or now) >= since) else FIRST_SIGHT
            for draft in drafts
        ]
    old = [is_old(draft.published, now, job.source.backfill_after) for draft in drafts]
    enough = sum(old) + job.earlier.held >= BACKFILL_ITEMS
    return [BACKFILL if each and enough else LIVE for each in old]


def _new(
    runtime: Runtime, job: Job, identified: Identified, draft: Draft, mark: str, stories: Stories, now: datetime
) -> Item:
    id_ = identified.article
    draft = _dated(job, draft, now) if mark == LIVE else draft
    link_key = canonical_url(draft.link) if draft.link else None
    titled = title_key(draft.title)
    article = _article(runtime, job, draft, id_, StoryId(id_), revision=1, seen=now)
    reading = reading_of(article, brief=True)
    understood = _understood(runtime, reading)
    event_time = counted_time(draft.published, now, draft.flags)
    if draft.row_key is not None:
        decision = StoryDecision(story=StoryId(id_), reason=Reason.FOUNDED, detail="")
    else:
        decision = stories.decide(newcomer_of(article, understood, link_key, event_time))
        if decision.story != article.story:
            article = replace(article, story=decision.story, subject=f"story:{decision.story}")
    if draft.row_key is not None:
        reading = with_row(reading, article.subject, None, known=False)
    return Item(
        new=NewArticle(
            number=None,
            article=article,
            story_reason=decision.reason,
            link_key=link_key,
            title_key=titled,
            keys=identified.keys,
            entry_sha256=draft.entry_sha256,
            event_time=event_time,
            mark=mark,
            kind="article" if draft.row_key is None else "row",
            at=now,
            keep_body=job.keep_bodies,
            reading=to_bytes(understood) if understood is not None else None,
        ),
        reading=reading,
        prior={},
        before=None,
        listed=draft,
        understood=understood,
    )


def _understood(runtime: Runtime, reading: Reading) -> Understood | None:
    """What the article says; None where no rule asks for it, so that nobody pays for it."""
    understander = runtime.rule_set.understander
    return understander.understand(reading) if understander is not None else None


def _revision(turn: Turn, runtime: Runtime, job: Job, draft: Draft, known: Known, now: datetime) -> Item:
    imported = job.record.imported
    draft = _dated(job, draft, known.seen) if imported is not None and known.seen > imported else draft
    article = _article(runtime, job, draft, known.id, known.story, revision=known.revision + 1, seen=known.seen)
    before = turn.articles.text(known.number, known.revision)
    reading = reading_of(article, brief=True)
    if draft.row_key is not None:
        reading = with_row(reading, article.subject, before, known=True)
    understood = _understood(runtime, reading)
    return Item(
        new=NewArticle(
            number=known.number,
            article=article,
            story_reason=Reason.REVISED,
            link_key=canonical_url(draft.link) if draft.link else None,
            title_key=title_key(draft.title),
            keys=(),
            entry_sha256=draft.entry_sha256,
            event_time=counted_time(draft.published, known.seen, draft.flags),
            mark=LIVE,
            kind="article" if draft.row_key is None else "row",
            at=now,
            keep_body=job.keep_bodies,
            reading=to_bytes(understood) if understood is not None else None,
        ),
        reading=reading,
        prior=turn.alerts.prior(known.number),
        traces=turn.articles.traces(known.number, known.revision) if before is None else None,
        before=None if before is None else replace(reading_of(article, brief=True), text=before[0], zones=before[1]),
        listed=draft,
        understood=understood,
    )


def _article(
    runtime: Runtime, job: Job, draft: Draft, id_: ArticleId, story: StoryId, *, revision: int, seen: datetime
) -> Article:
    host = (host_of(draft.link) if draft.link else None) or ""
    publisher = runtime.publishers.of(
        link_host=host,
        origin_host=draft.origin_host,
        origin_name=draft.origin_name,
        source=job.source.id,
        trust=job.source.trust,
    )
    return Article(
        id=id_,
        revision=revision,
        source=SourceId(job.source.id),
        story=story,
        subject=f"story:{story}" if draft.row_key is None else f"row:{job.source.id}/{draft.row_key}",
        title=draft.title,
        link=draft.link,
        host=host,
        author=draft.author,
        publisher=publisher.name,
        trust=trust_of(publisher.trust, draft.flags),
        text=draft.text,
        zones=draft.zones,
        text_sha256=draft.text_sha256,
        text_state=draft.text_state,
        language=draft.language,
        published=draft.published,
        seen=seen,
        fetched=job.document.fetched,
        flags=draft.flags,
    )


def _dated(job: Job, draft: Draft, seen: datetime) -> Draft:
    """The draft with what is odd about its time, if it was not there at the source's first sight."""
    if job.record.imported is None:
        return draft
    odd = late_flags(draft.published, seen, job.source.backfill_after)
    return replace(draft, flags=(*draft.flags, *odd)) if odd else draft


def _time_of(job: Job, draft: Draft, seen: datetime) -> datetime:
    """The moment a new article counts by."""
    return counted_time(draft.published, seen, _dated(job, draft, seen).flags)


def _look(turn: Turn, runtime: Runtime, job: Job, total: Ingested, now: datetime) -> None:
    """Note how the document looked, and tell of one that shares nothing with what was known."""
    source = job.source
    if total.replaced:
        replaced_told(turn, runtime, source.id, job.title, total.history, now)
    elif total.gap:
        gap_told(turn, runtime, source.id, total.new, total.times, job.record.last_ok, now)
    # A kind with a cursor lists what is new only: how much that is says nothing.
    listed = None if job.record.state.cursor or job.state.cursor else total.listed
    looked(turn, source.id, listed=listed, title=job.title, times=total.times, now=now)


def _tell_history(turn: Turn, runtime: Runtime, job: Job, total: Ingested, now: datetime) -> None:
    """One notice for a first import, one for a back-fill: nothing that matched stays unsaid."""
    source = job.source
    if total.replaced:
        return
    if total.mark == FIRST_SIGHT:
        notify(turn.outbox, runtime, imported_notice(source.id, total.held, total.history, now))
    elif total.mark == BACKFILL:
        notice = backfill_notice(source.id, total.held, source.backfill_after, total.history, now)
        notify(turn.outbox, runtime, notice)
