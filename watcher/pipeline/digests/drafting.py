"""What people do with a draft: look at it, change it, hold it back, approve it; for commands and pages alike.

Each is part of one turn of the caller's and leaves a line in the draft's log, with who and why. Nothing here decides
when a draft goes out by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.core.digests.edits import MOST_HEADLINE, Edit, EditKind, Edits
from watcher.core.digests.founded import Namer, nobody, unfounded
from watcher.core.digests.numbering import headlines
from watcher.core.digests.queued import Composition
from watcher.core.errors import StoreError
from watcher.core.ledger import IssueRecord
from watcher.core.model import StoryId
from watcher.core.telling.messages import DigestMessage
from watcher.core.text.escapes import one_line
from watcher.pipeline.digests.digesting import draft
from watcher.pipeline.digests.issuing import edits_and_ended, plan_of, send
from watcher.pipeline.digests.queueing import item_of, namer
from watcher.pipeline.runtime import Digest, Hook, Runtime
from watcher.stores.base import Turn

_PLACE = re.compile(r"[1-9][0-9]{0,4}")
OF_A_STORY: tuple[EditKind, ...] = ("pin", "drop", "move", "brief", "reword", "reset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft as it would go out now.

    `headlines` names every story that it could hold, dropped ones too, by the headline that it has unless reworded.
    `unfounded` are rewordings that say what the story's articles don't, with the words in question: the own headline
    goes out instead. `ended` are stories that were dropped and then made one with a kept one:
    they are told.
    """

    record: IssueRecord
    message: DigestMessage
    composition: Composition
    log: tuple[Edit, ...]
    edits: Edits
    headlines: dict[StoryId, str]
    unfounded: tuple[tuple[StoryId, str, tuple[str, ...]], ...]
    ended: frozenset[StoryId] = frozenset()


def drafted(turn: Turn, runtime: Runtime, digest: Digest) -> Drafted:
    """The digest's open draft. Raises StoreError if it has none."""
    record = opened(turn, digest)
    edits, ended = edits_and_ended(turn, digest.id, record.period)
    made = draft(turn, runtime, digest, plan_of(turn, record), record.ends, edits=edits)
    texts = _texts(turn, digest, record)
    wrong = [
        (story, headline, unfounded(headline, texts[story], namer(runtime)))
        for story, headline in edits.headlines
        if story in texts
    ]
    told = sum(placed.place != "left_out" for placed in made.composition.order)
    return Drafted(
        record=replace(record, stories=told),
        message=made.message,
        composition=made.composition,
        log=tuple(turn.drafts.log(digest.id, record.period)),
        edits=edits,
        headlines={story: found[0] for story, found in texts.items()} | own_headlines(made.message, edits),
        unfounded=tuple(each for each in wrong if each[2]),
        ended=ended,
    )


def own_headlines(message: DigestMessage, edits: Edits) -> dict[StoryId, str]:
    """What the issue shows of its stories that nobody reworded."""
    reworded = dict(edits.headlines)
    return {story: shown for story, shown in headlines(message) if story not in reworded}


def opened(turn: Turn, digest: Digest) -> IssueRecord:
    """The record of the digest's open draft. Raises StoreError if it has none."""
    record = turn.drafts.open(digest.id)
    if record is None:
        raise StoreError(_without_draft(turn, digest))
    return record


def _without_draft(turn: Turn, digest: Digest) -> str:
    last = turn.issues.last(digest.id)
    if last is None or last.issued is None:
        return "there is no draft; one is made at the cut-off, if the digest has `hold` or `approve: required`"
    out = f"{last.issued.astimezone(ZoneInfo(digest.way.zone)):%Y-%m-%d %H:%M} {digest.way.zone}"
    return f"issue {last.period} is out since {out}; there is no draft"


def edit(turn: Turn, digest: Digest, change: Edit, *, named: Namer = nobody) -> IssueRecord:
    """Write one edit of the open draft down. Raises StoreError saying why it can't be."""
    record = opened(turn, digest)
    if change.kind in OF_A_STORY:
        texts = _texts(turn, digest, record)
        if change.story not in texts:
            raise StoreError(f'story "{one_line(change.story)}" is not in the draft of {record.period}')
        change = replace(change, value=_value(change, texts[change.story], named))
    turn.drafts.add(digest.id, record.period, change)
    if record.state == "approved":  # it was something else that was approved
        record = replace(record, state="draft", decided="")
        turn.drafts.settle(record)
    return record


def hold(turn: Turn, digest: Digest, *, author: str, reason: str, now: datetime) -> IssueRecord:
    """Keep the draft back: it goes out when somebody approves it, and not by itself."""
    record = replace(opened(turn, digest), state="held", send_at=None, decided="")
    turn.drafts.settle(record)
    turn.drafts.add(digest.id, record.period, _whole("hold", author, reason, now))
    return record


def approve(
    turn: Turn,
    runtime: Runtime,
    digest: Digest,
    *,
    author: str,
    reason: str,
    now: datetime,
    hook: Hook,
    wait: bool = False,
) -> IssueRecord:
    """Send the draft as it stands, in this turn; with `wait`, at the time at which it was to go out.

    A draft that was sent meanwhile is open no more: whoever comes second raises StoreError, and nothing is sent twice.
    """
    record = opened(turn, digest)
    if wait and record.send_at is None:
        raise StoreError("it has no time at which it goes out any more: approve it to send it now")
    words = f"approved by {author}" + (f": {reason}" if reason else "")
    turn.drafts.add(digest.id, record.period, _whole("approve", author, reason, now))
    if wait and record.send_at is not None and record.send_at > now:
        kept = replace(record, state="approved", decided=words)
        turn.drafts.settle(kept)
        return kept
    return send(turn, runtime, digest, plan_of(turn, record), now, hook, decided=words)


def _whole(kind: EditKind, author: str, reason: str, now: datetime) -> Edit:
    return Edit(kind=kind, story=StoryId(""), author=author, reason=reason, at=now)


def _value(change: Edit, texts: Sequence[str], named: Namer) -> str:
    """The place or headline of an edit, checked."""
    match change.kind:
        case "move":
            if not _PLACE.fullmatch(change.value):
                raise StoreError(f'"{one_line(change.value)}" is no place; the first is 1')
            return change.value
        case "reword":
            headline = one_line(change.value).strip()
            if not headline or len(headline) > MOST_HEADLINE:
                raise StoreError(f"a headline has 1 to {MOST_HEADLINE} characters")
            missing = unfounded(headline, texts, named)
            if missing:
                words = ", ".join(f"“{word}”" for word in missing)
                raise StoreError(f"{words}: in no article of this story; strike it, or write it as they do")
            return headline
        case _:
            return ""


def _texts(turn: Turn, digest: Digest, record: IssueRecord) -> dict[StoryId, tuple[str, ...]]:
    """Every story that the draft could hold, with the titles and texts that its words must come from.

    The article that the issue would show comes first.
    """
    found: dict[StoryId, tuple[str, ...]] = {}
    changes = turn.issues.waiting(digest.id, record.ends)
    for each in sorted(changes, key=lambda change: (change.article.trust.rank, change.article.seen)):
        story = item_of(each)
        found[story] = (*found.get(story, ()), each.article.title, each.article.text)
    return found
