"""The condition `calendar`: a dated entry comes near, is there, or has passed.

Never holds for an article: it judges an entry on the days that its reminders fall on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from watcher.conditions.base import ConditionOptions, Context, Smell, passages, refusal, some_of
from watcher.conditions.dated import DateKinds, Reminders, reminders_of
from watcher.core.calendar.model import Coming
from watcher.core.calendar.reminders import Reminder
from watcher.core.model import Evidence
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading


class CalendarOptions(ConditionOptions):
    """Options of `calendar`."""

    calendar: DateKinds = Field(
        min_length=1, description="kinds of dates: expires, effective, comment_close, deadline, hearing, meeting"
    )
    remind: Reminders | None = Field(
        default=None, min_length=1, description="when to be told, required: 30d before, on the day, 1d after"
    )
    conditional: bool = Field(
        default=False, description="true: dates that depend on something or are only expected, instead of firm ones"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCondition:
    """One `calendar` clause."""

    kinds: frozenset[str]
    reminders: tuple[Reminder, ...]
    conditional: bool
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "calendar"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - stands in no sentence
        """Whether one of the reminders falls on the day that the entry is judged on."""
        coming = reading.about
        if not isinstance(coming, Coming):
            return Finding(holds=False, why="an article is no dated entry")
        entry = coming.entry
        if entry.kind not in self.kinds:
            return Finding(holds=False, why=f"the entry is of the kind {entry.kind}")
        if entry.firm is self.conditional:
            return Finding(holds=False, why="the date is firm" if entry.firm else "the date is not firm")
        for each in self.reminders:
            if each.falls_on(entry) == coming.on:
                says = f"{self.says}: {each.words}"
                evidence = passages(reading, says, coming.marks) or (Evidence(clause="", says=says),)
                return Finding(holds=True, evidence=evidence)
        return Finding(holds=False, why=f"no reminder falls on {coming.on}")


class CalendarKind:
    """The kind `calendar`."""

    kind: ClassVar[str] = "calendar"
    Options: ClassVar[type[ConditionOptions]] = CalendarOptions

    @classmethod
    def build(cls, options: CalendarOptions, context: Context) -> Condition:
        """The condition. Raises R034 without reminders.

        Asks for what understands articles: without it nobody would read the dates that the rule waits for.
        """
        context.understanding()
        if options.remind is None:
            raise refusal("R034", 'calendar needs "remind": 30d before, on the day, 1d after')
        tail = ", conditional" if options.conditional else ""
        return CalendarCondition(
            kinds=frozenset(options.calendar),
            reminders=reminders_of(options.remind),
            conditional=options.conditional,
            says=f"calendar: {some_of(options.calendar)}{tail}",
        )
