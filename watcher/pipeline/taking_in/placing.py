"""Which story each new article of one turn belongs to; deciding is the core's, here candidates are brought together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.ledger import StoryCandidate
from watcher.core.model import Article, Draft, Reason
from watcher.core.stories.deciding import decide
from watcher.core.stories.keys import exact_keys, keys_of
from watcher.core.stories.model import Kin, Newcomer, Placed, StoryDecision
from watcher.core.stories.proofs import oldest_day
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key
from watcher.core.stories.traits import traits_of, weigh_by
from watcher.core.understanding.understander import Understood
from watcher.core.urls import canonical_url
from watcher.stores.base import Turn


def newcomer_of(
    article: Article, understood: Understood | None, link_key: str | None, event_time: datetime
) -> Newcomer:
    """The article as its story is looked for."""
    return Newcomer(
        id=article.id,
        source=article.source,
        title=article.title,
        text=article.text,
        link_key=link_key,
        title_key=title_key(article.title),
        text_sha256=article.text_sha256,
        seen=article.seen,
        told=event_time,
        zones=article.zones,
        account=understood.account if understood is not None else None,
        named=understood.named if understood is not None else (),
    )


class Stories:
    """Stories for the articles of one turn: candidates are those of the store and the turn's earlier newcomers."""

    def __init__(self, turn: Turn, drafts: Sequence[Draft], now: datetime) -> None:
        self._turn = turn
        links = {canonical_url(draft.link) for draft in drafts if draft.link}
        titles = {title_key(draft.title) for draft in drafts}
        texts = [draft.text_sha256 for draft in drafts]
        self._shelf = Shelf()
        self._stored: dict[tuple[str, str | None], list[Kin]] = {}
        for each in turn.articles.candidates(texts, links, titles, oldest_day(now)) if drafts else ():
            for key in _proving(each):
                self._stored.setdefault(key, []).append(_kin(each))
        self._bonded = turn.articles.has_bonds() if drafts else False
        self._counts: dict[int, int] = {}
        self._asked: set[int] = set()
        self._stories = 0
        self._placed: dict[str, Placed] = {}

    def decide(self, newcomer: Newcomer) -> StoryDecision:
        """The story of the turn's next article; articles that follow are compared with it too."""
        bonds = dict(self._turn.articles.bonds(newcomer.id)) if self._bonded else {}
        fresh = weigh_by(traits_of(newcomer), self._common)
        keys = keys_of(fresh.traits)
        near = self._near(newcomer, keys, bonded=bool(bonds))
        decision = decide(fresh, near, bonds)
        kin = self._shelf.add(fresh, exact_keys(newcomer) | keys, decision)
        words = fresh.traits.words if decision.reason is Reason.FOUNDED else None
        for word in words or ():
            self._counts[word] = self._counts.get(word, 0) + 1
        self._placed[newcomer.id] = Placed(article=0, kept=kin.kept, why=decision.detail, keys=keys, words=words)
        return decision

    def keep(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Let later turns compare with the articles of this one, which were stored under those numbers."""
        placed = [
            replace(self._placed[article], article=number) for article, number in numbers if article in self._placed
        ]
        if placed:
            self._turn.kin.keep(placed)

    def _common(self, words: Collection[int]) -> tuple[dict[int, int], int]:
        """How many stories had each word: the store's, each asked for once a turn, and the turn's own; and all."""
        asked = [word for word in words if word not in self._asked]
        if asked:
            counts, self._stories = self._turn.kin.counts(asked)
            self._counts |= counts
            self._asked.update(asked)
        return self._counts, self._stories + self._shelf.stories

    def _near(self, newcomer: Newcomer, keys: dict[int, float], *, bonded: bool) -> list[Kin]:
        """All that the article is compared with, oldest first: the store's, then the turn's own."""
        proving = (("link", newcomer.link_key), ("text", newcomer.text_sha256), ("title", newcomer.title_key))
        stored: dict[str, Kin] = {}
        for key in self._stored if bonded else proving:
            stored.update((each.article, each) for each in self._stored.get(key, ()))
        stored.update((each.article, each) for each in self._turn.kin.near(keys, newcomer.title_key))
        own = self._shelf.every() if bonded else self._shelf.candidates(exact_keys(newcomer) | keys)
        return [*sorted(stored.values(), key=lambda each: each.seen), *own]


def _proving(candidate: StoryCandidate) -> Iterable[tuple[str, str | None]]:
    """What other articles must share with a stored one to be the same text."""
    link = [("link", candidate.link_key)] if candidate.link_key is not None else []
    return [*link, ("text", candidate.text_sha256), ("title", candidate.title_key)]


def _kin(candidate: StoryCandidate) -> Kin:
    return Kin(
        article=candidate.article,
        story=candidate.story,
        source=candidate.source,
        title=candidate.title,
        lead=candidate.lead,
        link_key=candidate.link_key,
        title_key=candidate.title_key,
        text_sha256=candidate.text_sha256,
        seen=candidate.seen,
    )
