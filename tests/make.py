"""Builders of valid nouns for tests: a test names only what it is about. All texts are our own inventions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.core.digests.queued import QueuedAlert, QueuedStory
from watcher.core.model import Severity, StoryId, Trust, Zone, ZoneSpan
from watcher.core.telling.messages import (
    AlertMessage,
    DigestMessage,
    DigestSection,
    DigestStory,
    NoticeMessage,
    QuietSource,
    Quote,
    Told,
)

NOW = datetime(2026, 2, 6, 22, 31, tzinfo=UTC)

SENTENCE = "Ostrava Magnetics has stopped making samarium-cobalt magnets, industry sources say."


def mark(text: str, *words: str) -> tuple[tuple[int, int], ...]:
    """Spans of words in a text, in the text's order."""
    return tuple(sorted((text.index(word), text.index(word) + len(word)) for word in words))


def make_quote(
    text: str = SENTENCE, words: tuple[str, ...] = ("stopped making", "samarium-cobalt"), **changes: Any
) -> Quote:
    """One evidence passage with its words marked."""
    return replace(Quote(text=text, marks=mark(text, *words), zone="lead", language="en"), **changes)


def make_told(**changes: Any) -> Told:
    """One alert, raised a few minutes ago."""
    told = Told(
        alert="a-5c19",
        occasion="alert:a-5c19:1",
        change="raised",
        severity=Severity.URGENT,
        headline="Ostrava Magnetics is said to have stopped its samarium-cobalt line",
        news=(),
        event_type="production_halt",
        status="rumoured",
        publisher="Ore & Metal Daily",
        host="oremetal.example",
        trust=Trust.TRADE_PRESS,
        published=NOW - timedelta(minutes=9),
        seen=NOW,
        quotes=(make_quote(),),
        rule="suppliers",
        rule_title="Supply stop at an organisation on your list",
        rule_version="v1",
        why=("list my_suppliers, line 14: Ostrava Magnetics", "words: stopped making"),
        link="https://oremetal.example/news/ostrava-samarium?ref=rss&page=1",
        language="en",
        summary=(SENTENCE, "The company has not answered questions about a restart."),
        flags=(),
        article="r-2b7f",
        story="s-80d1",
    )
    return replace(told, **changes)


def make_alert_message(*alerts: Told, route: str = "compliance") -> AlertMessage:
    """A message of one alert, or of those given."""
    return AlertMessage(route=route, alerts=alerts or (make_told(),))


def make_notice_message(**changes: Any) -> NoticeMessage:
    """Word to the operator about a source that fell silent."""
    notice = NoticeMessage(
        kind="source_broken",
        subject="mofcom",
        title="Source mofcom does not answer",
        lines=(
            "Six polls in a row failed: the server answers 502.",
            "Alerts from it wait; nothing that it publishes is lost, it is read when the server is back.",
            "Look at https://mofcom.example/ in a browser, or set another address in watcher.yaml.",
        ),
        at=NOW,
    )
    return replace(notice, **changes)


def make_digest_story(number: int = 1, **changes: Any) -> DigestStory:
    """One story of an issue; `number` tells it from others."""
    seen = NOW - timedelta(hours=7 * number)
    story = DigestStory(
        story=f"s-{number:04d}",
        headline=f"Ministry licenses exports of antimony ore from port {number}",
        sentences=(
            f"The ministry said on Thursday that exporters through port {number} need a licence from 1 March.",
            "Applications name the buyer and the end use.",
            "How long an answer takes was not said.",
        ),
        publisher="Ore & Metal Daily",
        host="oremetal.example",
        trust=Trust.TRADE_PRESS,
        published=seen - timedelta(minutes=12),
        seen=seen,
        link=f"https://oremetal.example/news/{number}",
        language="en",
        severity=Severity.NOTICE,
        status="announced",
        why=("event: export_control", "material: antimony"),
        event_type="export_control",
        articles=1,
        also=(),
        rules=("Export controls on your materials",),
        first=seen - timedelta(minutes=12),
        last=seen,
    )
    return replace(story, **changes)


