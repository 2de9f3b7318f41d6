"""Issues of digests composed: what waits becomes one message per period; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.digests.composing import compose, issue_message
from watcher.core.digests.edits import NO_EDITS, Edits
from watcher.core.digests.queued import Composition, Limits
from watcher.core.schedules import IssuePlan, period_of, plan_issue, schedule_words
from watcher.core.telling.messages import DigestMessage, QuietSource
from watcher.core.understanding.regions import section_order
from watcher.pipeline.digests.besides import beside, finished, told_of
from watcher.pipeline.digests.queueing import namer, queue_of
from watcher.pipeline.runtime import Digest, Runtime
from watcher.stores.base import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A composed issue and the message that says it. `places` are where each alert stands in it, and why."""

    message: DigestMessage
    composition: Composition
    places: Mapping[str, tuple[str, str]]


def due(turn: Turn, digest: Digest, now: datetime) -> IssuePlan | None:
    """The issue that is due now: for the last period that ended, covering those missed before it.

    A period that ends in the future was made by a clock that stood wrong: its key stays used, and it decides nothing.
    """
    last = turn.issues.last(digest.id, by=now)
    after = last.ends if last else turn.issues.since(digest.id, now)
    plan = plan_issue(digest.schedule, after=after, last_key=last.period if last else None, now=now)
    if plan is not None and turn.issues.has(digest.id, plan.period.key, now):
        return None  # a schedule that was changed to and fro: what waits goes into the next period's issue
    return plan


def preview_plan(turn: Turn, digest: Digest, now: datetime) -> IssuePlan:
    """The issue as it would be if its period ended now."""
    waiting = due(turn, digest, now)
    if waiting is not None:
        return waiting
    period = period_of(digest.schedule, now)
    return IssuePlan(period=period, begin=period.begin, covers=())


def draft(
    turn: Turn, runtime: Runtime, digest: Digest, plan: IssuePlan, before: datetime, *, edits: Edits = NO_EDITS
) -> Issue:
    """Compose the issue from what was assigned before that moment, as its editors want it; nothing is written."""
    queue = queue_of(turn, runtime, digest, before)
    composition = compose(
        queue.stories, earlier=queue.earlier, limits=_limits(runtime, digest), edits=edits, named=namer(runtime)
    )
    answered, read = turn.issues.counts(list(runtime.sources), plan.begin, before)
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
        length=digest.length,
        beside=beside(turn, runtime, digest, plan, told_of(composition, queue.stories)),
    )
    message = replace(message, dropped=len(edits.dropped))
    placed = {each.story: (each.place, each.reason) for each in composition.order}
    return Issue(
        message=finished(turn, digest, message, queue.stories),
        composition=composition,
        places={
            alert.alert: placed[story.story]
            for story in queue.stories
            if story.story in placed
            for alert in story.alerts
        },
    )


def _limits(runtime: Runtime, digest: Digest) -> Limits:
    """The digest's limits, with the order of the regions where its sections are those; a short one has no lines."""
    limits = replace(digest.limits, lines=0) if digest.length == "short" else digest.limits
    understander = runtime.rule_set.understander if limits.by == "region" else None
    if understander is None:
        return limits
    return replace(limits, regions=section_order(understander.names))
