"""A message as titled items of lines, before any vendor's markup: what is said where, in which weight, linked to what.

Nothing here is escaped or cut; each kind says a run in its own markup and keeps its own limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote as quoted
from zoneinfo import ZoneInfo

from watcher.channels.base import Envelope
from watcher.core.model import Severity, Trust
from watcher.core.telling.links import AlertLinks
from watcher.core.telling.messages import AlertMessage, DigestMessage, DigestStory, NoticeMessage, Rendered, Told
from watcher.core.telling.state_words import state_words
from watcher.core.telling.status_words import Look, hedge, look, status_words
from watcher.core.telling.topics import topic_title
from watcher.core.text.escapes import marked, one_line, shown_host

SIGNS = {Severity.URGENT: "\u25a0 Urgent", Severity.WARNING: "\u25b2 Warning", Severity.NOTICE: "\u25cf Notice"}
LINK_LIMIT = 1000
_DOT = "  \u00b7  "
_BOLD: frozenset[Look] = frozenset({"done", "official", "exit"})
# Our own names: strftime speaks whatever language the machine was set to.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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


def outline(rendered: Rendered, envelope: Envelope) -> Outline:
    """What a message says, for one reader."""
    message = rendered.message
    match message:
        case AlertMessage(backlog=backlog) if backlog:
            return _backlog(message)
        case AlertMessage():
            told = tuple(_alert(one, rendered.links.of(one.alert), envelope) for one in message.alerts)
            more = f" And {len(told) - 1} more." if len(told) > 1 else ""
            first = headline(message.alerts[0]) if message.alerts else "No alerts."
            return Outline(sentence=first + more, items=told)
        case DigestMessage():
            return _digest(message, rendered.links.page, envelope)
        case NoticeMessage():
            lines = tuple(_plain(line) for line in message.lines)
            foot = _plain(f"watcher about itself{_DOT}{moment(message.at, envelope.zone)}")
            item = Item(title=message.title, lines=(*lines, foot))
            return Outline(sentence=message.title.rstrip(".") + ".", items=(item,))


def headline(told: Told) -> str:
    """An alert in a sentence or two."""
    kind = told.severity.value.capitalize() if told.change == "raised" else _spaced(told.change).capitalize()
    news = f"{told.news[0].rstrip('.')}. " if told.news else ""
    status = f" {status_words(told.status)}." if told.status else ""
    return one_line(f"{kind}: {news}{told.headline.rstrip('.')}.{status}")


def moment(at: datetime, zone: str) -> str:
    """A time in the reader's zone, with the zone's name beside it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%Y %H:%M} {local.tzname()}"


def web_link(url: str | None) -> str:
    """The address, if it is a plain web address of a reasonable length; else nothing."""
    return url if url is not None and shown_host(url) is not None and len(url) <= LINK_LIMIT else ""


def _alert(told: Told, links: AlertLinks | None, envelope: Envelope) -> Item:
    lines: list[Line] = []
    if told.news:
        lines.append((_bold("New: "), Run(text="; ".join(told.news))))
    lines.append(_state(told))
    lines += [_plain(said) for said in state_words(told, lambda at: moment(at, envelope.zone))]
    if told.summary:
        lines.append(_plain(" ".join(told.summary)))
    doubts = [" ".join(hedge(told.status) or ()), "; ".join(told.flags)]
    if any(doubts):
        lines.append((_bold("Doubt: "), Run(text=" ".join(doubt for doubt in doubts if doubt))))
    lines.append(_facts(told, envelope.zone))
    for quote in told.quotes:
        said = tuple(Run(text=text, bold=bold) for text, bold in marked(quote.text, quote.marks))
        lines.append((Run(text="\u201c"), *said, Run(text=f"\u201d ({_spaced(quote.zone)})")))
    lines += [
        (_bold("Why you: "), Run(text="; ".join((told.rule_title, *told.why)))),
        (*_source(told.link, told.host), *_page(envelope.public_url, "s", told.story)),
        (Run(text=f"watcher why {told.article}", italic=True),),
    ]
    return Item(
        title=told.headline,
        lines=tuple(lines),
        severity=told.severity,
        link=web_link(told.link),
        actions=() if links is None else _actions(links),
    )


def _actions(links: AlertLinks) -> tuple[tuple[str, str], ...]:
    named = (
        ("Acknowledge", links.acknowledge),
        ("Snooze", links.snooze),
        ("Until tomorrow", links.tomorrow),
        ("Mute story", links.mute),
        ("Not relevant", links.not_relevant),
    )
    return tuple((name, url) for name, url in named if shown_host(url) is not None)


def action_line(item: Item) -> Line:
    """What may be done with an item, as one line of links; empty if there is nothing."""
    runs: list[Run] = []
    for name, url in item.actions:
        runs += [Run(text=_DOT)] if runs else []
        runs.append(Run(text=name, link=url))
    return tuple(runs)


def _state(told: Told) -> Line:
    runs = [_bold(SIGNS[told.severity]), Run(text=_DOT), _chip(told.status or "status unknown")]
    if told.event_type:
        runs.append(Run(text=_DOT + topic_title(told.event_type)))
    if told.change != "raised":
        runs.append(Run(text=_DOT + _spaced(told.change)))
    return tuple(runs)


def _facts(told: Told, zone: str) -> Line:
    host = f", {told.host}" if told.host and told.host != told.publisher else ""
    published = "unknown" if told.published is None else moment(told.published, zone)
    return (
        Run(text=f"{told.publisher or told.host or 'publisher unknown'}{host} ({_trust(told.trust)})"),
        Run(text=f"{_DOT}published {published}{_DOT}first seen {moment(told.seen, zone)}"),
    )


