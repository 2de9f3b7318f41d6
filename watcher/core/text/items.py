"""Items of word lists as written, checked and made ready to be sought: forms, partings, exact and CJK items.

Never looks at an article. Source: the rule language, section 3, "How words match".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from watcher.core.text.inflection import MOST_FORMS, Inflection, Verbs, forms_of_words
from watcher.core.text.plain import CJK, WORD, fold, normal

WORD_START = "\0"
"""What a literal opens with that counts at the beginning of a word only; it stands in no article."""
PARTING = "\1"
"""What stands in a literal for all that may stand between two words of an item, endings of the first included."""
PARTING_RUN = re.compile(r"'?[ \t]+|[-/?]")
SPACE = re.compile(r"[ \t]+")
_LINE_BREAK = re.compile(r"\s*\n\s*")
"""An item written on two lines is one of two words; in an article no item runs over the end of a line."""
_POSSESSIVE = re.compile(r"'s(?![^\W_])|(?<=s)'(?= )")
_ANY_POSSESSIVE = re.compile(_POSSESSIVE.pattern, re.IGNORECASE)
_LATIN = re.compile("[a-z]")
_STARRED_WORD = re.compile(rf"\*?(?:{WORD.pattern})\*?")
_LETTERS_BESIDE_STAR = 3
_SURE_STEM = 3
_MOST_ROWS = 16
"""Literals of one item at most that hold all of its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordItem:
    """One item of a word list as written, signs included, and the language it is listed under (`any` for none)."""

    text: str
    language: str = "any"


def item_fault(text: str) -> str | None:
    """What is wrong with an item as written, in words, or None. Source: the rule language, section 3, R030."""
    bare = text.replace(" ", "")
    if len(bare) > 1 and bare.isalpha():
        return None  # as nearly all are
    body = text.removeprefix("=")
    letters = sum(letter.isalnum() for letter in body)
    if not letters:
        return f'"{text}" holds no letter or digit'
    if text.startswith("="):
        return None
    if "*" in body:
        return _star_fault(text)
    if letters == 1 and CJK.search(body):
        return f'one character alone needs =: write "={body.strip()}"'
    return None


def _star_fault(text: str) -> str | None:
    if text.count("*") > 1:
        return f'"{text}" has more than one "*"'
    starred = next(word for word in text.split() if "*" in word)
    if not (starred.startswith("*") or starred.endswith("*")):
        return f'"*" stands at either end of a word, not inside "{starred}"'
    if sum(letter.isalnum() for letter in starred) < _LETTERS_BESIDE_STAR:
        return '"*" needs 3 letters beside it'
    return None


@dataclass(frozen=True, slots=True)
class Word:
    """What one word of an item may be: one of `texts`, or a word with such a begin or end."""

    texts: frozenset[str]
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    def takes(self, word: str) -> bool:
        """Whether a folded word of the article is one of those meant."""
        return word in self.texts or word.startswith(self.begins) or word.endswith(self.ends)

    def literals(self) -> tuple[str, ...]:
        """Texts one of which stands in every word taken; a common stem if it is long enough to tell something."""
        every = sorted({*self.texts, *self.begins, *self.ends}, key=len)
        stem = _common_stem(every)
        if not self.ends and (len(stem) >= _SURE_STEM or stem == every[0]):
            return (stem,)
        return tuple(text for index, text in enumerate(every) if not text.startswith(tuple(every[:index])))


def _common_stem(texts: list[str]) -> str:
    low, high = min(texts), max(texts)
    same = next((index for index, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1]), len(low))
    return low[:same]


@dataclass(frozen=True, slots=True)
class Phrase:
    """An item made ready: words with what stands between them (None: any parting), or CJK text without spaces.

    One of `literals` stands wherever it occurs, at the beginning of a word if `opening`.
    """

    item: WordItem
    words: tuple[Word, ...]
    gaps: tuple[str | None, ...]
    exact: str | None
    head: str
    tail: str
    squeezed: str | None
    literals: tuple[str, ...]
    opening: bool
    latin: bool


