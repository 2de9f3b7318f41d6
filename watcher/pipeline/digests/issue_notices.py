"""The words of notices about issues: a draft is there, it waits on, a period has no issue; it never decides that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from watcher.core.digests.traces import stories_of
from watcher.core.ledger import IssueRecord
from watcher.core.telling.messages import DigestMessage, NoticeMessage
from watcher.pipeline.runtime import Digest

_HEADLINES = 8


def drafted_notice(
    digest: Digest, record: IssueRecord, message: DigestMessage, replaced: IssueRecord | None, now: datetime
) -> NoticeMessage:
    """Word of a draft: what it holds, when it goes out, and what may be done with it."""
    stories = list(stories_of(message))
    more = len(stories) - _HEADLINES
    lines = [
        _goes(digest, record),
        *(f"{number}. {story.headline}" for number, story in enumerate(islice(stories, _HEADLINES), start=1)),
    ]
    if more > 0:
        lines.append(f"and {more} more")
    if replaced is not None:
        lines.append(f"The draft of {replaced.period} was never sent; this one covers it, with the edits made there.")
    lines += [
        "What comes in from now on waits for the next issue; a story that is merged or retracted changes here too.",
        f"Look at it: watcher digest {digest.id} --draft",
        f"Send it now: watcher digest {digest.id} --approve",
        f"Keep it back: watcher digest {digest.id} --hold",
    ]
    title = f"{digest.title}: the draft of {record.period} is ready, {_count(len(stories))}"
    return NoticeMessage(kind="digest-draft", subject=digest.id, title=title, lines=tuple(lines), at=now)


def waits_notice(digest: Digest, record: IssueRecord, now: datetime) -> NoticeMessage:
    """Word that nobody has approved a draft by the time at which it was to go out."""
    return NoticeMessage(
        kind="digest-waits",
        subject=digest.id,
        title=f"{digest.title}: nobody has approved the draft of {record.period}",
        lines=(
            f"It was to go out at {_local(now, digest)}. It needs approval and waits; nothing of it is lost.",
            "If it is still there when the next period ends, the next draft covers it.",
            f"Look at it: watcher digest {digest.id} --draft",
            f"Send it: watcher digest {digest.id} --approve",
        ),
        at=now,
    )


def aside_notice(digest: Digest, aside: Sequence[tuple[str, str]], now: datetime) -> NoticeMessage:
    """Word of what waited for an issue and cannot be read: all else goes out without it."""
    more = (f"and {len(aside) - _HEADLINES} more",) if len(aside) > _HEADLINES else ()
    return NoticeMessage(
        kind="digest-aside",
        subject=digest.id,
        title=f"{digest.title}: {len(aside)} of what waited cannot be read and is left out",
        lines=(
            "The other stories go out. What is stored was damaged, or written by another version of watcher.",
            *(f"watcher why {alert}: {why}" for alert, why in aside[:_HEADLINES]),
            *more,
        ),
        at=now,
    )


def clock_notice(digest: Digest, key: str, now: datetime) -> NoticeMessage:
    """Word that the clock stood wrong when an issue was made: it is of a period that is still to come."""
    return NoticeMessage(
        kind="digest-clock",
        subject=f"{digest.id}:{key}",
        title=f"{digest.title}: an issue was made of {key}, which is still to come",
        lines=(
            f"The clock must have stood ahead then; by it now is {_local(now, digest)}.",
            f"What it told is not told again, and the issues go on as usual; {key} itself will have none.",
        ),
        at=now,
    )


def empty_notice(
    digest: Digest, record: IssueRecord, answered: int, read: int, now: datetime, *, dropped: int = 0
) -> NoticeMessage:
    """Word of a period without an issue because there was nothing to tell, or all of it was dropped."""
    matched = f"{_count(dropped)} dropped from the draft, nothing else is new" if dropped else "nothing new matched"
    return NoticeMessage(
        kind="digest-empty",
        subject=digest.id,
        title=f"{digest.title}: nothing to tell in {record.period}",
        lines=(
            f"No issue was sent. Sources that answered: {answered:,}; articles read: {read:,}; {matched}.",
            "`empty: send` on the digest sends such an issue to its readers, `empty: skip` sends nobody anything.",
        ),
        at=now,
    )


def _goes(digest: Digest, record: IssueRecord) -> str:
    if record.send_at is None:
        return "It goes out when somebody approves it, and not before."
    at = _local(record.send_at, digest)
    if digest.approval:
        return f"It needs approval. Whoever approves it sends it; at {at} you are reminded."
    return f"It goes out by itself at {at}, once; if you do nothing it goes as it stands."


def _local(at: datetime, digest: Digest) -> str:
    return f"{at.astimezone(ZoneInfo(digest.way.zone)):%a %d %b %H:%M}, {digest.way.zone}"


def _count(stories: int) -> str:
    return "1 story" if stories == 1 else f"{stories} stories"
