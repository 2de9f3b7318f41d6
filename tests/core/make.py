"""Builders of the nouns that decisions about alerts and stories need."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from watcher.core.model import (
    Alert,
    Article,
    ArticleId,
    Evidence,
    Match,
    RuleId,
    Severity,
    SourceId,
    StoryId,
    TextState,
    Trust,
    Zone,
    ZoneSpan,
)
from watcher.core.rules.model import Group, Rule, SeverityStep
from watcher.core.telling.alerts import alert_id

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = "Ministry bans exports\n\nThe export ban on 40 t of gallium begins on 1 May. Buyers were told by letter."


def make_article(text: str = TEXT, **changes: Any) -> Article:
    """An article; its title is the first line of the text."""
    title, _, body = text.partition("\n\n")
    zones = [ZoneSpan(zone=Zone.TITLE, start=0, end=len(title))]
    if body:
        zones.append(ZoneSpan(zone=Zone.LEAD, start=len(title) + 2, end=len(text)))
    article = Article(
        id=ArticleId("r-1"),
        revision=1,
        source=SourceId("wire"),
        story=StoryId("s-1"),
        subject="story:s-1",
        title=title,
        link="https://wire.example/1",
        host="wire.example",
        author="",
        publisher="Wire",
        trust=Trust.TRADE_PRESS,
        text=text,
        zones=tuple(zones),
        text_sha256="0",
        text_state=TextState.FULL,
        language="en",
        published=NOW,
        seen=NOW,
        fetched=NOW,
    )
    return replace(article, **changes)


def make_evidence(text: str = TEXT, words: str = "export ban", says: str = "words: export ban") -> Evidence:
    """The words as evidence, where they stand in the text."""
    at = text.index(words)
    return Evidence(clause="when", says=says, start=at, end=at + len(words), quote=words)


def make_match(severity: Severity = Severity.NOTICE, *evidence: Evidence) -> Match:
    """A match of the rule `bans`."""
    return Match(rule=RuleId("bans"), rule_version="v1", severity=severity, evidence=evidence or (make_evidence(),))


def make_alert(**changes: Any) -> Alert:
    """An open alert of the rule `bans` on the article's story."""
    alert = Alert(
        id=alert_id("bans", "story:s-1"),
        rule=RuleId("bans"),
        rule_version="v1",
        subject="story:s-1",
        article=ArticleId("r-1"),
        severity=Severity.NOTICE,
        trust=Trust.TRADE_PRESS,
        state="open",
        raised=NOW,
        updated=NOW,
        occasions=1,
        evidence=(make_evidence(),),
    )
    return replace(alert, **changes)


def make_rule(**changes: Any) -> Rule:
    """A live rule without ways of its own."""
    rule = Rule(
        id=RuleId("bans"),
        title="An export ban is announced",
        version="v1",
        when=Group(),
        severity=(SeverityStep(severity=Severity.NOTICE, when=None),),
    )
    return replace(rule, **changes)
