"""Charts of an issue's numbers as PNG pictures at twice their size, one for light paper and one for dark.

Every chart begins at zero, and its figures stand in the table below it too. Without the extra `charts` there is none.
"""

from __future__ import annotations

import base64
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from watcher.core.telling.messages import Bars, DigestMessage, DigestTable, Picture
from watcher.core.telling.translating import side_words
from watcher.core.text.wording import ENGLISH, Words

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH: Final = 576
_SCALE: Final = 2
_ROW: Final = 30
_TOP: Final = 30
_BOTTOM: Final = 10
_LABEL: Final = 200
_VALUE: Final = 118
_MOST: Final = 2
_NO_SIGN: Final = "\uffff"
"""No letter at all: drawn as any that the face lacks."""
_WRITTEN: Final = str.maketrans({"€": "EUR ", "£": "GBP ", "–": "-", "—": "-", "’": "'", "Ł": "L", "ł": "l", "ß": "ss"})
_CANNOT_DRAW: Final = (ImportError, OSError, ValueError, TypeError, AttributeError, RuntimeError, MemoryError)
"""What a library raises that is there and does not work: a part of it is missing, or it is another of that name."""
_SIGNS: Final = 250
"""Characters of an alternative text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """The colours of one chart. Source: the tokens of the visual targets; brown is quantity."""

    paper: str
    ink: str
    soft: str
    bar: str
    old: str


_LIGHT: Final = _Paper(paper="#FFFFFF", ink="#1C1B18", soft="#57534A", bar="#6E5830", old="#C4AE84")
_DARK: Final = _Paper(paper="#1C1E23", ink="#ECEAE4", soft="#B6B2A8", bar="#D9C48C", old="#6D5D33")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of a table: how high it is shown, and what it says to those who don't see it."""

    table: int
    width: int
    height: int
    alt: str
    light: Picture
    dark: Picture


def charts_of(message: DigestMessage, words: Words = ENGLISH) -> tuple[Chart, ...]:
    """The charts of an issue, the same for the same issue; none where nothing can be drawn, or nothing can draw.

    In words of the reader's, as far as the face has signs for them; else in English.
    """
    drawn = [(at, table) for at, table in enumerate(message.numbers) if table.bars is not None]
    if message.length == "short" or find_spec("PIL") is None:
        return ()
    try:
        return tuple(_chart(message, at, table, words) for at, table in drawn[:_MOST])
    except _CANNOT_DRAW:
        return ()  # the tables say it all


def pictures_of(message: DigestMessage, words: Words = ENGLISH) -> tuple[Picture, ...]:
    """The pictures that an issue's mail carries."""
    return tuple(picture for chart in charts_of(message, words) for picture in (chart.light, chart.dark))


def drawn_inside(page: str, pictures: Sequence[Picture]) -> str:
    """The page with its pictures in it: what is no mail has no parts to point to."""
    for each in pictures:
        inside = base64.b64encode(each.png).decode("ascii")
        page = page.replace(f'src="cid:{each.cid}"', f'src="data:image/png;base64,{inside}"')
    return page


def _chart(message: DigestMessage, at: int, table: DigestTable, words: Words) -> Chart:
    assert table.bars is not None
    bars = _drawable(table, table.bars, words)
    # An issue's id may hold what an addr-spec may not: a recipient's round-up has a colon. Source: RFC 5322 3.2.3.
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"chart{at + 1}.{message.digest}.{message.period}")
    height = _TOP + _ROW * len(table.bars.labels) + _BOTTOM
    return Chart(
        table=at,
        width=WIDTH,
        height=height,
        alt=alt_text(table, table.bars, words),
        light=Picture(cid=f"{name}.light@watcher", png=_png(bars, _LIGHT)),
        dark=Picture(cid=f"{name}.dark@watcher", png=_png(bars, _DARK)),
    )


def _drawable(table: DigestTable, bars: Bars, words: Words) -> Bars:
    """The bars in words that the face has signs for: another label goes by its row in the table."""
    rows = {row[0]: _drawn("Row {n} below", words, n=at) for at, row in reversed(tuple(enumerate(table.rows, start=1)))}
    see = _drawn("see the table", words)
    several = len(max(bars.values, key=len, default=())) > 1
    unit = "{unit}, oldest to newest" if several else "{unit}"
    return replace(
        bars,
        unit=_caption(unit, bars, words),
        labels=tuple(
            _in_signs(side_words(label, table, words)) or rows.get(label) or _in_signs(label) or see
            for label in bars.labels
        ),
        shown=tuple(_in_signs(words.saying(shown)) or _in_signs(shown) or see for shown in bars.shown),
    )


def _caption(unit: str, bars: Bars, words: Words) -> str:
    """What the bars count. Without signs for the language's own words there is none: the title above says it."""
    said = words.say(unit, unit=words.saying(bars.unit))
    in_english = ENGLISH.say(unit, unit=bars.unit)
    own = _in_signs(said)
    if own or (said != in_english and not _in_signs(words.say("see the table"))):
        return own
    return _in_signs(in_english) or _drawn("as the table says", words)


