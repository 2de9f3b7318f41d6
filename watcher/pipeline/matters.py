"""The step between story and rules: what the articles of a turn tell of matters, put on their time lines.

Decides nothing: what moves a matter is the core's to say. Runs inside a store's turn, may run twice, and touches
nothing but the turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

from watcher.core.events.recognisers import Recognisers
from watcher.core.ledger import Stored
from watcher.core.matters.kept import Entered, Kept, Origin
from watcher.core.matters.model import Matter, Standing, Telling, Transition
from watcher.core.matters.moving import lapse_day, moves, repeats, says_again, started, stood
from watcher.core.matters.numbers import NUMBERED, found_id, found_matters, numbered_matter
from watcher.core.matters.retelling import retaken, retold
from watcher.core.matters.tellings import Told, may_tell, tellings, told_of
from watcher.core.model import Trust
from watcher.core.telling.moved import OF_MATTER
from watcher.pipeline.judging import Item
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Turn

_KINDS = frozenset[str]().union(*NUMBERED.values())
Ladders = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(slots=True, kw_only=True)
class Followed:
    """What a turn's articles did: what rules on matters judge, and the matters that each article, by row, told of."""

    observed: list[tuple[Stored, Item]] = field(default_factory=list)
    touched: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    """An article on its way, as matters look at it."""

    stored: Stored
    item: Item
    told: Told
    origin: Origin


def follow_matters(turn: Turn, runtime: Runtime, placed: Sequence[tuple[Stored, Item]], now: datetime) -> Followed:
    """Put what the articles tell on the time lines of their matters, in order; eight copies move a matter once."""
    followed = Followed()
    understander = runtime.rule_set.understanding() if runtime.rule_set.asks else None
    if understander is None:
        return followed
    judged = any(rule.subject == "matter" and rule.mode != "paused" for rule in runtime.rule_set.rules)
    for stored, item in placed:
        if item.understood is None or not _may_tell(item):
            continue
        told = told_of(item.reading, item.understood.account, item.understood.named, understander.recognisers)
        article = _Article(stored=stored, item=item, told=told, origin=_origin(stored, item))
        touched: list[str] = []
        for matter, kind in _matters(turn, runtime, told, understander.recognisers, revised=_row(article)):
            made = _follow(turn, article, matter, kind, now)
            if made is None:
                continue
            touched.append(matter.id)
            if judged:
                followed.observed.extend(_observed(turn, runtime, article, each, now) for each in made)
        if touched:
            followed.touched[stored.number] = tuple(touched)
    return followed


def _may_tell(item: Item) -> bool:
    """Whether an article may tell of a matter: of those without an event an authority's, or a known one."""
    known = item.new.number is not None or item.new.article.trust is Trust.AUTHORITY
    return known or (item.understood is not None and bool(item.understood.account.events))


def _row(article: _Article) -> int | None:
    """The row of an article that came before; None for a new one."""
    return article.stored.number if article.item.new.number is not None else None


def _matters(
    turn: Turn, runtime: Runtime, told: Told, recognisers: Recognisers, *, revised: int | None
) -> Iterator[tuple[Matter, str]]:
    """The matters that an article may tell of, each with the kind of its document; and those that it told of before."""
    declared = {matter.id: matter for matter in runtime.rule_set.matters}
    before = {each.made.matter for each in turn.matters.made_by(revised)} if revised is not None else set()
    for matter in declared.values():
        if matter.id in before or any(may_tell(track, told) for track in matter.tracks):
            yield matter, ""
    ladders: Ladders = {each.id: (each.ladder, each.exits) for each in recognisers.types}
    numbers = frozenset[str]().union(*(matter.documents for matter in declared.values()))
    for matter, kind in _found(turn, told, ladders, numbers, before - declared.keys()):
        if matter.id not in declared:
            yield matter, kind


def _found(
    turn: Turn, told: Told, ladders: Ladders, declared: frozenset[str], before: Iterable[str]
) -> Iterator[tuple[Matter, str]]:
    """The matters that nobody declared: known ones whose number is named, and new ones."""
    # Only what the article reports founds one: a bill on school lunches is named by many, and nobody follows it here.
    reported = frozenset(event.type for event in told.account.reported if event.type in NUMBERED)
    named = {
        found_id(each.kind, each.number): each
        for each in told.facts.documents
        if each.kind in _KINDS and each.number not in declared
    }
    ids = {*named, *before}
    known = turn.matters.kept(ids) if ids else {}
    for kept in known.values():
        if not kept.declared:
            types = frozenset(each for each in reported if kept.kind in NUMBERED[each])
            yield numbered_matter(kept.kind, kept.document, types | frozenset(kept.types), ladders), kept.kind
    for matter in found_matters(told.events(reported), told.facts, ladders, declared) if named and reported else ():
        if matter.id not in known and matter.id in named:
            yield matter, named[matter.id].kind


