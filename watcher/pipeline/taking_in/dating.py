"""Dated entries on their way through a turn: what an article says of them is stored, and timers are put down.

Decides nothing: what a sentence says and which entry it means is the core's to tell. Runs in the turn that stores the
article, after its story is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from watcher.conditions.calendar import CalendarCondition
from watcher.core.calendar.deciding import Source, Step, decide, unsaid
from watcher.core.calendar.model import OPEN, Entry, Known, Read
from watcher.core.calendar.reading import dates_read, of_matters, told_on
from watcher.core.calendar.reminders import begins, lapses
from watcher.core.ledger import Stored
from watcher.core.model import Trust
from watcher.core.rules.model import Clause, Node, Rule
from watcher.core.understanding.understander import Understander
from watcher.pipeline.judging.fates import tell_fate
from watcher.pipeline.judging.verdicts import Item
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Turn
from watcher.stores.dates import Ground, Timer

SUBJECT = "calendar"
_DAY = timedelta(days=1)


def keep_dates(
    turn: Turn,
    runtime: Runtime,
    placed: Sequence[tuple[Stored, Item]],
    zone: str,
    now: datetime,
    *,
    matters: Mapping[int, tuple[str, ...]],
) -> None:
    """Store what these articles say of dates to come. Rows of tables state none: their fields are watched as such.

    Args: zone - the source's, whose days they speak of; matters - those that each article, by row, tells of.
    """
    understander = runtime.rule_set.understander if placed else None
    for at, item in placed if understander is not None else ():
        if item.new.kind == "article" and understander is not None:
            read = of_matters(_read(understander, item, zone), matters.get(at.number, ()))
            _keep(turn, runtime, read, at, item, now)


def replan(turn: Turn, runtime: Runtime, now: datetime) -> None:
    """Put down the reminders that the rules of another rule set want, from now on."""
    if turn.entries.planned_by() != runtime.rule_set.version:
        for entry in turn.entries.replan(runtime.rule_set.version, now):
            turn.entries.plan(_timers(runtime, entry, now))


def _keep(turn: Turn, runtime: Runtime, read: Read, at: Stored, item: Item, now: datetime) -> None:
    before = turn.entries.stated(at.number) if item.new.number is not None else []
    if not read.statements and not before:
        return
    article = item.new.article
    source = Source(
        story=article.story,
        day=told_on(item.reading, article.seen.date()),
        seen=now,
        publisher=article.publisher,
        trust=article.trust,
    )
    steps = _decided(turn, read, at, source)
    for step in steps:
        _put(turn, runtime, step, at, item, now)
        ground = _ground(step, at, item)
        if ground is not None:
            turn.entries.ground(ground)
    said = {step.entry.id for step in steps if step.part == "states"}
    for entry in before:
        if entry.id not in said and turn.entries.unsay(at.number, entry.id) and entry.state in OPEN:
            instead = [each.entry for each in steps if each.part == "states"]
            _put(turn, runtime, unsaid(entry, article.publisher, instead), at, item, now)


def _decided(turn: Turn, read: Read, at: Stored, source: Source) -> tuple[Step, ...]:
    """What the article makes of the calendar; an entry of which it was not thought is never taken for a new one."""
    known = turn.entries.known(read.statements, story=source.story, article=at.number, day=source.day)
    while True:
        steps = decide(read, known, source)
        fresh = {step.entry.id for step in steps} - {each.entry.id for each in known}
        hidden = [Known(entry=entry) for entry in map(turn.entries.get, sorted(fresh)) if entry is not None]
        if not hidden:
            return steps
        known += hidden


def _read(understander: Understander, item: Item, zone: str) -> Read:
    """What the article says of dates; of one that tells of no event only an authority's is looked at."""
    account = item.understood.account if item.understood is not None else None
    if account is None or (not account.events and item.new.article.trust is not Trust.AUTHORITY):
        return Read()
    return dates_read(item.reading, understander.facts(item.reading), account, understander.names, zone)


def _put(turn: Turn, runtime: Runtime, step: Step, at: Stored, item: Item, now: datetime) -> None:
    """Store an entry, with what is to be done on its days.

    One that nothing more can become of has no days left, and those who were reminded of it hear what became of it.
    """
    turn.entries.put(step.entry)
    if step.entry.state in OPEN:
        turn.entries.plan(_timers(runtime, step.entry, now))
    else:
        turn.entries.unplan(step.entry.id)
        tell_fate(turn, runtime, step, at, item, now)


def _ground(step: Step, at: Stored, item: Item) -> Ground | None:
    said, article = step.statement, item.new.article
    if said is None:
        return None
    return Ground(
        entry=step.entry.id,
        article=at.number,
        part=step.part,
        revision=article.revision,
        words=(said.start, said.end),
        sentence=said.sentence,
        quote=article.text[said.sentence[0] : said.sentence[1]],
        source=article.source,
        publisher=article.publisher,
        trust=article.trust,
        seen=item.new.at,
        reason=step.reason,
    )


def _timers(runtime: Runtime, entry: Entry, now: datetime) -> Iterator[Timer]:
    """The lapse of an entry, and every reminder of a rule whose day is not over: one for today is due now."""
    lapse = lapses(entry)
    if lapse is None or entry.last is None:
        return
    if entry.state == "standing":
        yield Timer(entry=entry.id, rule="", on=entry.last, due=lapse)
    for rule in runtime.rule_set.rules:
        if rule.subject == SUBJECT and rule.mode != "paused":
            yield from _reminders(rule, entry, now)


def _reminders(rule: Rule, entry: Entry, now: datetime) -> Iterator[Timer]:
    nodes = [rule.when] if rule.narrow is None else [rule.when, rule.narrow]
    nodes += rule.require.nodes if rule.require is not None else ()
    for clause in _clauses(nodes):
        if entry.kind not in clause.kinds or entry.firm is clause.conditional:
            continue
        for each in clause.reminders:
            on = each.falls_on(entry)
            if on is not None and begins(on + _DAY, entry.zone) > now:
                yield Timer(entry=entry.id, rule=rule.id, on=on, due=max(begins(on, entry.zone), now))


def _clauses(nodes: Iterable[Node]) -> Iterator[CalendarCondition]:
    for node in nodes:
        if isinstance(node, Clause):
            if isinstance(node.condition, CalendarCondition):
                yield node.condition
        else:
            yield from _clauses((*node.all, *node.any))
