"""The contract of a condition kind: validated options in, a pure statement about one article out.

A kind never reads a file, never resolves what the loader should have resolved, and never decides about a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, ClassVar, Protocol, TypeVar, runtime_checkable

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from watcher.core.lexicon.model import Sort
from watcher.core.matters.model import Ladder
from watcher.core.model import Evidence, Zone
from watcher.core.rules.model import Condition
from watcher.core.text.inflection import Inflection
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.standing import Quote
from watcher.core.text.words import WordItem, WordList
from watcher.core.understanding.understander import Understander

_Made = TypeVar("_Made")
MOST_EVIDENCE = 32
"""Passages that one clause shows at most; an article made of one word must not fill the memory."""

TOP = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
NEWS = TOP | {Zone.BODY}
ANYWHERE = NEWS | {Zone.CAPTION, Zone.TABLE, Zone.PROFILE}
ZONE_SETS: Mapping[str, frozenset[Zone]] = {
    "top": TOP,
    "news": NEWS,
    "anywhere": ANYWHERE,
    **{zone.value: frozenset({zone}) for zone in Zone if zone is not Zone.CHROME},
}
"""What `in:` may say. Source: the rule language, section 3, Zones; `related` must be named."""


class ConditionOptions(BaseModel):
    """Options of a kind; every field carries a description, shown by `watcher kinds` and in the JSON Schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refusal(code: str, text: str, at: str = "") -> PydanticCustomError:
    """The error to raise for an option's fault: its `type` is the lint code, its message the sentence.

    Args: at - the value that is at fault, as it was written, where `build` finds it: the error is told at its place.
    """
    return PydanticCustomError(code, "{text}", {"text": text, "at": at})


def refuse(faults: Iterable[Exception]) -> None:
    """Raise these: one by itself, several as a group. Returns where there are none."""
    raised = list(faults)
    if len(raised) > 1:
        raise ExceptionGroup("several faults", raised)
    for only in raised:
        raise only


def each_of(made: Iterable[Callable[[], _Made]]) -> list[_Made]:
    """What each of these gives; what several of them refuse is raised at once, so that nobody mends name by name."""
    found: list[_Made] = []
    faults: list[Exception] = []
    for make in made:
        try:
            found.append(make())
        except PydanticCustomError as fault:
            faults.append(fault)
        except ExceptionGroup as several:
            faults.extend(several.exceptions)
    refuse(faults)
    return found


def as_list(value: object) -> object:
    """A list as it is, and one value as a list of one: the short form."""
    return list(value) if isinstance(value, list | tuple) else [value]


ONE_OR_MORE = BeforeValidator(as_list, json_schema_input_type=str | list[str])
"""For an option that takes one value or a list, so that the JSON Schema tells of both."""


def checked_zone(name: str) -> str:
    """A name that `in:` may use. Raises R022."""
    if name == Zone.CHROME.value:
        raise refusal("R022", f'"{name}" cannot be asked for: it never counts')
    if name not in ZONE_SETS:
        hint = did_you_mean(name, ZONE_SETS) or f"; allowed: {', '.join(ZONE_SETS)}"
        raise refusal("R022", f'unknown zone "{name}"{hint}')
    return name


def closed(name: str, allowed: Iterable[str], what: str) -> str:
    """A name out of a closed set. Raises R017."""
    names = tuple(allowed)
    if name not in names:
        hint = did_you_mean(name, names) or "; allowed: " + ", ".join(names)
        raise refusal("R017", f'unknown {what} "{name}"{hint}', at=name)
    return name


ZoneNames = Annotated[tuple[Annotated[str, AfterValidator(checked_zone)], ...], ONE_OR_MORE]


NewsZones = Annotated[ZoneNames, Field(alias="in", description="zones to look in; news by default")]
"""The option `in:` of a kind that looks into the text; its default is `("news",)`."""


