"""The condition `regex`: a pattern of RE2 is found within one sentence.

Never runs a pattern on any engine but RE2, whose time is linear in the text. A whole article is searched once at most,
to tell that no sentence of it need be: parting it into sentences is dearer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, ClassVar, Literal

import re2
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from watcher.conditions.base import (
    MOST_EVIDENCE,
    ONE_OR_MORE,
    TOP,
    ConditionOptions,
    Context,
    NewsZones,
    Smell,
    passages,
    refusal,
    some_of,
    zones_of,
)
from watcher.core.model import Zone
from watcher.core.rules.literals import pattern_literals, without_edges
from watcher.core.rules.model import Condition, Finding
from watcher.core.text.plain import Span, normal
from watcher.core.text.reading import Reading

LONGEST_PATTERN = 1_000
LARGEST_PROGRAM = 1 << 20
"""Source: the rule language, section 3, Regex: at most 1,000 characters and 1 MiB of program."""

_LONGEST_SENTENCE = 20_000
_MOST_IN_SENTENCE = 8
# A match can cost a look to the stretch's end, so both bounds together bound the work.

_HINT = "to ask for both words write two clauses under all: with same: sentence"
_REFUSED = (
    ("(?<", f"no look-behind; {_HINT}"),
    ("(?=", f"no look-ahead; {_HINT}"),
    ("(?!", "no look-ahead; put what must be absent under none:"),
    ("(?>", "no atomic groups; RE2 never backtracks, so leave it out"),
    ("invalid escape sequence", "no back-references and no such escape"),
    ("invalid repetition size", "repeats at most 1,000 times"),
    ("too large", "the program is larger than 1 MiB"),
)
_EMPTY_ON = ("", "a", " ", "a b")


def compiled(pattern: str, *, exact: bool) -> Any:
    """The pattern as RE2 has it. Raises R028 for what RE2 refuses, R029 for one that can match nothing at all."""
    if len(pattern) > LONGEST_PATTERN:
        raise refusal("R028", f"this pattern has {len(pattern)} characters; at most {LONGEST_PATTERN:,}")
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = exact
    options.max_mem = LARGEST_PROGRAM
    written = _as_folded(pattern)
    try:
        re2.compile(written, options)
        options.max_mem = 8 * LARGEST_PROGRAM
        ready = re2.compile(written, options)
    except re2.error as error:
        raise refusal("R028", _refused(pattern, error)) from error
    if any((found := ready.search(sample)) is not None and not found.group() for sample in _EMPTY_ON):
        raise refusal("R029", "this pattern can match nothing at all")
    return ready


def _loose(pattern: str, ready: Any, *, exact: bool) -> Any:
    """The pattern without what looks at edges, or None if that can't be told, or would match everywhere."""
    freed = without_edges(pattern)
    if freed is None or freed == pattern:
        return ready if freed == pattern else None
    try:
        return compiled(freed, exact=exact)
    except PydanticCustomError:  # with the edges gone nothing much is left of it
        return None


def _refused(pattern: str, error: Exception) -> str:
    said = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
    cause, _, fragment = said.partition(": ")
    at = max(pattern.find(fragment), 0) if fragment else 0
    because = next((text for sign, text in _REFUSED if sign in said), cause)
    return f'RE2 refuses "{pattern[:60]}" at {at}: {because}'


def _as_folded(pattern: str) -> str:
    """The pattern with typographic dashes, quotes, spaces and letters as the text has them when it is searched."""
    return "".join(letter if letter.isascii() else _plain(letter) for letter in pattern)


def _plain(letter: str) -> str:
    folded = normal(letter)
    if folded == "-":
        return r"\-"
    return folded if folded.isalnum() or folded in {"'", '"', " "} else letter


def checked_pattern(pattern: str) -> str:
    """A pattern that RE2 takes and that can't match nothing. Raises R028, R029."""
    compiled(pattern, exact=False)
    return pattern


class RegexOptions(ConditionOptions):
    """Options of `regex`."""

    regex: Annotated[tuple[Annotated[str, AfterValidator(checked_pattern)], ...], ONE_OR_MORE] = Field(
        min_length=1, description="patterns in RE2's syntax, any of which is found within one sentence"
    )
    case: Literal["exact"] | None = Field(default=None, description="exact: capitals count; else they don't")
    zones: NewsZones = ("news",)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexCondition:
    """One `regex` clause. `loose` are patterns one of which matches in every text with a match in some sentence."""

    patterns: tuple[Any, ...]
    loose: tuple[Any, ...] | None
    zones: frozenset[Zone]
    says: str
    where: str
    smells: tuple[Smell, ...]
    needs: tuple[str, ...] | None
    kind: str = "regex"
    sentence_bound: bool = True

    def look(self, reading: Reading, within: Span | None = None) -> Finding:
        """Whether a pattern is found, with the first passages."""
        spans = tuple(islice(self._found(reading, within), MOST_EVIDENCE))
        if spans:
            return Finding(holds=True, evidence=passages(reading, self.says, spans))
        return Finding(holds=False, why=f"no pattern is found in {self.where}")

    def _found(self, reading: Reading, within: Span | None) -> Iterator[Span]:
        if within is None and self.zones <= TOP:
            reading = reading.head
        if within is None and self.loose is not None and not self._anywhere(reading, self.loose):
            return
        text, offsets = reading.normal.text, reading.normal.offsets
        for first, last in reading.sentences_in(self.zones, within):
            start, end = bisect_left(offsets, first), bisect_left(offsets, last)
            for begin in range(start, end, _LONGEST_SENTENCE):
                stretch = text[begin : min(end, begin + _LONGEST_SENTENCE)]
                for match in self._matches(stretch):
                    yield reading.normal.span(begin + match.start(), begin + match.end())

    def _anywhere(self, reading: Reading, loose: tuple[Any, ...]) -> bool:
        return any(pattern.search(reading.normal.text) is not None for pattern in loose)

    def _matches(self, stretch: str) -> Iterator[Any]:
        for pattern in self.patterns:
            for match in islice(pattern.finditer(stretch), _MOST_IN_SENTENCE):
                if match.end() > match.start():
                    yield match


class Regex:
    """The kind `regex`."""

    kind: ClassVar[str] = "regex"
    Options: ClassVar[type[ConditionOptions]] = RegexOptions

    @classmethod
    def build(cls, options: RegexOptions, context: Context) -> Condition:  # noqa: ARG003 - it needs no names
        """The condition, its patterns compiled once."""
        where = some_of(options.zones)
        found = [pattern_literals(_as_folded(pattern)) for pattern in options.regex]
        needs = None if None in found else tuple(dict.fromkeys(each for some in found for each in some or ()))
        tail = "" if options.zones == ("news",) else f", in {where}"
        exact = options.case == "exact"
        patterns = tuple(compiled(pattern, exact=exact) for pattern in options.regex)
        loose = tuple(_loose(*each, exact=exact) for each in zip(options.regex, patterns, strict=True))
        return RegexCondition(
            patterns=patterns,
            loose=None if None in loose else loose,
            zones=zones_of(options.zones),
            says=f"regex: {some_of(options.regex)}{tail}",
            where=where,
            smells=()
            if needs is not None
            else (Smell(code="R073", text="no fixed word to look for: tried on every article"),),
            needs=needs,
        )
