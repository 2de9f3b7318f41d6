"""Whether an editor's headline says only what its story's articles say: their names, and their figures with units.

Never judges a wording: what is neither a name nor a figure may be said in other words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

Namer = Callable[[str], Iterable[tuple[str, str]]]
"""Who and what a text names, in any script and case: ids with the words that stand there."""

_MARKS: Final = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u200c\u200d"
"""Signs that belong to the letter before them, and letters of scripts that can't do without."""
_WORD: Final = re.compile(rf"[^\W_](?:[^\W_{_MARKS}]|[{_MARKS}])*(?:[.,'’&-][^\W_](?:[^\W_{_MARKS}]|[{_MARKS}])*)*")
_UP_TO: Final = re.compile(r"\bup to\W+(?:\w{0,3}\W{0,3})?$", re.IGNORECASE)
_UNITS: Final = {
    word: unit
    for unit, words in {
        "thousand": "thousand thousands k",
        "million": "million millions mn mln m",
        "billion": "billion billions bn b",
        "trillion": "trillion trillions tn",
        "%": "% percent",
        "万": "万 萬",
        "亿": "亿 億 億円",
        "tonnes": "tonne tonnes ton tons t",
        "kilograms": "kg kilogram kilograms kilo kilos",
        "pounds": "lb lbs",
        "ounces": "oz ounce ounces",
        "days": "day days",
        "weeks": "week weeks",
        "months": "month months",
        "years": "year years",
    }.items()
    for word in words.split()
}
_SIZES: Final = frozenset({"thousand", "million", "billion", "trillion", "%", "万", "亿"})
"""Units that change a figure by leaving them out; what is counted may go unsaid."""
_CURRENCIES: Final = {
    word: sign
    for sign, words in {
        "$": "$ us$ usd dollar dollars",
        "a$": "a$ au$ aud",
        "c$": "c$ ca$ cad",
        "€": "€ eur euro euros",
        "£": "£ gbp",
        "¥": "¥ jpy yen cny rmb yuan",
    }.items()
    for word in words.split()
}
_FIGURE: Final = re.compile(
    r"(?P<before>[A-Z]{1,2}\$|[$€£¥]|\b(?:USD|EUR|GBP|CNY|RMB|JPY|AUD|CAD)\b)?\s?"
    r"(?P<number>\d(?:[\d.,]*\d)?)"
    r"(?:[\s-]?(?P<unit>%|per ?cent\b|[万萬亿億]|[A-Za-z]+\b))?"
    r"(?:\s?(?P<after>dollars?|euros?|yen|yuan|USD|EUR|GBP|CNY|RMB|JPY|AUD|CAD)\b)?"
)
_FROM_TWO: Final = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_FROM_THIRTY: Final = "thirty forty fifty sixty seventy eighty ninety hundred"
_NUMERALS: Final = {
    **{word: str(number) for number, word in enumerate(_FROM_TWO.split(), start=2)},
    **{word: f"{tens}0" for tens, word in enumerate(_FROM_THIRTY.split(), start=3)},
}
_UNSPACED: Final = ("CJK", "HIRAGANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts without spaces: their words are found as stretches of the text."""


class _Figure(NamedTuple):
    """A number with its unit and currency, each in one form; `start` is where the number stands."""

    number: str
    unit: str
    currency: str
    start: int
    end: int
    words: str


def nobody(_text: str) -> tuple[tuple[str, str], ...]:
    """Where no names are known."""
    return ()


def unfounded(headline: str, texts: Sequence[str], named: Namer = nobody) -> tuple[str, ...]:
    """The names and figures of a headline that none of the story's own texts has, and "up to" where it was left out.

    A name is any word with a capital letter, so a first word that the articles don't have counts as one too; any word
    of a script without capitals; and whoever `named` knows. A figure is a number with its scale, unit and currency.
    """
    text = "\n".join(texts)
    known = {word.casefold() for found in _WORD.finditer(text) for word in _forms(found.group())}
    printed = tuple(_figures(text))
    told = {each.start: each for each in _figures(headline)}
    sizes = {each.unit for each in printed}
    missing: list[str] = []
    for found in _WORD.finditer(headline):
        word = found.group()
        if any(figure.start < found.start() < figure.end for figure in told.values()):
            continue  # the unit of a figure, which is looked at with it
        if word[0].isdigit() and found.start() in told:
            missing.extend(_of_figure(told[found.start()], word, headline, text, known, printed))
        elif _caseless(word):
            missing.extend(_of_script(word, text, known))
        elif _is_asked(word, text) and not _stands(word, known, sizes):
            missing.append(word)
    missing.extend(_strangers(headline, text, named))
    return tuple(dict.fromkeys(missing))


def _figures(text: str) -> Iterator[_Figure]:
    for found in _FIGURE.finditer(text):
        unit = _UNITS.get((found["unit"] or "").casefold().replace("per cent", "percent"), "")
        sign = (found["before"] or found["after"] or (found["unit"] if not unit else "") or "").casefold()
        currency = _CURRENCIES.get(sign, "")
        end = (
            found.end()
            if found["after"]
            else found.end("unit")
            if unit or (found["unit"] and currency)
            else found.end("number")
        )
        yield _Figure(
            number=re.sub(r",(?=\d{3})", "", found["number"]),
            unit=unit,
            currency=currency,
            start=found.start("number"),
            end=end,
            words=text[found.start() : end].strip(),
        )


def _of_figure(
    figure: _Figure, word: str, headline: str, text: str, known: set[str], printed: Sequence[_Figure]
) -> Iterator[str]:
    """What is wrong with a figure: no article has it, or not of that size, or only as the most that it may be."""
    alike = [each for each in printed if each.number == figure.number]
    if word.casefold() not in known and not alike:
        yield word
    elif not any(_fits(figure, each) for each in alike):
        yield figure.words
    elif _always_up_to(figure.number, text) and not _UP_TO.search(headline, 0, figure.start):
        yield f"up to {figure.number}"


def _fits(figure: _Figure, printed: _Figure) -> bool:
    same_unit = figure.unit == printed.unit or (not figure.unit and printed.unit not in _SIZES)
    return same_unit and figure.currency in {"", printed.currency}


def _stands(word: str, known: set[str], sizes: set[str]) -> bool:
    low = word.casefold()
    if low in _NUMERALS:
        return low in known or _NUMERALS[low] in known
    return any(form.casefold() in known for form in _forms(word)) or _UNITS.get(low) in sizes & _SIZES


def _is_asked(word: str, text: str) -> bool:
    """Whether the articles must have it: a name, or a number in words."""
    return _is_name(word, text) or word.casefold() in _NUMERALS or _UNITS.get(word.casefold()) in _SIZES


def _is_name(word: str, text: str) -> bool:
    """Whether it has a capital letter or a digit, or is of another script than Latin that the text has no letter of."""
    if any(letter.isupper() or letter.isdigit() for letter in word):
        return True
    script = _script(word[0])
    return script != "LATIN" and all(_script(letter) != script for letter in text if letter.isalpha())


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _caseless(word: str) -> bool:
    return any(letter.isalpha() and letter.lower() == letter.upper() and not letter.isascii() for letter in word)


def _of_script(word: str, text: str, known: set[str]) -> Iterator[str]:
    """What of a word without capitals stands nowhere; where words have no spaces, all but stretches of the text."""
    if word.casefold() in known or word in text:
        return
    if not _script(word[0]).startswith(_UNSPACED):
        yield word
        return
    at, bare, single = 0, "", False
    while at < len(word):
        end = next((end for end in range(len(word), at + 1, -1) if word[at:end] in text), at + 1)
        lone = end == at + 1
        if lone and (single or word[at] not in text):
            bare += word[at]
        elif bare:
            yield bare
            bare = ""
        at, single = end, lone
    if bare:
        yield bare


def _strangers(headline: str, text: str, named: Namer) -> Iterator[str]:
    """Whom the headline names, in whatever script or case, and no article does."""
    found = {**dict(named(headline.title())), **dict(named(headline))}  # a name in small letters is one too
    there = {id_: words for id_, words in found.items() if words.casefold() not in text.casefold()}
    if there:
        here = {id_ for id_, _ in named(text)}
        yield from (words for id_, words in there.items() if id_ not in here)


def _forms(word: str) -> tuple[str, ...]:
    """A word, and without its genitive: "Canberra's" speaks of Canberra."""
    for ending in ("'s", "’s"):
        if word.endswith(ending):
            return word, word.removesuffix(ending)
    return (word,)


def _always_up_to(figure: str, text: str) -> bool:
    """Whether the text names the figure only as the most that it may be."""
    places = [found for found in _FIGURE.finditer(text) if found["number"] == figure]
    return bool(places) and all(
        _UP_TO.search(text, max(0, place.start("number") - 20), place.start("number")) for place in places
    )
