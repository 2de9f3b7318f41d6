"""The step between story and rules: what the articles of a turn tell of matters, put on their time lines.

Decides nothing: what moves a matter is the core's to say. Runs inside a store's turn, may run twice, and touches
nothing but the turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.events.recognisers import Recognisers
from watcher.core.ledger import NewArticle, Stored
from watcher.core.matters.kept import Entered, Kept, Origin
from watcher.core.matters.model import Matter, Transition
from watcher.core.matters.moving import lapses_at, moves, repeats, says_again, started, stood
from watcher.core.matters.numbers import NUMBERED, found_id, found_matters, numbered_matter
from watcher.core.matters.retelling import says
from watcher.core.matters.tellings import Told, may_tell, tellings, told_of
from watcher.core.model import Article, Reason, Trust
from watcher.core.telling.moved import OF_MATTER
from watcher.core.text.reading import reading_of
from watcher.core.understanding.understander import Understander
from watcher.pipeline.judging.verdicts import FIRST_SIGHT, LIVE, Item
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.taking_in.matter_lines import KINDS, adopt, corrected
from watcher.stores.base import Turn

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
    understander: Understander


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What rules on matters are asked of: an entry, and whether it counts as news or as history."""

    made: Transition
    mark: str


def follow_matters(turn: Turn, runtime: Runtime, placed: Sequence[tuple[Stored, Item]], now: datetime) -> Followed:
    """Put what the articles tell on the time lines of their matters, in order; eight copies move a matter once."""
    followed = Followed()
    understander = runtime.rule_set.understander
    if understander is None:
        return followed
    judged = any(rule.subject == "matter" and rule.mode != "paused" for rule in runtime.rule_set.rules)
    for stored, item in placed:
        if item.understood is None or not _may_tell(item):
            continue
        told = told_of(item.reading, item.understood.account, item.understood.named, understander.recognisers)
        article = _Article(stored=stored, item=item, told=told, origin=_origin(stored, item), understander=understander)
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
        if each.kind in KINDS and each.number not in declared
    }
    ids = {*named, *before}
    known = turn.matters.kept(ids) if ids else {}
    for kept in known.values():
        if not kept.declared and kept.document not in declared:
            types = frozenset(each for each in reported if kept.kind in NUMBERED[each])
            yield numbered_matter(kept.kind, kept.document, types | frozenset(kept.types), ladders), kept.kind
    for matter in found_matters(told.events(reported), told.facts, ladders, declared) if named and reported else ():
        if matter.id not in known and matter.id in named:
            yield matter, named[matter.id].kind


def _follow(turn: Turn, article: _Article, matter: Matter, kind: str, now: datetime) -> list[_News] | None:
    """Enter what an article tells of one matter; what is new of it, or None if it tells nothing of it."""
    found = [replace(each, trust=article.origin.trust) for each in tellings(matter, article.told)]
    kept = turn.matters.kept([matter.id]).get(matter.id)
    if kept is None and not matter.document and found:
        kept = adopt(turn, matter, now)
    standing = kept.standing if kept is not None else started(matter)
    news: list[_News] = []
    if _row(article) is not None:
        standing, back = corrected(turn, article.origin, matter, standing, found, now)
        news = [_News(made=each, mark=article.origin.mark) for each in back]
    entered = bool(news)
    for telling in found:
        each = moves(matter, standing, telling, article.item.reading.text)
        said = turn.matters.said_before(matter.id, each.key) or turn.matters.said_before(matter.id, repeats(each))
        if said is not None and said.withdrawn is None and says_again(each, said.made):
            news.extend(_repeat(turn, article, matter, said, each))
            continue
        if said is not None:
            each = replace(each, key=f"{each.key}/{article.origin.number}.{article.origin.revision}")
        if kept is None and not entered:
            # The row first: what refers to it must never be there alone.
            turn.matters.stand(matter, kind, standing, None, now)
        mark = FIRST_SIGHT if _said_it_before(article, matter, each) else article.origin.mark
        number = turn.matters.enter(each, repeats(each), replace(article.origin, mark=mark))
        turn.matters.told(article.origin.number, matter.id, number, repeats=False, why=each.why)
        standing = stood(standing, each)
        news.append(_News(made=each, mark=mark))
        entered = True
    if entered:
        turn.matters.stand(matter, kind, standing, lapses_at(standing), now)
    return news if found or news else None


def _repeat(turn: Turn, article: _Article, matter: Matter, said: Entered, each: Transition) -> list[_News]:
    """Note that an article says again what the time line has; the last move is news if only history told it so far."""
    own = said.origin.number == article.origin.number
    why = said.made.why if own else f"it says the same as {said.origin.publisher} did: {said.made.why}"
    turn.matters.told(article.origin.number, matter.id, said.number, repeats=not own, why=why)
    live = article.origin.mark == LIVE and said.origin.mark != LIVE and _row(article) is None
    if not live or not said.made.moves or each.background:
        return []
    last = [entered for entered in turn.matters.line(matter.id) if entered.withdrawn is None and entered.made.moves][-1]
    if last.number != said.number:
        return []
    turn.matters.came_live(said.number)
    here = replace(
        said.made, sentence=each.sentence, start=each.start, end=each.end, act=each.act, document=each.document
    )
    return [_News(made=here, mark=LIVE)]


def _said_it_before(article: _Article, matter: Matter, made: Transition) -> bool:
    """Whether the text of the revision before said it already: it is no news, though the matter is new to it."""
    before = article.item.before
    if _row(article) is None or before is None:
        return False
    understood = article.understander.understand(before)
    told = told_of(before, understood.account, understood.named, article.understander.recognisers)
    return any(says(each, made) for each in tellings(matter, told))


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


def _observed(turn: Turn, runtime: Runtime, article: _Article, news: _News, now: datetime) -> tuple[Stored, Item]:
    """The entry as rules judge it: the article that brought it, about the matter."""
    number = turn.matters.observe(replace(article.origin, mark=news.mark), rule_set=runtime.rule_set.version, now=now)
    item = replace(article.item, new=replace(article.item.new, mark=news.mark))
    return Stored(number=article.stored.number, observation=number), about_matter(item, news.made)


def judged_again(article: Article, made: Transition, *, event_time: datetime, seen: datetime, mark: str) -> Item:
    """A stored article as it is judged, at a later moment or in a replay, for what it did to a matter."""
    new = NewArticle(
        number=None,
        article=article,
        story_reason=Reason.FOUNDED,
        link_key=None,
        title_key="",
        keys=(),
        entry_sha256="",
        event_time=event_time,
        mark=mark,
        kind="matter",
        at=seen,
        keep_body=False,
    )
    return about_matter(Item(new=new, reading=reading_of(article, brief=True), prior={}, before=None), made)


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


def matter_of(kept: Kept, runtime: Runtime, recognisers: Recognisers) -> Matter | None:
    """The matter that is stored: as the rules declare it, else as its number makes it; None if nobody follows it."""
    declared = next((each for each in runtime.rule_set.matters if each.id == kept.id), None)
    if declared is not None:
        return declared
    if kept.declared:
        return None
    ladders: Ladders = {each.id: (each.ladder, each.exits) for each in recognisers.types}
    matter = numbered_matter(kept.kind, kept.document, frozenset(kept.types), ladders)
    assert matter.id == kept.id, "what is stored under one name is one matter"
    return matter


def declared_instead(kept: Kept, runtime: Runtime) -> tuple[Matter, ...]:
    """The declared matters that follow the number of one that was found."""
    if kept.declared:
        return ()
    return tuple(each for each in runtime.rule_set.matters if kept.document in each.documents)
