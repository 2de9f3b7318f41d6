"""Sentences taken from an article to stand for it; every one is a literal stretch of the text, never a paraphrase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from watcher.core.model import Zone, ZoneSpan
from watcher.core.text.plain import sentences

Span = tuple[int, int]

_TOLD_IN = (Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY)
_SHORTEST = 12
_HEADING = 45
_STOPS = frozenset(".!?…。！？．")
_CLOSERS = " \t\"'”’»)]）」』"
_WORDLESS = re.compile(r"[\W\d_]*")
# What pages print around their news: never a sentence of it.
_BOILERPLATE = re.compile(
    r"©|all rights reserved|subscribe|sign up|newsletter|cookie|click here|read more|read full|continue reading"
    r"|follow us|share this|advertisement|appeared first on|privacy policy|log in to|terms of use"
    r"|^(?:photo|image|source|credit|picture)\s*:",
    re.IGNORECASE,
)


def extract(
    text: str, zones: Sequence[ZoneSpan], marks: Sequence[Span], *, max_sentences: int = 3, max_chars: int = 420
) -> tuple[Span, ...]:
    """Spans of the sentences that say what happened, in the order of the text.

    Sentences that carry evidence come first, then the lead's first, then what follows in the text, until the
    number or the length is reached. Boilerplate, repeats of the title and sentences that alone exceed the length
    are left out; () when nothing is left, as with an article of which only the title is held.

    Args:
        text: the article's text, which begins with its title.
        zones: its paragraphs.
        marks: spans of the evidence, as in `Evidence`.
        max_sentences: at most so many sentences.
        max_chars: at most so many characters in all.

    """
    every = list(_sentences(text, zones, max_chars))
    candidates = [each for each in every if not _is_heading(text[slice(*each[1])])] or every
    proving = [place for place, span in enumerate(candidates) if _carries(span[1], marks)]
    opening = next((place for place, (zone, _) in enumerate(candidates) if zone is Zone.LEAD), None)
    order = [*proving, *([] if opening is None else [opening]), *range(len(candidates))]

    chosen: set[int] = set()
    left = max_chars
    for place in dict.fromkeys(order):
        start, end = candidates[place][1]
        if len(chosen) < max_sentences and end - start <= left:
            chosen.add(place)
            left -= end - start
    return tuple(candidates[place][1] for place in sorted(chosen))


def _sentences(text: str, zones: Sequence[ZoneSpan], longest: int) -> Iterator[tuple[Zone, Span]]:
    """The sentences that may stand for the article, in the text's order, each wording once."""
    seen = {text[zone.start : zone.end].strip().casefold() for zone in zones if zone.zone is Zone.TITLE}
    for zone in sorted(zones, key=lambda span: span.start):
        if zone.zone not in _TOLD_IN:
            continue
        for start, end in sentences(text, zone.start, zone.end):
            words = text[start:end]
            same = words.strip().casefold()
            if same in seen or _length(words) < _SHORTEST or end - start > longest:
                continue
            if _BOILERPLATE.search(words) or _WORDLESS.fullmatch(words):
                continue
            seen.add(same)
            yield zone.zone, (start, end)


def _is_heading(words: str) -> bool:
    """Whether a line heads what follows: few words, and no stop that would end a sentence."""
    plain = words.rstrip(_CLOSERS)
    return plain[-1:] not in _STOPS and (plain[-1:] == ":" or _length(words) < _HEADING)


def _length(words: str) -> int:
    """The length in Latin letters' worth: a Han or Kana sign says about three letters."""
    if words.isascii():
        return len(words)
    return sum(3 if sign >= "\u2e80" else 1 for sign in words)


def _carries(span: Span, marks: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in marks)
