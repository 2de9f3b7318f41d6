"""Builders of readings, clauses and rules for tests of judging; each gives a valid default."""

from __future__ import annotations

from watcher.core.model import RuleId, Severity, SourceId, Trust, Zone, ZoneSpan
from watcher.core.rules.model import Clause, Rule, SeverityStep
from watcher.core.text.plain import scrub
from watcher.core.text.reading import Reading


def reading(
    title,
    *,
    lead="",
    body="",
    related="",
    language="en",
    source="example",
    trust="trade_press",
    copies=(),
    published=None,
    country=None,
):
    text, zones = "", []
    for zone, part in ((Zone.TITLE, title), (Zone.LEAD, lead), (Zone.BODY, body), (Zone.RELATED, related)):
        for paragraph in scrub(part).split("\n") if part else ():
            text += "\n" if text else ""
            zones.append(ZoneSpan(zone=zone, start=len(text), end=len(text) + len(paragraph)))
            text += paragraph
    return Reading(
        text=text,
        zones=tuple(zones),
        language=language,
        source=SourceId(source),
        trust=Trust(trust),
        copies=tuple(map(SourceId, copies)),
        published=published,
        country=country,
    )


def clause(condition, path="when", line=1):
    return Clause(condition=condition, path=path, line=line, column=1)


def rule(when, *, rule_id="r", severity=None, narrow=None, mode="live"):
    return Rule(
        id=RuleId(rule_id),
        title="A rule",
        version="v",
        when=when,
        severity=severity or (SeverityStep(severity=Severity.NOTICE, when=None),),
        narrow=narrow,
        mode=mode,
    )
