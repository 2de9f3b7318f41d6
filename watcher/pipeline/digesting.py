"""Issues of digests: what waits becomes one message per period, stored with all its deliveries in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.core.ledger import IssueRecord, QueuedChange
from watcher.core.model import Article, Evidence, Reason, StoryId
from watcher.core.requirements.running import KEY
from watcher.core.schedules import IssuePlan, period_of, plan_issue, schedule_words
from watcher.core.telling.digests import compose, issue_message
from watcher.core.telling.messages import DigestMessage, QuietSource
from watcher.core.telling.moved import OF_MATTER, queued_status
from watcher.core.telling.outbox import Occasion, issue_occasion
from watcher.core.telling.queued import Composition, QueuedAlert, QueuedStory
from watcher.core.telling.tellings import doubts, matched
from watcher.pipeline.runtime import Digest, Hook, Runtime
from watcher.pipeline.telling import encode, ways
from watcher.stores.base import Store, Turn

_OF_STORY = "story:"
_OF_ENTRY = "entry:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A composed issue and the message that says it."""

    message: DigestMessage
    composition: Composition


def due(turn: Turn, digest: Digest, now: datetime) -> IssuePlan | None:
    """The issue that is due now: for the last period that ended, covering those missed before it."""
    last = turn.issues.last(digest.id)
    after = last.ends if last else turn.issues.since(digest.id, now)
    plan = plan_issue(digest.schedule, after=after, last_key=last.period if last else None, now=now)
    if plan is not None and turn.issues.has(digest.id, plan.period.key):
        return None  # a schedule that was changed to and fro: what waits goes into the next period's issue
    return plan


def preview_plan(turn: Turn, digest: Digest, now: datetime) -> IssuePlan:
    """The issue as it would be if its period ended now."""
    waiting = due(turn, digest, now)
    if waiting is not None:
        return waiting
    period = period_of(digest.schedule, now)
    return IssuePlan(period=period, begin=period.begin, covers=())


def draft(turn: Turn, runtime: Runtime, digest: Digest, plan: IssuePlan, before: datetime) -> Issue:
    """Compose the issue from what was assigned before that moment; nothing is written."""
    changes: defaultdict[str, list[QueuedChange]] = defaultdict(list)
    for each in turn.issues.waiting(digest.id, before):
        changes[each.alert.id].append(each)
    earlier = _earlier(turn, digest, [each[-1] for each in changes.values()])
    beside = _beside(turn, {each[-1].alert.subject for each in changes.values()})
    queue = [_story(runtime, each, beside, told_before=_item(each[-1]) in earlier) for each in changes.values()]
    composition = compose(queue, earlier=earlier, limits=digest.limits)
    answered, read = turn.issues.counts(plan.begin, before)
    quiet = turn.issues.quiet(list(runtime.sources), plan.begin)
    message = issue_message(
        composition,
        digest=digest.id,
        title=digest.title,
        plan=plan,
        zone=digest.way.zone,
        quiet=[QuietSource(source=source, says=says) for source, says in quiet],
        sources_answered=answered,
        articles_read=read,
        schedule=schedule_words(digest.schedule),
    )
    return Issue(message=message, composition=composition)


async def issue(store: Store, runtime: Runtime, digest: Digest, now: datetime, hook: Hook) -> IssueRecord | None:
    """Issue the digest if it is due; at most once per period, whatever the clock does."""
    if not await store.read(lambda turn: due(turn, digest, now)):
        return None
    record = await store.write(lambda turn: _issue(turn, runtime, digest, now, hook))
    if record is not None:
        hook("in_digest")
    return record


def _issue(turn: Turn, runtime: Runtime, digest: Digest, now: datetime, hook: Hook) -> IssueRecord | None:
    plan = due(turn, digest, now)
    if plan is None:
        return None
    made = draft(turn, runtime, digest, plan, plan.period.end)
    stories = sum(placed.place != "left_out" for placed in made.composition.order)
    record = IssueRecord(
        digest=digest.id,
        period=plan.period.key,
        number=plan.period.number,
        state="issued",
        begins=plan.begin,
        ends=plan.period.end,
        covered_by=None,
        issued=now,
        stories=stories,
    )
    covered = [_covered(record, key) for key in plan.covers]
    turn.issues.issue(record, covered, plan.period.end, now)
    turn.outbox.tell(
        Occasion(id=issue_occasion(digest.id, plan.period.key), kind="digest", content=encode(made.message), at=now),
        ways(runtime, digest.channels),
    )
    hook("in_issue")
    return record


