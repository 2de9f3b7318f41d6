"""Numbers of documents in their normal form: gazette notices, bills, dockets, filings, regulations.

Source: the forms that the publishers print (domain catalogue); the congress of a US bill follows from the day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from watcher.core.facts.listed import joined, listed
from watcher.core.facts.model import Numbered
from watcher.core.facts.seeking import Sought
from watcher.core.text.plain import Span

_Form = Callable[[re.Match[str], date | None], str]


def _congress(day: date | None) -> str:
    """The congress that sits on a day: the 119th from 3 January 2025. Source: 20th Amendment, section 1."""
    if day is None:
        return ""
    year = day.year - 1 if (day.month, day.day) < (1, 3) else day.year
    return f" ({(year - 1789) // 2 + 1})"


def _bill(match: re.Match[str], day: date | None) -> str:
    kind = re.sub(r"[\s.]", "", match["kind"]).upper()
    names = {"HR": "H.R.", "S": "S.", "HRES": "H.Res.", "SRES": "S.Res.", "HJRES": "H.J.Res.", "SJRES": "S.J.Res."}
    return f"{names[kind]} {int(match['number'])}{_congress(day)}"


_ERAS = {"令和": 2018, "平成": 1988}
"""The year before an era's first."""
_NOTICES = (
    "nnouncement",
    "otice",
    "ecree",
    "ircular",
    "ekanntmachung",
    "NOTICE",
    "DECREE",
    "ANNOUNC",
    "MOFCOM",
    "GACC",
)
_FORMS: tuple[tuple[str, tuple[str, ...], re.Pattern[str], _Form], ...] = (
    (
        "gazette",
        ("号",),
        re.compile(
            r"(?:公告|令|通告|告示)?\s?[\u3014(\[]?(?P<year>20\d\d)[\u3015)\]]?\s?年?\s?第?\s?(?P<number>\d{1,4})\s?号"
        ),
        lambda match, _: f"{match['year']}-{int(match['number'])}",
    ),
    (
        "gazette",
        _NOTICES,
        re.compile(
            r"\b(?:announcements?|notices?|decrees?|circulars?|bekanntmachung)\s(?:no\.?\s?|number\s|nr\.?\s?)?"
            r"(?P<number>\d{1,4})\s?(?:of|/|\(|,)\s?(?P<year>20\d\d)\)?",
            re.IGNORECASE,
        ),
        lambda match, _: f"{match['year']}-{int(match['number'])}",
    ),
    (
        "gazette",
        _NOTICES,
        re.compile(
            r"\b(?:announcements?|notices?|decrees?|mofcom|gacc)\s(?:no\.?\s?|number\s)?"
            r"(?P<year>20\d\d)[-/\u2013](?:no\.?\s?)?(?P<number>\d{1,3})\b",
            re.IGNORECASE,
        ),
        lambda match, _: f"{match['year']}-{int(match['number'])}",
    ),
    (
        "bill",
        ("H.", "S.", "HR", "H R", "S J", "S R"),
        re.compile(
            r"(?P<kind>H\.?\s?J\.?\s?Res\.?|S\.?\s?J\.?\s?Res\.?|H\.?\s?Res\.?|S\.?\s?Res\.?|H\.\s?R\.|HR|S\.)"
            r"\s?(?P<number>\d{1,5})\b(?!\.\d)"
        ),
        _bill,
    ),
    (
        "accession",
        tuple(f"-{digit}" for digit in range(10)),
        re.compile(r"\d\d{9}-\d{2}-\d{6}\b"),
        lambda match, _: match[0],
    ),
    (
        "federal_register",
        ("FR Doc",),
        re.compile(r"\bFR\sDoc\.?\s(?P<number>(?:E\d|20\d\d)-\d{4,6})\b"),
        lambda match, _: match["number"],
    ),
    (
        "federal_register",
        (" FR ",),
        re.compile(r"\b(?P<volume>\d{2,3})\sFR\s(?P<page>\d{3,6})\b"),
        lambda match, _: match[0],
    ),
    ("rin", ("RIN ",), re.compile(r"\bRIN\s(?P<number>\d{4}-[A-Z]{2}\d{2})\b"), lambda match, _: match["number"]),
    (
        "docket",
        ("-20", "-19"),
        re.compile(r"\b(?:[A-Z]{2,6}-){1,3}(?:19|20)\d\d-\d{4,6}(?:-\d{4})?\b"),
        lambda match, _: match[0],
    ),
    ("case", ("A-", "C-"), re.compile(r"(?<![\w-])[AC]-\d{3}-\d{3}(?![\w-])"), lambda match, _: match[0]),
    (
        "regulation",
        ("(EU", "(EC", "(UE", "(EG"),
        re.compile(
            r"\b(?:Regulation|Directive|Decision|Verordnung|Richtlinie|Beschluss|Règlement|Reglamento)\s"
            r"\((?:EU|EC|UE|EG)\)\s(?:No\.?\s|Nr\.?\s)?(?P<number>\d{2,4}/\d{2,4})"
        ),
        lambda match, _: match["number"],
    ),
    (
        "regulation",
        ("/EC", "/EU", "/EEC", "/EG", "/EWG", "/CE", "/UE"),
        re.compile(
            r"\b(?:Regulation|Directive|Decision|Verordnung|Richtlinie|Beschluss|Règlement|Reglamento|Directiva)\s"
            r"(?:No\.?\s|Nr\.?\s)?(?P<number>\d{2,4}/\d{1,4})/(?:EC|EU|EEC|EG|EWG|CE|UE)\b"
        ),
        lambda match, _: match["number"],
    ),
    (
        "celex",
        tuple(f"{sector}{century}" for sector in "12356" for century in ("19", "20")),
        re.compile(r"(?<!\w)[12356](?:19|20)\d\d[A-Z]{1,2}\d{4}(?!\w)"),
        lambda match, _: match[0],
    ),
    (
        "gazette",
        ("令和", "平成"),
        re.compile(
            r"(?P<era>令和|平成)(?P<year>\d{1,2}|元)年[^\d\s。、]{0,20}(?:告示|省令|政令|公告)第?\s?(?P<number>\d{1,4})\s?号"
        ),
        lambda match, _: f"{_ERAS[match['era']] + int(match['year'].replace('元', '1'))}-{int(match['number'])}",
    ),
    (
        "proposal",
        ("COM(", "COM ("),
        re.compile(r"\bCOM\s?\((?P<year>\d{4})\)\s?(?P<number>\d{1,4})\b"),
        lambda match, _: match[0],
    ),
    (
        "procedure",
        ("(COD)", "(NLE)", "(CNS)", "(APP)", "(BUD)"),
        re.compile(r"\b\d{4}/\d{4}\s?\([A-Z]{3}\)"),
        lambda match, _: match[0].replace(" ", ""),
    ),
    (
        "executive_order",
        ("xecutive Order", "xecutive order", "EXECUTIVE ORDER", "E.O. "),
        re.compile(r"(?:\bExecutive\sOrder|\bE\.O\.)\s(?:No\.\s)?(?P<number>1\d{4})\b", re.IGNORECASE),
        lambda match, _: f"E.O. {match['number']}",
    ),
    (
        "proclamation",
        ("roclamation",),
        re.compile(r"\bProclamation\s(?:No\.\s)?(?P<number>\d{4,5})\b"),
        lambda match, _: match["number"],
    ),
    ("doi", ("10.",), re.compile(r"10\.\d{4,9}/[^\s\"<>]{2,80}[^\s\"<>.,;)]"), lambda match, _: match[0]),
)

