"""The condition `trust`: the article's publisher has that trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from watcher.conditions.base import ONE_OR_MORE, ConditionOptions, Context, Smell, closed
from watcher.core.model import Evidence, Trust
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading

_ASKABLE = tuple(trust.value for trust in Trust if trust is not Trust.UNKNOWN)


def checked_trust(name: str) -> str:
    """A trust that can be asked for. Raises R017."""
    return closed(name, _ASKABLE, "trust")


class TrustOptions(ConditionOptions):
    """Options of `trust`."""

    trust: Annotated[tuple[Annotated[str, AfterValidator(checked_trust)], ...], ONE_OR_MORE] = Field(
        min_length=1, description=f"any of {', '.join(_ASKABLE)}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustCondition:
    """One `trust` clause."""

    allowed: frozenset[Trust]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "trust"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - it stands in no sentence
        """Whether the publisher has one of the trusts asked for."""
        if reading.trust not in self.allowed:
            return Finding(holds=False, why=f"its publisher's trust is {reading.trust.value}")
        return Finding(holds=True, evidence=(Evidence(clause="", says=self.says, quote=reading.trust.value),))


class TrustKind:
    """The kind `trust`."""

    kind: ClassVar[str] = "trust"
    Options: ClassVar[type[ConditionOptions]] = TrustOptions

    @classmethod
    def build(cls, options: TrustOptions, context: Context) -> Condition:  # noqa: ARG003 - it needs no names
        """The condition."""
        allowed = frozenset(map(Trust, options.trust))
        return TrustCondition(allowed=allowed, says=f"trust: {', '.join(options.trust)}")