def zones_of(names: Iterable[str]) -> frozenset[Zone]:
    """The union of the zones that these names stand for."""
    return frozenset[Zone]().union(*(ZONE_SETS[name] for name in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A word list of the rule set with every `<name>` inside it resolved; `masks` are its `not` items."""

    items: tuple[WordItem, ...]
    masks: tuple[WordItem, ...] = ()


def nothing_understood() -> None:
    """Where no lexicon and no recognisers were loaded."""


Understanding = Callable[[], Understander | None]
"""Gives the understander, loading it at the first call: most rule sets of words never ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the loader knows while conditions are built.

    `words` are the word lists by name; `sources` the lists of source ids by name; `known_sources` are the
    configured ids, or None where they are not known (then any id is taken). `compiled` keeps each word list made, so
    that clauses which name the same list share it, and an article is searched for it once. `understanding` gives what
    knows names and events, or None; it is loaded when the first clause asks for it. `entities` are the set's own lists
    of the lexicon's ids, by sort and name; `matters` the ladders of the set's matters; `brings` says of configured
    sources what they bring: `entries`, `rows`, or `points` with their unit. `countries` are those that the set's lists
    of organisations say, by the organisation's id.
    """

    inflections: Mapping[str, Inflection] = field(default_factory=dict)
    words: Mapping[str, Concept] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known_sources: frozenset[str] | None = None
    brings: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, frozenset[str]] = field(default_factory=dict)
    understanding: Understanding = nothing_understood
    entities: Mapping[Sort, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    matters: dict[str, Ladder] = field(default_factory=dict, compare=False, repr=False)
    compiled: dict[object, WordList] = field(default_factory=dict, compare=False, repr=False)

    @property
    def understander(self) -> Understander | None:
        """What knows names and events."""
        return self.understanding()


@dataclass(frozen=True, slots=True, kw_only=True)
class Smell:
    """A warning about a clause: a lint code from R070 on and its sentence."""

    code: str
    text: str


@runtime_checkable
class Kind(Protocol):
    """One kind of condition: the first word of its clauses, its options, and the way from these to a condition.

    `build` may raise `refusal(...)` for what only the context can tell (an unknown list or source), or several of them
    in an ExceptionGroup. What it returns keeps the contract of `core.rules.model.Condition`: pure, and `needs` holds
    for every article it could hold for.
    A condition may also have `smells`, warnings for the rule's author.
    """

    kind: ClassVar[str]
    Options: ClassVar[type[ConditionOptions]]

    @classmethod
    def build(cls, options: Any, context: Context) -> Condition:
        """A condition from validated options of this kind's own class."""


def quotes(reading: Reading, spans: Iterable[Span]) -> list[Quote]:
    """The quotes that evidence shows of these spans, in order; each is cut once, for many clauses show the same."""
    known: dict[Span, Quote] = reading.remember("quotes", dict)
    found = []
    for span in sorted(set(spans))[:MOST_EVIDENCE]:
        quote = known.get(span)
        if quote is None:
            start, end = span
            quote = known[span] = start, end, reading.zone_at(start), reading.text[start:end]
        found.append(quote)
    return found


# A frozen dataclass sets its fields by name; the setters of its slots take a third of that, and evidence is what
# matching many rules makes most of.
_NEW = Evidence.__new__
_SETTERS = tuple(getattr(Evidence, each.name).__set__ for each in fields(Evidence))


def shown(says: str, quoted: Iterable[Quote], path: str = "") -> tuple[Evidence, ...]:
    """Quotes as the evidence of a clause."""
    set_clause, set_says, set_start, set_end, set_zone, set_quote = _SETTERS
    found = []
    for start, end, zone, quote in quoted:
        each = _NEW(Evidence)
        set_clause(each, path)
        set_says(each, says)
        set_start(each, start)
        set_end(each, end)
        set_zone(each, zone)
        set_quote(each, quote)
        found.append(each)
    return tuple(found)


def passages(reading: Reading, says: str, spans: Iterable[Span]) -> tuple[Evidence, ...]:
    """Evidence for spans of the shown text, in order."""
    return shown(says, quotes(reading, spans))


def some_of(values: Iterable[str], most: int = 6) -> str:
    """Values joined for a reader, the tail of a long list counted only."""
    every = tuple(values)
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"
