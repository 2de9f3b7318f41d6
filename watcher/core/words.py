"""Words of a rule found in an article: whole words in a row, CJK as substrings, `=exact`, `begin*`, `*end`.

Never resolves a `<list>` and never looks beyond one line: who asks gives items, and stretches of text to look in.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from watcher.core.inflection import MOST_FORMS, Inflection, forms_of_words
from watcher.core.text import CJK, HANGUL_LETTER, KANA, SPACED_LETTER, WORD, Span, fold, normal

if TYPE_CHECKING:
    from watcher.core.reading import Reading, Words

_PARTING = frozenset({" ", "-", "/", "?", "' "})
_PARTING_RUN = re.compile(r"'?[ \t]+|[-/?]")
_POSSESSIVE = re.compile(r"'s(?![^\W_])|(?<=s)'(?= )")
_SPACE = re.compile(r"[ \t]+")
_SPACED = re.compile(SPACED_LETTER)
_LATIN = re.compile("[a-z]")
_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})
_LETTERS_BESIDE_STAR = 3
_SURE_STEM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WordItem:
    """One item of a word list as written, signs included, and the language it is listed under (`any` for none)."""

    text: str
    language: str = "any"


def item_fault(text: str) -> str | None:
    """What is wrong with an item as written, in words, or None. Source: the rule language, section 3, R030."""
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
class _Word:
    """What one word of an item may be: one of `texts`, or a word with such a begin or end."""

    texts: frozenset[str]
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    def takes(self, word: str) -> bool:
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
class _Phrase:
    """An item made ready: words with what stands between them (None: any parting), or a CJK pattern."""

    item: WordItem
    words: tuple[_Word, ...]
    gaps: tuple[str | None, ...]
    exact: str | None
    head: str
    tail: str
    pattern: re.Pattern[str] | None
    literals: tuple[str, ...]
    latin: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordList:
    """A compiled word list. `masks` hide what lies inside them; `reduced` names items of more than 64 forms (R075)."""

    items: tuple[WordItem, ...]
    reduced: tuple[tuple[str, int], ...]
    _first: Mapping[str, tuple[_Phrase, ...]]
    _open: tuple[_Phrase, ...]
    _cjk: tuple[_Phrase, ...]
    _phrases: tuple[_Phrase, ...]
    _masks: WordList | None

    @classmethod
    def of(
        cls,
        items: Iterable[WordItem],
        masks: Iterable[WordItem] = (),
        inflections: Mapping[str, Inflection] | None = None,
    ) -> WordList:
        """Compile items. Raises ValueError for an item that `item_fault` finds fault with."""
        listed, masking = tuple(dict.fromkeys(items)), tuple(dict.fromkeys(masks))
        reduced: list[tuple[str, int]] = []
        phrases = [_phrase(item, inflections or {}, reduced) for item in listed]
        first: dict[str, list[_Phrase]] = {}
        for phrase in phrases:
            for text in phrase.words[0].texts if phrase.words else ():
                first.setdefault(text, []).append(phrase)
        return cls(
            items=listed,
            reduced=tuple(reduced),
            _first={text: tuple(found) for text, found in first.items()},
            _open=tuple(
                phrase for phrase in phrases if phrase.words and (phrase.words[0].begins or phrase.words[0].ends)
            ),
            _cjk=tuple(phrase for phrase in phrases if phrase.pattern is not None),
            _phrases=tuple(phrases),
            _masks=cls.of(masking, (), inflections) if masking else None,
        )

    @property
    def literals(self) -> tuple[str, ...]:
        """Folded texts one of which stands in every article that an item occurs in; spaces in CJK don't count."""
        return tuple(dict.fromkeys(literal for phrase in self._phrases for literal in phrase.literals))

    def find(self, reading: Reading, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Where items occur within these stretches: spans of the shown text in order, none inside another."""
        found = reading.remember(self, lambda: self._find(reading))
        return tuple(_inside(found, spans)) if found else ()

    def _find(self, reading: Reading) -> tuple[Span, ...]:
        hits = self._hits(reading)
        if hits and self._masks is not None:
            masked = set(_inside(sorted(hits), self._masks._longest(reading)))  # noqa: SLF001 - its own kind
            hits = [hit for hit in hits if hit not in masked]
        return tuple(reading.mapped.span(start, end) for start, end in _longest(hits)) if hits else ()

    def _longest(self, reading: Reading) -> list[Span]:
        return _longest(self._hits(reading))

    def _hits(self, reading: Reading) -> list[Span]:
        """All occurrences in the folded text, overlapping ones too, with language and exact form checked."""
        hits: list[Span] = []
        words = reading.words
        for first in self._first.keys() & words.places.keys():
            for phrase in self._first[first]:
                hits += _follow(reading, words, phrase, words.places[first])
        for phrase in self._open:
            word = phrase.words[0]
            for first, places in words.places.items():
                if first not in word.texts and word.takes(first):
                    hits += _follow(reading, words, phrase, places)
        if self._cjk and reading.has_cjk:
            for phrase in self._cjk:
                hits += _substrings(reading, phrase)
        return hits


def _inside(hits: Sequence[Span], stretches: Iterable[Span]) -> list[Span]:
    """Those of these hits, sorted by their starts, that lie whole in one of the stretches, which don't overlap."""
    found: list[Span] = []
    for first, last in stretches:
        index = bisect_left(hits, first, key=itemgetter(0))
        while index < len(hits) and hits[index][0] < last:
            if hits[index][1] <= last:
                found.append(hits[index])
            index += 1
    return found


def _longest(self, reading: Reading) -> list[Span]:
        return _longest(self._hits(reading))

    def _hits(self, reading: Reading) -> list[Span]:
        """All occurrences in the folded text, overlapping ones too, with language and exact form checked."""
        hits: list[Span] = []
        words = reading.words
        for first in self._first.keys() & words.places.keys():
            for phrase in self._first[first]:
                hits += _follow(reading, words, phrase, words.places[first])
        for phrase in self._open:
            word = phrase.words[0]
            for first, places in words.places.items():
                if first not in word.texts and word.takes(first):
                    hits += _follow(reading, words, phrase, places)
        if self._cjk and reading.has_cjk:
            for phrase in self._cjk:
                hits += _substrings(reading, phrase)
        return hits


def _inside(hits: Sequence[Span], stretches: Sequence[Span]) -> list[Span]:
    """Those hits that lie whole in one of these stretches, which are in order and don't overlap."""
    starts = [start for start, _ in stretches]
    found: list[Span] = []
    for start, end in hits:
        index = bisect_right(starts, start) - 1
        if index >= 0 and end <= stretches[index][1]:
            found.append((start, end))
    return found


def _longest(hits: list[Span]) -> list[Span]:
    chosen: list[Span] = []
    for start, end in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end))
    return chosen