def make_digest_message(**changes: Any) -> DigestMessage:
    """An issue of eight stories in sections, with briefs, an update and quiet sources."""
    message = DigestMessage(
        digest="weekly",
        title="The week in critical minerals",
        period="2026-W06",
        number=6,
        zone="Europe/Berlin",
        begin=datetime(2026, 1, 31, 7, tzinfo=UTC),
        end=datetime(2026, 2, 7, 7, tzinfo=UTC),
        covers=(),
        sections=sample_sections(),
        brief=(
            make_digest_story(
                20,
                headline="Drill hole at Birch Lake meets 41 m of gallium oxide",
                status="reported",
                publisher="Birch Lake Metals",
                trust=Trust.COMPANY,
            ),
            make_digest_story(21, headline="Magnet plant at Zvolen passes its customer's audit", status="completed"),
        ),
        updates=(
            make_digest_story(
                30,
                headline="China's pause of export controls",
                status="suspended",
                news=("a second ministry names the same date, 10 November",),
                told_before="2026-W05",
            ),
        ),
        quiet=(QuietSource(source="mofcom", says="broken since 3 February (502); this issue may lack its notices."),),
        sources_answered=38,
        articles_read=120,
        schedule="on Saturdays at 08:00, Europe/Berlin",
    )
    return replace(message, **changes)


def sample_sections() -> tuple[DigestSection, ...]:
    """Sections with every look of a status, a Chinese headline, and a story of several articles."""
    controls = (
        make_digest_story(
            1, severity=Severity.URGENT, articles=4, also=(("Kyodo Wire", "wire"),), last=NOW - timedelta(hours=1)
        ),
        make_digest_story(
            2,
            headline="商务部公布稀土出口许可新程序",
            sentences=("商务部星期四公布了稀土出口许可的新程序，三月一日起施行。", "申请人须说明最终用户和最终用途。"),
            language="zh",
            publisher="商务部",
            trust=Trust.AUTHORITY,
            status="in_force",
        ),
    )
    money = (
        make_digest_story(
            3,
            headline="Export bank clears up to US$40 million for the Tamworth refinery",
            event_type="government_funding",
            status="approved",
            rules=("Public money, from US$5 million", "Refineries outside China"),
        ),
        make_digest_story(
            4,
            headline="Northern Territory in the running for a public store of gallium",
            event_type="government_funding",
            status="shortlisted",
        ),
    )
    halts = (
        make_digest_story(
            5,
            headline="Ostrava Magnetics is said to have stopped its samarium-cobalt line",
            sentences=(SENTENCE,),
            event_type="production_halt",
            severity=Severity.WARNING,
            status="rumoured",
            flags=("the article carries no date",),
            published=None,
        ),
        make_digest_story(
            6, headline="Smelter at Kemi restarts after eleven weeks", status="revoked", event_type="production_halt"
        ),
    )
    return (
        DigestSection(topic="export_control", title="Export control", stories=controls),
        DigestSection(topic="government_funding", title="Government funding", stories=money),
        DigestSection(topic="production_halt", title="Production halt", stories=halts),
    )


def make_queued_alert(**changes: Any) -> QueuedAlert:
    """One alert in a digest's queue."""
    alert = QueuedAlert(
        alert="a-1",
        rule_title="Export controls on your materials",
        severity=Severity.NOTICE,
        event_type="export_control",
        status=None,
        why=("words: licence",),
    )
    return replace(alert, **changes)


def make_queued_story(number: int = 1, **changes: Any) -> QueuedStory:
    """One story in a digest's queue, with a text of a title, a lead and a body."""
    title = f"Ministry licenses antimony exports, port {number}"
    lead = "The ministry said on Thursday that exporters need a licence from 1 March. Applications name the buyer."
    body = "How long an answer takes was not said. Subscribe to our newsletter for more news like this."
    text = f"{title}\n{lead}\n{body}"
    at = len(title) + 1
    zones = (
        ZoneSpan(zone=Zone.TITLE, start=0, end=len(title)),
        ZoneSpan(zone=Zone.LEAD, start=at, end=at + len(lead)),
        ZoneSpan(zone=Zone.BODY, start=at + len(lead) + 1, end=len(text)),
    )
    story = QueuedStory(
        story=StoryId(f"s-{number:04d}"),
        alerts=(make_queued_alert(alert=f"a-{number:04d}"),),
        title=title,
        text=text,
        zones=zones,
        marks=mark(text, "need a licence"),
        language="en",
        publisher="Ore & Metal Daily",
        host="oremetal.example",
        trust=Trust.TRADE_PRESS,
        published=NOW - timedelta(hours=number),
        seen=NOW - timedelta(hours=number),
        link=f"https://oremetal.example/news/{number}",
        articles=1,
        also=(),
        first=NOW - timedelta(hours=number),
        last=NOW - timedelta(hours=number),
    )
    return replace(story, **changes)
