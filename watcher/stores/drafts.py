"""The contract of drafts: issues that wait to be approved, and what editors changed in them.

Part of a turn, see `watcher.stores.base`: nothing here opens a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from watcher.core.digests.edits import Edit
from watcher.core.ledger import IssueRecord
from watcher.core.model import Reason, StoryId


class DraftTable(Protocol):
    """Drafts of issues and the log of their edits. A digest has one open draft at most."""

    def open(self, digest: str) -> IssueRecord | None:
        """The draft that waits: drafted, held or approved, and not yet issued."""

    def covers(self, digest: str, period: str) -> tuple[str, ...]:
        """The keys of the periods that this one covers, oldest first."""

    def keep(self, record: IssueRecord, covered: Sequence[IssueRecord], now: datetime) -> None:
        """Store a draft with the periods it covers. Nothing if it is there."""

    def settle(self, record: IssueRecord) -> None:
        """Change a draft's state, who decided, and when it goes out."""

    def supersede(self, digest: str, period: str, by: str) -> None:
        """Let another period's issue cover a draft, and all that this covered; its edits and its hold go over."""

    def log(self, digest: str, period: str) -> list[Edit]:
        """The edits of that draft or issue, in the order they were made."""

    def add(self, digest: str, period: str, edit: Edit) -> None:
        """Write one more edit down."""

    def leave_out(
        self,
        digest: str,
        alerts: Collection[str],
        before: datetime,
        words: str,
        now: datetime,
        *,
        reason: Reason = Reason.BY_HAND,
    ) -> None:
        """Take what was assigned before that moment on these alerts from the queue; a decision on each says why."""

    def living(self, stories: Collection[StoryId]) -> dict[StoryId, StoryId]:
        """Stories that were merged into others since, each with the one that it leads to now."""

    def parts(self, stories: Collection[StoryId]) -> dict[StoryId, dict[StoryId, datetime]]:
        """What was merged into these stories, and when."""
