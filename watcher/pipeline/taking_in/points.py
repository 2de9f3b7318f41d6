"""Points of series in the writer's turn: what is another value than before is kept, and converted if it can be.

Decides nothing by itself: revisions and conversions are said by the core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.model import Point
from watcher.core.series import Measure, PointRecord, convert, revised
from watcher.pipeline.judging.firing import fire_before, judge_points
from watcher.pipeline.runtime import Runtime, WatchedSource
from watcher.sources.base import Measuring
from watcher.stores.base import Turn


def keep_points(turn: Turn, runtime: Runtime, source: WatchedSource, points: Sequence[Point], now: datetime) -> int:
    """Store what is new among a source's points, and convert what waited for them; returns how many were new."""
    if not points:
        return 0
    measure = _measure(source)
    newest = turn.points.newest(source.id, [point.at for point in points])
    fresh: list[PointRecord] = []
    for point in points:
        record = revised(measure, point, newest.get(point.at), now)
        if record is not None:
            newest[point.at] = _converted(turn, measure, record)
            fresh.append(newest[point.at])
    turn.points.add(source.id, fresh)
    fire_before(turn, runtime, now)
    came = {source.id: fresh}
    for other in runtime.sources.values():
        came.setdefault(other.id, []).extend(_catch_up(turn, other, source.id))
    judge_points(turn, runtime, {name: [each.at for each in records] for name, records in came.items() if records}, now)
    return len(fresh)


def _catch_up(turn: Turn, source: WatchedSource, rates: str) -> list[PointRecord]:
    """Convert the points of a source that waited for the rates of another; those that could be."""
    measure = _measure(source)
    if measure.fx != rates:
        return []
    records = [_converted(turn, measure, record) for record in turn.points.waiting(source.id)]
    found = [record for record in records if record.conversion.value is not None]
    turn.points.add(source.id, found)
    return found


def _converted(turn: Turn, measure: Measure, record: PointRecord) -> PointRecord:
    rate = turn.points.rate(measure.fx, record.at) if measure.fx is not None else None
    return replace(record, conversion=convert(record.value, measure, rate))


def _measure(source: WatchedSource) -> Measure:
    return source.source.measure if isinstance(source.source, Measuring) else Measure()
