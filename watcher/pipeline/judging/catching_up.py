"""A rule that is new goes through the stored history in silence before it judges anything: nobody is told of it.

Never writes but once, at the end, together with what came in meanwhile; killed before that, it begins again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from watcher.core.articles.dates import counted_time
from watcher.core.articles.rows import with_row
from watcher.core.matters.model import LAPSED
from watcher.core.model import Reason
from watcher.core.requirements.alike import ask_alike
from watcher.core.requirements.running import Course, asks, history_of
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.state import Plain
from watcher.core.rules.evaluate import judge
from watcher.core.rules.model import Rule
from watcher.core.telling.moved import OF_MATTER
from watcher.core.text.reading import Reading, reading_of
from watcher.core.values import before
from watcher.pipeline.judging.items import LIVE
from watcher.pipeline.judging.requiring import asking, versions_of
from watcher.pipeline.judging.sightings import Came, sighting_of
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Store, Turn
from watcher.stores.requirements import Past
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
_BATCH = 200
"""Items that are read at once; others may read in between."""
_BY_TEXT = frozenset({"article", "table"})
"""What rules judge whose history is one of texts; points, states and dates begin with the next one."""
_MOST_MATTERS = 1_000


async def catch_up(store: Store, runtime: Runtime, now: datetime) -> int:
    """Take new rules through the history they ask for; returns how many rules that were.

    Called before the rules judge anything, and while nothing else judges by them.
    """
    known = await store.read(lambda turn: turn.requirements.known(versions_of(runtime)))
    if any(rule.id not in known for rule in asking(runtime)):
        known = await store.write(lambda turn: _carried(turn, runtime))
    fresh = [_Fresh.of(rule, now) for rule in asking(runtime) if rule.id not in known]
    replaying = _Replay(runtime=runtime, rules=fresh)
    more = bool(fresh)
    while more:
        more = await store.read(replaying.some)
    await store.write(lambda turn: replaying.settle(turn, now))
    if fresh:
        names = ", ".join(each.rule.id for each in fresh)
        log(_LOG, "requirements.caught_up", rules=names, last=replaying.after)
    return len(fresh)


def _carried(turn: Turn, runtime: Runtime) -> frozenset[str]:
    """Let rules that ask the same in other words go on where they were: which rules have nothing to go through."""
    known = turn.requirements.known(versions_of(runtime))
    for rule in asking(runtime):
        if rule.id not in known:
            turn.requirements.carry(rule.id, rule.version, partial(ask_alike, rule.expanded))
    return turn.requirements.known(versions_of(runtime))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    """A new rule, from when on it asks for history, and what it made of it so far."""

    rule: Rule
    since: datetime | None
    memory: Plain
    matched: dict[int, bool]

    @classmethod
    def of(cls, rule: Rule, now: datetime) -> _Fresh:
        """A rule that has seen nothing yet."""
        assert rule.require is not None, "only rules with a requirement are asked"
        reach = history_of(rule.require)
        return cls(rule=rule, since=None if reach is None else before(now, reach), memory=Plain(), matched={})

    def copy(self) -> _Fresh:
        """The same, to go on from: a transaction may be run twice."""
        memory = Plain(dict(self.memory.states), dict(self.memory.beginnings))
        return replace(self, memory=memory, matched=dict(self.matched))

    def asks_for(self, seen: datetime) -> bool:
        """Whether the history that the rule asks for goes back to then."""
        return self.since is None or seen >= self.since


@dataclass(slots=True, kw_only=True)
class _Replay:
    """New rules on their way through the history; `after` is the last observation they have seen."""

    runtime: Runtime
    rules: Sequence[_Fresh]
    after: int = 0

    def some(self, turn: Turn) -> bool:
        """Go on by some items; whether there were any."""
        past = self._next(turn, self.after)
        for each in past:
            self._take(turn, each, self.rules)
            self.after = each.observation
        return bool(past)

    def settle(self, turn: Turn, now: datetime) -> None:
        """Go through what came in meanwhile, and all timers up to now, and put it down."""
        rules = [fresh.copy() for fresh in self.rules]
        after = self.after
        while rules and (past := self._next(turn, after)):
            for each in past:
                self._take(turn, each, rules)
                after = each.observation
        for fresh in rules:
            if fresh.rule.subject == "matter":
                for item in _moves(turn, self.runtime, fresh.since):
                    self._judge(fresh, item)
            for _ in self._course(fresh).until(now):
                pass
            self._put(turn, fresh)
        turn.requirements.keep_only(versions_of(self.runtime), now)

    def _next(self, turn: Turn, after: int) -> list[Past]:
        starts = [fresh.since for fresh in self.rules if fresh.rule.subject in _BY_TEXT]
        if not starts:
            return []
        since = None if None in starts else min(each for each in starts if each is not None)
        return turn.requirements.past(since, after, _BATCH)

    def _take(self, turn: Turn, past: Past, rules: Sequence[_Fresh]) -> None:
        asked = [fresh for fresh in rules if fresh.rule.subject in _BY_TEXT and fresh.asks_for(past.seen)]
        if asked:
            item = sighting(turn, self.runtime, past)
            for fresh in asked:
                if asks(fresh.rule, item):
                    self._judge(fresh, item)

    def _judge(self, fresh: _Fresh, item: Sighting) -> None:
        course, rule = self._course(fresh), fresh.rule
        for _ in course.until(item.seen):
            pass
        judged = judge(rule, item.reading)
        if item.sort != "matter":
            known = item.number in fresh.matched
            again = judged.matched and fresh.matched.get(item.number, False)
            fresh.matched[item.number] = judged.matched
            item = replace(item, again=frozenset({rule.id} if again else ()), revised=known)
        for _ in course.take(item, {rule.id: judged}):
            pass

    def _course(self, fresh: _Fresh) -> Course:
        understander = self.runtime.rule_set.understander
        return Course([fresh.rule], fresh.memory, understander)

    def _put(self, turn: Turn, fresh: _Fresh) -> None:
        rule = fresh.rule
        turn.requirements.adopt(rule.id, rule.version)
        memory = turn.requirements.memory({rule.id: rule.version})
        begun = fresh.memory.begun(rule.id)
        if begun is not None:
            memory.begin(rule.id, begun)
        for (_, key), state in fresh.memory.states.items():
            memory.put(rule.id, key, state)


def sighting(turn: Turn, runtime: Runtime, past: Past) -> Sighting:
    """A stored item as requirements see it, read as it was understood when it came."""
    reading = reading_of(past.article, brief=True)
    understander = runtime.rule_set.understander
    understood = turn.articles.understood(past.number, past.article.revision)
    if understander is not None and understood is not None:
        understander.recall(reading, understood)
    if past.kind == "row":
        before = turn.articles.text(past.number, past.article.revision - 1)
        reading = with_row(reading, past.article.subject, before, known=past.article.revision > 1)
    came = Came(seen=past.seen, stated=past.stated, joined=past.story_reason)
    found = sighting_of(turn, runtime, past.article, reading, past.number, came)
    return replace(found, sort="table" if past.kind == "row" else "article", held=past.mark != LIVE)


def _moves(turn: Turn, runtime: Runtime, since: datetime | None) -> Iterator[Sighting]:
    """What the history did to matters, in the order in which it was read."""
    kept = turn.matters.every(_MOST_MATTERS)
    entered = [each for matter in kept for each in turn.matters.line(matter.id) if each.withdrawn is None]
    for each in sorted(entered, key=lambda one: (one.origin.seen, one.number)):
        origin, made = each.origin, each.made
        article = turn.matters.article(origin.number)
        if article is None or (since is not None and origin.seen < since):
            continue
        reading: Reading = replace(reading_of(article, brief=True), about=made)
        stated = counted_time(article.published, article.seen, article.flags)
        came = Came(seen=origin.seen, stated=origin.seen if made.told == LAPSED else stated, joined=Reason.FOUNDED)
        item = sighting_of(turn, runtime, article, reading, origin.number, came)
        held = origin.mark != LIVE
        yield replace(item, sort="matter", matter=made.matter, subject=f"{OF_MATTER}{made.matter}", held=held)
