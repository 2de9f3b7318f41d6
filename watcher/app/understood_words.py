"""What was understood of an article, in words for a terminal: genre, events with their proof, values, names."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from watcher.app.readings import Readings
from watcher.core.events.model import Event
from watcher.core.facts.model import Facts, Money, Price, Quantity, Share, When
from watcher.core.lexicon.model import Named
from watcher.core.telling.alerts import words_of
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.understanding.understander import Understood
from watcher.stores.sqlite.readings import StoredReading

_UNREAD = "nothing was stored when it came in: no rule asked, or an earlier watcher stored no readings"
_MOST_NAMES = 24
_MOST_QUOTED = 240
_MOST_VALUES = 12


def readings_words(readings: Readings, text: str) -> Iterator[str]:
    """What is stored, by whom it was read, and what others read otherwise."""
    if readings.shown is None:
        return
    yield f"  reading     {'; '.join(_origin(readings))}"
    yield from understood_words(readings.shown, text)
    if readings.values is not None and (lines := list(fact_words(readings.values))):
        yield "  values      read now: none are stored of what tells of no event"
        yield from lines
    if readings.anew is not None:
        yield f"  re-read     {_day(readings.anew)}by version {readings.anew.version}, which finds otherwise:"
        yield from understood_words(readings.anew.understood, text)
    if readings.standing is not None and readings.now is not None:
        if readings.differs:
            yield f"  read now    by version {readings.version}, which finds otherwise:"
            yield from understood_words(readings.now, text)
        else:
            yield f"  read now    by version {readings.version}, which finds the same"


def _origin(readings: Readings) -> Iterator[str]:
    stands = readings.standing
    if stands is None:
        yield f"by version {readings.version}, now; {_UNREAD}"
        return
    if readings.judged is not None:
        yield f"by version {readings.judged.version}, before rules judged it"
    else:
        yield f"{_day(stands)}by version {stands.version}; {_UNREAD}"
    if stands.same is not None:
        yield f"version {stands.same} found the same"
    if readings.older and readings.now is None:
        yield f"older than what reads now ({readings.version}): --now shows what that finds"


def _day(stored: StoredReading) -> str:
    return f"on {stored.at:%Y-%m-%d} " if stored.at is not None else ""


def understood_words(understood: Understood, text: str) -> Iterator[str]:
    """Genre, events, values and names."""
    account = understood.account
    cues = ", ".join(dict.fromkeys(f'"{_safe(text[cue.start : cue.end])}"' for cue in account.cues))
    yield f"  genre       {words_of(account.genre)}{f', by {cues}' if cues else ''}"
    if not account.events:
        yield "  events      none"
    for event in account.events:
        yield from _event_words(event, text)
    if understood.facts is not None:
        yield from fact_words(understood.facts)
    if understood.named:
        yield f"  names       {'; '.join(_names(understood.named))}"


def fact_words(facts: Facts) -> Iterator[str]:
    """A line for each sort of value, with each value once."""
    for name, values in (
        ("sums", map(_sum, facts.money)),
        ("prices", (f"{_span(each)} {each.currency}/{each.per}{_VAT[each.vat]}" for each in facts.prices)),
        ("amounts", map(_quantity, facts.quantities)),
        ("shares", (f"{_span(each)} %" for each in facts.shares)),
        ("votes", (f"{each.ayes} to {each.noes}" for each in facts.votes)),
        ("dates", map(_date, facts.dates)),
        ("documents", (f"{_safe(each.number)} ({words_of(each.kind)})" for each in facts.documents)),
    ):
        every = list(dict.fromkeys(values))
        if every:
            more = f"; {len(every) - _MOST_VALUES} more" if len(every) > _MOST_VALUES else ""
            yield f"  {name:<11} {'; '.join(every[:_MOST_VALUES])}{more}"


_VAT = {None: "", True: " with VAT", False: " without VAT"}


def _sum(money: Money) -> str:
    said = [money.role and words_of(money.role), "" if money.fresh else "not new"]
    notes = ", ".join(note for note in (*said, "said again" if money.same_as is not None else "") if note)
    return f"{'up to ' if money.up_to else ''}{_span(money)} {money.currency}{f' ({notes})' if notes else ''}"


def _quantity(each: Quantity) -> str:
    return f"{'about ' if each.approximate else ''}{_span(each)} {each.unit}{f' {_safe(each.of)}' if each.of else ''}"


def _date(when: When) -> str:
    day = "unknown" if when.first is None else f"{when.first}"
    if when.last is not None and when.last != when.first:
        day += f" to {when.last}"
    notes = [words_of(when.kind)] if when.kind else []
    notes += ["conditional"] if when.conditional else []
    notes += [f"a slip of {when.likely}?"] if when.suspect else []
    return f"{day} ({', '.join(notes)})" if notes else day


def _span(of: Money | Price | Quantity | Share) -> str:
    low = of.value if isinstance(of, Quantity | Share) else of.amount
    return number_words(low) if of.most is None else f"{number_words(low)} to {number_words(of.most)}"


def number_words(value: Decimal) -> str:
    """A number as people say it: `6.9 million`."""
    for power, word in _SCALES:
        if abs(value) >= power:
            return f"{_plain(value / power)} {word}"
    return _plain(value)


def _plain(value: Decimal) -> str:
    """A number without an exponent and idle zeros; rounded to six places."""
    text = f"{round(value, 6):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))


def _event_words(event: Event, text: str) -> Iterator[str]:
    told = "reports" if event.reported else "mentions"
    unsure = "" if event.sure else ", unsure"
    start, end = event.sentence
    yield f"  {told:<11} {words_of(event.type)}: {words_of(event.status)}{unsure} ({_safe(event.why)})"
    yield f'                "{_safe(text[start:end])[:_MOST_QUOTED]}"'
    roles = [f"{role.part} {_safe(role.name)}{' (implied)' if role.implied else ''}" for role in event.roles]
    if roles:
        yield f"                {'; '.join(dict.fromkeys(roles))}"


def _names(named: tuple[Named, ...]) -> list[str]:
    """Each thing once, in the order in which it is first named."""
    every = list(dict.fromkeys(f"{_safe(each.name)} ({each.sort.value})" for each in named))
    more = len(every) - _MOST_NAMES
    return [*every[:_MOST_NAMES], f"{more} more"] if more > 0 else every


def _safe(text: str) -> str:
    return one_line(plain_safe(text))
