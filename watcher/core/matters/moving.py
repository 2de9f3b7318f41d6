"""What one telling does to a matter: a move, a date or sum, a note, an earlier step, or evidence; each with its why.

Never forgets what is known: a status that the time line has is no news, and what is recalled moves nothing twice.
Source: the rule language, section 5, Matters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from watcher.core.articles.publishers import WEAK
from watcher.core.events.model import DENIED, RUMOURED
from watcher.core.matters.model import (
    LAPSED,
    Change,
    Days,
    Label,
    Ladder,
    Matter,
    Standing,
    Telling,
    Transition,
    shown,
)
from watcher.core.model import Trust
from watcher.core.text.plain import fold

_ENDS = ("expires", "deadline")
_LABELS = {RUMOURED: Label.UNCONFIRMED, DENIED: Label.DENIED}
_MOST_SENTENCE = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What a status does: the change, whether it belongs before the last move, and why."""

    change: Change
    why: str
    earlier: bool = False


def moves(matter: Matter, standing: Standing, telling: Telling, text: str) -> Transition:
    """The entry of the time line that a telling makes. Args: text - the article's, in which the telling's spans lie.

    Whether it is new is told by its key: one that the time line has says again what is known.
    """
    weak = _weak(standing, telling)
    step = _step(matter.ladder, standing, telling)
    if weak and step.change is Change.STATUS and not step.earlier:
        step = _Step(change=Change.NOTE, why=f"{weak}: the status stays")
    news = ""
    if step.change is Change.EVIDENCE and not step.earlier and not weak:
        step, news = _of_values(standing, telling, step)
    event = telling.event
    label = _LABELS.get(event.status, Label.UNCONFIRMED if step.change is Change.NOTE else Label.NONE)
    if step.change is Change.NOTE and label not in standing.notes:
        news = f'{label}: "{event.status_text}"; the status stays {shown(standing.status)}'
    start, end = event.sentence
    moved = step.change is Change.STATUS and not step.earlier
    after = event.status if moved else standing.status
    made = Transition(
        matter=matter.id,
        change=step.change,
        told=event.status,
        before=standing.status,
        after=after,
        days=telling.days,
        label=label,
        background=telling.background,
        earlier=step.earlier,
        amounts=() if weak else telling.amounts,
        dates=() if weak else telling.dates,
        news=news or (f"status: {shown(standing.status)} \u2192 {shown(after)}" if moved else ""),
        sentence=text[start:end][:_MOST_SENTENCE],
        start=start,
        end=end,
        act=(event.start, event.end),
        document=next(iter(event.ids("document")), ""),
        why=step.why,
        sure=event.sure,
        trust=telling.trust,
    )
    return replace(made, key=key_of(made))


def _weak(standing: Standing, telling: Telling) -> str:
    """Why a publisher's word counts for nothing against what an authority said of the present status; "" if it does."""
    if standing.trust is not Trust.AUTHORITY or telling.trust not in WEAK:
        return ""
    return f"a publisher of trust {telling.trust} does not change what an authority says, {shown(standing.status)}"


def key_of(made: Transition) -> str:
    """The same for what says the same: a copy, a second feed or a replay makes no second entry."""
    said = fold(made.sentence)
    if made.change is Change.STATUS:
        mark = f"{made.change}|{made.told}|{made.days.first}|{said}"
    else:
        # What moved something says the same as what repeats it, so a copy of it is known as well.
        mark = f"{made.told}|{said}"
    return sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def repeats(made: Transition) -> str:
    """The key under which a move is known to those that repeat its sentence."""
    return key_of(replace(made, change=Change.EVIDENCE))


def says_again(made: Transition, prior: Transition) -> bool:
    """Whether a telling is nothing but an entry of the line, said once more in its words.

    Args: prior - an entry with the same key, or one whose sentence it repeats. Late copies of a sentence move nothing;
    the same words about another day, as gazettes use them, may.
    """
    return made.change is not Change.STATUS or not made.days.stated or made.days == prior.days


