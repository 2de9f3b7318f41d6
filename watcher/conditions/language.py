"""The condition `language`: the article's main language is one of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from watcher.conditions.base import ONE_OR_MORE, ConditionOptions, Context, Smell, refusal
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.languages import is_language
from watcher.core.text.plain import Span
from watcher.core.text.reading import Reading


def checked_code(code: str) -> str:
    """A code of a language. Raises R017."""
    if not is_language(code):
        raise refusal("R017", f'unknown language "{code}"; write a code such as en, de, zh')
    return code


Codes = Annotated[tuple[Annotated[str, AfterValidator(checked_code)], ...], ONE_OR_MORE]
"""An option of one or more codes."""


class LanguageOptions(ConditionOptions):
    """Options of `language`."""

    language: Codes = Field(
        min_length=1, description="codes such as en, zh; the article's main language is any of them"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCondition:
    """One `language` clause; it proves itself and shows no evidence."""

    codes: frozenset[str]
    says: str
    smells: tuple[Smell, ...] = ()
    needs: tuple[str, ...] | None = None
    kind: str = "language"
    sentence_bound: bool = False

    def look(self, reading: Reading, within: Span | None = None) -> Finding:  # noqa: ARG002 - it stands in no sentence
        """Whether the main language is one of those asked for."""
        if reading.main_language in self.codes:
            return Finding(holds=True)
        return Finding(holds=False, why=f"its language is {reading.main_language or 'not known'}")


class Language:
    """The kind `language`."""

    kind: ClassVar[str] = "language"
    Options: ClassVar[type[ConditionOptions]] = LanguageOptions

    @classmethod
    def build(cls, options: LanguageOptions, context: Context) -> Condition:  # noqa: ARG003 - it needs no names
        """The condition."""
        return LanguageCondition(codes=frozenset(options.language), says=f"language: {', '.join(options.language)}")
