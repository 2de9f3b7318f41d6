"""A firing of a series, a state of a source or a date, as an item of what its rule asks over time.

Decides nothing: what a requirement makes of it is the core's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from watcher.core.firing import Firing, Turning, Value, Watch, firing_words, rests_on, turnings, values_of
from watcher.core.ledger import NewArticle, Stored
from watcher.core.model import Article, Match, Reason
from watcher.core.requirements.running import Course
from watcher.core.requirements.sighting import Sighting, event_time
from watcher.core.rules.evaluate import Judgement, judge, look
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

STALE = "stale"
"""The way of firing that no correction takes back: no point had come by then."""
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


def loses(turn: Turn, runtime: Runtime, rule: Rule, what: Beside) -> bool:
    """Whether the rule's requirement keeps anything of it that no longer is."""
    judged = Judgement(matched=what.match is not None)
    course = Course([rule], turn.requirements.memory({rule.id: rule.version}), runtime.rule_set.understander)
    return course.loses(rule.id, sighting_beside(what), {rule.id: judged})


def is_step(rule: Rule, reading: Reading) -> bool:
    """Whether it may be a step of the rule's sequence, its beginning included."""
    steps = () if rule.require is None else tuple(step.node for step in rule.require.steps if not step.denied)
    return judge(rule, reading).matched or any(look(node, reading).holds for node in steps)


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


Turned = Mapping[Asked, tuple[Sequence[Value], Sequence[Turning]]]
"""The points that count for each clause, and all that they bring."""
Claimed = Callable[[datetime], bool]
"""Whether a firing of that moment was an item of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firings:
    """How far each clause of a rule on a series had come before points came, and all points as they are since.

    `cut` tells that there are more points before these.
    """

    rule: Rule
    source: str
    fired: Mapping[Asked, datetime | None]
    records: Sequence[PointRecord]
    came: Sequence[datetime]
    cut: bool = False

    def touched(self) -> bool:
        """Whether what fired before may be otherwise now."""
        fired = [at for each, at in self.fired.items() if at is not None and each.watch.way != STALE]
        return any(at >= min(self.came) for at in fired)

    def turned(self) -> Turned:
        """Every firing and re-arming of each clause, as the points are now."""
        values = {each: values_of(self.records, each.watch.unit) for each in self.fired}
        return {each: (values[each], list(turnings(each.watch, values[each]))) for each in self.fired}


def standing(before: Firings, turned: Turned, at: datetime, claimed: Claimed) -> Firing:
    """What is left of a moment at which clauses fired: those that still do, with words for each.

    What fires there for the first time is none of it: it is an item of its own. A firing that points of before bring
    earlier now stands in for the one at that moment, unless it is an item itself (`claimed`).
    """
    words: list[tuple[Watch, str]] = []
    for each, fired in before.fired.items():
        left = _left(before, turned, each, at, claimed) if fired is not None and fired >= at else None
        if left is not None:
            words.append((each.watch, firing_words(each.watch, left.used) if left.used else ""))
    return Firing(source=before.source, at=at, words=tuple(words))


def fired_no_more(before: Firings, turned: Turned, claimed: Claimed) -> frozenset[Asked]:
    """The clauses of whose newest firing nothing is left."""
    since = min(before.came)
    return frozenset(
        each
        for each, fired in before.fired.items()
        if fired is not None and fired >= since and _left(before, turned, each, fired, claimed) is None
    )


def _left(before: Firings, turned: Turned, asked: Asked, at: datetime, claimed: Claimed) -> Turning | None:
    values, every = turned[asked]
    left = rests_on(asked.watch, every, at, values, cut=before.cut)
    return left if left is not None and (left.at == at or not claimed(left.at)) else None


def judged_now(runtime: Runtime, before: Firings, firing: Firing, now: datetime) -> Judgement:
    """What the rule's own condition says of what is left of a firing."""
    stand = [each for each in before.fired if firing.of(each.watch) is not None]
    found = Fired(rule=before.rule, firing=firing, asked=stand, record=None, before=None, seen=now)
    asked = firing_asked(runtime, found)
    return Judgement(matched=False) if asked is None else asked[1]


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


def beside_less_firing(found: Fired, article: Article, judgement: Judgement, stored: Stored, number: int) -> Beside:
    """A firing of which points, corrected, bear out no more than this; `number` is what it counted as."""
    return replace(beside_firing(found, article, judgement, stored, "UTC"), number=number, event=found.seen, back=True)


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
