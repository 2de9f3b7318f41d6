"""Which story a new article belongs to: a hand's word first, then proof of one text, then votes and vetoes.

The decision is a function of the article and its candidates; who keeps them brings them, oldest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from watcher.core.model import Reason, StoryId
from watcher.core.stories.model import Fresh, Kin, Newcomer, StoryDecision, Traits
from watcher.core.stories.proofs import is_place, proof
from watcher.core.stories.vetoes import veto
from watcher.core.stories.votes import JOIN, Vote, in_words, score, sums_of, votes, worth_comparing

_CHORUS = 0.2
"""How much the mean of all compared articles of a story counts beside its nearest: one stray likeness joins nothing."""
_OWN_DESK, _OWN_REPORTS = 4.0, 1.0
"""How much more it takes within one source, whose articles share its words; and if both report one type of event."""
_LEAST = -6.0
_SAME_DESK = "too little for two reports of one source"


class _Compared(NamedTuple):
    points: float
    kin: Kin
    traits: Traits | None
    votes: list[Vote]


def decide(new: Fresh, kin: Sequence[Kin], bonds: Mapping[str, str]) -> StoryDecision:
    """The story of a new article.

    Args:
        new: the article with its weighed traits.
        kin: earlier articles that share a key with it, oldest first.
        bonds: hand decisions, by article id: `must` or `cannot`. A story with an article that the new one cannot
            belong to is none for it.
    """
    newcomer = new.newcomer
    for each in kin:
        if bonds.get(each.article) == "must":
            return StoryDecision(story=each.story, reason=Reason.BY_HAND, detail=f"with {each.article}")
    barred = {each.story for each in kin if bonds.get(each.article) == "cannot"}
    open_ = [each for each in kin if each.story not in barred]
    return _same_text(newcomer, open_) or _same_event(new, open_)


def _same_text(newcomer: Newcomer, kin: Sequence[Kin]) -> StoryDecision | None:
    text, title, link = newcomer.text_sha256, newcomer.title_key, newcomer.link_key
    # Most are like it in none of these: nothing else proves anything.
    alike = [each for each in kin if each.text_sha256 == text or each.title_key == title or each.link_key == link]
    place = is_place(link, alike)
    for each in alike:
        reason = proof(newcomer, each, place=place)
        if reason is not None:
            detail = f"as {each.article} from {each.source}"
            return StoryDecision(story=each.story, reason=reason, detail=detail)
    return None


def _same_event(new: Fresh, kin: Sequence[Kin]) -> StoryDecision:
    """The story that most votes speak for: its nearest article first, and then how near the others of it are.

    Where none is left, the article founds one; what kept it from the story that it is most like is its reason.
    """
    worth = worth_comparing(new.traits, kin)
    if not any(worth):
        return StoryDecision(story=StoryId(new.newcomer.id), reason=Reason.FOUNDED, detail="")
    near: defaultdict[StoryId, list[_Compared]] = defaultdict(list)
    sums = sums_of(new.traits)
    for each, traits in zip(kin, worth, strict=True):
        found = votes(new.traits, traits, sums) if traits is not None else []
        near[each.story].append(_Compared(score(found) if found else _LEAST, each, traits, found))
    best: tuple[float, Kin, list[Vote]] | None = None
    apart: tuple[float, str] | None = None
    for compared in near.values():
        mean = sum(each.points for each in compared) / len(compared)
        for most, each, traits, found in sorted(compared, key=itemgetter(0), reverse=True):
            points = most + _CHORUS * (max(mean, _LEAST) - most)
            if points <= JOIN or (best is not None and points <= best[0]):
                break
            if traits is None:
                continue
            own = points <= JOIN + _desks_own(new, each, traits)
            why = _SAME_DESK if own else veto(new, each, traits)
            if why is None:
                best = points, each, found
                break
            if apart is None or points > apart[0]:
                apart = points, f"like {each.article} from {each.source} ({points:.1f} points), but {why}"
    if best is None:
        return StoryDecision(
            story=StoryId(new.newcomer.id), reason=Reason.FOUNDED, detail=apart[1] if apart is not None else ""
        )
    points, each, found = best
    return StoryDecision(
        story=each.story,
        reason=Reason.SAME_EVENT,
        detail=f"as {each.article} from {each.source}: {in_words(new, found)} ({points:.1f} points)",
    )


def _desks_own(new: Fresh, old: Kin, theirs: Traits) -> float:
    """How much more it takes for articles of one source; nothing for a translation."""
    mine = new.traits
    if new.newcomer.source != old.source or mine.han != theirs.han:
        return 0.0
    told = mine.types & theirs.types and not (mine.retells or theirs.retells)
    return _OWN_REPORTS if told else _OWN_DESK
