"""Rows and points of a source that is tried out, in words and as JSON; decides nothing about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from watcher.app.trial import Listed
from watcher.core.model import Draft, Reason
from watcher.core.series import PointRecord
from watcher.core.telling.alerts import words_of
from watcher.core.telling.tellings import doubts, why
from watcher.core.text.escapes import one_line
from watcher.render.moments import count

Priced = tuple[PointRecord, Reason]


def row_words(number: int, row: Listed) -> Iterator[str]:
    """A row in a few lines."""
    draft = row.draft
    doubted = f"; doubts: {'; '.join(doubts(draft.flags))}" if draft.flags else ""
    yield f"{number:3}  {one_line(draft.title) or '(no title)'}"
    yield f"     {one_line(draft.link or 'no link')}"
    yield f"     {row.reason}; stated {_moment(draft.published)}; {one_line(row.publisher)}, {words_of(row.trust)}"
    yield f"     {words_of(draft.text_state)}, {draft.language}: {_zones(draft)}{doubted}"
    if draft.row_key is not None:
        yield from (f"     {one_line(line)}" for line in draft.text[len(draft.title) :].splitlines() if line)
    for rule, judged in row.matches:
        what = judged.severity if rule.require is None else "counts it"  # more than one item decides
        yield f"     -> {rule.id}: {what}, by {one_line('; '.join(why(judged.evidence)))}"


def point_words(number: int, point: PointRecord, reason: Reason) -> str:
    """A point in a line."""
    value = "missing" if point.value is None else f"{point.value} {point.unit}".rstrip()
    into = f" = {point.conversion.value} {point.into}" if point.conversion.value is not None else ""
    doubted = f"; {', '.join(flag for flag in point.conversion.flags if flag != 'missing')}".removesuffix("; ")
    out = f"; released {_moment(point.released)}" if point.released is not None else ""
    return f"{number:3}  {_moment(point.at)}  {one_line(value)}{into}; {reason}{out}{doubted}"


def summary(rows: Sequence[Listed], points: Sequence[Priced]) -> str:
    """How many of which there are."""
    said = []
    if rows or not points:
        matching = sum(any(rule.require is None for rule, _ in row.matches) for row in rows)
        said.append(f"{count(len(rows), 'row')}: {_counts(row.reason for row in rows)}; {matching} would match a rule")
    if points:
        missing = sum(point.value is None for point, _ in points)
        said.append(f"{count(len(points), 'point')}: {_counts(reason for _, reason in points)}; {missing} missing")
    return "; ".join(said)


def plain_rows(rows: Sequence[Listed]) -> list[Mapping[str, object]]:
    """The rows for JSON."""
    return [
        {
            "title": row.draft.title,
            "link": row.draft.link,
            "published": row.draft.published,
            "language": row.draft.language,
            "text_state": row.draft.text_state,
            "zones": _zone_sizes(row.draft),
            "flags": row.draft.flags,
            "row_key": row.draft.row_key,
            "publisher": row.publisher,
            "trust": row.trust,
            "would_be": row.reason,
            "matches": [
                {
                    "rule": rule.id,
                    "severity": judged.severity,
                    "why": why(judged.evidence),
                    "counts_only": rule.require is not None,
                }
                for rule, judged in row.matches
            ],
        }
        for row in rows
    ]


def plain_points(points: Sequence[Priced]) -> list[Mapping[str, object]]:
    """The points for JSON."""
    return [
        {
            "at": point.at,
            "value": point.value,
            "unit": point.unit or None,
            "converted": point.conversion.value,
            "into": point.into or None,
            "flags": point.conversion.flags,
            "released": point.released,
            "would_be": reason,
        }
        for point, reason in points
    ]


def _counts(reasons: Iterator[Reason]) -> str:
    found = Counter(reasons)
    return ", ".join(f"{found[reason]} {reason}" for reason in Reason if found[reason]) or "none"


def _moment(at: datetime | None) -> str:
    return "unknown" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _zones(draft: Draft) -> str:
    """How many characters lie in each zone."""
    return ", ".join(f"{zone} {size:,}" for zone, size in _zone_sizes(draft).items()) + " characters"


def _zone_sizes(draft: Draft) -> Mapping[str, int]:
    sizes: Counter[str] = Counter()
    for zone in draft.zones:
        sizes[zone.zone.value] += zone.end - zone.start
    return dict(sizes)
