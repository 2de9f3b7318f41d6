"""A made-up newswire with known stories: events, copies of their reports, other reports of them, and look-alikes.

Seeded, in sentences of ours; the same seed writes the same. A look-alike has the headline's pattern and much of the
text of another event, with another firm, sum or place: what titles alone cannot tell apart.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bench.feeds import Writer

COPY_SHARE, RETOLD_SHARE, ALIKE_SHARE = 0.15, 0.05, 0.25
_RECENT = 400
_GAP_S = 240
_SOUNDS = "al an bel cor da del dor fer gal hel ka kor lan lin lu mar mer nor pel ra ren sol tan tor ul val ver zen"
_SYLLABLES = _SOUNDS.split()
_SUFFIXES = ("Resources", "Minerals", "Metals", "Magnets", "Mining", "Energy", "Holdings", "Materials")
_METALS = (
    "neodymium", "dysprosium", "terbium", "samarium", "gallium", "germanium", "antimony", "tungsten", "lithium",
    "cobalt", "graphite", "nickel", "tantalum", "niobium", "scandium", "magnesium", "manganese", "vanadium",
)  # fmt: skip
_PLACES = (
    "Australia", "Brazil", "Canada", "Chile", "Estonia", "Greenland", "India", "Japan", "Kazakhstan", "Malawi",
    "Malaysia", "Namibia", "Nevada", "Norway", "Ontario", "Quebec", "Sweden", "Tanzania", "Texas", "Vietnam",
)  # fmt: skip
_ACTS = (
    ("wins final permit for {metal} project in {place}", "gets the last approval for its {metal} mine in {place}"),
    ("secures ${sum} million loan for {metal} plant", "borrows ${sum} million to build {metal} refinery"),
    ("signs offtake agreement for {metal} from {place}", "will buy {metal} of {place} under a supply contract"),
    ("opens {metal} separation plant in {place}", "starts up its {metal} works in {place}"),
    ("halts {metal} shipments to {place}", "stops sending {metal} to {place}"),
    ("raises ${sum} million to expand {metal} output", "sells shares worth ${sum} million for more {metal}"),
    ("buys {metal} deposit in {place} for ${sum} million", "pays ${sum} million for a {metal} find in {place}"),
    ("reports record {metal} grades in {place}", "drills its richest {metal} in {place} yet"),
)
_LEADS = (
    "{firm} {act}, the company said on {weekday}. {person}, its chief executive, called the step decisive for {place}.",
    "On {weekday} it became known that {firm} {act}. {person} runs the company, which employs {staff} in {place}.",
)
_BACKGROUND = """
Demand for {metal} has outgrown supply for three years in a row, and buyers outside the largest producer look for
second sources. Prices rose after export licences became slower to obtain.

Analysts say that refineries, and not mines, are the narrow place of the {metal} chain. Few plants separate it at a
scale that customers accept, and most of them stand in one country.

{place} wants to keep more of the value of its ores at home. Its government offers tax relief to those who
process {metal} there, and has named it a strategic material.

Magnets, batteries and alloys take most of the {metal} that is sold. Car makers signed long contracts last year.

Shares of producers of {metal} moved little. Traders had expected news of this sort for weeks.

