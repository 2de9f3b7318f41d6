"""What an issue holds besides its stories, as pieces of Block Kit's mrkdwn: figures, lines, numbers and dates.

Never draws: a chart's figures stand in its table, and only that is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.channels.slack.blocks import Piece
from watcher.channels.slack.links import LINK_LIMIT
from watcher.core.telling.messages import DigestDate, DigestLine, DigestStory, DigestTable
from watcher.core.telling.phrases import apart, sum_words
from watcher.core.text.escapes import slack_link
from watcher.core.text.wording import Words

_BULLET = "\n\u2022  "


def figures(story: DigestStory, words: Words) -> Iterator[Piece]:
    """The numbers of a story in one line."""
    for at, each in enumerate(story.figures):
        yield _ours("\n" if at == 0 else "   ")
        yield Piece(text=sum_words(each, words), bold=True)
        yield Piece(text=f" {each.label}")


def lines(title: str, told: Sequence[DigestLine], words: Words) -> Iterator[Piece]:
    """Other articles under a title, one a line."""
    if told:
        yield Piece(text=title, bold=True)
    for each in told:
        issue = words.say("issue {number}", number=each.issue) if each.issue else ""
        about = words.say(", ").join(part for part in (words.day(each.day, year=False), each.publisher, issue) if part)
        yield _ours(_BULLET)
        yield Piece(text=apart(words.say("{label} ({text})", label=each.headline, text=about)))
        link = slack_link(each.link)
        if link is not None and len(link) <= LINK_LIMIT:
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


def dates(told: Sequence[DigestDate], words: Words) -> Iterator[Piece]:
    """Dates to come, the nearest first."""
    yield Piece(text=words.say("Coming dates"), bold=True)
    for each in told:
        first, last = (words.day(day, year=False) for day in (each.first, each.last))
        shown = last if each.first == each.last else words.say("{first} to {last}", first=first, last=last)
        yield _ours(_BULLET)
        yield Piece(text=shown, bold=True)
        doubt = "" if each.firm else f", {words.say('expected, not certain')}"
        yield Piece(text=f" {each.of}, {each.kind}{doubt}")


def _ours(text: str) -> Piece:
    return Piece(text=text, ready=True)
