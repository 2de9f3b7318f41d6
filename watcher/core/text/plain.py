"""Text made safe to show (`scrub`), alike to compare (`fold`), and parted into sentences and words.

Never changes what is shown beyond `scrub`: folded text is for comparing only and leads back by its offsets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

Span = tuple[int, int]

HAN_KANA = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_MARKS = "\u0300-\u036f"
# Vowel signs stand inside the words of these scripts, and Python's \w leaves them out.
_SIGNS_IN_WORDS = (
    "\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0963\u0966-\u096f\u0971-\u0df3"
)
MARKS = _MARKS + _SIGNS_IN_WORDS
SPACED_LETTER = rf"(?:[^\W_{HAN_KANA}{HANGUL}]|[{MARKS}])"
WORD = re.compile(rf"(?:[^\W_{HAN_KANA}{HANGUL}]+|[{MARKS}]+)+")
CJK = re.compile(f"[{HAN_KANA}{HANGUL}]")
KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
HANGUL_LETTER = re.compile(f"[{HANGUL}]")
HAN_OR_KANA_RUN = re.compile(f"[{HAN_KANA}]+")

# Source: Unicode 15.1: line separators; Cc; Bidi_Control; the Tags block; Cs; noncharacters.
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSHOWN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]+"
)

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_ASCII = re.compile(r"([\x00-\x7f]+)")
# Trade signs, zero-width characters, soft hyphens and variation selectors carry no meaning for a comparison.
_DROPPED = (
    "\u2122\u00ae\u00a9\u2120\u2117\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufe00-\ufe0f\U000e0000-\U000e0fff"
)
_DROP_KEEPING_MARKS = re.compile(f"[{_DROPPED}]+")
_DROP = re.compile(f"[{_DROPPED}{_MARKS}]+")
_SPACING_ACCENTS = re.compile("[\u00b4\u02ca\u1fef\u1ffd]")
_UNIFIED = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\u05be\u2043\u301c", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u02bb\u2039\u203a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u301d\u301e", '"'),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
}
_UNIFY = str.maketrans(_UNIFIED)
_TO_UNIFY = re.compile("[" + "".join(map(re.escape, _UNIFIED)) + "]")
_COMMON_SIGNS = (
    *((sign, _UNIFIED[sign]) for sign in "\u2019\u201c\u201d\u2018\u2013\u2014\u00a0"),
    *((sign, unicodedata.normalize("NFKC", sign)) for sign in "\uff0c\uff1a\uff1b\uff08\uff09"),
)
"""What stands beyond ASCII in most texts, in English ones often alone. None of these melts into a neighbour."""
_UNCHANGED = re.compile("[\u3001\u3002\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+")
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u052f\u1e00-\u1fff]+")
# Letters with a stroke or tied together have no decomposition in Unicode.
_STROKED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"})
_SHORT_RUN = 8
# What may melt into the character before it: combining marks, single jamo, the half-width voice marks of kana.
_JOINING = (
    f"{_MARKS}\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\uff9e\uff9f\uffa0-\uffdc"
)
_CLUSTER = re.compile(f"[^{_MARKS}][{_JOINING}]*|[{_MARKS}]+")
_SHRINKING = re.compile(f"[{_DROPPED}{_JOINING}]")
_TAIL = re.compile(f"[{_MARKS}\u3099\u309a\uff9e\uff9f]+")
_ANY_WORD = re.compile(rf"{SPACED_LETTER}+|[{HANGUL}]+|[{HAN_KANA}]+")


def scrub(text: str) -> str:
    """Text fit to be stored and shown: no control, bidi or tag characters and no surrogates, in NFC.

    Newline and tab stay; every other sort of line end becomes a newline.
    """
    if not (text.isascii() and text.isprintable()):
        text = _UNSHOWN.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The form in which words are compared: trade signs dropped, NFKC, casefold, dashes, spaces, quotes, accents."""
    if text.isascii():
        return text.lower()
    return _NOT_ASCII.sub(_fold_match, text).casefold()


