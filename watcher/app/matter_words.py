"""Matters in words for a terminal: the list, a time line, and what one article told; it only lays out what is stored.

Every word of a stranger's passes `one_line`; sums stand side by side and are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from watcher.core.matters.kept import Entered, Kept, ToldOf
from watcher.core.matters.model import Change, Days, Label, Matter, Standing, Track, Transition, shown
from watcher.core.telling.alerts import words_of
from watcher.core.text.escapes import one_line

_STEPS = {
    Change.STATUS: "STATUS",
    Change.DATE: "DATE",
    Change.AMOUNT: "AMOUNT",
    Change.NOTE: "NOTE",
    Change.EVIDENCE: "evidence",
}
_TITLE = 48


def listed(kept: Sequence[Kept], unread: Sequence[Matter]) -> Iterator[str]:
    """One line for each matter: id, status, since when, last heard of, title; those never heard of come last."""
    wide = max([len(each.id) for each in kept] + [len(each.id) for each in unread], default=0)
    for each in kept:
        standing = each.standing
        since = since_words(standing.moved)
        yield (
            f"{each.id:{wide}}  {shown(standing.status):20}  {since:30}  heard of {_day(each.heard)}  "
            f"{one_line(each.title)[:_TITLE]}"
        )
    for matter in unread:
        yield f"{matter.id:{wide}}  {shown(matter.start):20}  as declared; nothing was read of it yet  {matter.title}"


def unread_lines(matter: Matter) -> Iterator[str]:
    """A matter that nothing was read of yet: how it was declared, and what would move it."""
    yield f"MATTER {matter.id}: {one_line(matter.title)}"
    yield f"  status   {shown(matter.start)}, as declared; nothing was read of it yet"
    for number, track in enumerate(matter.tracks):
        yield f"  {'follows' if number == 0 else 'or'!s:7}  {one_line(_track_words(track))}"
    steps = ", ".join(map(shown, matter.ladder.steps))
    exits = ", ".join(shown(each) for each in sorted(matter.ladder.exits))
    yield f"  ladder   {steps}{f'; exits: {exits}' if exits else ''}"
    yield f"  declared in {matter.place}"


def _track_words(track: Track) -> str:
    """What a clause of a matter follows: the types of event, and who or what must have a part in it."""
    said = [f"event: {', '.join(sorted(track.types))}"]
    said += [f"{'/'.join(parts)} {', '.join(sorted(ids))}" for parts, ids in track.parts]
    return "; ".join(said) + ("; also where it is merely recalled" if track.takes_mentions else "")


def unread_json(matter: Matter) -> dict[str, object]:
    """The same, as JSON says it."""
    return {
        "matter": matter.id,
        "title": matter.title,
        "declared": True,
        "status": matter.start,
        "types": sorted(matter.types),
        "follows": [_track_words(each) for each in matter.tracks],
    }


def time_line(matter: Matter | None, kept: Kept, line: Sequence[Entered]) -> Iterator[str]:
    """A matter and everything on its time line, in the order in which it happened."""
    standing = kept.standing
    since = f", {since_words(standing.moved)}" if standing.moved is not None else ""
    yield f"MATTER {kept.id}: {one_line(kept.title)}"
    yield f"  status   {shown(standing.status)}{since}"
    where = f"declared in {matter.place}" if matter is not None else "declared no more"
    yield f"  follows  {', '.join(kept.types)}; {where if kept.declared else f'found by its number, {kept.document}'}"
    if standing.amounts:
        yield f"  sums     {'; '.join(sum_words(each) for each in standing.amounts)} (as told, not added up)"
    if standing.dates:
        said = sorted((day, kind) for kind, day in standing.dates)
        yield f"  dates    {', '.join(f'{words_of(kind)} {day}' for day, kind in said)}"
    if kept.lapses is not None:
        yield f"  ends     lapsed, unknown from {_day(kept.lapses)} on, if nobody says what became of it"
    yield f"  heard    first {_minute(kept.founded)}, last {_minute(kept.heard)}"
    for each in sorted(line, key=lambda one: (one.made.days.first, one.number)):
        yield ""
        yield from _entry(each)


def _entry(entered: Entered) -> Iterator[str]:
    made, origin = entered.made, entered.origin
    yield f"{day_words(made.days):24}  {_head(made)}{_taken(entered)}"
    if made.sentence:
        yield f'    "{one_line(made.sentence)}"'
    publisher = f"{one_line(origin.publisher)}, {words_of(origin.trust)}"
    yield f"    {publisher}; seen {_minute(origin.seen)}; {_came(origin.mark)}"
    yield f"    {one_line(origin.title)}"
    yield f"    article {origin.article}{f', {one_line(origin.link)}' if origin.link else ''}"
    yield f"    why: {one_line(made.why)}"


def _head(made: Transition) -> str:
    """What an entry did, in a few words."""
    words = _STEPS[made.change]
    if made.moves:
        words += f"  {shown(made.before)} \u2192 {shown(made.after)}"
    elif made.earlier:
        words = f"earlier step  {shown(made.told)}"
    elif made.label is not Label.NONE:
        words += f"  {made.label}"
    elif made.told:
        words += f"  {shown(made.told)}"
    if made.background:
        words += "  from background"
    sums = [sum_words(each) for each in made.amounts]
    dates = [f"{words_of(kind)} {day}" for kind, day in made.dates]
    return "  ".join((words, *sums, *dates))


def _taken(entered: Entered) -> str:
    return "" if entered.withdrawn is None else f"  (withdrawn {_minute(entered.withdrawn)}: its article was changed)"


def _came(mark: str) -> str:
    return {"live": "as news", "first_sight": "history of a first import", "backfill": "back-fill"}.get(mark, mark)


def told_words(told: Iterable[ToldOf]) -> Iterator[str]:
    """Which matters an article moved or did not, and why."""
    for each in told:
        made = each.entered.made
        what = "repeats " if each.repeats else ""
        yield f"  matter      {each.matter} ({one_line(each.title)}): {what}{_head(made)}; {day_words(made.days)}"
        yield f"                {one_line(each.why)}"
        if made.sentence:
            yield f'                "{one_line(made.sentence)}"'


def day_words(days: Days) -> str:
    """When it happened; what the text does not state is the article's own day, and says so."""
    if not days.stated:
        return f"by {days.last}"
    return f"{days.first}" if days.first == days.last else f"{days.first} to {days.last}"


def since_words(moved: Days | None) -> str:
    """Since when a status holds, as far as that is known."""
    if moved is None:
        return "since when is not known"
    return f"since {day_words(moved)}" if moved.stated else day_words(moved)


def sum_words(amount: str) -> str:
    """`up to 10000000000 USD` with its thousands parted."""
    ceiling, bare = ("up to ", amount.removeprefix("up to ")) if amount.startswith("up to ") else ("", amount)
    number, _, unit = bare.partition(" ")
    try:
        return f"{ceiling}{Decimal(number):,} {unit}".strip()
    except ArithmeticError:
        return amount


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def standing_json(standing: Standing) -> dict[str, object]:
    """How a matter stands, as JSON says it."""
    return {
        "status": standing.status,
        "since": None if standing.moved is None else standing.moved.first.isoformat(),
        "since_last_day": None if standing.moved is None else standing.moved.last.isoformat(),
        "amounts": list(standing.amounts),
        "dates": sorted([kind, day.isoformat()] for kind, day in standing.dates),
    }
