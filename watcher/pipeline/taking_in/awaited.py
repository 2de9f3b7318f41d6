"""Articles that wait for their page, as a turn over a listing leaves them: which are asked for, and which anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.core.articles.following import due_anew
from watcher.core.ledger import Awaited, Known, Stored
from watcher.core.model import Draft, TextState
from watcher.core.urls import host_of
from watcher.pipeline.judging.verdicts import LIVE, Item
from watcher.stores.base import Turn


def settled(draft: Draft, mark: str) -> Draft:
    """The draft of a new article; history waits for no page, since nobody is told of it anyway."""
    waits = draft.text_state is TextState.AWAITING_TEXT
    return replace(draft, text_state=TextState.EXCERPT) if waits and mark != LIVE else draft


def relisted(turn: Turn, source: str, known: Known, draft: Draft, now: datetime) -> Draft | None:
    """The draft of a changed entry as it is to be stored, or None if its page is to be fetched anew first.

    A text that came from the page is not given up for the excerpt of a listing: what was matched in it would seem gone.
    """
    if draft.text_state is not TextState.AWAITING_TEXT:
        return draft
    times, has_text = turn.awaiting.times(known.number)
    if has_text:
        _ask(turn, source, known.number, draft, due_anew(times, now), now)
        return None
    return draft if times else replace(draft, text_state=TextState.EXCERPT)


def ask_pages(turn: Turn, source: str, items: Iterable[tuple[Stored, Item]], now: datetime) -> None:
    """Let what was stored with an excerpt wait for its page."""
    for stored, item in items:
        if item.listed is not None and item.new.article.text_state is TextState.AWAITING_TEXT:
            _ask(turn, source, stored.number, item.listed, now, now)


def _ask(turn: Turn, source: str, number: int, draft: Draft, due: datetime, now: datetime) -> None:
    host = (host_of(draft.link) if draft.link else None) or ""
    turn.awaiting.ask(Awaited(article=number, source=source, host=host, listed=draft, due=due, asked=now), now)
