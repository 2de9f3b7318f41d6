"""What falls due on an entry's days: reminders of rules, each told once, and the lapse of a date without word.

What is due is asked of the store; a decision bears the moment at which it was due, not the hour at which the machine
woke. Decides nothing: the rule is judged by the core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.calendar.deciding import lapsed
from watcher.core.calendar.model import OPEN, Coming, Entry
from watcher.core.calendar.words import reminder_words
from watcher.core.ledger import Judged, Stored
from watcher.core.model import Article, Evidence, Match, Severity, Zone, ZoneSpan
from watcher.core.rules.evaluate import judge as judge_rule
from watcher.core.rules.evaluate import look
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import judge_news
from watcher.core.text.reading import Reading, reading_of
from watcher.pipeline.judging.asking import Beside, ask
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, tell_change
from watcher.stores.base import Store, Turn
from watcher.stores.dates import Ground, Timer

_BATCH = 200
"""Timers of one transaction; the rest follows in further ones."""
_GROUNDS = 8
"""Articles whose sentences a rule is asked of at most."""
_LATE = timedelta(hours=1)
"""What is told so long after it was due says so."""


async def remind(store: Store, runtime: Runtime, now: datetime) -> int:
    """Carry out everything that is due; returns how many reminders told somebody."""
    told = 0
    while await store.read(lambda turn: turn.entries.is_due(now)):
        told += await store.write(lambda turn: remind_due(turn, runtime, now))
    return told


def remind_before(turn: Turn, runtime: Runtime, now: datetime) -> int:
    """Carry out everything that is due in this turn: what follows in it happened later."""
    told = 0
    while turn.entries.is_due(now):
        told += remind_due(turn, runtime, now)
    return told


def remind_due(turn: Turn, runtime: Runtime, now: datetime, most: int = _BATCH) -> int:
    """Carry out the first of what is due, or all lapses up to the first reminder; returns how many told somebody.

    A reminder has a turn of its own: one with a fault in it can be set aside, and holds up no other.
    """
    told = 0
    for number, timer in enumerate(turn.entries.due(now, most)):
        if timer.rule and number:
            break
        entry = turn.entries.get(timer.entry)
        if entry is not None and entry.state in OPEN:
            told += _carry_out(turn, runtime, timer, entry, now)
        turn.entries.done(timer, now)
        if timer.rule:
            break
    return told


def set_aside(turn: Turn, now: datetime) -> Timer | None:
    """Take the first of what is due as done; for one that can't be carried out. Returns it."""
    for timer in turn.entries.due(now, 1):
        turn.entries.done(timer, now)
        return timer
    return None


def _carry_out(turn: Turn, runtime: Runtime, timer: Timer, entry: Entry, now: datetime) -> bool:
    if not timer.rule:
        if entry.state == "standing":
            turn.entries.put(lapsed(entry).entry)
        return False
    rule = runtime.rule_set.rule(timer.rule)
    if rule is None or rule.mode == "paused":
        return False
    found = _judged(turn, rule, entry, timer)
    return found is not None and _tell(turn, runtime, found, timer, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A rule that wants to be reminded of an entry, and the sentence by which it does.

    `match` is None for what only its requirement asks of.
    """

    rule: Rule
    entry: Entry
    match: Match | None
    ground: Ground
    article: Article
    reading: Reading


def _judged(turn: Turn, rule: Rule, entry: Entry, timer: Timer) -> _Found | None:
    """The rule judged by the sentences that state the date, article by article, the most trusted first."""
    for ground, article in turn.entries.grounds(entry.id, _GROUNDS):
        reading = _reading(entry, ground, article, timer)
        judgement = judge_rule(rule, reading)
        if judgement.matched and judgement.severity is not None:
            whole = reading.text == article.text
            match = _match(rule, judgement.severity, judgement.evidence if whole else _loose(judgement.evidence))
            return _Found(rule=rule, entry=entry, match=match, ground=ground, article=article, reading=reading)
        if rule.require is not None and any(look(node, reading).holds for node in rule.require.nodes):
            return _Found(rule=rule, entry=entry, match=None, ground=ground, article=article, reading=reading)
    return None


def _beside(found: _Found, article: Article, observation: int, timer: Timer) -> Beside:
    """The date as an item of what its rule asks over time: reminders of one entry are one thing."""
    number = found.ground.article
    return Beside(
        sort="calendar",
        stored=Stored(number=number, observation=observation),
        article=article,
        reading=found.reading,
        match=found.match,
        number=number,
        seen=timer.due,
        event=timer.due,
        story=found.entry.subject,
    )


def _loose(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence from a sentence that stands in no stored text: its words without their place."""
    return tuple(replace(each, start=None, end=None) for each in evidence)


def _match(rule: Rule, severity: Severity, evidence: Sequence[Evidence]) -> Match:
    return Match(rule=rule.id, rule_version=rule.version, severity=severity, evidence=tuple(evidence))


def _reading(entry: Entry, ground: Ground, article: Article, timer: Timer) -> Reading:
    """The article as if it were no more than the sentence that states the date."""
    start, end = ground.sentence
    whole = reading_of(article, brief=True)
    if article.text[start:end] != ground.quote:  # pruned, or another revision: the sentence as it was kept
        zones = (ZoneSpan(zone=Zone.LEAD, start=0, end=len(ground.quote)),)
        return replace(whole, text=ground.quote, zones=zones, about=Coming(entry=entry, on=timer.on))
    zone = whole.zone_at(start) or Zone.LEAD
    marks = (ground.words,)
    zones = (ZoneSpan(zone=zone, start=start, end=end),)
    return replace(whole, zones=zones, about=Coming(entry=entry, on=timer.on, marks=marks))


def _tell(turn: Turn, runtime: Runtime, found: _Found, timer: Timer, now: datetime) -> bool:
    """Raise or update the alert of the rule on the entry, as of the moment at which the reminder was due."""
    words = reminder_words(found.entry, timer.on)
    late = f"{words} (due {timer.due:%Y-%m-%d %H:%M} UTC, told late)" if now - timer.due > _LATE else words
    article = replace(found.article, subject=found.entry.subject, title=f"{words}: {found.article.title}")
    observation = turn.entries.observed(found.ground, timer.due, runtime.rule_set.version)
    if found.rule.require is not None or found.match is None:
        return ask(turn, runtime, found.rule, _beside(found, article, observation, timer))
    existing = turn.alerts.alerts([article.subject]).get((found.match.rule, article.subject))
    change = judge_news(existing, found.match, article, timer.due, news=(late,))
    turn.alerts.add_matches(observation, [Judged(match=found.match, reason=change.reason, alert=change.alert.id)])
    cause = Cause(
        article=article,
        reading=found.reading,
        rule=found.rule,
        evidence=found.match.evidence,
        number=found.ground.article,
    )
    write = tell_change(turn, runtime, change, cause, timer.due)
    turn.alerts.write(observation, [write], timer.due)
    return write.told