A new plant for {metal} takes four to seven years from first study to first product, consultants estimate.
""".strip().split("\n\n")
_RETITLED = (
    "{title} - Newsdesk", "{title} | Metal Day", "UPDATE 1-{title}", "Breaking: {title}", "{title} (update)", "{shout}",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened: who, which act of the list, and what it is filled in with."""

    firm: str
    act: int
    metal: str
    place: str
    sum: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One article. `story` numbers its event; `kind` is fresh, alike, copy or retold."""

    id: str
    story: int
    kind: str
    title: str
    body: str
    at: datetime
    event: Event


class Newswire:
    """Writes reports one after the other, four minutes apart."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._writer = Writer(seed)
        self._recent: list[Report] = []
        self._at = datetime(2026, 1, 5, tzinfo=UTC)
        self._count = 0
        self._stories = 0

    def reports(self, count: int) -> Iterator[Report]:
        """The next reports."""
        for _ in range(count):
            yield self._next()

    def title(self) -> str:
        """A headline alone, as cheap as can be."""
        return self._title(self._event(), first=True)

    def _next(self) -> Report:
        self._at += timedelta(seconds=self._chance.expovariate(1 / _GAP_S))
        drawn = self._chance.random()
        if self._recent and drawn < COPY_SHARE + RETOLD_SHARE:
            old = self._chance.choice(self._recent)
            report = self._copy(old) if drawn < COPY_SHARE else self._report(old.event, old.story, "retold")
        elif self._recent and drawn < COPY_SHARE + RETOLD_SHARE + ALIKE_SHARE:
            report = self._alike(self._chance.choice(self._recent))
        else:
            report = self._report(self._event(), self._new_story(), "fresh")
        self._count += 1
        self._recent = [*self._recent[1 - _RECENT :], report]
        return report

    def _new_story(self) -> int:
        self._stories += 1
        return self._stories

    def _event(self) -> Event:
        pick = self._chance.choice
        return Event(
            firm=f"{self._name()} {pick(_SUFFIXES)}",
            act=self._chance.randrange(len(_ACTS)),
            metal=pick(_METALS),
            place=pick(_PLACES),
            sum=self._chance.randrange(101, 989),
            person=f"{self._name()} {self._name()}",
        )

    def _name(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES, k=self._chance.choice((2, 3, 3)))).capitalize()

    def _alike(self, old: Report) -> Report:
        """Another event that reads like one: another firm, or the same firm's next deal in another place."""
        event = old.event
        if self._chance.random() < 0.5:
            event = replace(event, firm=self._event().firm, sum=self._chance.randrange(101, 989), person=self._name())
        else:
            others = [place for place in _PLACES if place != event.place]
            metals = [metal for metal in _METALS if metal != event.metal]
            act = (event.act + self._chance.randrange(1, len(_ACTS))) % len(_ACTS)
            event = replace(
                event,
                place=self._chance.choice(others),
                metal=self._chance.choice(metals),
                act=act,
                sum=self._chance.randrange(101, 989),
            )
        return self._report(event, self._new_story(), "alike")

    def _report(self, event: Event, story: int, kind: str) -> Report:
        first = kind != "retold"
        filled = {"metal": event.metal, "place": event.place, "sum": event.sum}
        act = _ACTS[event.act][0 if first else 1].format(**filled)
        lead = _LEADS[0 if first else 1].format(
            firm=event.firm, act=act, person=event.person, weekday=f"{self._at:%A}", staff=100 + event.sum, **filled
        )
        told = [text.format(**filled) for text in self._chance.sample(_BACKGROUND, 4)]
        own = [self._writer.paragraph() for _ in range(6)]
        return Report(
            id=str(self._count),
            story=story,
            kind=kind,
            title=self._title(event, first=first),
            body="\n\n".join((lead, *own[:2], *told[:2], *own[2:], *told[2:])),
            at=self._at,
            event=event,
        )

    def _title(self, event: Event, *, first: bool) -> str:
        act = _ACTS[event.act][0 if first else 1]
        return f"{event.firm} {act.format(metal=event.metal, place=event.place, sum=event.sum)}"

    def _copy(self, old: Report) -> Report:
        """The same text as another desk prints it: the headline edited, a paragraph gone, a word changed."""
        words = old.title.split()
        if self._chance.random() < 0.3:
            title = " ".join(words[: max(5, len(words) * 4 // 5)])
        else:
            title = self._chance.choice(_RETITLED).format(title=old.title, shout=old.title.upper())
        parts = [part for part in old.body.split("\n\n") if self._chance.random() > 0.1] or [old.body]
        parts = [part.replace(" said ", " stated ") if self._chance.random() < 0.3 else part for part in parts]
        return replace(old, id=str(self._count), kind="copy", title=title, body="\n\n".join(parts), at=self._at)
