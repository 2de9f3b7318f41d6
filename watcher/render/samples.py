"""A message of each kind with every part filled in, on which a user's templates are tried before one is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from watcher.core.model import Severity, Trust
from watcher.core.telling.messages import (
    AlertMessage,
    DigestMessage,
    DigestSection,
    DigestStory,
    Message,
    NoticeMessage,
    QuietSource,
    Quote,
    Told,
)

_NOW: Final = datetime(2026, 2, 6, 9, 30, tzinfo=UTC)
_LINK: Final = "https://gazette.example/notices/18"

_TOLD: Final = Told(
    alert="sample",
    occasion="test:sample",
    change="raised",
    severity=Severity.URGENT,
    headline="Ministry puts gallium exports under licence",
    news=("status: announced",),
    event_type="export_control",
    status="announced",
    publisher="Gazette",
    host="gazette.example",
    trust=Trust.AUTHORITY,
    published=_NOW,
    seen=_NOW + timedelta(minutes=4),
    quotes=(Quote(text="Exports of gallium need a licence from today.", marks=((0, 18),), zone="lead", language="en"),),
    rule="sample",
    rule_title="A sample rule",
    rule_version="v1",
    why=("words: exports of gallium",),
    link=_LINK,
    language="en",
    summary=("Exports of gallium need a licence from today.",),
    flags=("undated",),
    article="sample",
    story="sample",
)
_STORY: Final = DigestStory(
    story="sample",
    headline=_TOLD.headline,
    sentences=_TOLD.summary,
    publisher=_TOLD.publisher,
    host=_TOLD.host,
    trust=_TOLD.trust,
    published=_TOLD.published,
    seen=_TOLD.seen,
    link=_LINK,
    language="en",
    severity=_TOLD.severity,
    status=_TOLD.status,
    why=_TOLD.why,
    event_type=_TOLD.event_type,
    articles=2,
    also=(("Second Gazette", "wire"),),
    news=_TOLD.news,
    rules=(_TOLD.rule_title,),
    first=_NOW,
    last=_NOW,
    told_before="2026-W05",
    flags=_TOLD.flags,
)

SAMPLES: Final[Mapping[str, Message]] = {
    "alert": AlertMessage(route="sample", alerts=(_TOLD, _TOLD)),
    "digest": DigestMessage(
        digest="weekly",
        title="Weekly round-up",
        period="2026-W06",
        number=6,
        zone="UTC",
        begin=_NOW - timedelta(days=7),
        end=_NOW,
        covers=("2026-W05",),
        sections=(DigestSection(topic="export_control", title="Export controls", stories=(_STORY,)),),
        brief=(_STORY,),
        updates=(_STORY,),
        quiet=(QuietSource(source="sample", says="no answer since Monday"),),
        sources_answered=11,
        articles_read=240,
        schedule="on Fridays at 15:00, UTC",
    ),
    "notice": NoticeMessage(
        kind="config-refused", subject="sample", title="A source does not answer", lines=("Nothing is lost.",), at=_NOW
    ),
}
