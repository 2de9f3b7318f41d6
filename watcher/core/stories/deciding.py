"""Which story a new article belongs to: a hand's word first, then proof of one text, then votes and vetoes.

The decision is a function of the article and its candidates; who keeps them brings them, oldest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.core.model import Reason, StoryId
from watcher.core.stories.model import Fresh, Kin, Newcomer, StoryDecision
from watcher.core.stories.proofs import is_place, proof
from watcher.core.stories.vetoes import veto
from watcher.core.stories.votes import JOIN, enough, in_words, score, votes


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
    return _same_text(newcomer, open_) or _same_event(new, open_) or _founded(newcomer)


def _founded(newcomer: Newcomer) -> StoryDecision:
    return StoryDecision(story=StoryId(newcomer.id), reason=Reason.FOUNDED, detail="")


def _same_text(newcomer: Newcomer, kin: Sequence[Kin]) -> StoryDecision | None:
    place = is_place(newcomer.link_key, kin)
    for each in kin:
        reason = proof(newcomer, each, place=place)
        if reason is not None:
            detail = f"as {each.article} from {each.source}"
            return StoryDecision(story=each.story, reason=reason, detail=detail)
    return None


def _same_event(new: Fresh, kin: Sequence[Kin]) -> StoryDecision | None:
    """The story of the article that most votes speak for; the older one where two have as many."""
    best: tuple[float, Kin, str] | None = None
    for each in kin:
        found = votes(new, each.traits)
        points = score(found)
        if points <= JOIN or (best is not None and points <= best[0]):
            continue
        if enough(new, each.traits) and veto(new, each) is None:
            best = points, each, in_words(found)
    if best is None:
        return None
    points, each, words = best
    return StoryDecision(
        story=each.story,
        reason=Reason.SAME_EVENT,
        detail=f"as {each.article} from {each.source}: {words} ({points:.1f} points)",
    )
