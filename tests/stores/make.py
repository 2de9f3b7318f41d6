"""A database with articles, alerts and deliveries put in through the tables themselves, for tests of the store."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from watcher.core.ledger import AlertWrite, Decision, Judged, NewArticle, Stored
from watcher.core.model import (
    Alert,
    Article,
    ArticleId,
    Evidence,
    Match,
    Reason,
    RuleId,
    Severity,
    SourceId,
    StoryId,
    TextState,
    Trust,
    Zone,
    ZoneSpan,
)
from watcher.core.stories.titles import title_key
from watcher.core.telling.alerts import alert_id
from watcher.core.telling.outbox import Occasion, alert_occasion
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.connection import connect, migrate

NOW = datetime(2026, 2, 6, 12, 0, tzinfo=UTC)


def fresh(path: Path) -> sqlite3.Connection:
    """A new database with today's schema, open for writing."""
    db = connect(path, readonly=False)
    try:
        migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def new_article(number: int = 1, **changes: Any) -> NewArticle:
    """The article of that number: its id, story and key follow from it unless `changes` say otherwise.

    `body` is its text behind the title; `zones` may name the zone of each paragraph of the body.
    """
    title = changes.pop("title", f"Report {number}")
    body = changes.pop("body", "The ministry spoke.\nNothing more was said.")
    zones = changes.pop("zones", None)
    source = changes.pop("source", "wire")
    id_ = changes.pop("id", f"art-{number}")
    story = changes.pop("story", id_)
    seen = changes.pop("seen", NOW + timedelta(minutes=number))
    text = f"{title}\n{body}" if body else title
    spans = [ZoneSpan(zone=Zone.TITLE, start=0, end=len(title))]
    at = len(title) + 1
    for index, line in enumerate(body.split("\n") if body else ()):
        zone = zones[index] if zones else (Zone.LEAD if index == 0 else Zone.BODY)
        spans.append(ZoneSpan(zone=zone, start=at, end=at + len(line)))
        at += len(line) + 1
    article = Article(
        id=ArticleId(id_),
        revision=changes.pop("revision", 1),
        source=SourceId(source),
        story=StoryId(story),
        subject=changes.pop("subject", f"story:{story}"),
        title=title,
        link=f"https://{source}.example/{id_}",
        host=f"{source}.example",
        author="",
        publisher=changes.pop("publisher", source.capitalize()),
        trust=changes.pop("trust", Trust.TRADE_PRESS),
        text=text,
        zones=tuple(spans),
        text_sha256=f"sha-{hash(text)}",
        text_state=TextState.FULL,
        language=changes.pop("language", "en"),
        published=changes.pop("published", seen),
        seen=seen,
        fetched=seen,
    )
    new = NewArticle(
        number=None,
        article=article,
        story_reason=Reason.FOUNDED,
        link_key=f"https://{source}.example/{id_}",
        title_key=title_key(title),
        keys=(f"guid:{id_}",),
        entry_sha256=f"entry-{id_}",
        event_time=seen,
        mark="live",
        kind="article",
        at=seen,
        keep_body=True,
    )
    return replace(new, **changes)


def store(db: sqlite3.Connection, *articles: NewArticle) -> list[Stored]:
    """Put articles in, in one transaction."""
    db.execute("begin immediate")
    stored = SqliteTurn(db).articles.add(articles, document=1, rule_set="rules-1", reading_version="r1")
    db.execute("commit")
    return stored


def raise_alert(
    db: sqlite3.Connection,
    new: NewArticle,
    stored: Stored,
    *,
    rule: str = "bans",
    channel: str | None = "desk",
    digest: str | None = None,
    severity: Severity = Severity.WARNING,
) -> Alert:
    """An alert of that rule on the article, with its match, decision, occasion and delivery."""
    turn = SqliteTurn(db)
    article = new.article
    evidence = (Evidence(clause="when", says="words: ministry", quote="ministry"),)
    alert = Alert(
        id=alert_id(rule, article.subject),
        rule=RuleId(rule),
        rule_version="v-1",
        subject=article.subject,
        article=article.id,
        severity=severity,
        trust=article.trust,
        state="open",
        raised=new.at,
        updated=new.at,
        occasions=1,
        evidence=evidence,
    )
    occasion = alert_occasion(alert.id, 1)
    match = Match(rule=RuleId(rule), rule_version="v-1", severity=severity, evidence=evidence)
    told = Decision(
        alert=alert.id,
        change=Reason.RAISED,
        way="route:desk" if channel else "digest:weekly",
        reason=Reason.TOLD if channel else Reason.IN_DIGEST,
        detail="",
        occasion=occasion if channel else None,
    )
    db.execute("begin immediate")
    turn.alerts.add_matches(stored.observation, [Judged(match=match, reason=Reason.RAISED, alert=alert.id)])
    turn.alerts.write(stored.observation, [AlertWrite(alert=alert, number=stored.number, decisions=(told,))], new.at)
    if channel is not None:
        turn.outbox.tell(
            Occasion(id=occasion, kind="alert", content="{}", at=new.at, alert=alert.id), [(channel, "desk@x.example")]
        )
    if digest is not None:
        turn.alerts.queue(digest, alert, "raised", (), new.at)
    db.execute("commit")
    return alert


def dump(db: sqlite3.Connection, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of these tables."""
    return {table: sorted(db.execute(f"select * from {table}").fetchall(), key=repr) for table in tables}
