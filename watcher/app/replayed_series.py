"""Rules on series judged again over the stored points, in the order in which they came; nothing is stored.

Decides nothing itself: when a clause fires is the core's to say, as in the live run. A point that waited for its
exchange rate counts from when it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from watcher.app.replayed_alerts import Alerts
from watcher.app.replayed_asking import Asking, Happened
from watcher.core.firing import Firing, Turning, firing_words, moved, said_value, stale_from, values_of
from watcher.core.ledger import Stored
from watcher.core.rules.model import Rule
from watcher.core.series import PointRecord
from watcher.core.text.reading import reading_of
from watcher.core.values import before, duration_text
from watcher.pipeline.judging.asking import (
    Firings,
    as_known,
    beside_firing,
    beside_less_firing,
    fired_no_more,
    firing_asked,
    judged_now,
    standing,
)
from watcher.pipeline.judging.fired import Asked, Fired, article_of, asked_of, news_of, subject_of
from watcher.pipeline.runtime import Runtime
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.replaying import Replayed, ReplayTable, Span

_STALE = "stale"
_NOT_STORED = Stored(number=0, observation=0)
_MOMENT = datetime.resolution


@dataclass(slots=True, kw_only=True)
class _Series:
    """One rule on one series, and how far its clauses have come; what was there when `imported` is history."""

    runtime: Runtime
    rule: Rule
    source: str
    asked: Sequence[Asked]
    alerts: Alerts
    imported: datetime | None
    fired: dict[Asked, datetime | None] = field(default_factory=dict)
    due: dict[Asked, datetime] = field(default_factory=dict)
    asking: Asking | None = None
    items: list[tuple[datetime, int, Asked]] = field(default_factory=list)
    matched: set[datetime] = field(default_factory=set)

    def replay(self, records: Sequence[PointRecord], until: datetime) -> Iterator[Replayed]:
        """All that the points bring, and every moment at which one was missing."""
        known: dict[datetime, PointRecord] = {}
        for seen, group in groupby(records, key=lambda each: each.seen):
            yield from self._missing(known, seen)
            came = list(group)
            first = self.imported is None or seen <= self.imported
            known |= {each.at: each for each in came}
            yield from self._came(list(known.values()), [each.at for each in came], seen, first=first)
        yield from self._missing(known, until)

    def _came(
        self, records: Sequence[PointRecord], came: Sequence[datetime], seen: datetime, *, first: bool
    ) -> Iterator[Replayed]:
        new = self._told_from(came, first=first)
        moments: dict[datetime, dict[Asked, Turning]] = {}
        gone: frozenset[Asked] = frozenset()
        if self.asking is not None:
            fired = {each: self.fired.get(each) for each in self.asked}
            so_far = Firings(rule=self.rule, source=self.source, fired=fired, records=records, came=came)
            gone = self._uncount(self.asking, so_far, seen)
        for each in self.asked:
            values = values_of(records, each.watch.unit)
            if each.watch.way == _STALE:
                self._wait(each, stale_from(each.watch, values), seen)
                continue
            made = moved(each.watch, values, came, fired=self.fired.get(each), new=new, gone=each in gone)
            if made.back is not None and self.asking is None:
                yield from self.alerts.taken_back(self.rule, subject_of(self.rule, each, self.source), seen)
            self.fired[each] = made.fired
            for turning in made.turned:
                moments.setdefault(turning.at, {})[each] = turning
        ordered = sorted(records, key=lambda each: each.at)
        for at in sorted(moments):
            yield from self._turned(moments[at], at, ordered, seen)

    def _told_from(self, came: Sequence[datetime], *, first: bool) -> datetime:
        """From which point on what fires is told; of a first sight, as the source's `since` says."""
        since = self.runtime.sources[self.source].since
        if not first or since == "all":
            return min(came)
        return max(min(came), since) if isinstance(since, datetime) else max(came) + _MOMENT

    def _wait(self, asked: Asked, due: datetime | None, now: datetime) -> None:
        fired = self.fired.get(asked)
        if due is None or (fired is not None and due <= fired):
            self.due.pop(asked, None)
            return
        self._close(asked, now)
        self.due[asked] = due

    def _missing(self, known: dict[datetime, PointRecord], now: datetime) -> Iterator[Replayed]:
        """The moments up to now at which no point had come for so long."""
        for asked, due in sorted(self.due.items(), key=lambda pair: (pair[1], pair[0].path)):
            if due > now:
                continue
            del self.due[asked]
            self.fired[asked] = due
            until = before(due, asked.watch.span)
            kept = sorted((each for each in known.values() if each.at <= until), key=lambda each: each.at)
            last = next((each for each in reversed(kept) if said_value(each) is not None), None)
            since = f", the last of {last.at:%Y-%m-%d %H:%M} UTC" if last is not None else ""
            words = f"no point for {duration_text(asked.watch.span)}{since}"
            firing = Firing(source=self.source, at=due, words=((asked.watch, words),))
            yield from self._tell(
                Fired(rule=self.rule, firing=firing, asked=[asked], record=None, before=last, seen=due)
            )

    def _turned(
        self, turned: dict[Asked, Turning], at: datetime, ordered: Sequence[PointRecord], seen: datetime
    ) -> Iterator[Replayed]:
        fires = [each for each, turning in turned.items() if turning.fires]
        index = next(index for index, each in enumerate(ordered) if each.at == at)
        if fires:
            words = tuple((each.watch, firing_words(each.watch, turned[each].used)) for each in fires)
            earlier = next((each for each in reversed(ordered[:index]) if said_value(each) is not None), None)
            firing = Firing(source=self.source, at=at, words=words)
            yield from self._tell(
                Fired(rule=self.rule, firing=firing, asked=fires, record=ordered[index], before=earlier, seen=seen)
            )
        for each, turning in turned.items():
            if not turning.fires and each.path.startswith("when"):
                self._close(each, seen)

    def _close(self, asked: Asked, at: datetime) -> None:
        """End the alert on a clause."""
        subject = subject_of(self.rule, asked, self.source)
        if self.asking is not None:
            self.asking.happened.append(Happened(at=at, ends=subject))
        self.alerts.close(self.rule, subject)

    def _ask(self, asking: Asking, found: Fired) -> None:
        """One item for what the rule requires, whichever of its clauses fire."""
        found = as_known(found)
        fires = firing_asked(self.runtime, found)
        if fires is not None:
            asked, judgement = fires
            source = self.runtime.sources[self.source]
            article = article_of(self.runtime, source, found, asked)
            number = asking.add(beside_firing(found, article, judgement, _NOT_STORED, source.zone))
            if judgement.matched:
                self.matched.add(found.firing.at)
            if found.record is not None:
                self.items.append((found.firing.at, number, asked))

    def _uncount(self, asking: Asking, before: Firings, seen: datetime) -> frozenset[Asked]:
        """Let firings count no longer that points do not bear out; clauses of whose newest firing nothing is left."""
        if not before.touched():
            return frozenset()
        turned = before.turned()
        for item in list(self.items):
            at, number, asked = item
            if at < min(before.came):
                continue
            left = standing(before, turned, at, self.matched.__contains__)
            judgement = judged_now(self.runtime, before, left, seen)
            found = Fired(rule=self.rule, firing=left, asked=[asked], record=None, before=None, seen=seen)
            article = article_of(self.runtime, self.runtime.sources[self.source], found, asked)
            asking.add(beside_less_firing(found, article, judgement, _NOT_STORED, number))
            if not left.words:
                self.items.remove(item)
        return fired_no_more(before, turned, self.matched.__contains__)

    def _tell(self, found: Fired) -> Iterator[Replayed]:
        """What each clause of `when` that fires comes to, if the rule as a whole holds."""
        if self.asking is not None:
            self._ask(self.asking, found)
            return
        for each in found.asked:
            if each.path.startswith("when"):
                article = article_of(self.runtime, self.runtime.sources[self.source], found, each)
                reading = replace(reading_of(article), about=found.firing)
                yield from self.alerts.judged(self.rule, article, reading, found.seen, news_of(article))


def replayed_series(
    turn: SqliteTurn, table: ReplayTable, runtime: Runtime, rules: Sequence[Rule], span: Span
) -> list[Replayed]:
    """What rules on series would have told in that time; what lies before it only shows how far they had come."""
    found: list[Replayed] = []
    for rule in rules:
        asked = list(asked_of(rule))
        asking = None if rule.require is None else Asking(rule=rule, kind="point", table=table)
        for source in sorted({name for each in asked for name in each.sources} & runtime.sources.keys()):
            mine = [each for each in asked if source in each.sources]
            alerts = Alerts(kind="point", source=source, table=table)
            record = turn.sources.record(source)
            series = _Series(
                runtime=runtime,
                rule=rule,
                source=source,
                asked=mine,
                alerts=alerts,
                imported=None if record is None else record.imported,
                asking=asking,
            )
            records = [each for each in turn.points.history(source) if each.seen <= span.until]
            found += series.replay(records, span.until)
        found += [] if asking is None else asking.replay(span.until)
    return [each for each in found if span.since is None or each.at >= span.since]