def _phrase(item: WordItem, inflections: Mapping[str, Inflection], reduced: list[tuple[str, int]]) -> _Phrase:
    fault = item_fault(item.text)
    if fault is not None:
        raise ValueError(fault)
    exact = item.text[1:].strip() if item.text.startswith("=") else None
    shown = exact if exact is not None else item.text.strip()
    folded = fold(shown)
    if CJK.search(folded):
        return _cjk_phrase(item, folded.replace("*", ""), exact)
    cased = normal(shown)
    if exact is None:
        folded, cased = _POSSESSIVE.sub("", folded), _POSSESSIVE.sub("", cased)
    found = [match.span() for match in _STARRED_WORD.finditer(folded)]
    capitals = [match[0].lstrip("*")[:1].isupper() for match in _STARRED_WORD.finditer(cased)]
    parted = [(folded[start:end], capital) for (start, end), capital in zip(found, capitals, strict=True)]
    words = _word_forms(parted, item, inflections, reduced)
    gaps = [folded[found[index][1] : found[index + 1][0]] for index in range(len(found) - 1)]
    literals = max((word.literals() for word in words), key=lambda every: (len(every[0]), -len(every)))
    return _Phrase(
        item=item,
        words=words,
        gaps=tuple(None if _PARTING_RUN.fullmatch(gap) else _SPACE.sub(" ", gap) for gap in gaps),
        exact=normal(exact) if exact is not None else None,
        head=folded[: found[0][0]] if exact is not None else "",
        tail=folded[found[-1][1] :] if exact is not None else "",
        pattern=None,
        literals=literals,
        latin=_LATIN.search(folded) is not None,
    )


_STARRED_WORD = re.compile(rf"\*?(?:{WORD.pattern})\*?")


def _cjk_phrase(item: WordItem, folded: str, exact: str | None) -> _Phrase:
    squeezed = _SPACE.sub("", folded)
    return _Phrase(
        item=item,
        words=(),
        gaps=(),
        exact=normal(exact) if exact is not None else None,
        head="",
        tail="",
        pattern=re.compile(r"[ \t]*".join(map(re.escape, squeezed))),
        literals=(squeezed,),
        latin=False,
    )


def _word_forms(
    parted: list[tuple[str, bool]],
    item: WordItem,
    inflections: Mapping[str, Inflection],
    reduced: list[tuple[str, int]],
) -> tuple[_Word, ...]:
    if item.text.startswith("="):
        return tuple(_Word(frozenset({word})) for word, _ in parted)
    forms = forms_of_words([(word.strip("*"), capital) for word, capital in parted], item.language, inflections)
    if forms.reduced:
        reduced.append((item.text, forms.count))
    return tuple(_word(word, texts) for (word, _), texts in zip(parted, forms.words, strict=True))


