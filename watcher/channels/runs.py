"""The nouns of an outline: runs, lines and items of a message before any vendor's markup, and what many lines share.

Nothing here is escaped or cut; each kind says a run in its own markup and keeps its own limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote as quoted
from zoneinfo import ZoneInfo

from watcher.core.model import Severity
from watcher.core.telling.phrases import SIGNS
from watcher.core.telling.status_words import Look, look, status_words
from watcher.core.text.escapes import shown_host
from watcher.core.text.wording import Words

LINK_LIMIT = 1000
DOT = "  \u00b7  "
_BOLD: frozenset[Look] = frozenset({"done", "official", "exit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of a line: its words, whether bold or italic, and the web address that it leads to, or empty."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One alert, story, list or notice. `link` is where its title leads, `actions` what may be done with it."""

    title: str
    lines: tuple[Line, ...]
    severity: Severity | None = None
    link: str = ""
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A whole message: one sentence for a locked screen, and the items in order."""

    sentence: str
    items: tuple[Item, ...]

    @property
    def severity(self) -> Severity | None:
        """The highest severity that is told of."""
        told = {item.severity for item in self.items}
        return next((each for each in (Severity.URGENT, Severity.WARNING, Severity.NOTICE) if each in told), None)


def action_line(item: Item) -> Line:
    """What may be done with an item, as one line of links; empty if there is nothing."""
    runs: list[Run] = []
    for name, url in item.actions:
        runs += [Run(text=DOT)] if runs else []
        runs.append(Run(text=name, link=url))
    return tuple(runs)


def bold(text: str) -> Run:
    """Words of ours that stand out."""
    return Run(text=text, bold=True)


def plain(text: str) -> Line:
    """A line of words alone."""
    return (Run(text=text),)


def sign(severity: Severity, words: Words) -> str:
    """A severity's sign and word."""
    return f"{SIGNS[severity]} {words.say(severity.value.capitalize())}"


def chip(status: str, words: Words) -> Run:
    """A status: the firmer the fact, the more ink."""
    ink = look(status)
    return Run(text=words.say(status_words(status)), bold=ink in _BOLD, italic=ink == "heard")


def source(link: str | None, host: str, words: Words) -> Line:
    """The source's address under its host's real name, or that name alone."""
    url, shown = web_link(link), shown_host(link)
    return (Run(text=shown, link=url),) if url and shown else (Run(text=host or words.say("no link")),)


def page(words: Words, public_url: str | None, *path: str) -> Line:
    """A link to a page of ours, or nothing while none are public."""
    if public_url is None:
        return ()
    url = web_link("/".join((public_url.rstrip("/"), *(quoted(part, safe="") for part in path))))
    return (Run(text=DOT), Run(text=words.say("Open"), link=url)) if url else ()


def web_link(url: str | None) -> str:
    """The address, if it is a plain web address of a reasonable length; else nothing."""
    return url if url is not None and shown_host(url) is not None and len(url) <= LINK_LIMIT else ""


def moment(at: datetime, zone: str, words: Words) -> str:
    """A time in the reader's zone, with the zone's name beside it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{words.dated_weekday(local.date())} {local:%H:%M} {local.tzname()}"


def day(on: date, words: Words) -> str:
    """`6 Feb 2026`."""
    return words.day(on, year=True)


def changed(change: str, words: Words) -> str:
    """What became of an alert, in words."""
    return words.say(spaced_out(change))


def part_of(at: int, of: int, words: Words) -> str:
    """Which of several messages this one is; nothing where there is one."""
    return words.say(" ({at} of {of})", at=at, of=of) if of > 1 else ""


def spaced_out(word: str) -> str:
    """A word of ours as people write it."""
    return word.replace("_", " ")
