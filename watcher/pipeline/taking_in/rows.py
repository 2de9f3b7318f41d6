"""Rows of a table on their way through a poll: those that are gone, and those that only other options rearranged.

Decides nothing by itself: what is gone and what changed is said by the core.
"""

from __future__ import annotations

from collections.abc import Iterable

from watcher.core.articles.identity import Identified
from watcher.core.articles.rows import gone, is_gone, missing, rearranged
from watcher.core.ledger import Known, SourceRecord
from watcher.core.model import Draft, Reason
from watcher.parse.wire import Unchanged
from watcher.pipeline.runtime import WatchedSource
from watcher.sources.base import Tabular
from watcher.stores.base import Turn


def rebased(source: WatchedSource, record: SourceRecord) -> bool:
    """Whether a table is read with other options than those that its stored rows were read with.

    Then rows that come or go do so because of them, and nobody is told.
    """
    return record.imported is not None and isinstance(source.source, Tabular) and not record.state.cursor


def gone_rows(turn: Turn, source: str, drafts: Iterable[Draft], unchanged: Iterable[Unchanged]) -> list[Draft]:
    """What the rows say from now on that were listed before and are not among these."""
    listed = {key for draft in drafts for key in draft.keys} | {key for each in unchanged for key in each.keys}
    keys = missing(listed, turn.rows.listed(source))
    return [gone(article, digest) for article, digest in turn.rows.last(source, keys)] if keys else []


def founds(identified: Identified, draft: Draft) -> bool:
    """Whether a draft founds an article; not if it is a row that is gone, whose source was forgotten meanwhile."""
    return identified.reason is Reason.NEW and not (draft.row_key is not None and is_gone(draft.entry_sha256))


def only_options(turn: Turn, known: Known, draft: Draft) -> bool:
    """Whether a row of a table that is read with other options goes or changes because of them alone."""
    before = turn.articles.text(known.number, known.revision)
    return is_gone(draft.entry_sha256) or before is None or rearranged(before, draft)
