"""The condition `matter`: the article changed one of these matters so.

Never holds for an article that changed none, and never for an earlier step that is merely filled in.
Source: the rule language, section 3 and section 5, Matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from watcher.conditions.base import (
    ONE_OR_MORE,
    ConditionOptions,
    Context,
    Smell,
    as_list,
    closed,
    refusal,
    refuse,
    some_of,
)
from watcher.conditions.naming import Values
from watcher.conditions.papers import with_number
from watcher.core.matters.model import LAPSED, Change, Ladder, Transition, shown
from watcher.core.matters.numbers import FOUND
from watcher.core.model import Evidence
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.text.spelling import did_you_mean

EVERY = "*"
_ChangeName = Literal["status", "date", "amount", "note", "evidence"]
_CHANGES = get_args(_ChangeName)


def _change(name: str) -> str:
    return closed(name, _CHANGES, "change")


_Changes = Annotated[
    tuple[Annotated[str, AfterValidator(_change)], ...],
    BeforeValidator(as_list, json_schema_input_type=_ChangeName | list[_ChangeName]),
]


class MatterOptions(ConditionOptions):
    """Options of `matter`."""

    matter: Values = Field(min_length=1, description='matters, by their ids; "*" is all, those found by a number too')
    change: _Changes = Field(
        default=("status",), min_length=1, description="what changed: status, date, amount, note, evidence"
    )
    to: Annotated[tuple[str, ...], ONE_OR_MORE] = Field(default=(), description="the status that it has now")
    from_: Annotated[tuple[str, ...], ONE_OR_MORE] = Field(
        default=(), alias="from", description="the status that it had before"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterCondition:
    """One `matter` clause. `ids` is None for every matter."""

    ids: frozenset[str] | None
    changes: frozenset[str]
    to: frozenset[str]
    before: frozenset[str]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "matter"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - stands in no sentence
        """Whether the entry of a time line that is judged is one of these."""
        made = reading.about
        if not isinstance(made, Transition):
            return Finding(holds=False, why="the article changed no matter")
        why = self._fault(made)
        if why:
            return Finding(holds=False, why=why)
        return Finding(
            holds=True,
            evidence=(_evidence(reading, made, self.says, named=self.ids == frozenset({made.matter})),),
            unsure=not made.sure,
        )

    def _fault(self, made: Transition) -> str:
        if self.ids is not None and made.matter not in self.ids:
            return f"the article changed another matter, {made.matter}"
        if made.earlier:
            return f"{made.matter}: an earlier step, {shown(made.told)}, was filled in; nothing moved"
        # Who gives a new date or sum says the same status again: that is evidence of it too.
        also = {Change.EVIDENCE} if made.change in {Change.DATE, Change.AMOUNT} else set()
        if self.changes.isdisjoint({made.change, *also}):
            return f"{made.matter}: {made.change}: {made.why}"
        if self.to and made.after not in self.to:
            return f"{made.matter} is {shown(made.after)} now"
        if self.before and made.before not in self.before:
            return f"{made.matter} was {shown(made.before)} before"
        return ""


def _evidence(reading: Reading, made: Transition, says: str, *, named: bool) -> Evidence:
    """The words that changed it. `named`: what the clause says names this matter and no other."""
    what = made.news or made.label.lower() or made.change
    span = made.act or ((made.start, made.end) if made.start is not None and made.end is not None else None)
    said = f"{says}: {what}" if named else f"{says}: {made.matter}: {what}"
    if span is None or span[1] > len(reading.text):
        return Evidence(clause="", says=said)
    start, end = with_number(reading.text, span)
    return Evidence(
        clause="", says=said, start=start, end=end, zone=reading.zone_at(start), quote=reading.text[start:end]
    )


class MatterKind:
    """The kind `matter`."""

    kind: ClassVar[str] = "matter"
    Options: ClassVar[type[ConditionOptions]] = MatterOptions

    @classmethod
    def build(cls, options: MatterOptions, context: Context) -> Condition:
        """The condition. Raises R018 for an unknown matter, R021 for a status that none of them has."""
        ids = None if EVERY in options.matter else frozenset(options.matter)
        _check(options, ids or frozenset(), context)
        return MatterCondition(
            ids=ids,
            changes=frozenset(options.change),
            to=frozenset(options.to),
            before=frozenset(options.from_),
            says=_says(options),
        )


def _check(options: MatterOptions, ids: Collection[str], context: Context) -> None:
    """Refuse unknown matters, and statuses that no matter asked for can have; all of them at once."""
    unknown = sorted(name for name in ids if name not in context.matters and not name.startswith(FOUND))
    faults = [
        refusal("R018", f'unknown matter "{name}"{did_you_mean(name, context.matters)}', at=name) for name in unknown
    ]
    statuses = (*options.to, *options.from_)
    named = [context.matters[name] for name in options.matter if name in context.matters]
    if unknown and statuses:
        faults += _no_event_has(statuses, context)
    elif ids and len(named) == len(ids):
        faults += _none_has(statuses, named, options.matter)
    refuse(faults)


def _none_has(
    statuses: Iterable[str], ladders: Iterable[Ladder], names: tuple[str, ...]
) -> Iterator[PydanticCustomError]:
    """The faults of statuses that none of the matters has."""
    known = tuple(dict.fromkeys(status for ladder in ladders for status in (*ladder.statuses, LAPSED)))
    for status in statuses:
        if status not in known:
            hint = did_you_mean(status, known) or f"; it has {', '.join(known)}"
            yield refusal("R021", f'{some_of(names)} has no status "{status}"{hint}', at=status)


def _no_event_has(statuses: Iterable[str], context: Context) -> Iterator[PydanticCustomError]:
    """The faults of statuses that no event has: an unknown matter may be meant to follow any."""
    understander = context.understander
    if understander is None:
        return
    known = {LAPSED, *(status for every in understander.types.values() for status in every)}
    for status in statuses:
        if status not in known:
            yield refusal("R021", f'no event has a status "{status}"{did_you_mean(status, known)}', at=status)


def _says(options: MatterOptions) -> str:
    said = [f"matter: {some_of(options.matter)}"]
    if options.change != ("status",):
        said.append(f"change {some_of(options.change)}")
    said += [f"{word} {some_of(value)}" for word, value in (("to", options.to), ("from", options.from_)) if value]
    return ", ".join(said)
