"""What a rule or a route says of when to tell: the timers of the rule language, section 5; nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

AfterQuiet = Literal["tell", "list"]
NEWS: Final = ("status", "amount", "date", "actor", "trust", "party", "material", "place")
"""Which new facts may make an article on an alerted story worth telling."""
USUAL_NEWS: Final = ("status", "amount", "date", "actor", "trust")
BY_RULE: Final = ("rule",)
BY_ROUTE: Final = ("route",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is said; None: nothing, so that the route's word counts, and then the usual.

    `group` is `rule`, `route`, or the fields of the rule's `by`. `hidden_by` are rules; routes name none.
    """

    wait: timedelta | None = None
    quiet: timedelta | None = None
    group: tuple[str, ...] | None = None
    after_quiet: AfterQuiet | None = None
    unless_new: tuple[str, ...] | None = None
    hidden_by: tuple[str, ...] = ()


SAYS_NOTHING: Final = Holding()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """What counts for one rule on one route."""

    wait: timedelta
    quiet: timedelta
    group: tuple[str, ...]
    after_quiet: AfterQuiet

    @property
    def holds(self) -> bool:
        """Whether anything may ever be held."""
        return bool(self.wait or self.quiet)


def timers_of(rule: Holding, route: Holding) -> Timers:
    """The rule's own values, then the route's, then the usual."""
    return Timers(
        wait=_first(rule.wait, route.wait),
        quiet=_first(rule.quiet, route.quiet),
        group=rule.group or route.group or BY_RULE,
        after_quiet=rule.after_quiet or route.after_quiet or "tell",
    )


def _first(*values: timedelta | None) -> timedelta:
    return next((each for each in values if each is not None), timedelta(0))


def depths_of(hiders: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many rules, one behind the other, may hide each: none of those that hide it has as many."""
    found: dict[str, int] = dict.fromkeys(hiders, 0)
    for _ in hiders:
        for name, by in hiders.items():
            found[name] = max((found[hider] + 1 for hider in by if hider in found), default=0)
        if not any(found.values()):
            break
    return found
