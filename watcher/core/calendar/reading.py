"""What one article says of dates to come: days given, days spoken of without being given, and what came of them.

Never invents a day: what is unknown stays so, a likely misprint is passed over with its reason, and so is the past.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from watcher.core.calendar.cues import (
    CLOCK,
    CONDITION,
    DUTY,
    ENDING,
    ENDING_ELSEWHERE,
    EXTENDED,
    MOVED,
    NEARS,
    PERHAPS,
    SETTLING,
    ZONES,
)
from watcher.core.calendar.model import ENDS, Passed, Read, Statement
from watcher.core.calendar.topics import MEETINGS, Topics
from watcher.core.events.model import DENIED, RUMOURED, Account
from watcher.core.facts.dates import lowered
from watcher.core.facts.model import Facts, When
from watcher.core.facts.quantities import sentence_at
from watcher.core.lexicon.names import Names
from watcher.core.model import Zone
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

NEWS = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY})
_TOP = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
MOST = 16
"""Dates of one article that become entries, the nearest first: a table of dates in prose is a calendar of its own."""
_LOOKS = 96
"""Dates, ends and events of one article that are looked at closely: more is a list, and the writer waits meanwhile."""
_BLOCK = 600
"""What is looked at of a longer sentence: the block of so many characters that the date is in, and those beside it."""
_NEAR_CLOCK = 32
_PAST = "the day lies in the past"
_SLIP = "the year looks like a slip of the pen"
_UNKNOWN = "the text does not say when"
_TOO_MANY = f"the article gives more than {MOST} dates: the nearest are kept"
_OF_NOTHING = "nothing says what it is the date of"
_TODAY = "it is the article's own day: news, and no date to wait for"


def dates_read(reading: Reading, facts: Facts, account: Account, names: Names, zone: str) -> Read:
    """All statements of the article, each date once.

    Args: zone - whose days the article speaks of (an IANA name), where a sentence names no other.
    """
    topics = Topics(reading, account, names, facts)
    passed: list[Passed] = []
    given = _given(reading, topics, facts, zone, passed)
    taken = [each.sentence for each in given]
    named = _named(reading, topics, zone, taken)
    settling = _settling(reading, account, topics, zone)
    statements = sorted((*given, *named, *settling), key=lambda each: (each.start, each.part))
    return Read(statements=tuple(statements), passed=tuple(sorted(passed, key=lambda each: each.start)))


def _given(reading: Reading, topics: Topics, facts: Facts, zone: str, passed: list[Passed]) -> list[Statement]:
    """The dates that the article gives, each once, the nearest ones of too many; says of the others why not."""
    found: dict[tuple[object, ...], Statement | None] = {}
    looks = 0
    for when in sorted(_worth_a_look(reading, facts, passed), key=lambda each: (each.last or date.max, each.start)):
        key = (when.kind, when.first, when.last, _words(reading, when).casefold() if when.last is None else "")
        if found.get(key) is not None:
            continue
        reason = _TOO_MANY
        if looks < _LOOKS and sum(each is not None for each in found.values()) < MOST:
            looks += 1
            found[key] = _stated(reading, topics, when, zone)
            reason = "" if found[key] is not None else _OF_NOTHING
        if reason:
            passed.append(Passed(start=when.start, end=when.end, kind=when.kind, reason=reason))
    return [each for each in found.values() if each is not None]


def _worth_a_look(reading: Reading, facts: Facts, passed: list[Passed]) -> Iterator[When]:
    """The dates of news that nothing speaks against, whatever they are of."""
    duties: dict[Span, bool] = {}
    for when in facts.dates:
        if not when.kind or reading.zone_at(when.start) not in NEWS:
            continue
        reason = _passed_for(reading, when, duties)
        if reason:
            passed.append(Passed(start=when.start, end=when.end, kind=when.kind, reason=reason))
        else:
            yield when


def _passed_for(reading: Reading, when: When, duties: dict[Span, bool]) -> str:
    """Why a date makes no entry, whatever it is of; "" if nothing speaks against it."""
    if when.suspect:
        return f"{_SLIP}, perhaps for {when.likely}" if when.likely else _SLIP
    if when.last is None:
        span = _around(reading, when.start)
        if when.conditional and span not in duties:
            duties[span] = DUTY.search(reading.text, *span) is not None
        return "" if when.conditional and duties[span] else _UNKNOWN
    if reading.published is None:
        return ""
    if when.last < reading.published:
        return _PAST
    if when.kind not in ENDS and when.first is not None and when.first <= reading.published:
        return _TODAY
    return ""


def _around(reading: Reading, place: int) -> Span:
    """The sentence of a place; of a very long one what stands near, cut so that neighbours share what is looked at."""
    low, high = sentence_at(reading.sentences, place, len(reading.text))
    if high - low <= 2 * _BLOCK:
        return low, high
    block = (place - low) // _BLOCK * _BLOCK + low
    return max(low, block - _BLOCK), min(high, block + 2 * _BLOCK)


def _words(reading: Reading, when: When) -> str:
    return " ".join(reading.text[when.start : when.end].split())


def _stated(reading: Reading, topics: Topics, when: When, zone: str) -> Statement | None:
    sentence = _around(reading, when.start)
    of = topics.of(sentence, when)
    if of is None:
        return None
    text = reading.text
    said = text[sentence[0] : sentence[1]]
    time, own = _clock(text, sentence, when) if when.first == when.last else ("", "")
    events = topics.events_in(sentence)
    # What is merely expected of a meeting in the body of an article about something else is a hint, no appointment.
    beside = when.kind in MEETINGS and reading.zone_at(when.start) not in _TOP
    rumoured = bool(events) and all(each.status in {RUMOURED, DENIED} for each in events)
    moved = any(each.status in {"extended", "postponed", "delayed"} for each in events)
    return Statement(
        part="states",
        kind=when.kind,
        first=when.first,
        last=when.last,
        time=time,
        zone=own or zone,
        conditional=when.conditional or when.last is None or _depends(said),
        sure=not (beside or rumoured or PERHAPS.search(_clause(text, sentence, when))),
        moves=moved or MOVED.search(said) is not None,
        start=when.start,
        end=when.end,
        sentence=sentence,
        text=_words(reading, when),
        of=of,
    )


def is_firm(reading: Reading, when: When) -> bool:
    """Whether a date is stated without an if, a perhaps and a doubt about its year."""
    if when.conditional or when.suspect or when.last is None:
        return False
    sentence = _around(reading, when.start)
    said = reading.text[sentence[0] : sentence[1]]
    return not _depends(said) and PERHAPS.search(_clause(reading.text, sentence, when)) is None


def _depends(said: str) -> bool:
    return CONDITION.search(said) is not None


_BREAK = re.compile(r"[,;:(\u2014\u2013，；：、]")


def _clause(text: str, sentence: Span, when: When) -> str:
    """The clause that the date stands in, its own commas aside."""
    low, high = sentence
    before = [match.end() for match in _BREAK.finditer(text, low, when.start)]
    after = _BREAK.search(text, when.end, high)
    return text[before[-1] if before else low : after.start() if after else high]


def _clock(text: str, sentence: Span, when: When) -> tuple[str, str]:
    """The time of the day beside a date (`17:00`) and the zone it names; each "" if there is none."""
    around = (
        (when.end, min(sentence[1], when.end + _NEAR_CLOCK)),
        (max(sentence[0], when.start - _NEAR_CLOCK), when.start),
    )
    for low, high in around:
        for found in CLOCK.finditer(text, low, high):
            if found["minute"] is None and found["half"] is None:
                continue
            hour = int(found["hour"])
            if found["half"] is not None:
                hour = hour % 12 + (12 if found["half"][0] == "p" else 0)
            return f"{hour:02}:{found['minute'] or '00'}", ZONES.get(found["zone"] or "", "")
    return "", ""


def _with_an_end(reading: Reading) -> set[Span]:
    """The sentences of news that name a thing with an end, so many: few have one, and looking closer is dear."""
    low = lowered(reading.text)
    found: set[Span] = set()
    for word in ENDING if low.isascii() else (*ENDING, *ENDING_ELSEWHERE):
        at = low.find(word)
        while at >= 0 and len(found) < _LOOKS:
            if reading.zone_at(at) in NEWS:
                found.add(_around(reading, at))
            at = low.find(word, at + len(word))
    return found


def _named(reading: Reading, topics: Topics, zone: str, taken: Iterable[Span]) -> Iterator[Statement]:
    """Sentences that speak of an end without giving its day."""
    for span in sorted(_with_an_end(reading) - set(taken)):
        found = NEARS.search(reading.text, *span)
        of = topics.around(span) if found is not None else None
        if found is not None and of is not None:
            yield Statement(
                part="names",
                kind="",
                start=found.start(),
                end=found.end(),
                sentence=span,
                text=" ".join(found[0].split()),
                of=of,
                zone=zone,
            )


def _settling(reading: Reading, account: Account, topics: Topics, zone: str) -> Iterator[Statement]:
    """What reported events say came of a date."""
    for event in account.reported[:_LOOKS]:
        sentence = _around(reading, event.start)
        extended = event.status == "suspended" and _prolongs(reading, sentence)
        outcome = "extended" if extended else event.status
        # "The one-year reprieve is nearing its end" is told as prolonged by its noun, and nothing is prolonged.
        spoken_of = outcome == "extended" and not _prolongs(reading, sentence) and NEARS.search(reading.text, *sentence)
        if event.sure and outcome in SETTLING and not spoken_of:
            yield Statement(
                part="settles",
                kind="",
                start=event.start,
                end=event.end,
                sentence=sentence,
                text=" ".join(reading.text[event.start : event.end].split()),
                of=topics.of_event(event),
                zone=zone,
                outcome=outcome,
            )


def _prolongs(reading: Reading, sentence: Span) -> bool:
    return EXTENDED.search(reading.text, *sentence) is not None


def of_matters(read: Read, matters: Iterable[str]) -> Read:
    """The same, with every date one of the matters that the article tells of."""
    own = frozenset(matters)
    if not own:
        return read
    return replace(read, statements=tuple(replace(each, of=replace(each.of, matters=own)) for each in read.statements))


def told_on(reading: Reading, otherwise: date) -> date:
    """The day that the article speaks from."""
    return reading.published or otherwise
