"""Which routes and digests take an alert's change, each with a reason; no way is left out unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from watcher.core.model import Reason
from watcher.core.queries import AlertView
from watcher.core.rules.holding import SAYS_NOTHING, USUAL_NEWS, Holding
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change
from watcher.core.telling.branches import Branch, left_out, lineage
from watcher.core.telling.escalating import Escalate
from watcher.core.telling.lifecycle import HELD_BACK, KeptBack, Silence
from watcher.core.telling.windows import Mute

Takes = Callable[[AlertView], tuple[bool, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A route or digest: where it leads and what its own query takes. `zone` is its readers' time zone.

    A route may be a branch `under` another; its query holds only where its parents' do. With `also` it takes an alert
    beside these.

    With `health` its query asks for what happens to sources; other routes never take that. `holding` is when it
    wants to be told, where rules do not say, `mute` when not, `escalate` what becomes of an alert that nobody
    acknowledges. `says` is its query as written.
    """

    name: str
    kind: Literal["route", "digest"]
    channels: tuple[str, ...]
    takes: Takes
    zone: str
    under: str | None = None
    also: bool = False
    health: bool = False
    holding: Holding = SAYS_NOTHING
    mute: Mute | None = None
    escalate: Escalate | None = None
    says: str = ""

    @property
    def label(self) -> str:
        """How decisions name it: `route:desk`, `digest:weekly`."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Whether one way is taken, and why."""

    way: Way
    taken: bool
    reason: Reason
    detail: str


def _somebody(_way: Way) -> bool:
    return True


def choose(
    rule: Rule, view: AlertView, ways: Iterable[Way], heard: Callable[[Way], bool] = _somebody
) -> tuple[Routing, ...]:
    """The decision for every way.

    A rule with `tell` or `digest` goes to those only, and to the branches of a route named there, each of which may
    still narrow by its own query; a rule without goes to every route and digest whose query takes it. A branch that
    takes it takes it instead of its parent.

    Args: heard - whether anybody on a route would hear of it, at once or later; a branch on which nobody would leaves
    it to its parent.
    """
    every = tuple(ways)
    named = _named(rule, every)
    found = tuple(_one(rule, view, way, None if named is None else way.label in named) for way in every)
    branches = [Branch(name=way.name, under=way.under, also=way.also) for way in every if way.kind == "route"]
    taking = {each.way.name: each.way for each in found if each.taken and each.way.kind == "route"}
    left = left_out(branches, taking, {name for name, way in taking.items() if not heard(way)})
    return tuple(
        Routing(way=each.way, taken=False, reason=Reason.NOT_ROUTED, detail=left[each.way.name])
        if each.way.kind == "route" and each.way.name in left
        else each
        for each in found
    )


def _named(rule: Rule, ways: Sequence[Way]) -> frozenset[str] | None:
    """The labels of the ways that the rule names, branches of a named route with it; None if it names none."""
    if rule.tell is None and rule.digest is None:
        return None
    parents = {each.name: each.under for each in ways if each.kind == "route"}
    wanted = frozenset(rule.tell or ())
    routes = {f"route:{name}" for name in parents if not wanted.isdisjoint(lineage(parents, name))}
    return frozenset(routes | {f"digest:{name}" for name in rule.digest or ()})


def _one(rule: Rule, view: AlertView, way: Way, named: bool | None) -> Routing:
    if rule.mode == "trial":
        return Routing(way=way, taken=False, reason=Reason.TRIAL, detail="the rule is on trial")
    if named is False:
        return Routing(way=way, taken=False, reason=Reason.NOT_ROUTED, detail="the rule names other ways")
    taken, detail = way.takes(view)
    if not taken:
        return Routing(way=way, taken=False, reason=Reason.NOT_ROUTED, detail=detail)
    return Routing(way=way, taken=True, reason=Reason.TOLD if way.kind == "route" else Reason.IN_DIGEST, detail=detail)


_OF_STORY = "story:"
_NEWS_OF = (
    ("now also from", frozenset({"trust"})),
    ("figures changed", frozenset({"amount", "date"})),
    ("amount changed", frozenset({"amount"})),
    ("status: ", frozenset({"status"})),
    ("date: ", frozenset({"date"})),
    ("new: actor ", frozenset({"actor", "party"})),
    ("new: party ", frozenset({"party"})),
    ("new: material ", frozenset({"material"})),
    ("new: place ", frozenset({"place"})),
    ("what was said is now denied", frozenset({"status"})),
    ("a denial or negation is gone", frozenset({"status"})),
)
"""How the words of what is new begin, and which facts they are of; any other news always counts."""


def hidden(routing: Routing, hider: str) -> Routing:
    """The decision while a rule that hides this one has an open alert on the same subject."""
    if not routing.taken:
        return routing
    return Routing(way=routing.way, taken=False, reason=Reason.HIDDEN, detail=f"hidden by {hider}")


def silenced(routing: Routing, silence: Silence) -> Routing:
    """The decision while a silence takes the alert's change."""
    return Routing(way=routing.way, taken=False, reason=Reason.SILENCED, detail=silence.words)


def snoozed(routing: Routing, kept: KeptBack) -> Routing:
    """The decision while somebody has acknowledged or snoozed the alert: it is kept from routes, and digests say so."""
    if routing.way.kind == "digest":
        return replace(routing, detail=f"{HELD_BACK}{kept.detail}")
    return Routing(way=routing.way, taken=False, reason=Reason.SNOOZED, detail=kept.detail)


def passing(routing: Routing, change: Change, rule: Rule, subject: str) -> Routing:
    """The decision by `unless_new`: an update on a story counts only for facts that were asked for.

    What becomes of a row, a date, a series or a source always counts.
    """
    if not routing.taken or change.reason is not Reason.UPDATED or not subject.startswith(_OF_STORY):
        return routing
    own, ways = rule.holding.unless_new, routing.way.holding.unless_new
    wanted = own if own is not None else ways if ways is not None else USUAL_NEWS
    if not wanted or not any(_counts(news, wanted) for news in change.news):
        return Routing(
            way=routing.way,
            taken=False,
            reason=Reason.NOTHING_NEW,
            detail=f"unless_new: {', '.join(wanted) or 'nothing'}",
        )
    return routing


def _counts(news: str, wanted: tuple[str, ...]) -> bool:
    facts = next((facts for begins, facts in _NEWS_OF if news.startswith(begins)), None)
    return facts is None or not facts.isdisjoint(wanted)
