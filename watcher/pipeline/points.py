"""Points of series in the writer's turn: what is another value than before is kept, and converted if it can be.

Decides nothing by itself: revisions and conversions are said by the core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.model import Point
from watcher.core.series import Measure, PointRecord, convert, revised
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
    for other in runtime.sources.values():
        _catch_up(turn, other, source.id)
    return len(fresh)


def _catch_up(turn: Turn, source: WatchedSource, rates: str) -> None:
    """Convert the points of a source that waited for the rates of another."""
    measure = _measure(source)
    if measure.fx == rates:
        records = [_converted(turn, measure, record) for record in turn.points.waiting(source.id)]
        turn.points.add(source.id, [record for record in records if record.conversion.value is not None])


def _converted(turn: Turn, measure: Measure, record: PointRecord) -> PointRecord:
    rate = turn.points.rate(measure.fx, record.at) if measure.fx is not None else None
    return replace(record, conversion=convert(record.value, measure, rate))


def _measure(source: WatchedSource) -> Measure:
    return source.source.measure if isinstance(source.source, Measuring) else Measure()
