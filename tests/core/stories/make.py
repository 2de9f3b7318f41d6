"""Builders of articles that are to be placed; a test states only what it is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.core.events.model import Account, Event, Genre, Role
from watcher.core.stories.model import Newcomer, StoryDecision
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_story(title: str, body: str = "", *, days: float = 0, **changes: Any) -> Newcomer:
    """A new article, some days after the first; every one is of a source of its own."""
    text = f"{title}\n\n{body}" if body else title
    at = NOW + timedelta(days=days)
    values: dict[str, Any] = {
        "id": hashlib.sha256(f"{title}{body}{days}".encode()).hexdigest()[:8],
        "source": f"source-{len(text)}-{days}",
        "title": title,
        "text": text,
        "link_key": None,
        "title_key": title_key(title),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "seen": at,
        "told": at,
    }
    return Newcomer(**{**values, **changes})


def placed(*articles: Newcomer, bonds: dict[str, str] | None = None) -> list[StoryDecision]:
    """The decisions on articles that come one after the other."""
    shelf = Shelf()
    return [shelf.place(article, bonds) for article in articles]


def make_account(
    type_: str,
    *,
    actor: str = "",
    party: str = "",
    materials: tuple[str, ...] = (),
    genre: Genre = Genre.REPORT,
    **changes: Any,
) -> Account:
    """What was understood of an article that reports one event."""
    parts = [("actor", actor), ("party", party), *(("material", each) for each in materials)]
    roles = tuple(Role(part=part, id=id_, name=id_, start=0, end=1) for part, id_ in parts if id_)
    values: dict[str, Any] = {
        "type": type_, "status": "announced", "status_text": "", "reported": True, "sure": True,
        "start": 0, "end": 1, "sentence": (0, 1), "roles": roles,
    }  # fmt: skip
    return Account(genre=genre, cues=(), events=(Event(**{**values, **changes}),))