_ACCESSION_DIGITS = 10
"""So many stand together in the number of a filing, whose signs are in most texts."""
_SIGNS = Sought(sign for _, signs, _, _ in _FORMS for sign in signs)

_BEFORE, _AFTER = 40, 80
"""Characters around a number in which the rest of its form stands."""


def documents_of(text: str, runs: Sequence[Span], day: date | None) -> tuple[Numbered, ...]:
    """Every number, in the order of the text; where two forms overlap, the longer one. `runs`: its digits."""
    windows = _windows(runs, len(text))
    long = any(end - start >= _ACCESSION_DIGITS for start, end in runs)
    found = sorted(_found(text, windows, day, long=long), key=lambda each: (each.start, -each.end))
    kept: list[Numbered] = []
    for each in found:
        if not kept or each.start >= kept[-1].end or _same_place(each, kept[-1]):
            kept.append(each)
    return tuple(dict.fromkeys(kept))


def _same_place(one: Numbered, other: Numbered) -> bool:
    """Whether both are of one range of numbers: what lies between its ends stands where it ends."""
    return (one.kind, one.start, one.end) == (other.kind, other.start, other.end)


def _windows(runs: Sequence[Span], length: int) -> list[Span]:
    """The stretches of a text that lie near a number, in order, each once."""
    windows: list[Span] = []
    for start, end in runs:
        low, high = max(0, start - _BEFORE), min(length, end + _AFTER)
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    return windows


def _found(text: str, windows: Sequence[Span], day: date | None, *, long: bool) -> Iterator[Numbered]:
    """What the forms find whose signs stand near a number: most articles have none."""
    near = "\n".join([text[start:end] for start, end in windows])
    present = _SIGNS.places(near).keys()
    for kind, signs, pattern, form in _FORMS if present else ():
        for start, end in () if present.isdisjoint(signs) or (kind == "accession" and not long) else windows:
            for match in pattern.finditer(text, start, end):
                if kind != "bill" or not _joined(text, match.start()):
                    found = Numbered(start=match.start(), end=match.end(), kind=kind, number=form(match, day))
                    yield found
                    if kind == "gazette" and text[found.end - 1] == "号":
                        yield from joined(text, found)
    for start, end in () if present.isdisjoint(_NOTICES) else windows:
        yield from listed(text, start, end)


def _joined(text: str, start: int) -> bool:
    """Whether a letter or point stands before: the `S.` of `U.S. 4` is no bill's."""
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] in "._")


_PLAIN = re.compile(r"(?=.*\d)[A-Z0-9][A-Za-z0-9./-]{2,79}")
_BILL = re.compile(r"(?P<bill>.*\S)\s*\((?P<congress>\d{1,3})\)")


def normal_number(text: str) -> str | None:
    """The normal form of a number that somebody wrote; None for what is none, such as a bill without its congress."""
    written = " ".join(text.split())
    bill = _BILL.fullmatch(written)
    found = documents_of(bill["bill"] if bill else written, ((0, len(written)),), None)
    whole = [each for each in found if each.start == 0 and each.end == len(bill["bill"] if bill else written)]
    if whole and (whole[0].kind == "bill") is (bill is not None):
        return f"{whole[0].number} ({int(bill['congress'])})" if bill else whole[0].number
    return written if not whole and bill is None and _PLAIN.fullmatch(written) else None
