"""What a digest does next: draft an issue, send it, leave it out, or tell that it waits; one step, one transaction.

An issue and all its deliveries are stored together, so a period is told once whoever sends it: the beat that finds it
due, or a person who approves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from watcher.core.digests.edits import Edits
from watcher.core.digests.merging import folded
from watcher.core.digests.queued import Composition
from watcher.core.ledger import IssueRecord
from watcher.core.model import StoryId
from watcher.core.schedules import IssuePlan, Period
from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import Occasion, issue_occasion, notice_occasion
from watcher.pipeline.digests.digesting import Issue, draft, due
from watcher.pipeline.digests.issue_notices import (
    aside_notice,
    clock_notice,
    drafted_notice,
    empty_notice,
    waits_notice,
)
from watcher.pipeline.digests.queueing import item_of
from watcher.pipeline.runtime import Digest, Hook, Runtime
from watcher.pipeline.telling.encoding import encode, ways
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Store, Turn

_BEFORE = timedelta(microseconds=1)
NOTHING_TO_TELL = "nothing to tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is due: `make` a draft or an issue for `plan`, `send` the open draft, or `remind` that it waits.

    `replaces` is a draft that was never sent and that the plan's issue covers.
    """

    kind: Literal["make", "send", "remind"]
    plan: IssuePlan
    replaces: IssueRecord | None = None


def next_step(turn: Turn, digest: Digest, now: datetime) -> Step | None:
    """The digest's next step, or None if there is nothing to do yet."""
    waiting, plan = turn.drafts.open(digest.id), due(turn, digest, now)
    if waiting is None:
        return None if plan is None else Step(kind="make", plan=plan)
    own = plan_of(turn, waiting)
    if waiting.state == "approved" and _is_up(waiting, now):
        return Step(kind="send", plan=own)  # as it was approved, whatever else has come due
    if plan is not None:
        joined = replace(plan, begin=own.begin, covers=(*own.covers, waiting.period, *plan.covers))
        return Step(kind="make", plan=joined if waiting.ends <= now else plan, replaces=waiting)
    if waiting.state != "draft" or not (_is_up(waiting, now) or (digest.hold is None and not digest.approval)):
        return None
    return Step(kind="remind" if digest.approval else "send", plan=own)


def plan_of(turn: Turn, record: IssueRecord) -> IssuePlan:
    """The plan that a draft was made by."""
    period = Period(key=record.period, begin=record.begins, end=record.ends, number=record.number)
    return IssuePlan(period=period, begin=record.begins, covers=turn.drafts.covers(record.digest, record.period))


async def issue(store: Store, runtime: Runtime, digest: Digest, now: datetime, hook: Hook) -> IssueRecord | None:
    """Take the digest's next step if one is due; the record of an issue that went out by it, else None."""
    if not await store.read(lambda turn: turn.issues.is_off(digest.id, now) or next_step(turn, digest, now)):
        return None
    record = await store.write(lambda turn: _take(turn, runtime, digest, now, hook))
    if record is not None:
        hook("in_digest")
    return record


def _take(turn: Turn, runtime: Runtime, digest: Digest, now: datetime, hook: Hook) -> IssueRecord | None:
    turn.issues.reckon(digest.id, now)
    step = next_step(turn, digest, now)
    if step is None:
        return None
    if step.kind == "make":
        turn.issues.bring_back(digest.id, now, step.plan.period.end - _BEFORE)
    aside = turn.issues.set_aside(digest.id, step.plan.period.end, now)
    if aside:
        notify(turn.outbox, runtime, aside_notice(digest, aside, now))
    match step.kind:
        case "make":
            record = _make(turn, runtime, digest, step, now, hook)
        case "send":
            record = send(turn, runtime, digest, step.plan, now, hook)
        case "remind":
            record = _remind(turn, runtime, digest, now)
    return record if record is not None and record.state == "issued" else None


def _make(turn: Turn, runtime: Runtime, digest: Digest, step: Step, now: datetime, hook: Hook) -> IssueRecord | None:
    """An issue for periods that ended: at once, as a draft, or none at all."""
    plan = step.plan
    ahead = turn.issues.uncover(digest.id, now)
    if ahead:
        _tell_of_clock(turn, runtime, digest, ahead[-1], now)
    if step.replaces is not None:
        turn.drafts.supersede(digest.id, step.replaces.period, plan.period.key)
    made = draft(turn, runtime, digest, plan, plan.period.end, edits=edits_of(turn, digest.id, plan.period.key))
    if digest.empty != "send" and is_empty(made.composition):
        return send(turn, runtime, digest, plan, now, hook)
    send_at = None if digest.hold is None else plan.period.end + digest.hold
    # Who held a draft back held what was in it, whichever issue that is in now.
    kept_back = any(each.kind == "hold" for each in turn.drafts.log(digest.id, plan.period.key))
    if not (digest.approval or kept_back) and (send_at is None or send_at <= now):
        return send(turn, runtime, digest, plan, now, hook)
    # Without a `hold` of its own an issue that needs approval waits for nothing but that.
    state = "held" if kept_back or send_at is None or send_at <= now else "draft"
    record = replace(_record(digest, plan, made.composition, state), send_at=send_at if state == "draft" else None)
    turn.drafts.keep(record, _covered(record, plan.covers), now)
    _tell_editors(turn, runtime, digest, drafted_notice(digest, record, made.message, step.replaces, now))
    return None


