"""What an issue holds besides its stories, as pieces of Block Kit's mrkdwn: figures, lines, numbers and dates.

Never draws: a chart's figures stand in its table, and only that is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.channels.slack.blocks import Piece
from watcher.core.telling.messages import DigestDate, DigestLine, DigestStory, DigestTable
from watcher.core.text.calendar_names import MONTHS
from watcher.core.text.escapes import slack_link

_LINK_LIMIT = 1500
_BULLET = "\n\u2022  "


def figures(story: DigestStory) -> Iterator[Piece]:
    """The numbers of a story in one line."""
    for at, each in enumerate(story.figures):
        ceiling = "up to " if each.up_to and "up to" not in each.value.casefold() else ""
        yield _ours("\n" if at == 0 else "   ")
        yield Piece(text=f"{ceiling}{each.value}", bold=True)
        yield Piece(text=f" {each.label}")


def lines(title: str, told: Sequence[DigestLine]) -> Iterator[Piece]:
    """Other articles under a title, one a line."""
    if told:
        yield Piece(text=title, bold=True)
    for each in told:
        issue = f", issue {each.issue}" if each.issue else ""
        day = f"{each.day.day} {MONTHS[each.day.month - 1]}"
        yield _ours(_BULLET)
        yield Piece(text=f"{each.headline} ({day}, {each.publisher}{issue}) ")
        link = slack_link(each.link)
        if link is not None and len(link) <= _LINK_LIMIT:
            yield _ours(link)


def table(told: DigestTable) -> Iterator[Piece]:
    """A table row by row: what stands first, then the other columns; the columns' heads before them."""
    yield Piece(text=told.title, bold=True)
    yield Piece(text=f" ({', '.join(told.head[1:])})")
    for row in told.rows:
        yield _ours(_BULLET)
        yield Piece(text=f"{row[0]}: {', '.join(row[1:])}")
    for note in told.notes:
        yield _ours("\n")
        yield Piece(text=note)


def dates(told: Sequence[DigestDate]) -> Iterator[Piece]:
    """Dates to come, the nearest first."""
    yield Piece(text="Coming dates", bold=True)
    for each in told:
        last = f"{each.last.day} {MONTHS[each.last.month - 1]}"
        first = f"{each.first.day} {MONTHS[each.first.month - 1]}"
        yield _ours(_BULLET)
        yield Piece(text=last if each.first == each.last else f"{first} to {last}", bold=True)
        yield Piece(text=f" {each.of}, {each.kind}{'' if each.firm else ', expected, not certain'}")


def _ours(text: str) -> Piece:
    return Piece(text=text, ready=True)