def _step(ladder: Ladder, standing: Standing, telling: Telling) -> _Step:
    status, current = telling.event.status, standing.status
    if status in _LABELS:
        hedge = "is hedged or unconfirmed" if status == RUMOURED else "is denied"
        return _Step(change=Change.NOTE, why=f"what it tells {hedge} ({telling.event.why}): the status stays")
    if not status:
        return _Step(change=Change.EVIDENCE, why="it names the matter and tells no status")
    if status == current:
        return _Step(change=Change.EVIDENCE, why=f"the status is {shown(current)} already")
    return _earlier(standing, telling) or _onward(ladder, standing, telling)


def _earlier(standing: Standing, telling: Telling) -> _Step | None:
    """What a status is that belongs before the last move, or that is recalled and known; None for any other."""
    status = telling.event.status
    if standing.moved is not None and telling.days.stated and telling.days.last < standing.moved.first:
        if status in standing.statuses:
            return _Step(change=Change.EVIDENCE, why=f"{shown(status)} is on the time line already")
        return _Step(
            change=Change.STATUS,
            earlier=True,
            why=f"it happened before the last move, {_day(standing.moved)}: an earlier step, nothing moves"
            + (f"; told in passing: {telling.background}" if telling.background else ""),
        )
    if telling.background and status in standing.statuses:
        return _Step(change=Change.EVIDENCE, why=f"{shown(status)} is recalled and no news to the matter")
    return None


def _onward(ladder: Ladder, standing: Standing, telling: Telling) -> _Step:
    """What a status is that does not belong before the last move."""
    status, current = telling.event.status, standing.status
    recalled = f"; from background, and news to the matter: {telling.background}" if telling.background else ""
    if current is None:
        return _Step(change=Change.STATUS, why=f"the first status that is known of it{recalled}")
    if status in ladder.exits:
        return _left(status, telling, recalled)
    if current in ladder.exits or current == LAPSED:
        return _back(current, standing, telling)
    if ladder.rank(status) > ladder.rank(current):
        above = f"{shown(status)} lies higher on the ladder than {shown(current)}"
        return _Step(change=Change.STATUS, why=f"{above}{recalled}")
    below = f"{shown(status)} lies no higher on the ladder than {shown(current)}"
    if telling.background and standing.moved is not None and status in ladder.steps:
        return _Step(
            change=Change.STATUS, earlier=True, why=f"{below}: an earlier step, recalled: {telling.background}"
        )
    return _Step(change=Change.EVIDENCE, why=below)


def _left(status: str, telling: Telling, recalled: str) -> _Step:
    """What an exit is. A ladder says what comes after what; of an exit only its day does."""
    if telling.background and not telling.days.stated:
        return _Step(change=Change.EVIDENCE, why=f"{shown(status)} is recalled without its day, and may lie long back")
    return _Step(change=Change.STATUS, why=f"{shown(status)} is an exit of the ladder{recalled}")


def _back(current: str, standing: Standing, telling: Telling) -> _Step:
    """Whether something leads back from an exit onto the ladder: only fresh news of a later day."""
    status = telling.event.status
    later = standing.moved is not None and (
        telling.days.first > standing.moved.last
        or (telling.days.first == standing.moved.last and _higher(telling.trust, standing.trust))
    )
    if telling.background or not telling.event.sure or not later:
        since = "" if standing.moved is not None else ", and since when is not known"
        return _Step(
            change=Change.EVIDENCE, why=f"the matter is {shown(current)}{since}; only later news of its own leads back"
        )
    if standing.moved is not None and telling.days.first == standing.moved.last:
        return _Step(change=Change.STATUS, why=f"of the same day, by a publisher of higher trust than {shown(current)}")
    return _Step(change=Change.STATUS, why=f"{shown(status)} is told as news of a day after {shown(current)}")


def _higher(trust: Trust | None, other: Trust | None) -> bool:
    return trust is not None and other is not None and trust.rank < other.rank


def _day(days: Days) -> str:
    return f"{days.first}" if days.first == days.last else f"{days.first} to {days.last}"


