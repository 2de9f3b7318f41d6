"""The condition `health`: a source entered one of these states, or is well again.

Never holds for an article.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from watcher.conditions.base import ONE_OR_MORE, ConditionOptions, Context, Smell, closed, each_of, some_of
from watcher.conditions.naming import Values
from watcher.conditions.source import meant
from watcher.core.model import Evidence
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.watching.episodes import HealthEvent
from watcher.core.watching.states import STATES, state_of


def _state(name: str) -> str:
    return closed(name, STATES, "state")


_States = Annotated[tuple[Annotated[str, AfterValidator(_state)], ...], ONE_OR_MORE]


class HealthOptions(ConditionOptions):
    """Options of `health`."""

    health: _States = Field(
        min_length=1, description="states of sources: failing, empty, shrunk, challenge, gone, recovered"
    )
    source: Values = Field(
        default=("*",), min_length=1, description="which sources, lists of them, fr_*; any by default"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCondition:
    """One `health` clause."""

    states: frozenset[str]
    patterns: tuple[str, ...]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "health"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - stands in no sentence
        """Whether the source that is judged entered one of the states."""
        event = reading.about
        if not isinstance(event, HealthEvent):
            return Finding(holds=False, why="an article is no state of a source")
        state = state_of(event)
        if state is None or state not in self.states:
            return Finding(holds=False, why=f"{event.source} is {state or event.kind}")
        if not any(fnmatchcase(event.source, each) for each in self.patterns):
            return Finding(holds=False, why=f"the source is {event.source}")
        return Finding(holds=True, evidence=(Evidence(clause="", says=f"{self.says}: {event.source} is {state}"),))


class HealthKind:
    """The kind `health`."""

    kind: ClassVar[str] = "health"
    Options: ClassVar[type[ConditionOptions]] = HealthOptions

    @classmethod
    def build(cls, options: HealthOptions, context: Context) -> Condition:
        """The condition. Raises R017 or R018 for a source or list that is not there."""
        named = each_of(partial(meant, name, context) for name in options.source)
        patterns = tuple(dict.fromkeys(each for several in named for each in several))
        tail = "" if options.source == ("*",) else f", source {some_of(options.source)}"
        return HealthCondition(
            states=frozenset(options.health), patterns=patterns, says=f"health: {some_of(options.health)}{tail}"
        )
