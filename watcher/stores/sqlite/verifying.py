"""What the index can't tell of a found article: zones, spelling, patterns, one sentence; pure, and without inflection."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import re2

from watcher.core.model import Zone
from watcher.core.queries.kinds import REGEX_BYTES
from watcher.core.queries.plan import Phrase, PlanJoin, PlanNode, TextFilter
from watcher.core.text.plain import CJK, Span, sentences

Stretch = tuple[Zone, int, int]


@dataclass(slots=True, kw_only=True)
class Verified:
    """An article's text as a plan is verified on it. `known` are the answers that SQL gave."""

    text: str
    stretches: Sequence[Stretch]
    language: str
    known: Mapping[PlanNode, bool]
    _folded: dict[Span, str] = field(default_factory=dict)

    def folded(self, span: Span) -> str:
        """A stretch as phrases are written, folded once."""
        found = self._folded.get(span)
        if found is None:
            found = self._folded[span] = fold(self.text[span[0] : span[1]])
        return found


def holds(node: PlanNode, article: Verified, within: Sequence[Stretch] | None = None) -> bool:
    """Whether the article fulfils the node, in all of its text or in the stretches `within`."""
    if within is None and node in article.known:
        return article.known[node]
    match node:
        case PlanJoin(same=None):
            return _joined(node, article, within)
        case PlanJoin():
            units = _units(node.same, article, article.stretches if within is None else within)
            return any(_joined(node, article, (unit,)) for unit in units)
        case TextFilter():
            return _says(node, article, article.stretches if within is None else within)
        case _:
            return article.known.get(node, False)


def _joined(node: PlanJoin, article: Verified, within: Sequence[Stretch] | None) -> bool:
    return (
        all(holds(child, article, within) for child in node.all)
        and (not node.any or any(holds(child, article, within) for child in node.any))
        and not any(holds(child, article, within) for child in node.none)
    )


def _units(same: str | None, article: Verified, stretches: Sequence[Stretch]) -> list[Stretch]:
    if same == "paragraph":
        return list(stretches)
    return [
        (zone, begin, end) for zone, start, stop in stretches for begin, end in sentences(article.text, start, stop)
    ]


def _says(node: TextFilter, article: Verified, stretches: Sequence[Stretch]) -> bool:
    if node.languages and article.language not in node.languages:
        return False
    tests: list[Callable[[Span], bool]] = [_phrase_test(each, article) for each in node.phrases]
    tests += [_pattern_test(each, article) for each in node.patterns]
    places = [(start, end) for zone, start, end in stretches if not node.zones or zone in node.zones]
    return any(test(place) for place in places for test in tests)


def _phrase_test(phrase: Phrase, article: Verified) -> Callable[[Span], bool]:
    if phrase.exact is not None:
        shown = _exact_pattern(phrase.exact)
        return lambda span: shown.search(article.text, span[0], span[1]) is not None
    pattern = _folded_pattern(phrase)
    return lambda span: pattern.search(article.folded(span)) is not None


def _pattern_test(pattern: str, article: Verified) -> Callable[[Span], bool]:
    found = _compiled(pattern)
    return lambda span: found.search(article.text[span[0] : span[1]]) is not None


def fold(text: str) -> str:
    """Text as phrases are written: NFKC, lower case, accents gone, anything but letters and digits a space."""
    plain = unicodedata.normalize("NFKC", text).lower()
    bare = plain if plain.isascii() else _without_accents(plain)
    return " ".join(_OTHER.sub(" ", bare).split())


_ACCENTS = re.compile("[\u0300-\u036f]+")
_OTHER = re.compile(r"[\W_]+")
_WORD_BUT_CJK = "[^\\W" + CJK.pattern.removeprefix("[").removesuffix("]") + "]"


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


@lru_cache(maxsize=256)
def _folded_pattern(phrase: Phrase) -> re.Pattern[str]:
    text = fold(phrase.text)
    before = "" if phrase.ends or CJK.match(text[:1]) else f"(?<!{_WORD_BUT_CJK})"
    after = "" if phrase.begins or CJK.match(text[-1:]) else f"(?!{_WORD_BUT_CJK})"
    return re.compile(before + re.escape(text) + after)


@lru_cache(maxsize=256)
def _exact_pattern(exact: str) -> re.Pattern[str]:
    text = r"\s+".join(re.escape(word) for word in exact.split())
    before = f"(?<!{_WORD_BUT_CJK})" if exact[:1].isalnum() and not CJK.match(exact) else ""
    after = f"(?!{_WORD_BUT_CJK})" if exact[-1:].isalnum() and not CJK.match(exact[-1:]) else ""
    return re.compile(before + text + after)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = REGEX_BYTES
    return re2.compile(pattern, options)