def send(
    turn: Turn, runtime: Runtime, digest: Digest, plan: IssuePlan, now: datetime, hook: Hook, *, decided: str = ""
) -> IssueRecord:
    """Issue what the plan says, with its edits, and every delivery of it; in the turn of the caller.

    Where nothing is left to tell the period is skipped, if the digest's `empty` has it so.
    """
    edits = edits_of(turn, digest.id, plan.period.key)
    _leave_out(turn, digest, plan, edits, now)
    made = draft(turn, runtime, digest, plan, plan.period.end, edits=edits)
    waiting = turn.drafts.open(digest.id)
    said = decided or (waiting.decided if waiting is not None and waiting.period == plan.period.key else "")
    if digest.empty != "send" and is_empty(made.composition):
        return _skip(turn, runtime, digest, plan, made, now, dropped=len(edits.dropped), decided=said)
    record = replace(_record(digest, plan, made.composition, "issued"), issued=now, decided=said)
    turn.issues.issue(record, _covered(record, plan.covers), plan.period.end, now, made.places)
    turn.outbox.tell(
        Occasion(id=issue_occasion(digest.id, plan.period.key), kind="digest", content=encode(made.message), at=now),
        ways(runtime, digest.channels),
    )
    hook("in_issue")
    return record


def edits_of(turn: Turn, digest: str, period: str) -> Edits:
    """What editors made of that draft, by the stories as they are now: one that was merged goes by the other's id."""
    return edits_and_ended(turn, digest, period)[0]


def edits_and_ended(turn: Turn, digest: str, period: str) -> tuple[Edits, frozenset[StoryId]]:
    """The edits of that draft, and the stories whose drop has ended because they were made one with a kept one."""
    log = turn.drafts.log(digest, period)
    moved = turn.drafts.living({each.story for each in log if each.story})
    return folded(log, moved, turn.drafts.parts({moved.get(each.story, each.story) for each in log if each.story}))


def is_empty(composition: Composition) -> bool:
    """Whether an issue tells of no story at all."""
    return all(placed.place == "left_out" for placed in composition.order)


def _skip(
    turn: Turn,
    runtime: Runtime,
    digest: Digest,
    plan: IssuePlan,
    made: Issue,
    now: datetime,
    *,
    dropped: int,
    decided: str,
) -> IssueRecord:
    """A period without an issue: that it was left out, and why, stays with it."""
    why = f"{NOTHING_TO_TELL}{' but what was dropped' if dropped else ''}; empty: {digest.empty}"
    record = replace(_record(digest, plan, None, "skipped"), decided=f"{decided}; {why}" if decided else why)
    # What was put down and is nothing new is settled with its period.
    turn.issues.issue(record, _covered(record, plan.covers), plan.period.end, now, made.places)
    if digest.empty == "notice":
        counts = turn.issues.counts(list(runtime.sources), plan.begin, plan.period.end)
        notify(turn.outbox, runtime, empty_notice(digest, record, *counts, now, dropped=dropped))
    return record


def _leave_out(turn: Turn, digest: Digest, plan: IssuePlan, edits: Edits, now: datetime) -> None:
    """Take the stories that an editor dropped from the queue; each of their alerts says who did it and why."""
    if not edits.dropped:
        return
    whys = {each.story: each for each in turn.drafts.log(digest.id, plan.period.key) if each.kind == "drop"}
    stories = turn.drafts.living(set(whys))
    by_story = {stories.get(story, story): each for story, each in whys.items()}
    changes = turn.issues.waiting(digest.id, plan.period.end)
    for story in edits.dropped:
        why = by_story[story]
        words = f"dropped from the draft of {plan.period.key} by {why.author}" + (
            f": {why.reason}" if why.reason else ""
        )
        alerts = {each.alert.id for each in changes if item_of(each) == story}
        turn.drafts.leave_out(digest.id, alerts, plan.period.end, words, now)


def _remind(turn: Turn, runtime: Runtime, digest: Digest, now: datetime) -> IssueRecord:
    """Nobody has approved the draft: it waits on, and its editors hear of that once."""
    waiting = turn.drafts.open(digest.id)
    assert waiting is not None
    held = replace(waiting, state="held", send_at=None)
    turn.drafts.settle(held)
    _tell_editors(turn, runtime, digest, waits_notice(digest, waiting, now))
    return held


def _tell_of_clock(turn: Turn, runtime: Runtime, digest: Digest, key: str, now: datetime) -> None:
    """Word, once, of an issue that was made for a period which is still to come."""
    notice = clock_notice(digest, key, now)
    if turn.outbox.next_number(notice_occasion(notice.kind, notice.subject, 0)[:-1]) == 1:
        notify(turn.outbox, runtime, notice)


def _tell_editors(turn: Turn, runtime: Runtime, digest: Digest, notice: NoticeMessage) -> None:
    """Word to those who edit the digest: its editors' channels, else the operator's route."""
    if not digest.editors:
        notify(turn.outbox, runtime, notice)
        return
    number = turn.outbox.next_number(notice_occasion(notice.kind, notice.subject, 0)[:-1])
    occasion = Occasion(
        id=notice_occasion(notice.kind, notice.subject, number), kind="notice", content=encode(notice), at=notice.at
    )
    turn.outbox.tell(occasion, ways(runtime, digest.editors))


def _record(digest: Digest, plan: IssuePlan, composition: Composition | None, state: str) -> IssueRecord:
    order = () if composition is None else composition.order
    return IssueRecord(
        digest=digest.id,
        period=plan.period.key,
        number=plan.period.number,
        state=state,
        begins=plan.begin,
        ends=plan.period.end,
        covered_by=None,
        issued=None,
        stories=sum(placed.place != "left_out" for placed in order),
    )


def _covered(record: IssueRecord, keys: Sequence[str]) -> list[IssueRecord]:
    """Missed periods, as covered by the issue."""
    return [
        IssueRecord(
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
        for key in keys
    ]


def _is_up(record: IssueRecord, now: datetime) -> bool:
    return record.send_at is not None and record.send_at <= now
