"""The nouns of time-line tests: what happens at which moment, and what must have come of it; nothing is run here.

Source: the rule language, section 6, time lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.core.model import Trust, Zone
from watcher.core.yaml.strict import Node

Parts = tuple[tuple[Zone, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleStep:
    """An article comes: `published` is the time that its source states, `seen` when it is first seen."""

    id: str
    parts: Parts
    source: str
    trust: Trust | None
    language: str | None
    published: datetime
    seen: datetime
    url: str | None = None
    copies: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseStep:
    """An article that came before comes again with other words in these zones."""

    id: str
    parts: Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStep:
    """A row of a table is listed with these fields, or is gone from it."""

    source: str
    key: str
    label: str
    fields: tuple[tuple[str, str], ...]
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointStep:
    """A series has a new value."""

    series: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthStep:
    """A source is in another state from now on."""

    source: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceStep:
    """Somebody silences what a query takes, until then."""

    query: str
    until: datetime
    reason: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeStep:
    """Somebody acknowledges the open alerts on the story of an article, or that of one rule."""

    alert: str
    rule: str | None
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeStep:
    """Somebody snoozes the open alerts on the story of an article, or that of one rule, until then."""

    alert: str
    rule: str | None
    who: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartStep:
    """The daemon ends and comes back after so long."""

    down: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStep:
    """Every digest that is due is issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One entry of an expectation: what must agree, how many times, and words that the message must and must not have.

    `facts` are what the alert rests on, each with the values that will do.
    """

    node: Node
    agrees: Mapping[str, str]
    times: int = 1
    at: datetime | None = None
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    not_says: tuple[str, ...] = ()
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectStep:
    """All that happened since the last expectation, list by list; a list that is absent is not looked at."""

    lists: Mapping[str, tuple[Node, tuple[Expected, ...]]]


Brought = ArticleStep | ReviseStep | RowStep | PointStep | HealthStep | RestartStep | DigestStep | ExpectStep
"""What sources and the clock bring."""
Deed = SilenceStep | AcknowledgeStep | SnoozeStep
"""What somebody does."""
Happening = Brought | Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens at a moment; `node` is its place in the file."""

    at: datetime
    node: Node
    does: Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """One test: these rules only, from `start` on, among the lists, sources, routes and digests of `setup`."""

    name: str
    file: str
    node: Node
    rules: tuple[tuple[str, Node], ...]
    start: datetime
    setup: Mapping[str, Mapping[str, tuple[Node, Node]]]
    steps: tuple[Step, ...]


FACTS = (
    "type",
    "status",
    "actor",
    "party",
    "material",
    "place",
    "document",
    "amount",
    "publisher",
    "trust",
    "language",
)
"""What an expectation may ask of the article that an alert's change rests on."""
