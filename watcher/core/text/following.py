"""One phrase of a word list followed in an article: its next words, what parts them, its language and exact form.

Never chooses among occurrences that overlap: the list does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from watcher.core.text.items import PARTING_RUN, SPACE, Phrase
from watcher.core.text.plain import HANGUL_LETTER, KANA, SPACED_LETTER, Span, normal
from watcher.core.text.reading import Reading, Words

_PARTING = frozenset({" ", "-", "/", "?", "' "})
_SPACED = re.compile(SPACED_LETTER)
_EDGED = re.compile(f"{SPACED_LETTER}|{HANGUL_LETTER.pattern}")
_NEIGHBOURHOOD = 200
"""Characters either side of a CJK hit that may tell its language; a sentence is seldom longer."""
_CJK_LANGUAGES = frozenset({"zh", "ja", "ko"})


def occurrences(reading: Reading, words: Words, phrase: Phrase) -> list[Span]:
    """All occurrences of a phrase whose first word is one of the forms that it lists."""
    hits: list[Span] = []
    for places in words.places(words.distinct & phrase.words[0].texts).values():
        hits += follow(reading, words, phrase, places)
    return hits


def follow(reading: Reading, words: Words, phrase: Phrase, places: list[int]) -> list[Span]:
    """Occurrences of a phrase that begin at one of these words."""
    if not sought(reading, phrase):
        return []
    hits: list[Span] = []
    for place in places:
        last = _last_word(reading.folded, words, phrase, place)
        if last is not None:
            hit = (words.starts[place] - len(phrase.head), words.end(last) + len(phrase.tail))
            if phrase.exact is None or _is_exact(reading, phrase, hit):
                hits.append(hit)
    return hits


def _last_word(folded: str, words: Words, phrase: Phrase, place: int) -> int | None:
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
        return between == gap or SPACE.sub(" ", between) == gap
    return between in _PARTING or PARTING_RUN.fullmatch(between) is not None


def _is_exact(reading: Reading, phrase: Phrase, hit: Span) -> bool:
    if hit[0] < 0 or hit[1] > len(reading.folded):
        return False
    start, end = reading.mapped.span(*hit)
    return normal(reading.text[start:end]) == phrase.exact


def substrings(reading: Reading, phrase: Phrase) -> list[Span]:
    """Occurrences of a CJK item; edges count where it begins with Hangul or begins or ends with a spaced letter."""
    sought, folded, text = phrase.squeezed, reading.folded, reading.squeezed
    assert sought is not None
    hits: list[Span] = []
    edged = any(map(_EDGED.match, (sought[0], sought[-1])))
    at = text.find(sought)
    places = reading.squeezed_places if at >= 0 else ()
    last = len(sought) - 1
    while at >= 0:
        hit = (places[at], places[at + last] + 1)
        if (
            (not edged or _has_edges(folded, *hit))
            and (phrase.item.language == "any" or _sought_at(reading, phrase, hit[0]))
            and (phrase.exact is None or _is_exact(reading, phrase, hit))
        ):
            hits.append(hit)
        at = text.find(sought, at + 1)
    return hits


def _has_edges(folded: str, start: int, end: int) -> bool:
    before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
    if HANGUL_LETTER.match(folded[start]) and HANGUL_LETTER.match(before):
        return False
    if _SPACED.match(folded[start]) and _SPACED.match(before):
        return False
    return not (_SPACED.match(folded[end - 1]) and _SPACED.match(after))


def sought(reading: Reading, phrase: Phrase) -> bool:
    """Whether an item in a spaced script is sought in this article: its language is the article's, or unknown.

    A Latin item in a Chinese, Japanese or Korean article, or one of another script, stands in a sentence of its own
    language, which nobody stated: it is sought.
    """
    if phrase.item.language == "any" or not phrase.latin:
        return True
    language = reading.main_language
    return language is None or language in _CJK_LANGUAGES or language == phrase.item.language


def _sought_at(reading: Reading, phrase: Phrase, position: int) -> bool:
    """Whether a CJK item is sought in the line it was found in: kana says Japanese, Hangul Korean, else the article."""
    listed = phrase.item.language
    folded = reading.folded
    first, last = max(position - _NEIGHBOURHOOD, 0), position + _NEIGHBOURHOOD
    begin = max(first, *(folded.rfind(mark, first, position) + 1 for mark in "\n。"))
    end = min((at for mark in "\n。" if (at := folded.find(mark, position, last)) >= 0), default=last)
    line = folded[begin:end]
    if KANA.search(line):
        return listed == "ja"
    if HANGUL_LETTER.search(line):
        return listed == "ko"
    language = reading.main_language
    return language not in _CJK_LANGUAGES or language == listed


def longest(hits: Iterable[Span]) -> list[Span]:
    """Those that stay when, of overlapping hits, the first and of these the longest wins."""
    chosen: list[Span] = []
    last, until = -1, -1
    for hit in sorted(hits):
        start = hit[0]
        if start >= until:
            chosen.append(hit)
            last, until = hit
        elif start == last:
            chosen[-1] = hit
            until = hit[1]
    return chosen
