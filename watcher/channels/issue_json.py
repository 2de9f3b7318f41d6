"""An issue of a digest as plain JSON values, for the webhook's body; its schema is part of the documentation.

Never leaves out what the mail says.
"""

from __future__ import annotations

from datetime import datetime

from watcher.core.telling.messages import DigestLine, DigestMessage, DigestStory, Trace


def issue_json(message: DigestMessage) -> dict[str, object]:
    """The issue with all its parts."""
    return {
        "digest": message.digest,
        "title": message.title,
        "period": message.period,
        "number": message.number,
        "zone": message.zone,
        "begin": _time(message.begin),
        "end": _time(message.end),
        "covers": list(message.covers),
        "sections": [
            {"topic": part.topic, "title": part.title, "stories": [_story(story) for story in part.stories]}
            for part in message.sections
        ],
        "brief": [_story(story) for story in message.brief],
        "updates": [_story(story) for story in message.updates],
        "quiet": [{"source": quiet.source, "says": quiet.says} for quiet in message.quiet],
        "sources_answered": message.sources_answered,
        "articles_read": message.articles_read,
        "schedule": message.schedule,
        "analysis": [_story(story) for story in message.analysis],
        "dates": [
            {
                "entry": each.entry,
                "kind": each.kind,
                "of": each.of,
                "first": each.first.isoformat(),
                "last": each.last.isoformat(),
                "printed": each.printed,
                "firm": each.firm,
            }
            for each in message.dates
        ],
        "numbers": [
            {
                "title": each.title,
                "head": list(each.head),
                "rows": [list(row) for row in each.rows],
                "notes": list(each.notes),
            }
            for each in message.numbers
        ],
        "length": message.length,
    }


def _story(story: DigestStory) -> dict[str, object]:
    return {
        "story": story.story,
        "headline": story.headline,
        "sentences": list(story.sentences),
        "publisher": {"name": story.publisher, "host": story.host, "trust": story.trust.value},
        "published": None if story.published is None else _time(story.published),
        "seen": _time(story.seen),
        "link": story.link,
        "language": story.language,
        "severity": story.severity.value,
        "status": story.status,
        "why": list(story.why),
        "event_type": story.event_type,
        "articles": story.articles,
        "also": [{"name": name, "trust": trust} for name, trust in story.also],
        "news": list(story.news),
        "rules": list(story.rules),
        "first": None if story.first is None else _time(story.first),
        "last": None if story.last is None else _time(story.last),
        "told_before": story.told_before,
        "flags": list(story.flags),
        "figures": [
            {"value": each.value, "label": each.label, "up_to": each.up_to, "trace": _trace(each.trace)}
            for each in story.figures
        ],
        "reworded": story.reworded,
        "traces": [_trace(each) for each in story.traces],
        "matter": story.matter,
        "reports": [_line(each) for each in story.reports],
        "lines": [_line(each) for each in story.lines],
        "context": [_line(each) for each in story.context],
    }


def _line(line: DigestLine) -> dict[str, object]:
    return {
        "story": line.story,
        "headline": line.headline,
        "publisher": {"name": line.publisher, "trust": line.trust.value},
        "link": line.link,
        "language": line.language,
        "day": line.day.isoformat(),
        "status": line.status,
        "issue": line.issue,
        "reworded": line.reworded,
    }


def _trace(trace: Trace) -> dict[str, object]:
    """Where words stand, in code points of that revision of the article's text."""
    return {"article": trace.article, "revision": trace.revision, "start": trace.start, "end": trace.end}


def _time(at: datetime) -> str:
    return at.isoformat()
