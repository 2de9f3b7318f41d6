"""One article laid out for recognition: its sentences with their hits, names and facts, and where its clauses part.

Never decides what is an event.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from watcher.core.events.pieces import Pieces
from watcher.core.events.recognisers import STRANGER, Recognisers
from watcher.core.events.seeking import SHARED_TYPE, Hit, Row
from watcher.core.facts.model import Facts
from watcher.core.lexicon.forms import FORM
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Zone
from watcher.core.text.plain import CJK
from watcher.core.text.reading import Reading

MOST_CHARACTERS = 1_500
"""How far into a text it is read for mentions."""
MOST_BELOW_NAME = 6_000
"""As far below a title that is a name and tells nothing: a portrait comes to its news late."""
MOST_OF_TITLE = 1_000
REPORTED_WITHIN = 900
"""How far behind the title a sentence can stand and be news. Source: calibration; leads are shorter."""
_OBJECTS = frozenset({"object", "phrase", "title_phrase"})
_BELOW = 4
_DECK = 200
"""Characters that a deck, the line below a title, may have."""
_SITE_NAME = 3
_SITE_NAME_CJK = 12
"""A title of no more words (characters) may be a site's name and tells nothing."""


@dataclass(slots=True)
class Line:
    """One sentence: its span in the shown text, its zone, its words' counts, and what was found in it.

    `place` orders sentences by how much they count: 0 title, 1 highlights, 2 first sentence of the lead, 3 the rest
    of it, 4 anything else. `opens` is the lead's first sentence, and that below a deck. `noted` are its hits that speak
    against an event, `asks` whether it ends with a question. `parted` are the counts of words at which punctuation
    begins a clause, anywhere in the article.
    """

    start: int
    end: int
    zone: Zone
    place: int
    first: int
    last: int
    opens: bool = False
    hits: list[Hit] = field(default_factory=list)
    parted: Sequence[int] = ()
    breaks: list[int] | None = None
    named: list[Named] = field(default_factory=list)
    latest: tuple[date | None, int | None] | None = None
    noted: list[Hit] | None = None
    asks: bool | None = None

    def rows(self, slot: str, type_: int) -> Iterator[tuple[Hit, Row]]:
        """The hits listed in that slot for that type or for all types."""
        for hit in self.hits:
            listed = hit.listed
            if slot not in listed.slots:
                continue
            for row in listed.shared:
                if row.slot == slot:
                    yield hit, row
            for row in listed.own if type_ != SHARED_TYPE else ():
                if row.slot == slot and row.type == type_:
                    yield hit, row

    def clause(self, count: int) -> int:
        """The number of the clause that a word stands in: they part at punctuation, and before words that open one."""
        if self.breaks is None:
            parted = self.parted
            low = bisect_left(parted, self.first)
            found = set(parted[low : bisect_left(parted, self.last, low)])
            found.update([hit.first for hit in self.hits if hit.listed.parts])
            self.breaks = sorted(found)
        return bisect_right(self.breaks, count)


