"""The condition `genre`: what sort of text the article is: a report, an opinion, a study, a market wrap, promotion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from watcher.conditions.base import ONE_OR_MORE, ConditionOptions, Context, Smell, closed, passages, refusal
from watcher.core.events.model import Account, Genre
from watcher.core.model import Evidence
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

_GENRES = tuple(genre.value for genre in Genre)


def _checked(name: str) -> str:
    return closed(name, _GENRES, "genre")


class GenreOptions(ConditionOptions):
    """Options of `genre`."""

    genre: Annotated[tuple[Annotated[str, AfterValidator(_checked)], ...], ONE_OR_MORE] = Field(
        min_length=1, description=f"any of {', '.join(_GENRES)}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreCondition:
    """One `genre` clause."""

    wanted: frozenset[Genre]
    account: Callable[[Reading], Account]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "genre"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - it stands in no sentence
        """Whether the article was so classed; the cues that decided it are the evidence."""
        account = self.account(reading)
        if account.genre not in self.wanted:
            return Finding(holds=False, why=f"it is classed as {account.genre.value}")
        cues = passages(reading, self.says, ((cue.start, cue.end) for cue in account.cues))
        return Finding(holds=True, evidence=cues or (Evidence(clause="", says=self.says, quote=account.genre.value),))


class GenreKind:
    """The kind `genre`."""

    kind: ClassVar[str] = "genre"
    Options: ClassVar[type[ConditionOptions]] = GenreOptions

    @classmethod
    def build(cls, options: GenreOptions, context: Context) -> Condition:
        """The condition."""
        if context.understander is None:
            raise refusal("R017", "genres can't be read here: the recognisers are not loaded")
        wanted = frozenset(map(Genre, options.genre))
        says = f"genre: {', '.join(options.genre)}"
        return GenreCondition(wanted=wanted, account=context.understander.account, says=says)
