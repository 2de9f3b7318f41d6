"""What templates see: every word of a message made ready for one reader, with nothing left to compute.

A view is plain data that survives a trip as JSON; templates, the user's own included, get it as `dict`s. It never
holds anything that the message did not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.core.digests.topics import topic_title
from watcher.core.model import Severity
from watcher.core.telling.fields import again, states_a_day
from watcher.core.telling.links import NO_LINKS, AlertLinks, Links
from watcher.core.telling.messages import AlertMessage, NoticeMessage, Quote, Told
from watcher.core.telling.phrases import SIGNS, together, trust_words, waited
from watcher.core.telling.state_words import state_words
from watcher.core.telling.status_words import hedge, look, status_words
from watcher.core.text.wording import ENGLISH, Words
from watcher.render.links import Link, link_of, page_of
from watcher.render.moments import Clock
from watcher.render.subjects import Head, alert_head, notice_head

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CHANGES = {"raised": "", "retracted": "Withdrawn", "closed": "Closed", "reminded": "Reminder"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom a message is worded for. `recipient` is an address or empty, `channel` the channel's name or empty.

    `links` are what this reader may do about it.
    """

    zone: str
    public_url: str | None = None
    recipient: str = ""
    channel: str = ""
    links: Links = NO_LINKS
    words: Words = ENGLISH

    def clock(self, at: datetime) -> Clock:
        """The reader's zone and words at the moment that the message speaks from."""
        return Clock(zone=ZoneInfo(self.zone), at=at, words=self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """What stands below every message: whom it went to, in which zone its times are, and how to leave the list.

    `unsubscribe` and `page`, an issue on the web, are None where there is no such page.
    """

    recipient: str
    channel: str
    zone: str
    unsubscribe: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The language and direction of a block of somebody's words; empty where unknown."""

    lang: str
    dir: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A status in words and how firm it is: done, official, said, heard or exit."""

    words: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A severity: its own value, its word, and the sign that tells it apart without colour."""

    value: str
    words: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a quote; `mark` where a rule matched it."""

    words: str
    mark: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """One evidence passage, cut where the marks begin and end. `language` is named where it is not the reader's."""

    parts: tuple[Part, ...]
    zone: str
    tongue: Tongue
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert, in the order in which it is told."""

    id: str
    article: str
    rule: str
    news: tuple[str, ...]
    change: str
    severity: Mark
    headline: str
    tongue: Tongue
    chip: Chip | None
    summary: str
    hedge: tuple[str, str] | None
    doubts: tuple[str, ...]
    topic: str
    publisher: str
    host: str
    trust: str
    stated: str
    seen: str
    quotes: tuple[QuoteView, ...]
    rule_title: str
    why: tuple[str, ...]
    link: Link | None
    page: str | None
    acts: AlertLinks | None = None
    standing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsView:
    """A message of one or more alerts. `gathered` is empty for one, else says how many.

    `alerts` are told at length, `listed` in a few lines each; none is ever left out. `backlog` is true where all of
    them waited for the channel or came at once: then each is listed in one line, and `together` says why. `again` says
    when the reader hears of them again, `acts` whether there are buttons.
    """

    head: Head
    foot: Foot
    route: str
    gathered: str
    alerts: tuple[AlertView, ...]
    listed: tuple[AlertView, ...]
    backlog: bool = False
    together: str = ""
    again: str = ""
    acts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """Word to the operator: `first` says what happened, `lines` what it means and what to do."""

    head: Head
    foot: Foot
    title: str
    first: str
    lines: tuple[str, ...]
    kind: str
    subject: str
    at: str


def alerts_foldable(message: AlertMessage) -> int:
    """How many alerts of a message may be listed instead of told at length: all but the first.

    A backlog is listed from the start.
    """
    return 0 if message.backlog else len(message.alerts) - 1


def alerts_view(message: AlertMessage, reader: Reader, steps: int = 0) -> AlertsView:
    """One or more alerts in words; the last `steps` of them are listed only."""
    clock, words = reader.clock(max(told.seen for told in message.alerts)), reader.words
    many = len(message.alerts)
    told = 0 if message.backlog else many - steps
    alerts = tuple(_alert(told, reader, clock) for told in message.alerts)
    return AlertsView(
        head=alert_head(message, words),
        foot=foot(reader),
        route=message.route,
        gathered=waited(message, words) if message.backlog else "" if many == 1 else words.count(many, "alert"),
        alerts=alerts[:told],
        listed=alerts[told:],
        backlog=message.backlog > 0,
        together=together(message, words) if message.backlog else "",
        again=again([told.subject for told in message.alerts], words),
        acts=any(alert.acts is not None for alert in alerts[:told]),
    )


def notice_view(message: NoticeMessage, reader: Reader) -> NoticeView:
    """A notice in words."""
    lines = tuple(one_line(line) for line in message.lines)
    return NoticeView(
        head=notice_head(message, reader.words),
        foot=foot(reader),
        title=one_line(message.title),
        first=lines[0] if lines else "",
        lines=lines[1:],
        kind=message.kind,
        subject=one_line(message.subject),
        at=reader.clock(message.at).moment(message.at),
    )


def foot(reader: Reader) -> Foot:
    """What stands below every message for this reader."""
    return Foot(
        recipient=one_line(reader.recipient),
        channel=one_line(reader.channel),
        zone=reader.zone,
        unsubscribe=reader.links.unsubscribe,
        page=reader.links.page,
    )


def tongue(language: str) -> Tongue:
    """The language attributes of a block; an unknown language lets the text itself decide its direction."""
    if not _LANGUAGE.fullmatch(language) or language.casefold() == "und":
        return Tongue(lang="", dir="auto")
    right = language.casefold().split("-", 1)[0] in _RIGHT_TO_LEFT
    return Tongue(lang=language, dir="rtl" if right else "ltr")


def chip(status: str | None, words: Words = ENGLISH) -> Chip | None:
    """The chip of a status, or None while it is unknown."""
    return None if not status else Chip(words=words.say(status_words(status)), look=look(status))


def mark(severity: Severity, words: Words = ENGLISH) -> Mark:
    """The severity's word and sign."""
    return Mark(value=severity.value, words=words.say(severity.value.capitalize()), sign=SIGNS[severity])


def doubted(status: str | None, words: Words = ENGLISH) -> tuple[str, str] | None:
    """The doubt that a status asks for, in a word and a sentence."""
    found = hedge(status)
    return None if found is None else (words.say(found[0]), words.say(found[1]))


def one_line(text: str) -> str:
    """The text without line breaks: a headline must never begin a line of its own making."""
    return " ".join(text.split())


def joined(sentences: tuple[str, ...]) -> str:
    """Sentences as one paragraph; after a full-width stop there is no space."""
    lines = [one_line(sentence) for sentence in sentences]
    return "".join(line if line.endswith(("。", "！", "？")) else f"{line} " for line in lines).strip()


def _alert(told: Told, reader: Reader, clock: Clock) -> AlertView:
    words = reader.words
    return AlertView(
        id=told.alert,
        article=told.article,
        rule=told.rule,
        news=tuple(one_line(news) for news in told.news),
        change=words.say(change) if (change := _CHANGES.get(told.change, "Update")) else "",
        severity=mark(told.severity, words),
        headline=one_line(told.headline),
        tongue=tongue(told.language),
        chip=chip(told.status, words),
        summary=joined(told.summary),
        hedge=doubted(told.status, words),
        doubts=tuple(one_line(flag) for flag in told.flags),
        topic="" if told.event_type is None else words.say(topic_title(told.event_type)),
        publisher=one_line(told.publisher) or words.say("publisher unknown"),
        host="" if told.host == told.publisher else told.host,
        trust=trust_words(told.trust, words),
        stated=clock.stated(told.published, day_only=states_a_day(told.subject, told.flags, told.published, words)),
        seen=clock.moment(told.seen, beside=told.published),
        quotes=tuple(_quote(quote, words) for quote in told.quotes),
        rule_title=one_line(told.rule_title),
        why=tuple(one_line(why) for why in told.why),
        link=link_of(told.link),
        page=page_of(reader.public_url, "s", told.story),
        acts=reader.links.of(told.alert),
        standing=state_words(told, clock.moment, words=words),
    )


def _quote(quote: Quote, words: Words) -> QuoteView:
    """The quote cut at its marks; a mark that does not fit the text is left out rather than misplaced."""
    parts: list[Part] = []
    at = 0
    for start, end in sorted(quote.marks):
        if at <= start < end <= len(quote.text):
            parts += [_part(quote.text[at:start], mark=False), _part(quote.text[start:end], mark=True)]
            at = end
    parts.append(_part(quote.text[at:], mark=False))
    return QuoteView(
        parts=tuple(part for part in parts if part.words),
        zone=words.say(quote.zone.replace("_", " ").capitalize()),
        tongue=tongue(quote.language),
        language=words.tongue(quote.language),
    )


def _part(text: str, *, mark: bool) -> Part:
    return Part(words=re.sub(r"\s+", " ", text), mark=mark)