def _drawn(english: str, words: Words, **slots: object) -> str:
    """Words of ours in the reader's language, or in English where the face lacks its signs."""
    return _in_signs(words.say(english, **slots)) or ENGLISH.say(english, **slots)


def _in_signs(words: str) -> str:
    """The words without accents that the face lacks; "" if it would draw a box for any of the letters."""
    if not all(map(_is_drawn, words)):
        apart = unicodedata.normalize("NFKD", words.translate(_WRITTEN))
        words = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return words if all(map(_is_drawn, words)) else ""


@lru_cache(maxsize=1024)
def _is_drawn(sign: str) -> bool:
    """Whether the face has that letter, not only the box that stands for a missing one."""
    if sign.isascii():
        return True
    font = _font(13)
    missing, own = font.getmask(_NO_SIGN), font.getmask(sign)
    return (own.size, bytes(own)) != (missing.size, bytes(missing))


def alt_text(table: DigestTable, bars: Bars, words: Words = ENGLISH) -> str:
    """What the chart shows, with its figures: `Bars from zero, in millions of USD. A to B: up to $6.9 million. ...`."""
    said = words.say("{title}. Bars from zero, in {unit}.", title=table.title, unit=words.saying(bars.unit))
    for label, values, shown in zip(bars.labels, bars.values, bars.shown, strict=True):
        figures = f"{', '.join(values)}" if len(values) > 1 else words.saying(shown)
        more = words.say(" {label}: {figures}.", label=side_words(label, table, words), figures=figures)
        if len(said) + len(more) > _SIGNS * 2:
            return said + words.say(" The table says the rest.")
        said += more
    return said


@lru_cache(maxsize=32)
def _png(bars: Bars, paper: _Paper) -> bytes:
    from PIL import Image, ImageDraw  # noqa: PLC0415 - the extra `charts` may be missing

    height = _TOP + _ROW * len(bars.labels) + _BOTTOM
    image = Image.new("RGB", (WIDTH * _SCALE, height * _SCALE), paper.paper)
    draw = ImageDraw.Draw(image)
    _axis(draw, bars, paper, height)
    largest = max((Decimal(value) for values in bars.values for value in values), default=Decimal(0)) or Decimal(1)
    for at, (label, values, shown) in enumerate(zip(bars.labels, bars.values, bars.shown, strict=True)):
        top = _TOP + at * _ROW
        _text(draw, (0, top + 6), _fitting(draw, label, _LABEL - 12), paper.ink)
        _text(draw, (WIDTH - _VALUE + 8, top + 6), _fitting(draw, shown, _VALUE - 8), paper.ink)
        for box, newest in _boxes(values, largest, top):
            draw.rectangle([each * _SCALE for each in box], fill=paper.bar if newest else paper.old)
    kept = io.BytesIO()
    image.quantize(colors=8).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _axis(draw: ImageDraw, bars: Bars, paper: _Paper, height: int) -> None:
    """The unit above, and the line at zero of single bars."""
    weeks = max(map(len, bars.values), default=1)
    _text(draw, (0, 4), bars.unit[:1].upper() + bars.unit[1:], paper.soft, size=12)
    if weeks == 1:
        line = [_LABEL * _SCALE, (_TOP - 2) * _SCALE, _LABEL * _SCALE, (height - 6) * _SCALE]
        draw.line(line, fill=paper.soft, width=_SCALE)


def _boxes(
    values: Sequence[str], largest: Decimal, top: int
) -> Iterator[tuple[tuple[float, float, float, float], bool]]:
    """The bars of one row: one lies along it; of several each stands on the row's own line at zero."""
    room = WIDTH - _LABEL - _VALUE
    if len(values) == 1:
        length = float(Decimal(values[0]) / largest) * room
        yield (_LABEL, top + 5, _LABEL + max(length, 1), top + _ROW - 7), True
        return
    step = room / len(values)
    for at, value in enumerate(values):
        high = float(Decimal(value) / largest) * (_ROW - 8)
        left = _LABEL + at * step
        bottom = top + _ROW - 4
        yield (left + 1, bottom - max(high, 1), left + step - 2, bottom), at == len(values) - 1


def _text(draw: ImageDraw, at: tuple[int, int], words: str, colour: str, *, size: int = 13) -> None:
    draw.text((at[0] * _SCALE, at[1] * _SCALE), words, fill=colour, font=_font(size))


def _fitting(draw: ImageDraw, words: str, room: int) -> str:
    """The words in so much room, cut with an ellipsis; the table says them whole."""
    shown = words
    while shown and draw.textlength(shown, font=_font(13)) > room * _SCALE:
        shown = f"{shown.rstrip('…')[:-1].rstrip()}…"
    return shown


@lru_cache(maxsize=4)
def _font(size: int) -> FreeTypeFont:
    """The face that comes with the library: nothing is asked of the machine, so a chart is the same everywhere."""
    from PIL import ImageFont  # noqa: PLC0415 - the extra `charts` may be missing

    font = ImageFont.load_default(size * _SCALE)
    if isinstance(font, ImageFont.ImageFont):
        raise OSError("built without FreeType")
    return font
