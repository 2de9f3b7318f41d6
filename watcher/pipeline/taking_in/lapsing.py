"""Matters whose date has passed without word: their status is lapsed, unknown, from the day after the date on.

What is due is asked of the store; the decision bears the moment at which it was due, not the hour at which the machine
woke. Decides nothing: rules are judged by the core.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from functools import partial

from watcher.core.events.recognisers import Recognisers
from watcher.core.ledger import Stored
from watcher.core.matters.kept import Entered, Origin
from watcher.core.matters.model import Standing, Transition
from watcher.core.matters.moving import lapse, lapses_at, repeats, stood
from watcher.pipeline.judging.verdicts import LIVE, judge_all
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.taking_in.matter_lines import adopt
from watcher.pipeline.taking_in.matters import declared_instead, judged_again, matter_of
from watcher.pipeline.telling.guarding import Guard
from watcher.stores.base import Store, Turn
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)


async def lapse_due(store: Store, runtime: Runtime, now: datetime) -> int:
    """Let every matter lapse that is due; returns how many alerts told somebody."""
    if not await store.read(lambda turn: turn.matters.lapses_due(now)):
        return 0
    return await store.write(lambda turn: lapse_before(turn, runtime, now))


def lapse_before(turn: Turn, runtime: Runtime, now: datetime) -> int:
    """Let every matter lapse that is due, in this turn: what follows in it happened later."""
    understander = runtime.rule_set.understanding() if turn.matters.lapses_due(now) else None
    if understander is None:
        return 0
    guard = Guard(turn=turn, runtime=runtime, now=now, what="the lapse of a matter", event="matter.failed")
    told = 0
    for id_ in turn.matters.lapsed(now):
        work = partial(_lapse, turn, runtime, id_, understander.recognisers, now)
        told += guard.run(id_, work, partial(_no_more, turn, id_)) or 0
    return told


def _no_more(turn: Turn, id_: str, _cause: Exception) -> None:
    turn.matters.lapses_no_more(id_)


def _lapse(turn: Turn, runtime: Runtime, id_: str, recognisers: Recognisers, now: datetime) -> int:
    kept = turn.matters.kept([id_])[id_]
    due = lapses_at(kept.standing)
    matter = matter_of(kept, runtime, recognisers)
    instead = declared_instead(kept, runtime)
    if matter is None or instead:
        turn.matters.lapses_no_more(kept.id)
        for declared in instead:
            adopt(turn, declared, now)
        why = "its number is declared as another matter" if instead else "no rule file declares it any more"
        log(_LOG, "matter.unfollowed", matter=kept.id, why=why)
        return 0
    line = [each for each in turn.matters.line(kept.id) if each.withdrawn is None]
    setting = _setting(line, kept.standing)
    if due is None or setting is None:
        turn.matters.stand(matter, kept.kind, replace(kept.standing, until=None), None, kept.heard)
        return 0
    made = lapse(matter, kept.standing, setting.made)
    # The date passes now, however its article came in; one that had passed before it was read is history.
    mark = LIVE if due > setting.origin.seen else setting.origin.mark
    origin = replace(setting.origin, seen=due, mark=mark)
    said = turn.matters.said_before(matter.id, made.key)
    if said is not None and said.withdrawn is not None:
        made, said = replace(made, key=f"{made.key}/{setting.number}"), None
    if said is None:
        number = turn.matters.enter(made, repeats(made), origin)
        turn.matters.told(origin.number, matter.id, number, repeats=False, why=made.why)
    turn.matters.stand(matter, kept.kind, stood(kept.standing, made), None, due)
    return _judge(turn, runtime, made, origin, due)


def _setting(line: list[Entered], standing: Standing) -> Entered | None:
    """The entry that set the date; the last one that states it."""
    for entered in reversed(line):
        if any(day == standing.until for _, day in entered.made.dates):
            return entered
    return None


def _judge(turn: Turn, runtime: Runtime, made: Transition, origin: Origin, due: datetime) -> int:
    """Judge the rules on matters by the article that stated the date; nobody is told of one that was pruned."""
    article = turn.matters.article(origin.number)
    if article is None or not any(rule.subject == "matter" for rule in runtime.rule_set.rules):
        return 0
    observation = turn.matters.observe(origin, rule_set=runtime.rule_set.version, now=due)
    stored = Stored(number=origin.number, observation=observation)
    return judge_all(
        turn, runtime, [(stored, judged_again(article, made, event_time=due, seen=due, mark=origin.mark))], due
    ).told