def _follow(turn: Turn, article: _Article, matter: Matter, kind: str, now: datetime) -> list[Transition] | None:
    """Enter what an article tells of one matter; what is new of it, or None if it tells nothing of it."""
    found = tellings(matter, article.told)
    kept = turn.matters.kept([matter.id]).get(matter.id)
    standing = kept.standing if kept is not None else started(matter)
    made: list[Transition] = []
    if _row(article) is not None:
        standing, made = _corrected(turn, article, matter, standing, found, now)
    told = bool(made)
    for telling in found:
        each = moves(matter, standing, telling, article.item.reading.text)
        told = True
        said = turn.matters.said_before(matter.id, each.key) or turn.matters.said_before(matter.id, repeats(each))
        if said is not None and said.withdrawn is None and says_again(each, said.made):
            _repeat(turn, article, matter, said)
            continue
        if said is not None:
            each = replace(each, key=f"{each.key}/{article.origin.number}.{article.origin.revision}")
        if kept is None and not made:
            # The row first: what refers to it must never be there alone.
            turn.matters.stand(matter, kind, standing, None, now)
        number = turn.matters.enter(each, repeats(each), article.origin)
        turn.matters.told(article.origin.number, matter.id, number, repeats=False, why=each.why)
        standing = stood(standing, each)
        made.append(each)
    if made:
        turn.matters.stand(matter, kind, standing, lapses_at(standing), now)
    return made if told else None


def _repeat(turn: Turn, article: _Article, matter: Matter, said: Entered) -> None:
    """Note that an article says again what the time line has."""
    own = said.origin.number == article.origin.number
    why = said.made.why if own else f"it says the same as {said.origin.publisher} did: {said.made.why}"
    turn.matters.told(article.origin.number, matter.id, said.number, repeats=not own, why=why)


def _corrected(
    turn: Turn, article: _Article, matter: Matter, standing: Standing, found: Sequence[Telling], now: datetime
) -> tuple[Standing, list[Transition]]:
    """How the matter stands once what the article says no more is withdrawn, and the entry that says so."""
    statuses = {each.event.status for each in found}
    own = [
        each
        for each in turn.matters.made_by(article.origin.number)
        if each.made.matter == matter.id and each.made.told not in statuses
    ]
    if not own:
        return standing, []
    turn.matters.withdraw([each.number for each in own], now)
    line = [each for each in turn.matters.line(matter.id) if each.withdrawn is None]
    after, recast = retold(matter, [each.made for each in line])
    for entered, made in zip(line, recast, strict=True):
        if made != entered.made:
            turn.matters.recast(entered.number, made)
    if after.status == standing.status:
        return after, []
    mark = f"{article.origin.number}.{article.origin.revision}"
    made_again = retaken(matter, standing, after, own[-1].made, mark)
    number = turn.matters.enter(made_again, made_again.key, article.origin)
    turn.matters.told(article.origin.number, matter.id, number, repeats=False, why=made_again.why)
    return after, [made_again]


def lapses_at(standing: Standing) -> datetime | None:
    """The moment from which a matter counts as lapsed: the day after its date, UTC."""
    day = lapse_day(standing)
    return None if day is None else datetime.combine(day, time.min, UTC)


def _origin(stored: Stored, item: Item) -> Origin:
    article = item.new.article
    return Origin(
        number=stored.number,
        revision=article.revision,
        article=article.id,
        source=article.source,
        publisher=article.publisher,
        trust=article.trust,
        title=article.title,
        link=article.link,
        seen=item.new.at,
        mark=item.new.mark,
    )


def _observed(turn: Turn, runtime: Runtime, article: _Article, made: Transition, now: datetime) -> tuple[Stored, Item]:
    """The entry as rules judge it: the article that brought it, about the matter."""
    number = turn.matters.observe(article.origin, rule_set=runtime.rule_set.version, now=now)
    return Stored(number=article.stored.number, observation=number), about_matter(article.item, made)


def about_matter(item: Item, made: Transition) -> Item:
    """The article as something that changed a matter: the alert's subject is the matter."""
    new = replace(
        item.new,
        number=None,
        kind="matter",
        article=replace(item.new.article, subject=f"{OF_MATTER}{made.matter}"),
    )
    return replace(
        item, new=new, reading=replace(item.reading, about=made), prior={}, before=None, traces=None, listed=None
    )


def matter_of(kept: Kept, runtime: Runtime, recognisers: Recognisers) -> Matter:
    """The matter that is stored: as the rules declare it, else as its number makes it."""
    declared = next((each for each in runtime.rule_set.matters if each.id == kept.id), None)
    if declared is not None:
        return declared
    ladders: Ladders = {each.id: (each.ladder, each.exits) for each in recognisers.types}
    return numbered_matter(kept.kind, kept.document, frozenset(kept.types), ladders)