@dataclass(slots=True)
class Scene:
    """An article laid out. `owner` names its publisher, where that may stand for an actor; `values` are its facts."""

    reading: Reading
    recognisers: Recognisers
    named: Sequence[Named]
    values: Facts | Callable[[], Facts]
    published: date | None
    owner: str
    off: frozenset[int] = frozenset()
    lines: list[Line] = field(default_factory=list)
    pieces: Pieces | None = None
    heads: list[Line] = field(default_factory=list)
    counted: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    _gated: defaultdict[Zone, list[frozenset[tuple[int, str]]]] | None = None
    _ids: defaultdict[tuple[Sort, Zone], set[str]] | None = None

    @classmethod
    def of(
        cls,
        reading: Reading,
        recognisers: Recognisers,
        named: Sequence[Named],
        values: Facts | Callable[[], Facts],
        published: date | None,
        owner: str = "",
        off: frozenset[int] = frozenset(),
    ) -> Scene:
        """The article laid out, as far as it is read at all."""
        scene = cls(reading, recognisers, named, values, published, owner, off)
        scene._lay_out()
        return scene

    @property
    def facts(self) -> Facts:
        """The values in it, read when somebody asks for them first: most sentences tell of nothing."""
        if callable(self.values):
            self.values = self.values()
        return self.values

    def _lay_out(self) -> None:
        reading = self.reading
        mapped = reading.mapped
        title_end = reading.zones[0].end if reading.zones and reading.zones[0].zone is Zone.TITLE else 0
        most = MOST_BELOW_NAME if _is_bare(reading.text[:title_end]) else MOST_CHARACTERS
        limit = min(len(reading.text), min(title_end, MOST_OF_TITLE) + most)
        end = bisect_left(mapped.offsets, limit) if limit < len(reading.text) else len(mapped.text)
        pieces = self.pieces = Pieces.of(mapped.text, end)
        self.lines = _lines(reading, pieces, mapped.offsets, limit)
        self.heads = [line for line in self.lines if line.place in {0, 2}]
        firsts = [line.first for line in self.lines]
        found = self.recognisers.seeker.find(pieces, mapped, firsts, reading.main_language, self.off)
        for line, hits in zip(self.lines, found, strict=True):
            line.hits, line.parted = hits, pieces.breaks
        starts = [line.start for line in self.lines]
        for name in self.named:
            if name.start >= limit:
                break
            index = bisect_right(starts, name.start) - 1
            if index >= 0 and name.start < self.lines[index].end:
                self.lines[index].named.append(name)

    def count_at(self, position: int) -> int:
        """How many words stand before a position of the shown text."""
        assert self.pieces is not None
        return self.pieces.count_at(bisect_left(self.reading.mapped.offsets, position))

    def backed(self) -> frozenset[int] | None:
        """The types whose objects the title names; None for a title that says nothing, as a site's name."""
        lines = [line for line in self.lines if line.place == 0]
        types = {
            row.type
            for line in lines
            for hit in line.hits
            if hit.listed.done_to or hit.listed.saying or hit.listed.titled
            for row in hit.listed.own
            if row.slot in _OBJECTS
        }
        cjk = any(hit.cjk for line in lines for hit in line.hits)
        if sum(line.last - line.first for line in lines) <= (_SITE_NAME_CJK if cjk else _SITE_NAME):
            return None
        return frozenset(types)

    def gated(self, type_: int, key: str, zones: frozenset[Zone]) -> bool:
        """Whether words of that condition of the type stand in one of these zones."""
        if self._gated is None:
            self._gated = defaultdict(list)
            for line in self.lines:
                # Asked of one by one: making one set of them takes longer than all the looking up.
                self._gated[line.zone] += [gates for hit in line.hits if (gates := hit.listed.gates)]
        sought = type_, key
        for zone in zones:
            for gates in self._gated.get(zone, ()):
                if sought in gates:
                    return True
        return False

    def ids(self, sort: Sort, zone: Zone) -> set[str]:
        """The ids of the names of one sort in a zone, with `STRANGER` for one that is known by its form."""
        if self._ids is None:
            self._ids = defaultdict(set)
            for name in self.named:
                if name.zone is not None:
                    self._ids[name.sort, name.zone].update((name.id, STRANGER) if name.by == FORM else (name.id,))
        return self._ids[sort, zone]


def _lines(reading: Reading, pieces: Pieces, offsets: Sequence[int], limit: int) -> list[Line]:
    lines: list[Line] = []
    starts = pieces.starts
    lead = 0
    shown = starts if isinstance(offsets, range) else [offsets[start] for start in starts]
    top = (reading.zones[0].end if reading.zones else 0) + REPORTED_WITHIN
    for start, end in reading.first_sentences(limit):
        if start >= limit:
            break
        zone = reading.zone_at(start)
        if zone is None:
            continue
        place, opens = _BELOW, False
        if zone is Zone.TITLE:
            place = 0
        elif start < top and zone is Zone.HIGHLIGHTS:
            place = 1
        elif start < top and zone is Zone.LEAD:
            place = 2 if not lead else 3
            opens = not lead or (lead == 1 and _under_deck(reading.text, lines[-1], start))
            lead += 1
        first = bisect_left(shown, start, lines[-1].first if lines else 0)
        lines.append(Line(start, min(end, limit), zone, place, first, first, opens))
    following = len(starts)
    for line in reversed(lines):
        line.last, following = following, line.first
    return lines


def _is_bare(title: str) -> bool:
    """Whether a title may be a mere name: of so few words (characters) that it tells nothing."""
    return len(title) <= _SITE_NAME_CJK if CJK.search(title) else title.count(" ") < _SITE_NAME


def _under_deck(text: str, deck: Line, start: int) -> bool:
    """Whether a lead's second sentence is its first in truth: below a paragraph of one sentence, as editors put it."""
    return deck.end - deck.start <= _DECK and "\n" in text[deck.end : start]
