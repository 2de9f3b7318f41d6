"""A firing of a series, a state of a source or a date, as an item of what its rule asks over time.

Decides nothing: what a requirement makes of it is the core's to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from watcher.core.firing import Firing, Watch, firing_words, turnings, values_of
from watcher.core.ledger import NewArticle, Stored
from watcher.core.model import Article, Match, Reason
from watcher.core.requirements.sighting import Sighting, event_time
from watcher.core.rules.evaluate import Judgement, judge
from watcher.core.rules.model import Rule
from watcher.core.series import PointRecord
from watcher.core.text.reading import Reading, reading_of
from watcher.core.watching.episodes import HealthEvent
from watcher.core.watching.states import state_of
from watcher.pipeline.judging.fired import Asked, Fired, article_of, free, keep_article
from watcher.pipeline.judging.items import LIVE, Item
from watcher.pipeline.judging.requiring import Requiring
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Turn

_KINDS = {"series": "point"}
"""What an observation is called where that is not what its rule judges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What happened besides articles, as one rule judged it. `match` is None for what only a step of it asks for.

    `number` is what the item goes by: of a firing that is taken back, the number under which it once counted.
    """

    sort: str
    stored: Stored
    article: Article
    reading: Reading
    match: Match | None
    number: int
    seen: datetime
    event: datetime
    story: str
    back: bool = False
    status: tuple[str, ...] = ()


def ask(turn: Turn, runtime: Runtime, rule: Rule, what: Beside) -> bool:
    """Let the rule's requirement judge it, after all timers up to it; whether somebody was told of it."""
    requiring = Requiring.of(turn, runtime, {}, [rule])
    if requiring is None:
        return False
    requiring.until(what.seen)
    new = NewArticle(
        number=None,
        article=what.article,
        story_reason=Reason.FOUNDED,
        link_key=None,
        title_key="",
        keys=(),
        entry_sha256="",
        event_time=what.event,
        mark=LIVE,
        kind=_KINDS.get(what.sort, what.sort),
        at=what.seen,
        keep_body=True,
    )
    item = Item(new=new, reading=what.reading, prior={}, before=None)
    found = [] if what.match is None else [(rule, what.match)]
    made = requiring.judge(what.stored, item, found, None, what.seen, sighting_beside(what))
    turn.alerts.add_matches(what.stored.observation, made.rows)
    turn.alerts.write(what.stored.observation, made.writes, what.seen)
    return any(write.told for write in made.writes)


def sighting_beside(what: Beside) -> Sighting:
    """It as requirements see it."""
    return Sighting(
        number=what.number,
        reading=what.reading,
        seen=what.seen,
        event=what.event,
        story=what.story,
        subject=what.article.subject,
        sort=what.sort,
        revised=what.back,
        status=what.status,
    )


def event_of_point(at: datetime, seen: datetime, zone: str) -> datetime:
    """The moment by which a point counts: its own; of one with a day and no hour, as of an article."""
    day_only = at.timetz().replace(tzinfo=None) == time.min or at.astimezone(ZoneInfo(zone)).time() == time.min
    return event_time(at, seen, ("date_only",) if day_only else (), zone)


def ask_of_firing(turn: Turn, runtime: Runtime, found: Fired) -> tuple[int, int]:
    """What a rule's requirement makes of a moment at which clauses of it fire: one item, whichever they are.

    Returns how many told somebody, and the observation; 0 without one.
    """
    found = as_known(found)
    source, rule, now = runtime.sources[found.firing.source], found.rule, found.seen
    fires = firing_asked(runtime, found)
    if fires is None:
        return 0, 0
    asked, judgement = fires
    article = free(turn, article_of(runtime, source, found, asked))
    stored = keep_article(turn, runtime, article, kind="point", at=min(found.firing.at, now))
    what = beside_firing(found, article, judgement, stored, source.zone)
    return int(ask(turn, runtime, rule, what)), stored.observation


def as_known(found: Fired) -> Fired:
    """The firing as of when it could be known: points may come so late that a series was stale before they came."""
    last = found.before if found.record is None else None
    return found if last is None else replace(found, seen=max(found.seen, last.seen))


def firing_asked(runtime: Runtime, found: Fired) -> tuple[Asked, Judgement] | None:
    """The clause that a firing is told by, and what the rule's own condition says of it.

    The first of `when`, if the rule as a whole holds, else the first that only its requirement asks of; None where it
    is nothing to the rule.
    """
    source = runtime.sources[found.firing.source]
    for each in found.asked:
        if each.path.startswith("when"):
            article = article_of(runtime, source, found, each)
            judgement = judge(found.rule, replace(reading_of(article), about=found.firing))
            if judgement.matched:
                return each, judgement
    beside = next((each for each in found.asked if each.path.startswith("require")), None)
    return None if beside is None else (beside, Judgement(matched=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firings:
    """How far each clause of a rule on a series had come before points came, and all points as they are since."""

    rule: Rule
    source: str
    fired: Mapping[Asked, datetime | None]
    records: Sequence[PointRecord]


def borne_out(runtime: Runtime, before: Firings, at: datetime, now: datetime) -> bool:
    """Whether clauses that fired at a moment still do, and the rule with them: then what it counted there stands.

    What fires there for the first time does not bear it out: it is an item of its own.
    """
    words: list[tuple[Watch, str]] = []
    stand: list[Asked] = []
    for each, fired in before.fired.items():
        if fired is None or fired < at:
            continue
        for turning in turnings(each.watch, values_of(before.records, each.watch.unit)):
            if turning.fires and turning.at == at:
                words.append((each.watch, firing_words(each.watch, turning.used)))
                stand.append(each)
    if not stand:
        return False
    firing = Firing(source=before.source, at=at, words=tuple(words))
    found = Fired(rule=before.rule, firing=firing, asked=stand, record=None, before=None, seen=now)
    asked = firing_asked(runtime, found)
    return asked is not None and asked[1].matched


def beside_firing(found: Fired, article: Article, judgement: Judgement, stored: Stored, zone: str) -> Beside:
    """The firing as its rule judged it."""
    rule, firing, match = found.rule, found.firing, None
    if judgement.severity is not None:
        match = Match(rule=rule.id, rule_version=rule.version, severity=judgement.severity, evidence=judgement.evidence)
    return Beside(
        sort="series",
        stored=stored,
        article=article,
        reading=replace(reading_of(article), about=firing),
        match=match,
        number=stored.number,
        seen=found.seen,
        event=event_of_point(firing.at, found.seen, zone),
        story=article.story,
        status=tuple(sorted({watch.way for watch, _ in firing.words})),
    )


def beside_no_firing(firing: Firing, article: Article, stored: Stored, number: int, now: datetime) -> Beside:
    """A firing that points, corrected, no longer bear out; `number` is what it counted as."""
    nothing = replace(firing, words=())
    return Beside(
        sort="series",
        stored=stored,
        article=article,
        reading=replace(reading_of(article), about=nothing),
        match=None,
        number=number,
        seen=now,
        event=now,
        story=article.story,
        back=True,
        status=tuple(watch.way for watch, _ in firing.words),
    )


def beside_health(
    event: HealthEvent, article: Article, reading: Reading, match: Match | None, stored: Stored
) -> Beside:
    """A state that a source entered, as a rule judged it."""
    state = state_of(event)
    return Beside(
        sort="health",
        stored=stored,
        article=article,
        reading=reading,
        match=match,
        number=stored.number,
        seen=event.at,
        event=event.at,
        story=article.story,
        status=() if state is None else (state,),
    )
