"""The nouns of rules: conditions, findings, rules and rule sets; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal, Protocol

from watcher.core.matters.model import Matter
from watcher.core.model import Evidence, RuleId, Severity
from watcher.core.rules.holding import SAYS_NOTHING, Holding
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understander

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a condition made of an article: whether it holds, the words that prove it, or why it fails.

    `unsure` says that it holds on thin evidence alone; an urgent severity that rests on such is lowered.

    `why` is a phrase for `watcher why` and failing examples (`no item occurs in title, highlights, lead`); empty
    when the condition holds.
    """

    holds: bool
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    unsure: bool = False


class Condition(Protocol):
    """One clause: a statement of one kind about one article. Pure; the same reading gives the same finding."""

    @property
    def kind(self) -> str:
        """The first word of the clause."""

    @property
    def says(self) -> str:
        """The clause in words, as the rule's author would read it (`words: export ban, in title or lead`)."""

    @property
    def sentence_bound(self) -> bool:
        """Whether it can stand under `same: sentence` (which-article kinds can't)."""

    @property
    def needs(self) -> tuple[str, ...] | None:
        """Folded literals one of which every article that it holds for must contain; None if nothing is known.

        One that opens with `WORD_START` must stand at the beginning of a word; in it `PARTING` stands for what may
        part words.
        """

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Judge the article, or only the stretch `within` of its text (one sentence or paragraph).

        `Evidence.clause` is left empty here; the evaluator fills in the path.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A condition in its place in a rule. `path` is like `when.all[0]`; `line`, `column` count from 1."""

    condition: Condition
    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Conditions joined: every one of `all`, at least one of `any` (if there are any), not one of `none`.

    With `same`, all of it must hold within one sentence (or paragraph).
    """

    all: tuple[Node, ...] = ()
    any: tuple[Node, ...] = ()
    none: tuple[Node, ...] = ()
    same: Literal["sentence", "paragraph"] | None = None
    path: str = ""
    line: int = 0
    column: int = 0


Node = Clause | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityStep:
    """One step of `severity`: the first whose condition holds counts; `when` is None for `else`."""

    severity: Severity
    when: Node | None


RequirementKind = Literal["count", "sources", "spike", "ratio", "silent", "first", "changed", "sequence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A comparison of a share: `> 40 %`, `5 to 10 %` (both ends in), in per cent."""

    least: Decimal | None
    most: Decimal | None
    strict: bool
    written: str

    def holds(self, part: int, whole: int) -> bool:
        """Whether so many of so many are such a share."""
        value = Decimal(100 * part)
        least = None if self.least is None else self.least * whole
        most = None if self.most is None else self.most * whole
        if least is not None and not (value > least if self.strict else value >= least):
            return False
        return most is None or (value < most if self.strict else value <= most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a `sequence`: what must follow within a time, or, `denied`, what must not."""

    node: Node
    denied: bool
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a rule asks beside one match, with every option of its kind; those of other kinds stay at their defaults.

    `by` are the fields whose values part what is kept. `n` is the number asked for, `of` the wider condition of a
    ratio. `noun` is what a count calls what is no text. A `silence` of None is learned (`auto`), a
    `gap` of None means that a value was never seen.
    """

    kind: RequirementKind
    by: tuple[str, ...] = ("all",)
    lateness: timedelta = timedelta(hours=24)
    n: int = 0
    within: timedelta = timedelta(0)
    distinct: Literal["stories", "articles"] = "stories"
    noun: str = ""
    against: timedelta = timedelta(0)
    at_least: int = 0
    share: Share | None = None
    of: Node | None = None
    silence: timedelta | None = None
    factor: Decimal = Decimal("1.5")
    over: timedelta = timedelta(days=60)
    floor: timedelta = timedelta(hours=24)
    floor_new: timedelta = timedelta(hours=48)
    gap: timedelta | None = None
    changed: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The conditions in it."""
        own = () if self.of is None else (self.of,)
        return (*own, *(step.node for step in self.steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `version` is the hash of its expanded form; `event_type` the pack file's type, if it is one.

    `narrow` is a user's change that must hold as well. `tell` and `digest` are None where the rule names none (then
    every route and digest whose own query takes the alert is told). `expanded` is the long form as JSON text. `subject`
    is what it judges: `article`, or the kind of clause that says otherwise (`calendar`, `matter` ...). `require` is
    what it asks over time; without it, each match counts by itself. `holding` is what it says of when to tell.
    """

    id: RuleId
    title: str
    version: str
    when: Node
    severity: tuple[SeverityStep, ...]
    narrow: Node | None = None
    tell: tuple[str, ...] | None = None
    digest: tuple[str, ...] | None = None
    say: tuple[str, ...] = ()
    mode: Literal["live", "trial", "paused"] = "live"
    note: str = ""
    event_type: str | None = None
    file: str = ""
    line: int = 0
    expanded: str = ""
    subject: str = "article"
    require: Requirement | None = None
    holding: Holding = SAYS_NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules of all files together. `version` is the hash over the rules' versions and the matching code.

    `understanding` gives what knows names and events; `asks` says whether a rule of the set needs it. `matters` are
    those that its files declare.
    """

    rules: tuple[Rule, ...]
    version: str
    understanding: Callable[[], Understander | None] = field(default=lambda: None, compare=False, repr=False)
    asks: bool = False
    matters: tuple[Matter, ...] = ()

    @property
    def understander(self) -> Understander | None:
        """What knows names and events, where a rule of the set needs it."""
        return self.understanding() if self.asks else None

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
