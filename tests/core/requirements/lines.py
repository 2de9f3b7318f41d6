"""Rules with a requirement and short lines of items, in words, so that a table reads as the language's own lines do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from watcher.core.model import RuleId, Severity, SourceId, Trust, Zone, ZoneSpan
from watcher.core.requirements.running import replay
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.state import Plain, Ruling
from watcher.core.rules.model import Clause, Finding, Requirement, Rule, SeverityStep, Share
from watcher.core.text.reading import Reading

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A clause that holds where the text has this word."""

    word: str
    kind: str = "words"
    says: str = "words"
    sentence_bound: bool = False
    needs: tuple[str, ...] | None = None

    def look(self, reading: Reading, within: Any = None) -> Finding:
        return Finding(holds=self.word in reading.text)


def clause(word: str) -> Clause:
    return Clause(condition=Says(word=word), path="when", line=1, column=1)


def rule(require: Requirement, id_: str = "r", word: str = "hit") -> Rule:
    return Rule(
        id=RuleId(id_),
        title=id_,
        version="1",
        when=clause(word),
        severity=(SeverityStep(severity=Severity.NOTICE, when=None),),
        require=require,
    )


def item(
    number: int,
    seen: datetime,
    *,
    event: datetime | None = None,
    text: str = "hit",
    origin: str = "",
    source: str = "wire",
    story: str = "",
    again: bool = False,
) -> Sighting:
    reading = Reading(
        text=text,
        zones=(ZoneSpan(zone=Zone.TITLE, start=0, end=len(text)),),
        language="en",
        source=SourceId(source),
        trust=Trust.WIRE,
    )
    return Sighting(
        number=number,
        reading=reading,
        seen=seen,
        event=event or seen,
        story=story or f"s{number}",
        subject=f"story:{story or f's{number}'}",
        origins=lambda: (origin,) if origin else (),
        again=frozenset({"r"}) if again else frozenset(),
    )


def run(asked: Requirement, items: Iterable[Sighting], until: datetime | None = None, **more: Any) -> list[Ruling]:
    listed = list(items)
    end = until or max((each.seen for each in listed), default=MONDAY)
    return [ruling for _, ruling in replay([rule(asked)], listed, end, **more)]


def signs(rulings: Iterable[Ruling]) -> str:
    """`!` fires, `+` updates, `.` counts in silence, `-` ends an episode by timer; else the Reason."""
    found = []
    for each in rulings:
        if each.fires:
            found.append("!")
        elif each.reason is None:
            found.append("+")
        elif each.timed:
            found.append("-")
        else:
            found.append("." if each.reason == "not_yet" else each.reason.value)
    return " ".join(found)


def begun_long_ago() -> Plain:
    """A memory of a watcher that has run for long."""
    memory = Plain()
    memory.begin("r", 0)
    return memory


def share(text: str) -> Share:
    return Share(least=Decimal(text.split()[1]), most=None, strict=text.startswith("> "), written=text)


__all__ = ["DAY", "HOUR", "MONDAY", "begun_long_ago", "clause", "item", "replace", "rule", "run", "share", "signs"]
