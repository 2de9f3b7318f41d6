"""Examples of a rule judged: what it says it matches must match, what it says it skips must not; never a new match.

Source: the rule language, section 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from watcher.core.model import Evidence, Severity, SourceId, Trust, Zone, ZoneSpan
from watcher.core.rules.evaluate import Judgement, judge
from watcher.core.rules.model import Rule
from watcher.core.text.languages import detect
from watcher.core.text.plain import fold, scrub
from watcher.core.text.reading import Reading

SOURCE = SourceId("example")
PARTED = "\n\n"
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example: its texts by zone in order, whence it comes, and what is expected besides the bare match.

    `published` is the day on which it is read; `about` what is judged beside or instead of a text. `was` is the status
    of the rule's matter before.
    """

    parts: tuple[tuple[Zone, str], ...]
    source: SourceId = SOURCE
    trust: Trust = Trust.TRADE_PRESS
    language: str | None = None
    gives: Severity | None = None
    because: tuple[str, ...] = ()
    published: date | None = None
    about: object | None = None
    was: str | None = None


def reading_of(example: Example) -> Reading:
    """The article that an example stands for; its language is detected where it names none."""
    pieces: list[str] = []
    zones: list[ZoneSpan] = []
    at = 0
    for zone, text in example.parts:
        for paragraph in scrub(text).split(PARTED):
            if not paragraph.strip():
                continue
            zones.append(ZoneSpan(zone=zone, start=at, end=at + len(paragraph)))
            pieces.append(paragraph)
            at += len(paragraph) + len(PARTED)
    whole = PARTED.join(pieces)
    return Reading(
        text=whole,
        zones=tuple(zones),
        language=example.language or detect(whole),
        source=example.source,
        trust=example.trust,
        copies=(example.source,),
        published=example.published,
        about=example.about,
    )


def fault_of(rule: Rule, example: Example, side: Literal["match", "skip"], index: int) -> tuple[str, str] | None:
    """Code and text of what is wrong with an example of the rule, or None if it is as it says."""
    return _fault(judge(rule, reading_of(example)), example, side, index)


def outcome(rule: Rule, example: Example) -> tuple[bool, Severity | None]:
    """Whether the rule takes the example and, if the example says how loudly, at what severity."""
    found = judge(rule, reading_of(example))
    return found.matched, found.severity if example.gives is not None else None


def _fault(found: Judgement, example: Example, side: str, index: int) -> tuple[str, str] | None:
    if side == "skip":
        return ("R051", f"example skip[{index}] matches: {_shown(found.evidence)}") if found.matched else None
    if not found.matched:
        return "R050", f"example match[{index}] does not match: {_because_of(found)}"
    if example.gives is not None and found.severity != example.gives:
        return "R053", f"example match[{index}] gives {found.severity}, expected {example.gives}"
    outside = [words for words in example.because if not _inside(words, found.evidence)]
    if outside:
        return "R053", f'example match[{index}]: "{outside[0]}" lies outside the evidence: {_shown(found.evidence)}'
    return None


def _because_of(found: Judgement) -> str:
    """The clause that decided and why it fails."""
    return f"{found.path}: {found.why}" if found.path and not found.why.startswith(found.path) else found.why


def _shown(evidence: Iterable[Evidence]) -> str:
    """Evidence in one line; what stands in title and lead alike is said once."""
    parts = dict.fromkeys(f"{piece.clause}: {piece.says}{_quoted(piece.quote)}" for piece in evidence)
    return "; ".join(list(parts)[:MOST_SHOWN]) or "nothing speaks against it"


def _quoted(text: str) -> str:
    return f' ("{text}")' if text else ""


def _inside(words: str, evidence: Iterable[Evidence]) -> bool:
    """Whether the words stand within what one piece of evidence quotes."""
    sought = fold(words)
    return any(sought in fold(piece.quote) for piece in evidence)
