"""Organisations outside the lexicon, known by the form of their names: Corp, Ltd, tickers, 公司, Ministry of ...

Looks at title, highlights and lead only, and never knows whether such an organisation exists: the form says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from watcher.core.lexicon.form_words import (
    ACTS,
    ALONE,
    CLOSES,
    DEMONYMS,
    EXCHANGES,
    FUNCTION,
    HOLDING,
    INDUSTRY,
    INSTITUTION,
    LEGAL,
    LEGAL_FORMS,
    NO_NAME,
    PEOPLE,
    PLAIN_TAIL,
    VERBS,
)
from watcher.core.lexicon.forms_cjk import cjk_spans, listed_span
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Zone
from watcher.core.text.plain import fold
from watcher.core.text.reading import Reading

FORM = "form"
FORM_ID = f"{FORM}:"
"""How the id of an organisation begins that is known by its form."""
_HEAD = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
_MOST = 1_500
_LONGEST = 8
_SURE_WORDS = 3
"""Words before a form of law that make a name even if each of them is a common one: Critical Elements Lithium Corp."""
_TOKEN = re.compile(r"[A-Za-z0-9\u00c0-\u024f](?:[\w&'\u2019\-]|\.(?=\w))*\.?|&")
_TICKER = re.compile(rf"\((?:{EXCHANGES})[^():]{{0,20}}: ?[A-Z0-9][A-Z0-9.\-]{{0,9}}\b")
_PERSON = re.compile(rf"\b(?:{PEOPLE})\b")
_LABEL = re.compile(r"(?:[\w-]+ ){0,1}[\w-]+ [\u2013\u2014-] ")
_BUSINESS = re.compile(
    r"(?<=[a-z] )(?:miner|producer|developer|explorer|recycler|refiner|smelter|maker|manufacturer|supplier|processor"
    r"|start-up|startup|trader|giant|junior) (?=[A-Z0-9])"
)
_POSSESSIVE = re.compile(r"['\u2019]s?\Z")
_INSTITUTION = re.compile(
    rf"(?:{INSTITUTION}) (?:of|for|on) (?:the )?[A-Z][\w'\u2019-]+"
    r"(?:(?:,? and |, | of | in | & | )(?:the )?[A-Z][\w'\u2019-]+){0,4}"
)
_SCHOOL = re.compile(r"(?:University|Chamber of Commerce(?: in [A-Z]\w+)?|Geological Survey)\b")
_BEFORE = re.compile(r"(?:(?:[A-Z][\w'\u2019-]+|U\.S\.|U\.K\.) ){1,3}\Z")
_OFFICES = "overnment", "abinet", "inist"
_OFFICE = re.compile(r"[Gg]overnment\b|[Cc]abinet\b|[Mm]inist(?:ry|er)\b")
_STATE = re.compile(
    rf"(?P<people>{DEMONYMS})(?:['\u2019]s)? (?:(?P<of>[Gg]overnment|[Cc]abinet)"
    r"|(?P<field>[A-Za-z]+(?: and [A-Za-z]+)?) [Mm]inist(?:ry|er))\Z"
)
_GERMAN = re.compile(r"\bBundes[a-zäöüß]{0,24}(?:ministerium|amt|agentur|anstalt|regierung|rechnungshof)\b")
_LAW = re.compile(
    r" (?:" + "|".join(sorted((re.escape(form) for form in LEGAL_FORMS), key=len, reverse=True)) + r")(?![\w.])"
)
_ENDS = frozenset("_.,)")
_REACH = 100
"""Characters before an anchor that may belong to a name."""
_TO_ID = re.compile(r"[^\w]+")


class Token(NamedTuple):
    """One word of the text with its place."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """In lower case, without a possessive ending."""
        text = self.text
        return (_POSSESSIVE.sub("", text) if "'" in text or "\u2019" in text else text).lower()

    @property
    def capital(self) -> bool:
        """Whether it may be part of a name."""
        return self.text[0].isupper() or (self.text[0].isdigit() and any(map(str.isalpha, self.text)))


def organisations_by_form(reading: Reading) -> tuple[Named, ...]:
    """Organisations of title, highlights and lead by form, in order of how sure the form is; they may overlap."""
    found: dict[tuple[int, int], Named] = {}
    for zone in reading.zones:
        if zone.zone not in _HEAD or zone.start > _MOST:
            continue
        text = reading.text[zone.start : min(zone.end, zone.start + _MOST)]
        for start, end in _spans(text, title=zone.zone is Zone.TITLE):
            name = short_name(text[start:end])
            if name:
                span = (zone.start + start, zone.start + end)
                found.setdefault(span, _named(name, span, zone.zone))
    return _in_full(reading.text, tuple(found.values()))


def _in_full(text: str, found: tuple[Named, ...]) -> tuple[Named, ...]:
    """A name of one word takes the longer name that begins with it: Quantum for Quantum Critical Metals.

    Not the one before a ticker: McEwen (NYSE: MUX) is no McEwen Copper.
    """
    longer: dict[str, Named] = {}
    for named in found:
        first, _, rest = named.name.partition(" ")
        if rest and len(named.name) > len(longer[first].name if first in longer else ""):
            longer[first] = named
    whole = {named.name for named in found if _TICKER.match(text[named.end : named.end + _REACH].lstrip())}
    return tuple(
        replace(named, id=longer[named.name].id, name=longer[named.name].name)
        if named.name in longer and named.name not in whole
        else named
        for named in found
    )


def _named(name: str, span: tuple[int, int], zone: Zone) -> Named:
    id_ = FORM_ID + _TO_ID.sub("_", fold(name)).strip("_")
    return Named(sort=Sort.ORGANISATION, id=id_, name=name, start=span[0], end=span[1], zone=zone, by=FORM)


def _spans(text: str, *, title: bool) -> Iterator[tuple[int, int]]:
    if not text.isascii():
        yield from cjk_spans(text)
        if title:
            yield from listed_span(text)
    yield from _institutions(text)
    for place in _anchors(text, title=title):
        begin = max(0, place - _REACH)
        begin = text.find(" ", begin, place) + 1 if begin else 0
        tokens = _tokens(text, begin, place)
        if tokens and tokens[-1].end == place:
            yield from _back(text, tokens)
    for match in _BUSINESS.finditer(text):
        yield from _described(text, match.end())
    if title:
        yield from _subject(text, _tokens(text, 0, len(text)))


def _institutions(text: str) -> Iterator[tuple[int, int]]:
    for match in _INSTITUTION.finditer(text):
        before = _BEFORE.search(text, max(0, match.start() - _REACH), match.start())
        yield _without_article(text, before.start() if before else match.start(), match.end())
    for match in _SCHOOL.finditer(text):
        before = _BEFORE.search(text, max(0, match.start() - _REACH), match.start())
        if before:
            yield _without_article(text, before.start(), match.end())
    for match in _GERMAN.finditer(text) if "Bundes" in text else ():
        yield match.span()
    for match in _OFFICE.finditer(text) if any(word in text for word in _OFFICES) else ():
        state = _STATE.search(text, max(0, match.start() - _REACH), match.end())
        if state:
            yield state.span()


def _tokens(text: str, start: int, end: int) -> list[Token]:
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text, start, end)]


def _without_article(text: str, start: int, end: int) -> tuple[int, int]:
    return start + (4 if text.startswith("The ", start) else 0), end


def _anchors(text: str, *, title: bool) -> Iterator[int]:
    """Where names end: before a ticker, behind a form of law, before a person's office."""
    for match in _TICKER.finditer(text):
        yield len(text[: match.start()].rstrip(" ,"))
    if title:
        for match in _PERSON.finditer(text):
            yield len(text[: match.start()].rstrip())
    for match in _LAW.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if before.isalnum() or before in _ENDS:
            yield match.end()


