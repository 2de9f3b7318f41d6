"""The item that goes through the steps of a turn: an article, new or revised, with what was known of it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.core.articles.traces import Traces
from watcher.core.ledger import NewArticle, PriorMatch
from watcher.core.model import Draft
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understood

LIVE, FIRST_SIGHT, BACKFILL = "live", "first_sight", "backfill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A new or revised article on its way through the turn.

    `prior` holds, by rule, what matched in its earlier text, `before` reads that text; once it is pruned, `traces`
    are what is left of it. All are empty for a new article. `listed` is the draft that came with this turn.
    `understood` is what the article says, read once for every step of the turn; None where no rule asks for it.
    """

    new: NewArticle
    reading: Reading
    prior: Mapping[str, PriorMatch]
    before: Reading | None
    traces: Traces | None = None
    listed: Draft | None = None
    understood: Understood | None = None