def phrase_of(
    item: WordItem,
    inflections: Mapping[str, Inflection],
    reduced: list[tuple[str, int]],
    verbs: Verbs = "all",
) -> Phrase:
    """The item made ready; one of more than 64 forms is added to `reduced`. Raises ValueError for a faulty item.

    Args: `verbs` says which of its words may be verbs.
    """
    fault = item_fault(item.text)
    if fault is not None:
        raise ValueError(fault)
    written = _LINE_BREAK.sub(" ", item.text)
    exact = written[1:].strip() if written.startswith("=") else None
    shown = exact if exact is not None else written.strip()
    folded = fold(shown)
    if CJK.search(folded):
        return _cjk_phrase(item, folded.replace("*", ""), exact)
    cased = normal(shown)
    if exact is None:
        folded, cased = _POSSESSIVE.sub("", folded), _ANY_POSSESSIVE.sub("", cased)
    found = [match.span() for match in _STARRED_WORD.finditer(folded)]
    capitals = [match[0].lstrip("*")[:1].isupper() for match in _STARRED_WORD.finditer(cased)]
    parted = [(folded[start:end], capital) for (start, end), capital in zip(found, capitals, strict=True)]
    words = _word_forms(parted, item, inflections, reduced, verbs)
    gaps = [folded[found[index][1] : found[index + 1][0]] for index in range(len(found) - 1)]
    literals, opening = _literals(words, all(gaps))
    return Phrase(
        item=item,
        words=words,
        gaps=tuple(None if PARTING_RUN.fullmatch(gap) else SPACE.sub(" ", gap) for gap in gaps),
        exact=normal(exact) if exact is not None else None,
        head=folded[: found[0][0]] if exact is not None else "",
        tail=folded[found[-1][1] :] if exact is not None else "",
        squeezed=None,
        literals=literals,
        opening=opening,
        latin=_LATIN.search(folded) is not None,
    )


def _literals(words: tuple[Word, ...], parted: bool) -> tuple[tuple[str, ...], bool]:
    """Literals of an item, and whether they stand at the beginning of a word: of all its words in a row if it may be.

    One word alone tells little: that of `resources` is met by every miner's name.
    """
    each = [word.literals() for word in words]
    if parted and not any(word.ends for word in words) and prod(map(len, each)) <= _MOST_ROWS:
        return tuple(map(PARTING.join, product(*each))), True
    telling, literals = max(zip(words, each, strict=True), key=lambda pair: (len(pair[1][0]), -len(pair[1])))
    return literals, not telling.ends


def _cjk_phrase(item: WordItem, folded: str, exact: str | None) -> Phrase:
    squeezed = SPACE.sub("", folded)
    return Phrase(
        item=item,
        words=(),
        gaps=(),
        exact=normal(exact) if exact is not None else None,
        head="",
        tail="",
        squeezed=squeezed,
        literals=(squeezed,),
        opening=False,
        latin=False,
    )


def _word_forms(
    parted: list[tuple[str, bool]],
    item: WordItem,
    inflections: Mapping[str, Inflection],
    reduced: list[tuple[str, int]],
    verbs: Verbs,
) -> tuple[Word, ...]:
    if item.text.startswith("="):
        return tuple(Word(frozenset({word})) for word, _ in parted)
    forms = forms_of_words([(word.strip("*"), capital) for word, capital in parted], item.language, inflections, verbs)
    if forms.reduced:
        reduced.append((item.text, forms.count))
    return tuple(_word(word, texts) for (word, _), texts in zip(parted, forms.words, strict=True))


def _word(written: str, forms: tuple[str, ...]) -> Word:
    if written.endswith("*"):
        return Word(frozenset(), begins=(written[:-1],))
    if written.startswith("*"):
        return Word(frozenset(), ends=(written[1:],))
    begins = tuple(form[:-1] for form in forms if form.endswith("*"))
    return Word(frozenset(form for form in forms if not form.endswith("*")), begins=begins)


def most_forms_note(text: str, count: int) -> str:
    """The words of lint R075 for an item that stands for too many forms."""
    assert count > MOST_FORMS
    return f'"{text}": {count} forms; only first and last word are inflected'
