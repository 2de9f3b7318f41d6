"""A ledger in memory: what a store remembers between polls, for tests of identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from watcher.core.articles.identity import Identified, IdentityPolicy, policy_for, resolve
from watcher.core.ledger import Known
from watcher.core.model import Draft, Reason, SourceId, StoryId

_SEEN = datetime(2026, 2, 1, tzinfo=UTC)


class MemoryLedger:
    """Polls of one source, one after the other."""

    def __init__(self, source: str = "s") -> None:
        self.source = SourceId(source)
        self.policy = IdentityPolicy()
        self.known: dict[str, Known] = {}
        self._articles: dict[str, Known] = {}

    def poll(self, drafts: Sequence[Draft]) -> tuple[Identified, ...]:
        """Decide a poll and remember it."""
        self.policy = policy_for(drafts, self.known, self.policy)
        found = resolve(self.source, drafts, self.known, self.policy)
        for draft, one in zip(drafts, found, strict=True):
            if one.reason is not Reason.UNCHANGED or (one.known is not None and not one.repeat):
                self._articles[one.article] = self._as_known(draft, one)
        for one in found:
            for key in one.keys:
                self.known.setdefault(key, self._articles[one.article])
        self.known = {key: self._articles[old.id] for key, old in self.known.items()}
        return found

    def count(self, drafts: Sequence[Draft]) -> dict[Reason, int]:
        """How many drafts of a poll came to what."""
        return dict(Counter(one.reason for one in self.poll(drafts)))

    @property
    def articles(self) -> int:
        """How many articles are remembered."""
        return len(self._articles)

    def _as_known(self, draft: Draft, one: Identified) -> Known:
        return Known(
            number=len(self._articles),
            id=one.article,
            revision=(one.known.revision if one.known else 0) + (one.reason is not Reason.UNCHANGED),
            story=StoryId(one.article),
            entry_sha256=draft.entry_sha256,
            text_sha256=draft.text_sha256,
            seen=_SEEN,
            stale=False,
        )
