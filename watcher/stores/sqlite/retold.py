"""What a short run came to: who was told of what and answered how, and what nobody was told, with its reason.

Reads whole tables: for the demo's small database, never for a daemon's.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt: its result, the reason, and the receiver's own words."""

    result: str
    reason: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One delivery with its attempts; `content` is the stored message."""

    occasion: str
    kind: str
    content: str
    channel: str
    recipient: str
    state: str
    tries: tuple[Try, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A match of a live article that told nobody: why, and which article of its story it repeats."""

    rule: str
    reason: str
    title: str
    publisher: str
    story_reason: str
    first_title: str
    first_publisher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A live article that no rule fits."""

    article: str
    title: str
    publisher: str


def tellings(db: sqlite3.Connection) -> list[Telling]:
    """Every delivery, in the order of telling."""
    tries: dict[str, list[Try]] = {}
    for delivery, result, reason, answer in db.execute(
        "select delivery, result, reason, answer from attempts order by delivery, number"
    ):
        tries.setdefault(delivery, []).append(Try(result=result, reason=reason, answer=answer))
    rows = db.execute(
        "select d.id, d.occasion, o.kind, o.content, d.channel, d.recipient, d.state "
        "from deliveries d join occasions o on o.id = d.occasion order by d.number"
    )
    return [
        Telling(
            occasion=occasion,
            kind=kind,
            content=content,
            channel=channel,
            recipient=recipient,
            state=state,
            tries=tuple(tries.get(id_, ())),
        )
        for id_, occasion, kind, content, channel, recipient, state in rows
    ]


def untold(db: sqlite3.Connection) -> list[Untold]:
    """Matches of live articles that told nobody, in the order of judging."""
    rows = db.execute(
        "select m.rule, m.reason, a.title, a.publisher, a.story_reason, f.title, f.publisher "
        "from matches m join observations o on o.number = m.observation join articles a on a.number = o.article "
        "join stories s on s.id = a.story join articles f on f.id = s.id "
        "where o.mark = 'live' and m.reason = 'nothing_new' order by o.number"
    )
    return [
        Untold(
            rule=rule,
            reason=reason,
            title=title,
            publisher=publisher,
            story_reason=story_reason,
            first_title=first_title,
            first_publisher=first_publisher,
        )
        for rule, reason, title, publisher, story_reason, first_title, first_publisher in rows
    ]


def unmatched(db: sqlite3.Connection) -> list[Unmatched]:
    """Live articles that no rule fits, in the order of judging."""
    rows = db.execute(
        "select a.id, a.title, a.publisher from observations o join articles a on a.number = o.article "
        "where o.mark = 'live' and not exists (select 1 from matches m where m.observation = o.number) "
        "order by o.number"
    )
    return [Unmatched(article=article, title=title, publisher=publisher) for article, title, publisher in rows]