def _word(written: str, forms: tuple[str, ...]) -> _Word:
    if written.endswith("*"):
        return _Word(frozenset(), begins=(written[:-1],))
    if written.startswith("*"):
        return _Word(frozenset(), ends=(written[1:],))
    begins = tuple(form[:-1] for form in forms if form.endswith("*"))
    return _Word(frozenset(form for form in forms if not form.endswith("*")), begins=begins)


def _follow(reading: Reading, words: Words, phrase: _Phrase, places: list[int]) -> list[Span]:
    """Occurrences of a phrase that begin at one of these words."""
    if not _sought(reading, phrase):
        return []
    hits: list[Span] = []
    for place in places:
        last = _last_word(reading.folded, words, phrase, place)
        if last is not None:
            hit = (words.starts[place] - len(phrase.head), words.end(last) + len(phrase.tail))
            if phrase.exact is None or _is_exact(reading, phrase, hit):
                hits.append(hit)
    return hits


def _last_word(folded: str, words: Words, phrase: _Phrase, place: int) -> int | None:
    for word, gap in zip(phrase.words[1:], phrase.gaps, strict=True):
        following = place + 1
        between = _between(folded, words, place, following)
        if between in {"'", "?"} and words.texts[following] == "s" and gap is None and phrase.exact is None:
            following += 1
            between = _between(folded, words, following - 1, following)
        if between is None or not word.takes(words.texts[following]) or not _parted(between, gap):
            return None
        place = following
    return place


def _between(folded: str, words: Words, place: int, following: int) -> str | None:
    if following >= len(words.starts):
        return None
    return folded[words.end(place) : words.starts[following]]


def _parted(between: str, gap: str | None) -> bool:
    if gap is not None:
        return between == gap or _SPACE.sub(" ", between) == gap
    return between in _PARTING or _PARTING_RUN.fullmatch(between) is not None


def _is_exact(reading: Reading, phrase: _Phrase, hit: Span) -> bool:
    if hit[0] < 0 or hit[1] > len(reading.folded):
        return False
    start, end = reading.mapped.span(*hit)
    return normal(reading.text[start:end]) == phrase.exact


def _substrings(reading: Reading, phrase: _Phrase) -> list[Span]:
    """Occurrences of a CJK item; edges count where it begins with Hangul or begins or ends with a spaced letter."""
    pattern, folded = phrase.pattern, reading.folded
    assert pattern is not None
    hits: list[Span] = []
    at = 0
    while (match := pattern.search(folded, at)) is not None:
        at = match.start() + 1
        if _has_edges(folded, match.start(), match.end()) and _sought_at(reading, phrase, match.start()):
            hit = match.span()
            if phrase.exact is None or _is_exact(reading, phrase, hit):
                hits.append(hit)
    return hits


def _has_edges(folded: str, start: int, end: int) -> bool:
    before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
    if HANGUL_LETTER.match(folded[start]) and HANGUL_LETTER.match(before):
        return False
    if _SPACED.match(folded[start]) and _SPACED.match(before):
        return False
    return not (_SPACED.match(folded[end - 1]) and _SPACED.match(after))


def _sought(reading: Reading, phrase: _Phrase) -> bool:
    """Whether an item in a spaced script is sought in this article: its language is the article's, or unknown.

    A Latin item in a Chinese, Japanese or Korean article, or one of another script, stands in a sentence of its own
    language, which nobody stated: it is sought.
    """
    if phrase.item.language == "any" or not phrase.latin:
        return True
    language = reading.main_language
    return language is None or language in _CJK_LANGUAGES or language == phrase.item.language


def _sought_at(reading: Reading, phrase: _Phrase, position: int) -> bool:
    """Whether a CJK item is sought in the line it was found in: kana says Japanese, Hangul Korean, else the article."""
    listed = phrase.item.language
    if listed == "any":
        return True
    folded = reading.folded
    begin = max(folded.rfind(mark, 0, position) for mark in "\n。") + 1
    end = min((at for mark in "\n。" if (at := folded.find(mark, position)) >= 0), default=len(folded))
    line = folded[begin:end]
    if KANA.search(line):
        return listed == "ja"
    if HANGUL_LETTER.search(line):
        return listed == "ko"
    language = reading.main_language
    return language not in _CJK_LANGUAGES or language == listed


def most_forms_note(text: str, count: int) -> str:
    """The words of lint R075 for an item that stands for too many forms."""
    assert count > MOST_FORMS
    return f'"{text}": {count} forms; only first and last word are inflected'
