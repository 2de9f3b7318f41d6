"""The condition `source`: the article, or a copy of it in the same poll, came from there."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Annotated, ClassVar

from pydantic import Field

from watcher.conditions.base import ONE_OR_MORE, ConditionOptions, Context, Smell, each_of, refusal, some_of
from watcher.core.model import Evidence
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading
from watcher.core.text.spelling import did_you_mean


class SourceOptions(ConditionOptions):
    """Options of `source`."""

    source: Annotated[tuple[str, ...], ONE_OR_MORE] = Field(
        min_length=1,
        description='ids of sources or lists of them; fr_* stands for ids that begin so, "*" for every source',
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCondition:
    """One `source` clause."""

    patterns: tuple[str, ...]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "source"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - it stands in no sentence
        """Whether one of the article's sources is meant, and which."""
        every = tuple(dict.fromkeys((reading.source, *reading.copies)))
        named = next((source for source in every if any(fnmatchcase(source, each) for each in self.patterns)), None)
        if named is None:
            return Finding(holds=False, why=f"it came from {some_of(every)}")
        return Finding(holds=True, evidence=(Evidence(clause="", says=self.says, quote=named),))


class Source:
    """The kind `source`."""

    kind: ClassVar[str] = "source"
    Options: ClassVar[type[ConditionOptions]] = SourceOptions

    @classmethod
    def build(cls, options: SourceOptions, context: Context) -> Condition:
        """The condition, with lists put in place of their names."""
        named = each_of(partial(meant, name, context) for name in options.source)
        patterns = tuple(dict.fromkeys(each for several in named for each in several))
        return SourceCondition(patterns=patterns, says=f"source: {some_of(options.source)}")


def meant(name: str, context: Context) -> tuple[str, ...]:
    """The patterns of ids that a name stands for. Raises R017 or R018 for one that is not there."""
    plain = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    if plain in context.sources:
        return context.sources[plain]
    if plain != name:
        raise refusal(
            "R018", f'unknown list "{name}"{did_you_mean(name, [f"<{each}>" for each in context.sources])}', at=name
        )
    if any(sign in name for sign in "[]?"):
        raise refusal("R017", f'"{name}" is no id of a source; only "*" stands for other letters', at=name)
    known = context.known_sources
    if known is not None and not any(fnmatchcase(each, name) for each in known) and name != "*":
        raise refusal("R017", f'unknown source "{name}"{did_you_mean(name, {*known, *context.sources})}', at=name)
    return (name,)