def _of_values(standing: Standing, telling: Telling, step: _Step) -> tuple[_Step, str]:
    """A new date, else a new sum, where the status says nothing new."""
    fresh = [(kind, day) for kind, day in telling.dates if (kind, day) not in standing.dates]
    if fresh:
        said = ", ".join(f"{kind.replace('_', ' ')} {day}" for kind, day in fresh)
        return _Step(change=Change.DATE, why=f"a new date, {said}; {step.why}"), f"date: {said}"
    sums = [each for each in telling.amounts if plain_sum(each) not in {plain_sum(known) for known in standing.amounts}]
    if sums:
        return _Step(change=Change.AMOUNT, why=f"a sum that was not known, {', '.join(sums)}; {step.why}"), (
            f"amount: {', '.join(sums)}"
        )
    return step, ""


def plain_sum(amount: str) -> str:
    """A sum without `up to`: the ceiling and the sum itself are one figure."""
    return amount.removeprefix("up to ")


def stood(standing: Standing, made: Transition) -> Standing:
    """How the matter stands after an entry of its time line."""
    after = replace(
        standing,
        amounts=_sums(standing.amounts, () if made.change is Change.NOTE else made.amounts),
        dates=standing.dates | frozenset(made.dates),
        statuses=standing.statuses | ({made.told} if made.told and made.change is not Change.NOTE else frozenset()),
    )
    if made.moves:
        after = replace(after, trust=None if made.told == LAPSED else made.trust)
    elif made.told == standing.status and not made.background and _higher(made.trust, standing.trust):
        after = replace(after, trust=made.trust)
    ends = [day for kind, day in made.dates if kind in _ENDS]
    if made.moves:
        return replace(after, status=made.after, moved=made.days, until=max(ends, default=None), notes=frozenset())
    if standing.moved is None and made.told == standing.status and not made.background:
        # Declared so: the first news of it says since when, so that what comes later can be told from what was before.
        after = replace(after, moved=made.days)
    if made.change is Change.NOTE:
        return replace(after, notes=standing.notes | {made.label})
    if ends and not made.earlier and made.told == standing.status:
        return replace(after, until=max((*ends, *((standing.until,) if standing.until else ()))))
    return after


def started(matter: Matter) -> Standing:
    """How a matter stands before anything was read of it."""
    return Standing(status=matter.start, statuses=frozenset({matter.start} if matter.start else ()))


def _sums(known: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """All sums, each once and side by side; one that is told as a ceiling is one."""
    found = {plain_sum(each): each for each in known}
    for each in told:
        if each.startswith("up to ") or plain_sum(each) not in found:
            found[plain_sum(each)] = each
    return tuple(found.values())


def stands(matter: Matter, line: tuple[Transition, ...]) -> Standing:
    """How a matter stands after all entries of its time line."""
    standing = started(matter)
    for made in line:
        standing = stood(standing, made)
    return standing


def lapse_day(standing: Standing) -> date | None:
    """The day from which a matter counts as lapsed if nobody says more; None if no date ends its status."""
    return standing.until + timedelta(days=1) if standing.until is not None and standing.status != LAPSED else None


def lapses_at(standing: Standing) -> datetime | None:
    """The moment from which a matter counts as lapsed: the day after its date, UTC."""
    day = lapse_day(standing)
    return None if day is None else datetime.combine(day, time.min, UTC)


def lapse(matter: Matter, standing: Standing, from_: Transition) -> Transition:
    """The entry that a date makes which passed without word. Args: from_ - the entry that set the date."""
    assert standing.until is not None, "only a date lapses"
    day = standing.until
    made = Transition(
        matter=matter.id,
        change=Change.STATUS,
        told=LAPSED,
        before=standing.status,
        after=LAPSED,
        days=Days(first=day, last=day),
        news=f"status: {shown(standing.status)} \u2192 {shown(LAPSED)}",
        sentence=from_.sentence,
        start=from_.start,
        end=from_.end,
        document=from_.document,
        why=f"its date, {day}, has passed, and nobody has said what became of it",
    )
    return replace(made, key=key_of(made))
