"""What is kept of a requirement for one value of its key, and where; an item is its number, never its text.

Times are microseconds since 1970, so that equal histories make equal bits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Protocol

from watcher.core.model import Evidence, Reason, Severity

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

Held = tuple[int, int, str]
"""An item that counts: its event time, its number, and whose it is (its story, its origin, itself)."""
Counted = tuple[int, int, int]
"""A tenth of a window: its number since 1970, matches in it, and items of the wider condition."""
Values = tuple[str, tuple[str, ...]]
"""A field and its values."""
Known = tuple[int, int, tuple[Values, ...]]
"""What an item said: its event time, its number, and the values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is kept for one key; which parts are used is the kind's business.

    `episode` names the firing that has not ended, "" while armed, `named` the last one. `due` is when its timer is
    judged. After `until` nothing of it can decide anything any more; None: it may for ever. `last` and `first` are
    event times, `gaps` ends and lengths of those that may yet be the largest, `known` what `values` is the sum of.
    `number`, `severity`, `own` are of the item that a timer would show.
    """

    episode: str = ""
    named: str = ""
    due: int | None = None
    until: int | None = None
    items: tuple[Held, ...] = ()
    counts: tuple[Counted, ...] = ()
    last: int | None = None
    first: int | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    step: int = 0
    values: tuple[Values, ...] = ()
    known: tuple[Known, ...] = ()
    number: int = 0
    severity: str = Severity.NOTICE.value
    own: str = ""


NOTHING = State()


class Memory(Protocol):
    """Where states are kept between items; of the rules that it was made for, in their present form."""

    def begun(self, rule: str) -> int | None:
        """When the history behind a rule begins; None before its first item."""

    def begin(self, rule: str, at: int) -> None:
        """Note that."""

    def get(self, rule: str, key: str) -> State:
        """What is kept for a key; `NOTHING` if nothing is."""

    def put(self, rule: str, key: str, state: State) -> None:
        """Keep it; `NOTHING` takes away what was kept."""

    def keys(self, rule: str) -> list[str]:
        """The keys of which something is kept, in order."""

    def naming(self, rule: str, number: int) -> list[str]:
        """The keys whose state may name an item, in order; all that do are among them."""

    def first_due(self, until: int) -> tuple[int, str, str] | None:
        """The first timer up to there: due, rule, key; the least of all in that order."""


@dataclass(slots=True)
class Plain:
    """A memory without a database: for replays, tests and what is judged on trial.

    `timers` and `named` find what is due and who names an item without going through all states; they hold too much
    rather than too little, and each of what they give is looked up before it is believed.
    """

    states: dict[tuple[str, str], State] = field(default_factory=dict)
    beginnings: dict[str, int] = field(default_factory=dict)
    timers: list[tuple[int, str, str]] = field(init=False, default_factory=list, repr=False, compare=False)
    named: dict[tuple[str, int], set[str]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note what it begins with."""
        for (rule, key), state in self.states.items():
            self._note(rule, key, NOTHING, state)

    def begun(self, rule: str) -> int | None:
        """See `Memory`."""
        return self.beginnings.get(rule)

    def begin(self, rule: str, at: int) -> None:
        """See `Memory`."""
        self.beginnings[rule] = at

    def get(self, rule: str, key: str) -> State:
        """See `Memory`."""
        return self.states.get((rule, key), NOTHING)

    def put(self, rule: str, key: str, state: State) -> None:
        """See `Memory`."""
        self._note(rule, key, self.get(rule, key), state)
        if state == NOTHING:
            self.states.pop((rule, key), None)
        else:
            self.states[rule, key] = state

    def _note(self, rule: str, key: str, before: State, state: State) -> None:
        if state.due is not None and state.due != before.due:
            heappush(self.timers, (state.due, rule, key))
        for number in {each[1] for each in (*state.items, *state.known)}.difference(
            each[1] for each in (*before.items, *before.known)
        ):
            self.named.setdefault((rule, number), set()).add(key)

    def keys(self, rule: str) -> list[str]:
        """See `Memory`."""
        return sorted(key for of, key in self.states if of == rule)

    def naming(self, rule: str, number: int) -> list[str]:
        """See `Memory`."""
        return sorted(self.named.get((rule, number), ()))

    def first_due(self, until: int) -> tuple[int, str, str] | None:
        """See `Memory`."""
        while self.timers and self.timers[0][0] <= until:
            due, rule, key = self.timers[0]
            if self.get(rule, key).due == due:
                return due, rule, key
            heappop(self.timers)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one item or timer made of one key: its new state, and whether the requirement fires, goes on or waits.

    `closes` is the episode that ends with it. `says` is the requirement in words as it was met, `behind` are the
    numbers of the items that made it.
    """

    state: State
    fires: bool = False
    goes_on: bool = False
    closes: str = ""
    reason: Reason = Reason.NOT_YET
    says: str = ""
    behind: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An item as one key of one requirement sees it. `whose` are the stories or origins that it counts for.

    `matches` tells whether the rule's condition holds for it, `wider` whether that of a ratio does, `again` that its
    earlier text matched too, `held` that it is history, `revised` that an earlier text of it was judged. `values` are
    what `changed` watches.
    """

    number: int
    seen: int
    event: int
    whose: tuple[str, ...] = ()
    matches: bool = True
    wider: bool = False
    again: bool = False
    held: bool = False
    revised: bool = False
    values: tuple[Values, ...] = ()
    severity: str = Severity.NOTICE.value
    own: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a rule's requirement says of an item, or of a timer (`timed`), for one key.

    `reason` is None where the requirement holds: then the alert on `subject` is raised or goes on, and `fires` tells
    that it was met just now. `closes` are subjects whose episode ended. `own` is the item's own subject, `number` the
    item (of a timer, the one it shows). `evidence` is that of an item that the rule's own condition does not hold for.
    `withdrawn` tells that what it closes no longer holds because the item no longer says what it was counted for.
    """

    rule: str
    key: str
    at: datetime
    number: int
    reason: Reason | None
    fires: bool = False
    subject: str = ""
    closes: tuple[str, ...] = ()
    says: str = ""
    behind: tuple[int, ...] = ()
    timed: bool = False
    severity: Severity = Severity.NOTICE
    own: str = ""
    evidence: tuple[Evidence, ...] = ()
    withdrawn: bool = False


def ticks(at: datetime) -> int:
    """A moment in microseconds since 1970."""
    return (at - EPOCH) // _TICK


def moment(at: int) -> datetime:
    """The moment of so many microseconds."""
    return EPOCH + timedelta(microseconds=at)


def long(duration: timedelta) -> int:
    """A duration in microseconds."""
    return duration // _TICK
