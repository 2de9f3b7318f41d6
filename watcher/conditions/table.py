"""The condition `table`: a row of one of these tables came, went, or says something else.

Never holds for an article that is no row. Source: the rule language, section 3 and section 5, subject "table row".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from watcher.conditions.base import ConditionOptions, Context, Smell, as_list, closed, some_of
from watcher.conditions.measured import asked_sources
from watcher.conditions.naming import Values
from watcher.core.articles.rows import FieldChange, RowChange, row_spans
from watcher.core.model import Evidence
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

ROWS = "rows"
"""What sources of tables bring."""
_Verb = Literal["added", "changed", "removed"]
_VERBS = get_args(_Verb)
_DEFAULT: tuple[_Verb, ...] = ("added", "changed")
_MOST = 16


def _verb(name: str) -> str:
    return closed(name, _VERBS, "change")


_Changes = Annotated[
    tuple[Annotated[str, AfterValidator(_verb)], ...],
    BeforeValidator(as_list, json_schema_input_type=_Verb | list[_Verb]),
]


class TableOptions(ConditionOptions):
    """Options of `table`."""

    table: Values = Field(min_length=1, description="sources of rows, by their ids, or lists of them")
    change: _Changes = Field(
        default=_DEFAULT, min_length=1, description="what became of the row: added, changed, removed"
    )
    fields: Values = Field(default=(), description="fields of which one must say something else; any by default")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCondition:
    """One `table` clause."""

    sources: tuple[str, ...]
    verbs: frozenset[str]
    fields: frozenset[str]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "table"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - stands in no sentence
        """Whether the row that is judged came, went or changed so."""
        made = reading.about
        if not isinstance(made, RowChange):
            return Finding(holds=False, why="an article is no row of a table")
        if made.source not in self.sources:
            return Finding(holds=False, why=f"the row is one of {made.source}")
        if made.verb not in self.verbs:
            return Finding(holds=False, why=f"the row was {made.verb}")
        changed = [each for each in made.fields if not self.fields or each.name in self.fields]
        if made.kept and not changed and (self.fields or made.verb == "changed"):
            said = some_of(each.name for each in made.fields) or "nothing"
            return Finding(holds=False, why=f"what says something else is {said}")
        return Finding(holds=True, evidence=tuple(_evidence(reading, made, changed, self.says)))


def _evidence(reading: Reading, made: RowChange, changed: Iterable[FieldChange], says: str) -> Iterator[Evidence]:
    """The row by its key, and each field with its old and its new value."""
    spans = row_spans(reading, made)
    row = f"{says}: {made.key} was {made.verb}"
    if made.verb != "changed":
        yield _at(reading, spans.get(""), row)
        return
    if not made.kept:
        yield Evidence(clause="", says=f"{row}, what it said before is not kept")
        return
    for each in list(changed)[:_MOST]:
        yield _at(reading, spans.get(each.name), f"{row}, {each.words}")


def _at(reading: Reading, span: Span | None, says: str) -> Evidence:
    if span is None:
        return Evidence(clause="", says=says)
    start, end = span
    return Evidence(
        clause="", says=says, start=start, end=end, zone=reading.zone_at(start), quote=reading.text[start:end]
    )


class TableKind:
    """The kind `table`."""

    kind: ClassVar[str] = "table"
    Options: ClassVar[type[ConditionOptions]] = TableOptions

    @classmethod
    def build(cls, options: TableOptions, context: Context) -> Condition:
        """The condition. Raises R018 for what is no table."""
        said = [f"table: {some_of(options.table)}"]
        if set(options.change) != set(_DEFAULT):
            said.append(f"change {some_of(options.change)}")
        if options.fields:
            said.append(f"fields {some_of(options.fields)}")
        return TableCondition(
            sources=asked_sources(options.table, cls.kind, ROWS, context),
            verbs=frozenset(options.change),
            fields=frozenset(options.fields),
            says=", ".join(said),
        )
