"""What became of an alert in words for a terminal, change by change; it decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from watcher.app.explaining import Telling
from watcher.core.digests.queued import PLACE_WORDS
from watcher.core.model import Reason
from watcher.core.telling.alerts import words_of
from watcher.core.text.escapes import one_line
from watcher.stores.sqlite.evidence import Decided, Delivered, Queued

CAME_TO: Mapping[str, str] = {
    Reason.FIRST_SIGHT: "nobody was told: the article is history of the source's first import",
    Reason.BACKFILL: "nobody was told: the article is one of several old items that appeared at once",
    Reason.LATE: "it was first seen too long after it happened to count over time",
    Reason.NO_KEY: "it has no value of what the rule keeps apart by",
    Reason.LEARNING: "it counts, but there is too little history to know what is usual",
    Reason.NOT_YET: "it counts; what the rule requires is not met",
    Reason.RAISED: "a new alert",
    Reason.SEVERITY_RAISED: "the alert's severity rose",
    Reason.UPDATED: "the alert had news",
    Reason.RETRACTED: "the publisher took it back; the alert is closed",
    Reason.NOTHING_NEW: "nobody is told again: the alert is open, and nothing material is new",
    Reason.CLOSED: "the alert ended",
    Reason.BY_HAND: "somebody changed it",
    Reason.REMINDED: "nobody had acknowledged it",
    Reason.MERGED: "its story became part of another; nobody is told again",
}
"""What a change of an alert, or a match, came to."""


def at_words(at: datetime | None) -> str:
    """A time to the second."""
    return "unknown" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def telling_words(telling: Telling, queued: Sequence[Queued], own: Collection[int]) -> Iterator[str]:
    """One change of an alert with what was decided of it and who was told. Args: own - the article's observations."""
    first = telling.decisions[0]
    head = next((each for each in telling.decisions if each.way == "alert"), first)
    said = f": {_safe(head.detail)}" if head.detail else ""
    came_to = CAME_TO.get(head.change, words_of(head.change))
    yield f"    {at_words(head.at)}  {head.change}{_by(head, first.observation, own)}: {came_to}{said}"
    for each in telling.decisions:
        if each is head:
            continue
        detail = f": {_safe(each.detail)}" if each.detail else ""
        name = each.way.removeprefix("digest:") if each.way.startswith("digest:") else ""
        issue = _issue_words([q for q in queued if q.digest == name and q.assigned == each.at]) if name else ""
        yield f"      {each.way}  {each.reason}{detail}{issue}"
    for delivery in telling.deliveries:
        yield f"      {_delivery_words(delivery)}"


def _issue_words(queued: Sequence[Queued]) -> str:
    periods = [
        f"issue {each.period}{_place_words(each)}" if each.period else "waits for the next issue" for each in queued
    ]
    return f"; {', '.join(dict.fromkeys(periods))}" if periods else ""


def _place_words(queued: Queued) -> str:
    """Where the issue put it and why; nothing of an issue that was stored without."""
    if not queued.place:
        return ""
    return f" ({PLACE_WORDS.get(queued.place, queued.place)}: {_safe(queued.because)})"


def _delivery_words(delivery: Delivered) -> str:
    to = f" to {_safe(delivery.recipient)}" if delivery.recipient else ""
    tries = _count(delivery.attempts, "attempt")
    when = at_words(delivery.finished) if delivery.finished else f"due {at_words(delivery.due)}"
    answer = f": {_safe(delivery.reason)}" if delivery.reason else ""
    more = f" ({_safe(delivery.answer)})" if delivery.answer and delivery.answer not in delivery.reason else ""
    return f"{delivery.id}  {delivery.channel}{to}  {delivery.state} {when}, {tries}{answer}{more}"


def _by(head: Decided, observation: int, own: Collection[int]) -> str:
    """What made the change: an article, a person, or (nothing is said) the time that went by."""
    if observation:
        return " by this article" if observation in own else " by another article of the story"
    by_person = head.way == "hand" or head.detail.startswith("by ")
    return " by hand" if by_person and head.change != Reason.BY_HAND else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _safe(text: str) -> str:
    """A stranger's words on one line."""
    return one_line(text)