def _back(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The run of capitalised words that ends with the last word."""
    last = len(tokens) - 1
    if not tokens[last].capital and tokens[last].low not in LEGAL:
        return
    first = last
    while first > 0 and last - first < _LONGEST:
        token, between = tokens[first - 1], text[tokens[first - 1].end : tokens[first].start]
        joins = token.low in {"and", "&"} and first > 1 and tokens[first - 2].capital
        joins = joins and tokens[first - 2].low != "company" and not _parts_two(tokens, first)
        if between not in {" ", ", "} or (between == ", " and tokens[first].low not in LEGAL):
            break
        if not joins and (not token.capital or token.low in ACTS or token.low in FUNCTION):
            break
        if token.text.endswith((".", "'s", "\u2019s")) and token.low not in LEGAL:
            break
        first -= 1
    while first < last and tokens[first].low in {"and", "&"}:
        first += 1
    span = tokens[first].start, tokens[last].end
    own = [token for token in tokens[first : last + 1] if token.low not in LEGAL]
    if len(own) >= _SURE_WORDS or not all(token.low in NO_NAME or token.low in INDUSTRY for token in own):
        yield span


def _parts_two(tokens: Sequence[Token], index: int) -> bool:
    """Whether the `and` before that word stands between two names: the first ends as names do, the next begins one."""
    return tokens[index - 2].low in INDUSTRY and tokens[index].low not in INDUSTRY


def _subject(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The subject of a headline: a run of capitalised words before a finite verb."""
    label = _LABEL.match(text)
    first = next((index for index, token in enumerate(tokens) if token.start >= (label.end() if label else 0)), None)
    if first is None:
        return
    for index in range(first, min(first + _LONGEST, len(tokens))):
        token = tokens[index]
        following = tokens[index + 1].low if index + 1 < len(tokens) else ""
        noun = token.low in INDUSTRY and following in ACTS  # Capital Partners Initiates ...
        several = any(each.low in {"and", "&"} for each in tokens[first:index])
        acts = token.low in ACTS or token.low == "to" or (several and token.low in VERBS)
        if index > first and not noun and acts:
            yield from _names_of(tokens[first:index])
            return
        if index > first and text[tokens[index - 1].end : token.start] != " ":
            return
        if not token.capital and token.low not in {"and", "&"}:
            return
        if token.text.endswith(("'s", "\u2019s")):
            if index > first and token.low in INDUSTRY and _may_be_name(tokens[first : index + 1]):
                yield tokens[first].start, token.end - 2
            return


def _described(text: str, start: int) -> Iterator[tuple[int, int]]:
    """The name behind what a firm does for a business: lithium miner Harrow Hill buys ..."""
    run: list[Token] = []
    for token in _tokens(text, start, min(len(text), start + _REACH)):
        apart = text[run[-1].end : token.start] != " " if run else token.start != start
        if apart or len(run) == _LONGEST or not token.capital or token.low in ACTS or token.low in FUNCTION:
            break
        run.append(token)
        if token.text.endswith((".", "'s", "\u2019s")):
            break
    if run and _may_be_name(run):
        yield run[0].start, run[-1].end


def _names_of(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The name that a subject is, or the two that `and` joins."""
    for index in range(2, len(tokens)):
        if tokens[index - 1].low == "and" and _parts_two(tokens, index):
            yield from _names_of(tokens[: index - 1])
            yield from _names_of(tokens[index:])
            return
    if _may_be_name(tokens):
        yield tokens[0].start, tokens[-1].end


def _may_be_name(tokens: Sequence[Token]) -> bool:
    words = [token.low for token in tokens]
    if any(word in FUNCTION for word in words) or (len(words) == 1 and words[0] in ALONE):
        return False
    if len(words) > 1 and words[-1] in CLOSES:
        return True
    if len(words) > 1 and words[-1] in INDUSTRY:
        return any(word not in INDUSTRY and word not in NO_NAME for word in words)
    return not any(word in NO_NAME for word in words) and not all(word in INDUSTRY for word in words)


def short_name(name: str) -> str:
    """The shortest standard form: without what law or habit hangs on a name."""
    state = _STATE.match(name)
    if state:
        return f"{state['people']} {state['field'].lower() + ' ministry' if state['field'] else 'government'}"
    words = [_POSSESSIVE.sub("", word) for word in name.replace(",", " ").split()]
    if words and words[0].lower() == "the":
        words = words[1:]
    while len(words) > 1 and words[-1].lower() in LEGAL:
        words.pop()
    while len(words) > 2 and words[-1].lower() in HOLDING:  # noqa: PLR2004 - two words make a name
        words.pop()
    if len(words) > 2 and [word.lower() for word in words[-2:]] == ["capital", "partners"]:  # noqa: PLR2004
        words = words[:-2]
    while len(words) > 1 and words[-1].lower() in PLAIN_TAIL and (len(words) == 2 or words[-2].lower() in PLAIN_TAIL):  # noqa: PLR2004
        words.pop()
    if len(words) == 2 and words[-1].lower() in {"holdings", "usa", "capital"}:  # noqa: PLR2004
        words.pop()
    shown = " ".join(words).rstrip(".")
    return shown.title() if shown.isupper() and len(words) > 1 else shown
