"""The texts that an item of a recogniser stands for, in all its forms, as they are sought in pieces.

Never looks at an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, product
from math import prod

from watcher.core.events.pieces import sought
from watcher.core.text.inflection import MOST_FORMS, Inflection, Verbs, first_forms, forms_of_words
from watcher.core.text.items import Phrase, WordItem, phrase_of
from watcher.core.text.plain import HANGUL_LETTER, fold

_PLAIN = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
"""An item of plain words, as nearly all are: its forms need no parting of signs."""
_PLAIN_CJK = re.compile("[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,}")


def patterns_of(item: WordItem, verbs: Verbs, inflections: Mapping[str, Inflection]) -> tuple[list[str], str | None]:
    """The texts that an item stands for, as pieces, and how an exact one stands as written.

    A text that goes on at an end has a star there: `stockpil*`, `*magnet`.
    """
    if _PLAIN.fullmatch(item.text):
        return _spelt(_plain_words(item, verbs, inflections)), None
    if _PLAIN_CJK.fullmatch(item.text):
        return [fold(item.text)], None
    phrase = phrase_of(item, inflections, [], verbs)
    if phrase.squeezed is not None:
        text = phrase.squeezed
        text = sought(fold(item.text.strip("=*")) if HANGUL_LETTER.search(text) else text)
        return [text], phrase.exact
    last = len(phrase.words) - 1
    choices = [
        [
            *sorted(word.texts),
            *(f"{text}*" for text in (word.begins if index == last else ())),
            *(f"*{text}" for text in (word.ends if index == 0 else ())),
        ]
        for index, word in enumerate(phrase.words)
    ]
    gaps = [*(" " if gap is None else sought(gap) for gap in phrase.gaps), ""]
    texts = [
        "".join(f"{part}{gap}" for part, gap in zip(parts, gaps, strict=True))
        for parts in islice(product(*choices), MOST_FORMS)
    ]
    return texts, _exact(phrase)


def patterns_from(word: str, item: WordItem, verbs: Verbs, inflections: Mapping[str, Inflection]) -> list[str]:
    """Those of these texts that begin with a word, and others besides where it is not soon told."""
    if not _PLAIN.fullmatch(item.text):
        return patterns_of(item, verbs, inflections)[0]
    words = _plain_words(item, verbs, inflections)
    if prod(map(len, words)) <= MOST_FORMS:
        words[0] = [word] if word in words[0] else []
    return _spelt(words)


def seconds_of(word: str, item: WordItem, verbs: Verbs, inflections: Mapping[str, Inflection]) -> Sequence[str] | None:
    """The second words of these texts, none if they have one word; None where that is not soon told."""
    if not _PLAIN.fullmatch(item.text):
        return None
    words = _plain_words(item, verbs, inflections)
    if prod(map(len, words)) > MOST_FORMS or any(form.endswith("*") for form in words[-1]) or word not in words[0]:
        return None
    return words[1] if len(words) > 1 else ()


def _plain_words(item: WordItem, verbs: Verbs, inflections: Mapping[str, Inflection]) -> list[Sequence[str]]:
    """The forms of each word of an item of plain words; the last one's may have a star."""
    parted = [(fold(word), word[0].isupper()) for word in item.text.split()]
    *most, last = forms_of_words(parted, item.language, inflections, verbs).words
    return [*([form for form in forms if not form.endswith("*")] for forms in most), last]


def _spelt(words: Sequence[Sequence[str]]) -> list[str]:
    return list(map(" ".join, islice(product(*words), MOST_FORMS)))


def openings_of(item: WordItem, verbs: Verbs, inflections: Mapping[str, Inflection]) -> Iterable[str] | None:
    """The first words of these texts where that is soon told, with a star where the text has one; else None."""
    if not _PLAIN.fullmatch(item.text):
        return None
    first, _, rest = item.text.partition(" ")
    found = first_forms(fold(first), first[0].isupper(), item.language, inflections, verbs)
    return [form for form in found if not form.endswith("*")] if rest else found


def _exact(phrase: Phrase) -> str | None:
    """How an exact item stands, without the punctuation at its ends: `U.S` of `=U.S.`."""
    if phrase.exact is None or phrase.squeezed is not None:
        return phrase.exact
    return phrase.exact[len(phrase.head) : len(phrase.exact) - len(phrase.tail)]
