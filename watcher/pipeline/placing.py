"""Which story each new article of one turn belongs to; proofs are the core's, here they are only brought together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.articles.stories import Newcomer, StoryDecision, decide, oldest_day, title_key
from watcher.core.ledger import StoryCandidate
from watcher.core.model import Draft, StoryId
from watcher.core.urls import canonical_url
from watcher.stores.base import Turn

_MOST_ALIKE = 200
"""Articles with the same key, so many of which one is compared with: more are a template that proves nothing."""


class Stories:
    """Stories for the articles of one turn: candidates are loaded once, newcomers become candidates themselves."""

    def __init__(self, turn: Turn, drafts: Sequence[Draft], now: datetime) -> None:
        self._turn = turn
        self._now = now
        links = {canonical_url(draft.link) for draft in drafts if draft.link}
        titles = {title_key(draft.title) for draft in drafts}
        texts = [draft.text_sha256 for draft in drafts]
        self._count = 0
        self._near: dict[tuple[str, str | None], list[tuple[int, StoryCandidate]]] = {}
        for each in turn.articles.candidates(texts, links, titles, oldest_day(now)) if drafts else ():
            self._add(each)
        self._bonded = turn.articles.has_bonds() if drafts else False

    def decide(self, newcomer: Newcomer) -> StoryDecision:
        """The story of the turn's next article; articles that follow are compared with it too."""
        bonds = dict(self._turn.articles.bonds(newcomer.id)) if self._bonded else {}
        candidate = newcomer.as_candidate(StoryId(newcomer.id))
        found = {at: each for key in _kin(candidate) for at, each in self._near.get(key, ())}
        if bonds:
            found.update(pair for pairs in self._near.values() for pair in pairs)
        decision = decide(newcomer, [found[at] for at in sorted(found)], bonds)
        self._add(replace(candidate, story=decision.story))
        return decision

    def _add(self, candidate: StoryCandidate) -> None:
        """Let later articles be compared with it, if they share anything: all with all would take hours in a flood."""
        self._count += 1
        for key in _kin(candidate):
            alike = self._near.setdefault(key, [])
            if len(alike) < _MOST_ALIKE:
                alike.append((self._count, candidate))


def _kin(candidate: StoryCandidate) -> list[tuple[str, str | None]]:
    """What other articles must share with one to be compared with it."""
    link = [("link", candidate.link_key)] if candidate.link_key is not None else []
    return [*link, ("text", candidate.text_sha256), ("title", candidate.title_key)]
