"""Stories of one matter, told together: which one leads, which say the same, and which stand below it in a line.

Never joins what nobody vouches for to what is official: an unconfirmed word is told by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from watcher.core.digests.queued import QueuedStory
from watcher.core.digests.sayings import Tie
from watcher.core.events.model import Genre
from watcher.core.model import StoryId

_NEAR = timedelta(days=1)
"""How long before the day of the news another article may tell the same: clocks and zones differ by that much."""

_PARTS = 2
Days = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One or more stories of a matter: `same` tell what `lead` tells, `also` something else of it. Best first."""

    lead: QueuedStory
    matter: str = ""
    same: tuple[QueuedStory, ...] = ()
    also: tuple[QueuedStory, ...] = ()


def threads(stories: Sequence[QueuedStory]) -> tuple[Thread, ...]:
    """Every story once, in threads; the order is that of the leads, which keep theirs.

    Args:
        stories: those that no issue told before, best first.

    """
    found: dict[str, Thread] = {}
    taken: set[str] = set()
    for tie in _matters(stories):
        free = [story for story in stories if story.story not in taken]
        thread = _thread(tie, free)
        if thread is not None:
            found[thread.lead.story] = thread
            taken |= {story.story for story in (thread.lead, *thread.same, *thread.also)}
    leads = [found.get(story.story) or Thread(lead=story) for story in stories if story.story in found]
    alone = [Thread(lead=story) for story in stories if story.story not in taken]
    place = {story.story: at for at, story in enumerate(stories)}
    first = {thread.lead.story: _first(thread, place) for thread in (*leads, *alone)}
    return tuple(sorted((*leads, *alone), key=lambda thread: first[thread.lead.story]))


def announcements(stories: Sequence[QueuedStory]) -> frozenset[StoryId]:
    """Stories that only lead to others which are told beside them: the page of a round-up whose parts are stories."""
    parts: defaultdict[str, list[QueuedStory]] = defaultdict(list)
    for story in stories:
        page, anchor, _ = (story.link or "").partition("#")
        if anchor:
            parts[page].append(story)
    return frozenset(story.story for story in stories if _leads_to(story, parts.get(story.link or "", ())))


def _leads_to(page: QueuedStory, parts: Sequence[QueuedStory]) -> bool:
    """Whether these are the page's own parts. Anybody may link to a page, so only its own source's word counts.

    That of a source of higher trust does too. Nothing weightier than its parts gives way to them.
    """
    own = [part for part in parts if part.source == page.source or part.trust.rank < page.trust.rank]
    return len(own) >= _PARTS and _weight(page) <= max(map(_weight, own))


def _weight(story: QueuedStory) -> int:
    return max((alert.severity.rank for alert in story.alerts), default=0)


def _first(thread: Thread, place: Mapping[StoryId, int]) -> tuple[int, int]:
    """Where a thread stands: among stories of the same weight, what several articles tell comes first."""
    return min(place[story.story] for story in (thread.lead, *thread.same)), place[thread.lead.story]


def _matters(stories: Sequence[QueuedStory]) -> Sequence[Tie]:
    """The matters that stories belong to: those of the most stories first, then those of the best."""
    ties: dict[str, Tie] = {}
    many: dict[str, int] = {}
    for story in stories:
        for id_ in dict.fromkeys(tie.matter for tie in story.said.ties):
            many[id_] = many.get(id_, 0) + 1
        for tie in story.said.ties:
            ties.setdefault(tie.matter, tie)
    return sorted(ties.values(), key=lambda tie: -many[tie.matter])


def _thread(matter: Tie, stories: Sequence[QueuedStory]) -> Thread | None:
    """The thread of a matter among these stories; None where nothing is to be told together."""
    own = {story.story: tie for story in stories if (tie := _tie(story, matter)) is not None}
    if not own:
        return None
    lead = _lead([story for story in stories if story.story in own], own)
    day = own[lead.story].on
    days = [(day, day), *(meet for story in stories if story.story in own for meet in story.said.meets)]
    same, also = [], []
    for story in stories:
        if story.story == lead.story:
            continue
        tie = own.get(story.story)
        if _says_the_same(story, tie, matter, day, days):
            same.append(story)
        elif tie is not None or _touches(story, matter, days, day):
            also.append(story)
    if not same and not also:
        return None
    return Thread(lead=lead, matter=matter.title, same=tuple(same), also=tuple(also))


def _tie(story: QueuedStory, matter: Tie) -> Tie | None:
    """How the story belongs to the matter; None where its own event is another one, or nobody vouches for it."""
    if any(each.doubtful and each.reported and each.type in matter.types for each in story.said.happenings):
        return None
    if not any(each.reported and each.type in matter.types for each in story.said.happenings):
        return None
    ties = [tie for tie in story.said.ties if tie.matter == matter.matter]
    return max(ties, key=lambda tie: (tie.moves, tie.on), default=None)


def _lead(stories: Sequence[QueuedStory], own: Mapping[StoryId, Tie]) -> QueuedStory:
    """What moved the matter last, else the best."""
    moved = [story for story in stories if own[story.story].moves]
    return max(moved, key=lambda story: own[story.story].on) if moved else stories[0]


def _says_the_same(story: QueuedStory, tie: Tie | None, matter: Tie, day: date, days: Sequence[Days]) -> bool:
    """Whether it tells what the lead tells: of the matter, not before it, and no move of its own on another day.

    A comment does where it gives the whole event and the meeting that brought it.
    """
    if tie is not None:
        return tie.on >= day - _NEAR and not (tie.moves and tie.on != day)
    return _gives(story, matter) and _meets(story, days)


def _gives(story: QueuedStory, matter: Tie) -> bool:
    """Whether it mentions an event with all that the matter is followed by, and nobody doubts it."""
    return any(
        each.type in matter.types
        and not each.doubtful
        and matter.parts
        and all(not wanted or not set(wanted).isdisjoint(each.ids) for wanted in matter.parts)
        for each in story.said.happenings
    )


def _touches(story: QueuedStory, matter: Tie, days: Sequence[Days], day: date) -> bool:
    """Whether it is about the matter without telling of it: a comment that names it, or a word before the meeting."""
    said = story.said
    if any(each.doubtful and each.reported and each.type in matter.types for each in said.happenings):
        return False
    if said.ties and not any(tie.matter == matter.matter for tie in said.ties):
        return False
    named = any(each.type in matter.types for each in said.happenings)
    if said.genre is not Genre.REPORT:
        return named and (_gives(story, matter) or _meets(story, days))
    at = (story.published or story.seen).date()
    return _meets(story, days) and at < day


def _meets(story: QueuedStory, days: Sequence[Days]) -> bool:
    """Whether its top names a meeting on one of these days."""
    return any(first <= last_ and first_ <= last for first, last in story.said.meets for first_, last_ in days)