def _covered(record: IssueRecord, key: str) -> IssueRecord:
    """A missed period, as covered by the issue."""
    return IssueRecord(
        digest=record.digest,
        period=key,
        number=0,
        state="covered",
        begins=record.begins,
        ends=record.begins,
        covered_by=record.period,
        issued=None,
        stories=0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What an alert is about that is no story: how it stands, and the type of event that it belongs to."""

    status: str | None = None
    topic: str | None = None


def _beside(turn: Turn, subjects: Iterable[str]) -> Mapping[str, _Beside]:
    """The matters and the dates that alerts are about, by the alerts' subjects."""
    subjects = sorted(subjects)
    ids = [each.removeprefix(OF_MATTER) for each in subjects if each.startswith(OF_MATTER)]
    kept = turn.matters.kept(ids) if ids else {}
    found = {
        f"{OF_MATTER}{id_}": _Beside(status=each.standing.status, topic=min(each.types, default=None))
        for id_, each in kept.items()
    }
    for subject in subjects:
        entry = turn.entries.get(subject.removeprefix(_OF_ENTRY)) if subject.startswith(_OF_ENTRY) else None
        if entry is not None:
            found[subject] = _Beside(topic=min(entry.topic.types, default=None))
    return found


def _item(change: QueuedChange) -> StoryId:
    """The story whose item an alert stands in: that of its article where it is about a matter, a date or a key."""
    subject = change.alert.subject
    if subject.startswith((OF_MATTER, _OF_ENTRY, KEY)) and change.article.story:
        return change.article.story
    return StoryId(subject.removeprefix(_OF_STORY))


def _earlier(turn: Turn, digest: Digest, newest: Sequence[QueuedChange]) -> Mapping[StoryId, str]:
    """The newest issue that told each item. One that holds a new story is new, whatever was told of its matters."""
    items = [(_item(each), each.alert.subject) for each in newest]
    asked = {subject for _, subject in items} | {f"{_OF_STORY}{item}" for item, _ in items}
    told = turn.issues.told(digest.id, asked)
    own = {item for item, subject in items if subject.startswith(_OF_STORY)}
    found: dict[StoryId, str] = {}
    for item, subject in items:
        keys = {told.get(f"{_OF_STORY}{item}"), None if item in own else told.get(subject), found.get(item)} - {None}
        if keys:
            found[item] = max(key for key in keys if key)
    return found


def _story(
    runtime: Runtime, changes: Sequence[QueuedChange], beside: Mapping[str, _Beside], *, told_before: bool
) -> QueuedStory:
    """One alert's story with all that became of the alert since the last issue."""
    newest = changes[-1]
    article, alert = newest.article, newest.alert
    rule = runtime.rule_set.rule(alert.rule)
    rule_title = rule.title if rule else alert.rule
    about = beside.get(alert.subject, _Beside())
    retracted = newest.news if newest.reason == Reason.RETRACTED else ()
    return QueuedStory(
        story=_item(newest),
        alerts=(
            QueuedAlert(
                alert=alert.id,
                rule_title=rule_title,
                severity=alert.severity,
                event_type=rule.event_type if rule else None,
                status=queued_status(newest.news, about.status),
                why=matched(alert.evidence),
                news=tuple(
                    dict.fromkeys(
                        news for change in changes for news in _news(change, rule_title, told_before=told_before)
                    )
                ),
            ),
        ),
        title=article.title,
        text=article.text,
        zones=article.zones,
        marks=_marks(article, alert.evidence),
        language=article.language,
        publisher=article.publisher,
        host=article.host,
        trust=article.trust,
        published=article.published,
        seen=article.seen,
        link=article.link,
        articles=newest.articles,
        also=newest.also,
        first=newest.first,
        last=newest.last,
        flags=(*doubts(article.flags), *retracted),
        topic=about.topic,
    )


def _news(change: QueuedChange, rule_title: str, *, told_before: bool) -> tuple[str, ...]:
    """What is new in a change; to a story that was told before, an alert that was raised since is news itself."""
    if not told_before or change.reason != Reason.RAISED:
        return change.news
    again = change.assigned > change.alert.raised
    return (*change.news, f"raised again: {rule_title}" if again else f"now also: {rule_title}")


def _marks(article: Article, evidence: Sequence[Evidence]) -> tuple[tuple[int, int], ...]:
    """Where the evidence's words stand in the article's newest text, which may not be the one that it was read in."""
    found = []
    for each in evidence:
        if each.start is None or each.end is None:
            continue
        moved = article.text[each.start : each.end] != each.quote
        start = article.text.find(each.quote) if moved else each.start
        if start >= 0 and each.quote:
            found.append((start, start + len(each.quote)))
    return tuple(found)
