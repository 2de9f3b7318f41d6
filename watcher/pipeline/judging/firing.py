"""Rules on series in the turn that keeps their points, and by timer where no point comes: alerts of what fires.

Decides nothing: when a clause fires is the core's to say. A firing is kept as a text of its own, so that a message, a
digest and `watcher why` can show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from watcher.core.firing import (
    Firing,
    Turning,
    Value,
    fired_before,
    firing_words,
    moved,
    said_value,
    stale_from,
    turnings,
    values_of,
)
from watcher.core.ledger import Judged
from watcher.core.model import Article, Match
from watcher.core.rules.evaluate import Judgement
from watcher.core.rules.evaluate import judge as judge_rule
from watcher.core.rules.model import Rule
from watcher.core.series import PointRecord
from watcher.core.telling.alerts import judge_news
from watcher.core.text.reading import Reading, reading_of
from watcher.core.values import before as earlier
from watcher.core.values import duration_text
from watcher.pipeline.judging.asking import Firings, ask_of_firing
from watcher.pipeline.judging.fired import (
    SERIES,
    Asked,
    Fired,
    article_of,
    asked_of,
    free,
    keep_article,
    news_of,
    subject_of,
)
from watcher.pipeline.judging.unfiring import Uncounting, Withdrawn, close, withdraw
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.pipeline.telling.guarding import Guard
from watcher.stores.base import Store, Turn
from watcher.stores.firings import FiringKey, Stage

_MOST_POINTS = 5_000
"""Points that a clause is judged by at most: twenty years of days."""
_BATCH = 50
_STALE = "stale"


def judge_points(turn: Turn, runtime: Runtime, came: Mapping[str, Sequence[datetime]], now: datetime) -> int:
    """Judge the rules on these series, whose points of these times are new; returns how many told somebody."""
    guard = Guard(turn=turn, runtime=runtime, now=now, what="a rule on a series", event="series.failed")
    told = 0
    for rule in _rules(runtime):
        for source in came:
            asked = [each for each in asked_of(rule) if source in each.sources]
            if asked:
                work = partial(_judge, turn, runtime, rule, source, asked, came[source], now)
                told += guard.run(f"{rule.id} on {source}", work, _nothing) or 0
    return told


def _nothing(_cause: Exception) -> None:
    """The points are kept, and so is that nothing is waited for: the next point is judged again."""


def _rules(runtime: Runtime) -> list[Rule]:
    return [rule for rule in runtime.rule_set.rules if rule.subject == SERIES and rule.mode != "paused"]


def _judge(
    turn: Turn,
    runtime: Runtime,
    rule: Rule,
    source: str,
    asked: Sequence[Asked],
    came: Sequence[datetime],
    now: datetime,
) -> int:
    """One rule on one series."""
    stages = turn.firings.stages(rule.id, rule.version)
    records = turn.points.last(source, _MOST_POINTS)
    new = _told_from(turn, runtime, source, came)
    moments: dict[datetime, dict[Asked, Turning]] = {}
    told = 0
    begun = {each: stages.get(_key(rule, each, source)) or _begun(each, records, came) for each in asked}
    cut = len(records) == _MOST_POINTS
    gone: frozenset[Asked] = frozenset()
    if rule.require is not None:
        fired = {each: stage.fired for each, stage in begun.items()}
        before = Firings(rule=rule, source=source, fired=fired, records=records, came=came, cut=cut)
        counted = Uncounting(turn=turn, runtime=runtime, before=before, now=now)
        fresh = [each for each in asked if each.watch.way != _STALE and _key(rule, each, source) not in stages]
        begun |= {each: Stage(fired=_later(fired[each], counted.carried(each))) for each in fresh}
        counted.before = replace(before, fired={each: stage.fired for each, stage in begun.items()})
        told, gone = counted.judge()
    for each in asked:
        values = values_of(records, each.watch.unit)
        key, stage = _key(rule, each, source), begun[each]
        if each.watch.way == _STALE:
            turn.firings.put(key, _quoted(turn, rule, source, each, values, stage, now))
            continue
        made = moved(each.watch, values, came, fired=stage.fired, new=new, cut=cut, gone=each in gone)
        if made.back is not None and rule.require is None:
            what = Withdrawn(rule=rule, asked=each, source=source, at=made.back, values=values)
            told += withdraw(turn, runtime, what, now)
        turn.firings.put(key, Stage(fired=made.fired))
        for turning in made.turned:
            moments.setdefault(turning.at, {})[each] = turning
    for at in sorted(moments):
        told += _turned(turn, runtime, rule, source, moments[at], _at(records, at), now)
    return told


def _key(rule: Rule, asked: Asked, source: str) -> FiringKey:
    return FiringKey(rule=rule.id, version=rule.version, clause=asked.path, source=source)


def _begun(asked: Asked, records: Sequence[PointRecord], came: Sequence[datetime]) -> Stage:
    """How far a clause had come that was not judged before."""
    return Stage(fired=fired_before(turnings(asked.watch, values_of(records, asked.watch.unit)), came))


def _later(one: datetime | None, two: datetime | None) -> datetime | None:
    return max((each for each in (one, two) if each is not None), default=None)


def _told_from(turn: Turn, runtime: Runtime, source: str, came: Sequence[datetime]) -> datetime:
    """From which point on what fires is told: the first new one; at a first sight as `since` says."""
    record = turn.sources.record(source)
    since = runtime.sources[source].since
    if (record is not None and record.imported is not None) or since == "all":
        return min(came)
    return max(min(came), since) if isinstance(since, datetime) else datetime.max.replace(tzinfo=UTC)


def _at(records: Sequence[PointRecord], at: datetime) -> tuple[PointRecord | None, PointRecord | None]:
    """The point of that time, and the one with a value before it."""
    ordered = sorted(records, key=lambda record: record.at)
    index = next((index for index, each in enumerate(ordered) if each.at == at), None)
    if index is None:
        return None, None
    return ordered[index], next((each for each in reversed(ordered[:index]) if said_value(each) is not None), None)


def _turned(
    turn: Turn,
    runtime: Runtime,
    rule: Rule,
    source: str,
    turned: Mapping[Asked, Turning],
    at: tuple[PointRecord | None, PointRecord | None],
    now: datetime,
) -> int:
    """What one point brings: alerts that end because their clause may fire again, and what fires."""
    again = [each for each, turning in turned.items() if not turning.fires and each.path.startswith("when")]
    told, observation = _fires(turn, runtime, rule, source, turned, at, now)
    for each in again:
        close(turn, rule, subject_of(rule, each, source), now, "the clause may fire again", observation)
    return told


def _fires(
    turn: Turn,
    runtime: Runtime,
    rule: Rule,
    source: str,
    turned: Mapping[Asked, Turning],
    at: tuple[PointRecord | None, PointRecord | None],
    now: datetime,
) -> tuple[int, int]:
    """What fires at a point: how many told somebody, and the observation; 0 without one."""
    firing = [(each.watch, firing_words(each.watch, turning.used)) for each, turning in turned.items() if turning.fires]
    if not firing or at[0] is None:
        return 0, 0
    made = Firing(source=source, at=at[0].at, words=tuple(firing))
    fires = [each for each, turning in turned.items() if turning.fires]
    found = Fired(rule=rule, firing=made, asked=fires, record=at[0], before=at[1], seen=now)
    return _tell(turn, runtime, found)


def _quoted(
    turn: Turn, rule: Rule, source: str, asked: Asked, values: Sequence[Value], stage: Stage, now: datetime
) -> Stage:
    """When a series will be stale, now that a point came; an alert that it was is closed by a newer one only."""
    due = stale_from(asked.watch, values)
    if due is None or (stage.fired is not None and due <= stage.fired):
        return replace(stage, due=None)
    close(turn, rule, subject_of(rule, asked, source), now, "a point came")
    return replace(stage, due=due)


async def fire_due(store: Store, runtime: Runtime, now: datetime) -> int:
    """Let every clause fire whose series has had no point for so long; returns how many told somebody."""
    versions = [rule.version for rule in _rules(runtime) if any(each.watch.way == _STALE for each in asked_of(rule))]
    if not versions:
        return 0
    told = 0
    if await store.read(lambda turn: _unbegun(turn, runtime)):
        await store.write(lambda turn: _begin(turn, runtime, now))
    while await store.read(lambda turn: turn.firings.due(versions, now, 1)):
        told += await store.write(lambda turn: fire_before(turn, runtime, now))
    return told


def _unbegun(turn: Turn, runtime: Runtime) -> list[tuple[Asked, FiringKey]]:
    """The clauses that wait for no moment yet, though their series has points."""
    found: list[tuple[Asked, FiringKey]] = []
    for rule in _rules(runtime):
        stale = [each for each in asked_of(rule) if each.watch.way == _STALE]
        begun = turn.firings.begun(rule.id, rule.version) if stale else set()
        keys = [
            (each, FiringKey(rule=rule.id, version=rule.version, clause=each.path, source=source))
            for each in stale
            for source in each.sources
        ]
        found += [each for each in keys if each[1] not in begun and turn.points.has(each[1].source)]
    return found


def _begin(turn: Turn, runtime: Runtime, now: datetime) -> None:
    """Let clauses wait from now on; what was stale before they began is history."""
    guard = Guard(turn=turn, runtime=runtime, now=now, what="a timer of a series", event="series.failed")
    for asked, key in _unbegun(turn, runtime):
        turn.firings.put(key, Stage())
        guard.run(_label(key), partial(_wait, turn, asked, key, now), _nothing)


def _wait(turn: Turn, asked: Asked, key: FiringKey, now: datetime) -> None:
    due = stale_from(asked.watch, values_of(turn.points.last(key.source, _BATCH), None))
    turn.firings.put(key, Stage(due=due) if due is None or due > now else Stage(fired=due))


def _label(key: FiringKey) -> str:
    return f"{key.rule} on {key.source}"


def fire_before(turn: Turn, runtime: Runtime, now: datetime) -> int:
    """Let fire, in this turn, what is due: points that come in it came later. One with a fault is set aside alone."""
    guard = Guard(turn=turn, runtime=runtime, now=now, what="a timer of a series", event="series.failed")
    rules = {rule.version: rule for rule in _rules(runtime)}
    told = 0
    for key, due in turn.firings.due(rules, now, _BATCH):
        turn.firings.rest(key)
        told += guard.run(_label(key), partial(_fire, turn, runtime, rules[key.version], key, due), _nothing) or 0
    return told


def _fire(turn: Turn, runtime: Runtime, rule: Rule, key: FiringKey, due: datetime) -> int:
    """One clause whose series has had no point for so long."""
    asked = next((each for each in asked_of(rule) if each.path == key.clause), None)
    if asked is None or key.source not in runtime.sources:
        return 0
    until = earlier(due, asked.watch.span)
    known = (each for each in turn.points.last(key.source, _BATCH) if each.at <= until)
    last = next((each for each in known if said_value(each) is not None), None)
    since = f", the last of {last.at:%Y-%m-%d %H:%M} UTC" if last is not None else ""
    words = f"no point for {duration_text(asked.watch.span)}{since}"
    firing = Firing(source=key.source, at=due, words=((asked.watch, words),))
    turn.firings.put(key, Stage(fired=due))
    return _tell(turn, runtime, Fired(rule=rule, firing=firing, asked=[asked], record=None, before=last, seen=due))[0]


def _tell(turn: Turn, runtime: Runtime, found: Fired) -> tuple[int, int]:
    """Raise or update the alert of each clause of `when` that fires, if the rule as a whole holds.

    Returns how many told somebody, and the newest observation; 0 without one.
    """
    source, rule = runtime.sources[found.firing.source], found.rule
    if rule.require is not None:
        return ask_of_firing(turn, runtime, found)
    told = observation = 0
    for each in found.asked:
        if not each.path.startswith("when"):
            continue
        article = free(turn, article_of(runtime, source, found, each))
        reading = replace(reading_of(article), about=found.firing)
        judgement = judge_rule(rule, reading)
        if not judgement.matched:
            continue
        says, observation = _tell_one(turn, runtime, found, article, reading, judgement)
        told += says
    return told, observation


def _tell_one(
    turn: Turn, runtime: Runtime, found: Fired, article: Article, reading: Reading, judgement: Judgement
) -> tuple[bool, int]:
    rule, now = found.rule, found.seen
    assert judgement.severity is not None, "a rule that matches has one"
    stored = keep_article(turn, runtime, article, kind="point", at=min(found.firing.at, now))
    match = Match(rule=rule.id, rule_version=rule.version, severity=judgement.severity, evidence=judgement.evidence)
    existing = turn.alerts.alerts([article.subject]).get((match.rule, article.subject))
    change = judge_news(existing, match, article, now, news=news_of(article))
    turn.alerts.add_matches(stored.observation, [Judged(match=match, reason=change.reason, alert=change.alert.id)])
    cause = Cause(article=article, reading=reading, rule=rule, evidence=match.evidence, number=stored.number)
    write = tell_change(turn, runtime, change, cause, now)
    turn.alerts.write(stored.observation, [write], now)
    return write.told, stored.observation
