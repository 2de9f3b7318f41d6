"""The forms that a word of a rule stands for: plurals, past and participle, case endings, by tables of a language.

Never guesses a language and never reads a file: tables come in as plain data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod
from typing import Literal

from watcher.core.text.plain import CJK, fold

Verbs = Literal["all", "first", "none"]
"""Which words of an item may be verbs: any, the first that is no function word, or none."""
MOST_FORMS = 64
"""Source: the rule language, section 3: at most 64 forms an item."""

_SHORTEST_INFLECTED = 3
_VOWELS = "aeiou"
_LATIN = re.compile("[a-z]")
_PLAIN_ENGLISH = re.compile("[a-z]+")
_ONE_SYLLABLE = re.compile("[^aeiouy]*y?[aeiou]+[^aeiouy]+")
_SHORT_ENDING = re.compile("(?:^|.*[^aeiou]|.*qu)[aeiou][bcdfghjklmnpqrstvz]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflection:
    """One language's table, all of it folded.

    `spelling` switches on the rules of English; `plurals` are (ending, what stands for it), first fit wins;
    `endings` are added to any word; nouns (written with a capital) of `compound_from` letters or more also stand
    for words that begin with them. `irregular` forms come in addition to the regular ones, except that they
    replace English `-ed`.
    """

    language: str
    spelling: str = ""
    function_words: frozenset[str] = frozenset()
    irregular: Mapping[str, tuple[str, ...]]
    plurals: tuple[tuple[str, str], ...] = ()
    endings: tuple[str, ...] = ()
    compound_from: int | None = None
    _known: dict[tuple[str, bool, bool], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_plain(cls, table: Mapping[str, object]) -> Inflection:
        """A table as it is written in a lexicon file (keys as the fields here). Raises ValueError if it is not one."""
        unknown = set(table) - {"format", *cls.__dataclass_fields__}
        if unknown:
            raise ValueError(f"unknown key {min(unknown)!r} in an inflection table")
        irregular = table.get("irregular", {})
        compound = table.get("compound_from")
        if not isinstance(irregular, Mapping) or not isinstance(compound, int | None):
            raise ValueError("an inflection table has a mapping as irregular and an integer as compound_from")  # noqa: TRY004 - a file's fault
        return cls(
            language=str(table["language"]),
            spelling=str(table.get("spelling", "")),
            function_words=frozenset(map(fold, _texts(table.get("function_words", ())))),
            irregular={fold(str(word)): tuple(map(fold, _texts(forms))) for word, forms in irregular.items()},
            plurals=tuple((fold(old), fold(new)) for old, new in map(_pair, _rows(table.get("plurals", ())))),
            endings=tuple(map(fold, _texts(table.get("endings", ())))),
            compound_from=compound,
        )

    def word_forms(self, word: str, *, noun: bool = False, verb: bool = True) -> tuple[str, ...]:
        """The folded forms of one folded word, itself first; a trailing `*` means: words beginning so.

        Args: `noun` for one written with a capital, where that tells nouns; `verb` is false where it can be no verb,
        so that `project` does not stand for `projected`.
        """
        known = self._known.get((word, noun, verb))
        if known is None:
            known = self._known[word, noun, verb] = self._word_forms(word, noun=noun, verb=verb)
        return known

    def forget(self) -> None:
        """Let go of the forms found so far: while lists are compiled they are asked for over and over, later seldom."""
        self._known.clear()

    def _word_forms(self, word: str, *, noun: bool, verb: bool) -> tuple[str, ...]:
        if len(word) < _SHORTEST_INFLECTED or word in self.function_words:
            return (word,)
        forms = [word, *self.irregular.get(word, ())]
        if self.spelling == "english":
            forms += _english_forms(word, irregular=word in self.irregular, verb=verb)
        forms += _plural(word, self.plurals)
        forms += [word + ending for ending in self.endings]
        if noun and self.compound_from is not None and len(word) >= self.compound_from:
            forms = [form for form in forms if not form.startswith(word)] + [word, word + "*"]
            forms.sort(key=lambda form: form != word)
        return tuple(dict.fromkeys(forms))


@dataclass(frozen=True, slots=True)
class Forms:
    """What an item of several words stands for: per word its forms, and how many combinations that makes.

    `reduced` tells that there were more than 64, so that only the first and the last word are inflected; `count`
    is the number before that.
    """

    words: tuple[tuple[str, ...], ...]
    count: int
    reduced: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """The forms as texts with single spaces, at most 64."""
        return tuple(" ".join(parts) for parts in islice(product(*self.words), MOST_FORMS))


def forms(item: str, language: str, tables: Mapping[str, Inflection]) -> Forms:
    """The forms of an item as written in a list (no `=`, no `*`), sought as `language` (`any`: English if Latin)."""
    written = item.replace("-", " ").replace("/", " ").split()
    return forms_of_words([(fold(word), word[:1].isupper()) for word in written], language, tables)


def forms_of_words(
    words: Iterable[tuple[str, bool]], language: str, tables: Mapping[str, Inflection], verbs: Verbs = "all"
) -> Forms:
    """As `forms`, for words that are already parted and folded, each with whether it was written with a capital."""
    parted = list(words)
    table = tables.get(_table_name(" ".join(word for word, _ in parted), language))
    if table is None:
        return Forms(tuple((word,) for word, _ in parted), 1, reduced=False)
    first = next((index for index, (word, _) in enumerate(parted) if word not in table.function_words), 0)
    inflected = [
        table.word_forms(word, noun=capital, verb=verbs == "all" or (verbs == "first" and index == first))
        for index, (word, capital) in enumerate(parted)
    ]
    count = prod(map(len, inflected))
    if count <= MOST_FORMS:
        return Forms(tuple(inflected), count, reduced=False)
    for index in range(1, len(inflected) - 1):
        inflected[index] = inflected[index][:1]
    return Forms(tuple(inflected), count, reduced=True)


def first_forms(
    word: str, capital: bool, language: str, tables: Mapping[str, Inflection], verbs: Verbs
) -> tuple[str, ...]:
    """The forms of the first word of a Latin item alone, as `forms_of_words` gives them."""
    table = tables.get("en" if language == "any" else language)
    # A function word has no forms, so the first word may be a verb wherever the first that is none may.
    return (word,) if table is None else table.word_forms(word, noun=capital, verb=verbs != "none")


def _table_name(folded: str, language: str) -> str:
    if language != "any":
        return language
    return "en" if _LATIN.search(folded) and not CJK.search(folded) else ""


def _english_forms(word: str, *, irregular: bool, verb: bool) -> list[str]:
    """Plural or third person, -ed and -ing by the spelling rules of English; a word in such a form stays as it is."""
    if not _PLAIN_ENGLISH.fullmatch(word) or _is_plural(word):
        return []
    plural = [word[:-1] + "ies"] if word.endswith("y") and word[-2] not in _VOWELS else _add_s(word)
    if not verb or (word.endswith("ing") and len(word) > 5):  # noqa: PLR2004 - bring, king and ring are stems
        return plural
    if word.endswith("ed") and not word.endswith("eed") and len(word) > 5:  # noqa: PLR2004 - shed is a stem
        return []
    past: list[str] = []
    ing: list[str] = []
    for stem in _stems(word):
        past.append(stem + ("d" if stem.endswith("e") else "ed"))
        ing.append(_ing(stem))
    if word.endswith("y") and word[-2] not in _VOWELS:
        past = [word[:-1] + "ied"]
    return plural + ([] if irregular else past) + ing


def _is_plural(word: str) -> bool:
    return word.endswith("s") and word[-2] not in "suia"


def _add_s(word: str) -> list[str]:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [word + "es"]
    if word.endswith("o") and word[-2] not in _VOWELS:
        return [word + "s", word + "es"]
    return [word + "s"]


def _stems(word: str) -> list[str]:
    """The word as -ed and -ing are added to it: with its last letter doubled after a short vowel, or both ways."""
    if not _SHORT_ENDING.fullmatch(word):
        return [word]
    doubled = word + ("k" if word.endswith("c") else word[-1])
    return [doubled] if _ONE_SYLLABLE.fullmatch(word) else [word, doubled]


def _ing(stem: str) -> str:
    if stem.endswith("ie"):
        return stem[:-2] + "ying"
    if stem.endswith("e") and not stem.endswith(("ee", "oe", "ye")):
        return stem[:-1] + "ing"
    return stem + "ing"


def _plural(word: str, plurals: tuple[tuple[str, str], ...]) -> list[str]:
    for old, new in plurals:
        if word.endswith(old):
            return [word[: len(word) - len(old)] + new]
    return []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, _rows(value)))


def _rows(value: object) -> tuple[object, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    if not isinstance(value, list | tuple):
        raise ValueError(f"{value!r} is no list of words")  # noqa: TRY004 - a file's fault
    return tuple(value)


def _pair(row: object) -> tuple[str, str]:
    old, new = _rows(row)
    return str(old), str(new)
