"""The recognisers as they were read: one for each type, the lists they share, and the conditions on whole articles.

Never reads a file and never looks at an article but through a condition's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from watcher.core.events.filing import Filed
from watcher.core.events.model import DENIED, RUMOURED, Genre
from watcher.core.events.seeking import ACT, SHARED_TYPE, Seeker
from watcher.core.lexicon.model import Sort
from watcher.core.model import Trust, Zone
from watcher.core.text.inflection import Inflection
from watcher.core.text.items import WordItem

TOP = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
NEWS = TOP | {Zone.BODY}
ByLanguage = tuple[WordItem, ...]
"""Items, each with its language."""

SHARED = (
    "hedges",
    "anonymous",
    "questions",
    "negations",
    "history",
    "reactions",
    "schedule",
    "purpose",
    "breaks",
    "officials",
    "firms",
    "shares",
    "sites",
    "instruments",
    "intransitive",
)
"""The shared lists that the engine itself looks at; a file may define more for its own use."""
OFFICIAL_KINDS = frozenset({"agency", "ministry", "government", "legislature", "authority"})
CAPITALS = "capitals"
"""The slot of the states' capitals; the name of such a row is the id of the state."""
_CJK_GAP = 1.5
_TITLE_GAP = 2
"""A title is one clause: act and object belong together further apart."""
FIRM_KINDS = frozenset({"company", "firm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreCues:
    """What makes an article one of a genre, by where it stands.

    A publisher of a class in `trust` makes it one where no cue does; one of a class in `rest` where the article names
    materials and tells of nothing that happened.
    """

    label: ByLanguage = ()
    title: ByLanguage = ()
    subject: ByLanguage = ()
    hint: ByLanguage = ()
    lead: ByLanguage = ()
    unless: ByLanguage = ()
    trust: frozenset[Trust] = frozenset()
    rest: frozenset[Trust] = frozenset()
    firm: bool = False


STRANGER = "stranger"
"""Stands in a gate for every organisation that the lexicon does not know: its form alone says that it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A condition on the article: a leaf of one `kind`, or a group whose parts are in `all`, `any`, `none`.

    A leaf's `values` are ids of `sort` for names (or `STRANGER`), trusts or languages as text; its `key` is its name
    among the words that are sought.
    """

    kind: str = "group"
    sort: Sort | None = None
    values: frozenset[str] = frozenset()
    words: ByLanguage = ()
    key: str = ""
    zones: frozenset[Zone] = NEWS
    all: tuple[Gate, ...] = ()
    any: tuple[Gate, ...] = ()
    none: tuple[Gate, ...] = ()

    @property
    def leaves(self) -> tuple[Gate, ...]:
        """All leaves below, itself if it is one."""
        if self.kind != "group":
            return (self,)
        return tuple(leaf for part in (*self.all, *self.any, *self.none) for leaf in part.leaves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text with what is expected of it: `report` of that status, `mention`, or `none` of the type at all."""

    expect: str
    status: str = ""
    text: str
    lead: str = ""
    language: str = ""
    trust: Trust = Trust.UNKNOWN
    date: str = ""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Acts that go with certain objects only."""

    acts: Mapping[str, ByLanguage] = field(default_factory=dict)
    objects: ByLanguage = ()
    targets: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    gap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """One type of event and how it is recognised; fields as the keys of its file (docs/events.md)."""

    id: str
    title: str
    note: str = ""
    ladder: tuple[str, ...]
    exits: tuple[str, ...] = ()
    acts: Mapping[str, ByLanguage] = field(default_factory=dict)
    objects: ByLanguage = ()
    targets: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    families: tuple[Family, ...] = ()
    phrases: Mapping[str, ByLanguage] = field(default_factory=dict)
    title_phrases: Mapping[str, ByLanguage] = field(default_factory=dict)
    counters: ByLanguage = ()
    denials: ByLanguage = ()
    hedges: ByLanguage = ()
    background: ByLanguage = ()
    reactions: ByLanguage = ()
    actors: frozenset[str] | None = None
    actor_kinds: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    source_is_actor: bool = False
    only_if: Gate | None = None
    report_in: frozenset[Zone] = TOP
    gap: int = 8
    fresh: int = 21
    also: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    rank: int = 50
    scheduled: str | None = None
    genres: frozenset[Genre] = frozenset()
    file: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def groups(self) -> tuple[Family, ...]:
        """Its own acts and objects, and after them each family."""
        own = Family(acts=self.acts, objects=self.objects, targets=self.targets, subjects=self.subjects)
        return (own, *self.families)

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status that an event of the type can have."""
        return (*self.ladder, *self.exits, RUMOURED, DENIED)

    @property
    def official(self) -> bool:
        """Whether a state's bodies do this."""
        return bool(self.actor_kinds & OFFICIAL_KINDS)

    @property
    def firm(self) -> bool:
        """Whether companies do this."""
        return bool(self.actor_kinds & FIRM_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognisers:
    """All types, ready to be sought. `states` are the ids of places that stand for their government.

    `capitals` are the names of each state's capital, by the state's id: they stand for its government where they act.
    `groups` are each type's acts and objects with its families; `families` numbers these, and they are told by bits:
    `loose` are those that may take a name or a sum of money for an object, and `takes` those that take which of these:
    ("target" or "subject", sort), "amount" or "share".
    """

    types: tuple[Recogniser, ...]
    genres: Mapping[Genre, GenreCues]
    states: frozenset[str] = frozenset()
    capitals: Mapping[str, ByLanguage] = field(default_factory=dict)
    seeker: Seeker
    cues: Mapping[str, ByLanguage] = field(default_factory=dict)
    version: str = ""
    groups: Mapping[str, tuple[Family, ...]] = field(default_factory=dict)
    families: tuple[tuple[int, int], ...] = ()
    loose: int = 0
    takes: Mapping[object, int] = field(default_factory=dict)
    _within: Mapping[tuple[bool, bool], tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        types: tuple[Recogniser, ...],
        shared: Mapping[str, ByLanguage],
        genres: Mapping[Genre, GenreCues],
        inflections: Mapping[str, Inflection],
        *,
        states: frozenset[str] = frozenset(),
        capitals: Mapping[str, ByLanguage] | None = None,
        version: str = "",
    ) -> Recognisers:
        """The types with everything that they seek listed; `capitals` are those of each state."""
        cues = {name: shared.get(name, ()) for name in SHARED}
        seats = capitals or {}
        filed = Filed.of(_every(types, cues, genres, seats), inflections)
        families = filed.families
        every = [(types[type_], types[type_].groups[group]) for type_, group in families]
        return cls(
            types=types,
            genres=genres,
            states=states,
            capitals=seats,
            seeker=Seeker(filed, inflections),
            cues=cues,
            version=version,
            groups={type_.id: type_.groups for type_ in types},
            families=tuple(families),
            loose=_bits(each.targets or each.subjects - {"object"} for _, each in every),
            takes=_takes(every),
            _within={(title, cjk): _reaching(every, title, cjk) for title in (False, True) for cjk in (False, True)},
        )

    @property
    def size(self) -> int:
        """How many items are listed, each once per slot and type."""
        return self.seeker.size

    @property
    def keys(self) -> Mapping[object, int]:
        """The key of each item as it is listed: slot, type, name, text and language. Dear: for looking into it only."""
        keys: dict[object, int] = {}
        for items, slot, type_, name, _ in _every(self.types, self.cues, self.genres, self.capitals):
            for item in items:
                keys.setdefault((slot, type_, name, item.text, item.language), len(keys))
        return keys

    def within(self, gap: int, *, title: bool, cjk: bool) -> int:
        """The families, as bits, whose acts and objects may stand so many words apart."""
        reaching = self._within[title, cjk]
        return reaching[gap] if gap < len(reaching) else 0

    def types_of(self, families: int) -> int:
        """The types that these families are of, all as bits."""
        found = 0
        while families:
            last = families.bit_length() - 1
            found |= 1 << self.families[last][0]
            families ^= 1 << last
        return found

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all types."""
        return tuple(type_.id for type_ in self.types)

    def type(self, id_: str) -> Recogniser | None:
        """The type of that id."""
        return next((type_ for type_ in self.types if type_.id == id_), None)


def _takes(every: Sequence[tuple[Recogniser, Family]]) -> Mapping[object, int]:
    found: dict[object, int] = {}
    for sort in Sort:
        found["target", sort] = _bits(sort.value in each.targets for _, each in every)
        found["subject", sort] = _bits(sort.value in each.subjects for _, each in every)
    found["amount"] = _bits("amount" in each.targets for _, each in every)
    found["share"] = _bits("share" in each.subjects for _, each in every)
    return found


def reach(type_: Recogniser, family: Family, *, title: bool, cjk: bool) -> float:
    """How many words act and object of a family may stand apart."""
    wide = _CJK_GAP if cjk else 1
    if family.gap is not None:
        return family.gap * wide
    return type_.gap * wide * (_TITLE_GAP if title else 1)


def _reaching(every: Sequence[tuple[Recogniser, Family]], title: bool, cjk: bool) -> tuple[int, ...]:
    """Per gap the families that reach over it."""
    most = [reach(type_, family, title=title, cjk=cjk) for type_, family in every]
    return tuple(_bits(far >= gap for far in most) for gap in range(int(max(most, default=-1)) + 1))


def _bits(flags: Iterable[object]) -> int:
    return sum(1 << index for index, flag in enumerate(flags) if flag)


def _every(
    types: tuple[Recogniser, ...],
    cues: Mapping[str, ByLanguage],
    genres: Mapping[Genre, GenreCues],
    capitals: Mapping[str, ByLanguage],
) -> Iterator[tuple[ByLanguage, str, int, str, int]]:
    """All items with slot, type, name and group, type by type."""
    for name, items in cues.items():
        yield items, name, SHARED_TYPE, "", 0
    for state, items in capitals.items():
        yield items, CAPITALS, SHARED_TYPE, state, 0
    for genre, own in genres.items():
        for place in ("label", "title", "subject", "hint", "lead", "unless"):
            yield getattr(own, place), f"genre_{place}", SHARED_TYPE, genre.value, 0
    for index, type_ in enumerate(types):
        yield from _of_type(type_, index)


def _of_type(type_: Recogniser, index: int) -> Iterator[tuple[ByLanguage, str, int, str, int]]:
    """All items of one type."""
    for group, family in enumerate(type_.groups):
        for status, items in family.acts.items():
            yield items, ACT, index, status, group
        yield family.objects, "object", index, "", group
    for slot, by_status in (("phrase", type_.phrases), ("title_phrase", type_.title_phrases)):
        for status, items in by_status.items():
            yield items, slot, index, status, 0
    for slot, items in (
        ("counter", type_.counters),
        ("denial", type_.denials),
        ("hedges", type_.hedges),
        ("history", type_.background),
        ("reactions", type_.reactions),
    ):
        yield items, slot, index, "", 0
    for leaf in type_.only_if.leaves if type_.only_if is not None else ():
        yield leaf.words, "gate", index, leaf.key, 0