def fold_in_place(text: str) -> tuple[str, bool]:
    """As `fold`, and whether each character of the text stays in its place."""
    folded, _, same = _parts(text, keep_case=False)
    return folded, same


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its code points, the index of the shown code point that it comes from."""

    text: str
    offsets: Sequence[int]
    shown: str

    def span(self, start: int, end: int) -> Span:
        """The shown span of a stretch of folded text that is not empty; marks on its last letter belong to it."""
        if isinstance(self.offsets, range):
            return start, end
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        tail = _TAIL.match(self.shown, last)
        return first, tail.end() if tail else last

    def spans(self, stretches: Iterable[Span]) -> tuple[Span, ...]:
        """The shown spans of several stretches; where every letter kept its place they are these themselves."""
        if isinstance(self.offsets, range):
            return tuple(stretches)
        return tuple(self.span(start, end) for start, end in stretches)


def fold_with_map(text: str) -> Folded:
    """As `fold`, with the way back to the shown text; dear, so made only for an article that matched."""
    return _with_map(text, keep_case=False)


def normal_with_map(text: str) -> Folded:
    """Folded text before casefolding: case and accents as written, for patterns, with the way back."""
    return _with_map(text, keep_case=True)


def normal(text: str) -> str:
    """As `fold`, but case and accents stay as written."""
    return text if text.isascii() else _NOT_ASCII.sub(lambda run: _normal_run(run[0]), text)


def _fold_match(match: re.Match[str]) -> str:
    run = match[0]
    return _short_run(run, False)[0] if len(run) <= _SHORT_RUN else _fold_run(run, False)


@lru_cache(maxsize=1024)
def _short_run(run: str, keep_case: bool) -> tuple[str, bool]:
    return _run(run, keep_case)


def _run(run: str, keep_case: bool) -> tuple[str, bool]:
    """A run folded, and whether each of its characters stays in its place."""
    if _UNCHANGED.fullmatch(run):
        return run, True
    whole = _fold_run(run, keep_case)
    return whole, len(run) == len(whole) and _SHRINKING.search(run) is None


def _fold_run(run: str, keep_case: bool) -> str:
    """Fold one run of characters beyond ASCII. Marks go first, so that a run folds alike wherever it stands."""
    run = (_DROP_KEEPING_MARKS if keep_case else _DROP).sub("", run)
    run = unicodedata.normalize("NFKC", _SPACING_ACCENTS.sub("'", run))
    if not keep_case:
        run = _ACCENTED.sub(_without_accents, run.casefold())
    return run.translate(_UNIFY) if _TO_UNIFY.search(run) else run


def _without_accents(match: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFD", match[0])
    return unicodedata.normalize("NFC", _DROP.sub("", letters)).translate(_STROKED)


def _with_map(text: str, *, keep_case: bool) -> Folded:
    folded, runs, same = _parts(text, keep_case=keep_case)
    # The usual case, typographic quotes and dashes: every place stays its own, and no list need tell so.
    return Folded(folded, range(len(text)) if same else _offsets(text, runs, keep_case=keep_case), text)


def _parts(text: str, *, keep_case: bool) -> tuple[str, list[tuple[int, str, str]], bool]:
    """The folded text, its runs beyond ASCII as written and folded, and whether each character stays in its place."""
    runs: list[tuple[int, str, str]] = []
    if not text.isascii():
        for sign, alike in _COMMON_SIGNS:  # each place stays its own; a tenth of the time that looking for runs takes
            text = text.replace(sign, alike)
    if text.isascii():
        return text if keep_case else text.lower(), runs, True
    pieces = _ASCII.split(text)  # runs beyond ASCII, the first and the last perhaps empty, and what parts them
    at = 0
    same = True
    for index in range(0, len(pieces), 2):
        run = pieces[index]
        if run:
            pieces[index], stays = _short_run(run, keep_case) if len(run) <= _SHORT_RUN else _run(run, keep_case)
            same = same and stays
            runs.append((at, run, pieces[index]))
        at += len(run) + len(pieces[index + 1]) if index + 1 < len(pieces) else 0
    folded = "".join(pieces)
    return folded if keep_case else folded.casefold(), runs, same


def _offsets(text: str, runs: Sequence[tuple[int, str, str]], *, keep_case: bool) -> tuple[int, ...]:
    offsets: list[int] = []
    at = 0
    for start, run, whole in runs:
        offsets.extend(range(at, start))
        offsets.extend(_run_offsets(run, whole, start, keep_case=keep_case))
        at = start + len(run)
    offsets.extend(range(at, len(text)))
    return tuple(offsets)


def _normal_run(run: str) -> str:
    return _fold_run(run, True)


def _run_offsets(run: str, whole: str, start: int, *, keep_case: bool) -> list[int]:
    """Where each folded character of a run comes from: letter by letter, or by cluster where neighbours compose."""
    if len(whole) == len(run) and not _SHRINKING.search(run):
        return list(range(start, start + len(run)))
    for parts in (run, _CLUSTER.findall(run)):
        offsets: list[int] = []
        letters: list[str] = []
        at = start
        for part in parts:
            folded = _fold_run(part, keep_case)
            letters.append(folded)
            offsets.extend([at] * len(folded))
            at += len(part)
        if "".join(letters) == whole:
            return offsets
    return [start + min(index, len(run) - 1) for index in range(len(whole))]


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Source: English, German, French and Spanish newswires; a stop after these ends no sentence by itself.
_ABBREVIATIONS = _set_of(
    """
    mr mrs ms dr prof sen rep gov gen col lt sgt st no nos nr art sec secs vol pp fig figs vs approx est dept
    assn bros messrs jan feb mar apr jun jul aug sep sept oct nov dec bzw ca evtl ggf inkl mio mrd usw vgl abs
    ziff hrsg sog str tel mme mlle env av bd cf etc sr sra srta ud uds pag avda núm ed eds jr e.g i.e z.b u.a
    d.h o.g u.s.c p.ex p.ej
    """
)
# These may close a sentence: they do when a word follows that likes to open one.
_CLOSING_ABBREVIATIONS = _set_of(
    """
    inc corp ltd co cos llc plc llp bhd pty intl jr sr a.m p.m u.s u.k u.n e.u d.c u.s.a usw etc cie s.a n.v b.v
    """
)
_OPENERS = _set_of(
    """
    the a an it its in on at but he she they we this that these those there as for from with by after before
    when while if however meanwhile and der die das ein eine es im am aber sie er nach mit le la les un une il
    elle mais en el los las
    """
)
_MONTHS = _set_of(
    """
    januar februar märz april mai juni juli august september oktober november dezember jänner quartal
    jahrhundert
    """
)
# One set of characters first, so that it is searched for quickly; a run of stops is tried once, from its beginning.
_END = re.compile(
    r"""[.!?…。！？｡\n](?:(?<=[.!?…])(?<![.!?…][.!?…])[.!?…]*+["'”’»)\]]*+(?=\s|$)"""
    r"""|(?<=[。！？｡])[。！？｡]*[」』”’）)]*|(?<=\n)\n*)"""
)
_WORD_BEFORE = re.compile(r"(?:.*[\s(\[\"“„«])?", re.DOTALL)
_WORD_CHARS = 30
_NEXT_CHARS = 40
_NEXT_WORD = re.compile(r"[\s\"'“‘„«(\[]*([^\W_]+)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]", re.UNICODE)
_ORDINAL_DIGITS = 2
_NUMBERING = re.compile(r"\d{1,2}|[IVX]{1,4}|[A-Za-z]")
_LONGEST_NUMBERING = 6


def sentences(text: str, start: int, end: int) -> list[Span]:
    """The sentences of `text[start:end]`, without the space around them. A newline always ends one."""
    spans: list[Span] = []
    begin = start
    for match in _END.finditer(text, start, end):
        stop, behind = match.span()
        if text[stop] == "." and (_numbers(text, begin, stop) or not _stops(text, begin, (stop, behind), end)):
            continue
        _add_trimmed(spans, text, begin, behind)
        begin = behind
    _add_trimmed(spans, text, begin, end)
    return spans


def _add_trimmed(spans: list[Span], text: str, start: int, end: int) -> None:
    body = text[start:end].strip()
    if body:
        first = text.index(body[0], start)
        spans.append((first, first + len(body)))


def _numbers(text: str, begin: int, stop: int) -> bool:
    """Whether all that stands before a full stop is a number of a list, which belongs to what follows."""
    return stop - begin <= _LONGEST_NUMBERING and _NUMBERING.fullmatch(text[begin:stop].strip()) is not None


def _stops(text: str, begin: int, stops: Span, end: int) -> bool:
    """Whether a full stop ends its sentence, judged by the word before it and the word after it."""
    stop, behind = stops
    if behind - stop > 1:
        return True
    after = text[behind + 1] if behind + 1 < end and text[behind] == " " else ""
    if not after.isalnum():
        following = _NEXT_WORD.match(text, behind, min(end, behind + _NEXT_CHARS))
        if following is None or "\n" in text[behind : following.start(1)]:
            return True
        after = following[1]
    if after[0].islower():
        return False
    before = _word_before(text, begin, stop)
    if before in _CLOSING_ABBREVIATIONS:
        return _following(text, behind, end) in _OPENERS
    if before in _ABBREVIATIONS or _INITIALS.fullmatch(before):
        return False
    return not (before.isdigit() and len(before) <= _ORDINAL_DIGITS and _following(text, behind, end) in _MONTHS)


def _word_before(text: str, begin: int, stop: int) -> str:
    """The word before a full stop, in small letters."""
    low = max(begin, stop - _WORD_CHARS)
    word = text[max(low, text.rfind(" ", low, stop) + 1) : stop]
    if word.isalpha():
        return word.lower()
    found = _WORD_BEFORE.match(text, low, stop)
    return text[found.end() : stop].lower().lstrip("'‘") if found is not None else ""


def _following(text: str, behind: int, end: int) -> str:
    """The word after a full stop, in small letters."""
    found = _NEXT_WORD.match(text, behind, min(end, behind + _NEXT_CHARS))
    return "" if found is None else found[1].lower()


def script_words(folded: str) -> tuple[str, ...]:
    """The words of folded text; Han and kana, written without spaces, give overlapping pairs of characters."""
    words = [match[0] for match in _ANY_WORD.finditer(folded)]
    if folded.isascii():
        return tuple(words)
    return tuple(part for word in words for part in _pairs(word))


def _pairs(word: str) -> list[str]:
    if len(word) < 2 or not HAN_OR_KANA_RUN.fullmatch(word):  # noqa: PLR2004 - a pair is of two
        return [word]
    return [word[index : index + 2] for index in range(len(word) - 1)]