def _backlog(message: AlertMessage) -> Outline:
    """What waited for the channel, one line each: severity, headline, rule, link."""
    why = "The channel could not be reached, or was far behind"
    title = f"{len(message.alerts)} of {message.backlog} alerts that waited"
    if message.backlog == len(message.alerts):
        title = f"{message.backlog} alerts that waited"
    if message.at_once:
        why = f"One document brought so many; {len(message.alerts)} of them are listed"
        title = f"{message.backlog} alerts at once from {message.at_once}"
    lines: list[Line] = [_plain(f"{why}; the most urgent come first.")]
    for told in message.alerts:
        change = "" if told.change == "raised" else f" {_spaced(told.change)}"
        words = Run(text=f"{change}  {told.headline}{_DOT}{told.rule_title}{_DOT}")
        lines.append((_bold(SIGNS[told.severity]), words, *_source(told.link, told.host)))
    first = f" {headline(message.alerts[0])}" if message.alerts else ""
    item = Item(title=title, lines=tuple(lines), severity=message.alerts[0].severity if message.alerts else None)
    return Outline(sentence=f"{title}.{first}", items=(item,))


def _digest(message: DigestMessage, page: str | None, envelope: Envelope) -> Outline:
    title = f"{message.title}: issue {message.number}"
    stories = [story for section in message.sections for story in section.stories] + list(message.brief)
    count = "1 story" if len(stories) == 1 else f"{len(stories)} stories"
    items = [Item(title=title, lines=_period(message, count, envelope), link=web_link(page))]
    for section in message.sections:
        if section.stories:
            items.append(Item(title=section.title, lines=()))
            items += [_story(story, envelope) for story in section.stories]
    if not stories and not message.updates:
        items.append(Item(title="Nothing new that your rules look for", lines=()))
    for name, listed in (("In brief", message.brief), ("Updates to earlier stories", message.updates)):
        if listed:
            items.append(Item(title=name, lines=tuple(_listed(story) for story in listed)))
    if message.quiet:
        quiet = tuple(_plain(f"{each.source}: {each.says}") for each in message.quiet)
        items.append(Item(title="Quiet", lines=quiet))
    top = f" {stories[0].headline.rstrip('.')}." if stories else " nothing new."
    return Outline(sentence=one_line(f"{title}:{top} {count}."), items=tuple(items))


def _period(message: DigestMessage, count: str, envelope: Envelope) -> tuple[Line, ...]:
    span = f"{moment(message.begin, envelope.zone)} to {moment(message.end, envelope.zone)}"
    covers = f", covers {', '.join(message.covers)} too" if message.covers else ""
    read = f"{message.sources_answered} sources answered, {_articles(message.articles_read)} read"
    page = _page(envelope.public_url, "issues", message.digest, message.period)
    return ((Run(text=_DOT.join((span, count, read)) + covers), *page),)


def _story(story: DigestStory, envelope: Envelope) -> Item:
    first: list[Run] = [_chip(story.status), Run(text=_DOT)] if story.status else []
    if story.news:
        first += [_bold("New: "), Run(text="; ".join(story.news) + _DOT)]
    first.append(Run(text=" ".join(story.sentences)))
    also = ", also " + ", ".join(name for name, _ in story.also) if story.also else ""
    when = moment(story.published or story.seen, envelope.zone)
    about = f"{_articles(story.articles)}, {when}{_DOT}{story.publisher} ({_trust(story.trust)}){also}{_DOT}"
    page = _page(envelope.public_url, "s", story.story)
    lines: list[Line] = [tuple(first), (Run(text=about), *_source(story.link, story.host), *page)]
    if story.rules or story.why:
        lines.append((_bold("Why you: "), Run(text="; ".join((*story.rules, *story.why)))))
    if story.flags:
        lines.append((_bold("Doubt: "), Run(text="; ".join(story.flags))))
    return Item(title=story.headline, lines=tuple(lines), severity=story.severity, link=web_link(story.link))


def _listed(story: DigestStory) -> Line:
    runs = [Run(text="\u2022  "), Run(text=story.headline, bold=bool(story.news))]
    if story.news:
        runs.append(Run(text=f": {'; '.join(story.news)}"))
    elif story.status:
        runs += [Run(text=", "), _chip(story.status)]
    return (*runs, Run(text=_DOT), *_source(story.link, story.host))


def _source(link: str | None, host: str) -> Line:
    """The source's address under its host's real name, or that name alone."""
    url, shown = web_link(link), shown_host(link)
    return (Run(text=shown, link=url),) if url and shown else (Run(text=host or "no link"),)


def _page(public_url: str | None, *path: str) -> Line:
    """A link to a page of ours, or nothing while none are public."""
    if public_url is None:
        return ()
    url = web_link("/".join((public_url.rstrip("/"), *(quoted(part, safe="") for part in path))))
    return (Run(text=_DOT), Run(text="Open", link=url)) if url else ()


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"


def _trust(trust: Trust) -> str:
    return "trust unknown" if trust is Trust.UNKNOWN else _spaced(trust.value)


def _chip(status: str) -> Run:
    """The firmer the fact, the more ink."""
    ink = look(status)
    return Run(text=status_words(status), bold=ink in _BOLD, italic=ink == "heard")


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _bold(text: str) -> Run:
    return Run(text=text, bold=True)


def _plain(text: str) -> Line:
    return (Run(text=text),)
