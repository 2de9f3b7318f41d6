"""The names of the lexicon as they are sought in folded text: patterns, and what each one would stand for.

Never looks at an article. One text may stand for several things; which of them it is, the finding decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from watcher.core.lexicon.listed import Listed
from watcher.core.lexicon.model import Sort
from watcher.core.text.plain import CJK, HANGUL_LETTER, fold, normal

ANY = ""
_ENGLISH = "en"
_COMPOUND_LETTERS = 5
"""Source: the rule language, section 3: German nouns of 5+ letters also stand as the first part of a compound."""
_SURE_LETTERS = 6
"""A foreign name of fewer letters is sought only in texts known to be of its language: `bore`, `Zinn`, `oro`."""
MAYBE = "~"
"""Before a language: sought in texts of that language, and where the language is not known."""
_PLURAL = re.compile(r"[a-z]{3,}$")
_CASED_WORD = re.compile(r"[^\s\-/]+")
_US = re.compile(r"\bU\.S\.(?=\s)|\bUS(?=\s)")
_SEPARATOR = re.compile(r"[-/]")


class Claim(NamedTuple):
    """What a pattern would stand for: `what` is name, guarded or mask; `of` is the index of the listed thing.

    `only` is the language it is sought in ("" for all); `exact` how it must be written; `cased` the name whose
    capitals it must have; `opening` whether it may open a longer word; `inner` which part of it is the name.
    """

    what: str
    of: int
    language: str
    only: str = ANY
    exact: str | None = None
    cased: str = ""
    opening: bool = False
    inner: tuple[int, int] | None = None


class Pattern(NamedTuple):
    """All claims to one text, and which of its ends need an edge of a word."""

    claims: tuple[Claim, ...]
    edge_before: bool
    edge_after: bool
    hangul: bool


NAME, GUARDED, MASK = "name", "guarded", "mask"


def sought(text: str) -> str:
    """Folded text as names are sought in it: hyphen and slash part words alike; every place stays its own."""
    return text.replace("-", " ").replace("/", " ")


def patterns_of(listed: Sequence[Listed]) -> dict[str, Pattern]:
    """Every text to be sought."""
    claims: defaultdict[str, list[Claim]] = defaultdict(list)
    for index, each in enumerate(listed):
        for text, claim in _claims(index, each):
            if claim not in claims[text]:
                claims[text].append(claim)
    return {text: _pattern(text, found) for text, found in claims.items()}


def _pattern(text: str, claims: list[Claim]) -> Pattern:
    return Pattern(
        claims=tuple(claims),
        edge_before=text[0].isalnum() and not CJK.match(text[0]),
        edge_after=text[-1].isalnum() and not CJK.match(text[-1]),
        hangul=HANGUL_LETTER.match(text[0]) is not None,
    )


def _claims(index: int, listed: Listed) -> Iterator[tuple[str, Claim]]:
    common = listed.entity.sort is Sort.MATERIAL
    for language, items in listed.names.items():
        for item in items:
            yield from _of_item(item, Claim(NAME, index, language), common=common)
    for item in listed.guarded:
        yield from _of_item(item, Claim(GUARDED, index, ANY), common=common)
    bare = [sought(fold(text)) for items in listed.bare.values() for text in items]
    for phrase in listed.within:
        text = sought(fold(phrase))
        at = max((text.find(name) for name in bare), default=-1)
        inner = next(((at, at + len(name)) for name in bare if at >= 0 and text.find(name) == at), None)
        yield text, Claim(NAME, index, ANY, inner=inner)
        if common and _PLURAL.search(text) and not text.endswith("s"):
            yield text + "s", Claim(NAME, index, ANY, inner=inner)
    for mask in listed.masks:
        text = sought(fold(mask.removeprefix("=")))
        yield text, Claim(MASK, index, ANY)
        if common:
            for plural in _plurals(text, ANY):
                yield plural, Claim(MASK, index, ANY)


def _of_item(item: str, claim: Claim, *, common: bool) -> Iterator[tuple[str, Claim]]:
    """The patterns of one name: with and without the spaces of Korean, US and U.S., and the plurals of common nouns."""
    shown = item.removeprefix("=").strip()
    exact = normal(shown) if item.startswith("=") else None
    for text in _spellings(shown):
        folded = sought(fold(text))
        if not folded.strip():
            continue
        cjk = CJK.search(folded) is not None
        found = claim._replace(
            only=_only(folded, claim.language, cjk=cjk),
            exact=exact if text == shown or exact is None else normal(text),
            cased=text if exact is None and not common and not cjk else "",
            opening=common and claim.language == "de" and len(folded) >= _COMPOUND_LETTERS and exact is None,
        )
        yield folded, found
        if common and not cjk and exact is None:
            for plural in _plurals(folded, claim.language):
                yield plural, found


def _spellings(shown: str) -> Iterable[str]:
    yield shown
    if HANGUL_LETTER.search(shown) and " " in shown:
        yield shown.replace(" ", "")
    found = _US.search(shown)
    if found:
        other = "US" if found[0] == "U.S." else "U.S."
        yield shown[: found.start()] + other + shown[found.end() :]


def _only(folded: str, language: str, *, cjk: bool) -> str:
    if cjk:
        return language if len(folded) == 1 else ANY
    if language in {ANY, _ENGLISH}:
        return ANY
    return language if len(folded) < _SURE_LETTERS else MAYBE + language


def _plurals(folded: str, language: str) -> Iterator[str]:
    if language not in {ANY, _ENGLISH, "fr", "es"} or not _PLURAL.search(folded):
        return
    if folded.endswith("s"):
        return
    if folded.endswith("y") and language in {ANY, _ENGLISH}:
        yield folded[:-1] + "ies"
    yield folded + "s"


def has_capitals(listed: str, shown: str) -> bool:
    """Whether a name as shown has the capitals of the listed one, at its first and its last word."""
    if shown == listed:
        return True
    own, its = _CASED_WORD.findall(listed), _CASED_WORD.findall(shown)
    if not own or not its:
        return True
    return all(not a[:1].isupper() or not b[:1].islower() for a, b in ((own[0], its[0]), (own[-1], its[-1])))
