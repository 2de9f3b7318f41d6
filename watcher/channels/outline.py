"""A message as titled items of lines: what is said where, in which weight, linked to what; no vendor's markup."""

from __future__ import annotations

from functools import partial

from watcher.channels.base import Envelope
from watcher.channels.issues import issue
from watcher.channels.runs import (
    DOT,
    SIGNS,
    Item,
    Line,
    Outline,
    Run,
    bold,
    chip,
    moment,
    page,
    plain,
    source,
    spaced_out,
    trust_words,
    web_link,
)
from watcher.core.digests.topics import topic_title
from watcher.core.telling.links import AlertLinks
from watcher.core.telling.messages import AlertMessage, DigestMessage, NoticeMessage, Rendered, Told
from watcher.core.telling.state_words import state_words
from watcher.core.telling.status_words import hedge, status_words
from watcher.core.text.escapes import marked, one_line, shown_host


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
            return issue(message, rendered.links.page, envelope)
        case NoticeMessage():
            lines = tuple(plain(line) for line in message.lines)
            foot = plain(f"watcher about itself{DOT}{moment(message.at, envelope.zone)}")
            item = Item(title=message.title, lines=(*lines, foot))
            return Outline(sentence=message.title.rstrip(".") + ".", items=(item,))


def headline(told: Told) -> str:
    """An alert in a sentence or two."""
    kind = told.severity.value.capitalize() if told.change == "raised" else spaced_out(told.change).capitalize()
    news = f"{told.news[0].rstrip('.')}. " if told.news else ""
    status = f" {status_words(told.status)}." if told.status else ""
    return one_line(f"{kind}: {news}{told.headline.rstrip('.')}.{status}")


def _alert(told: Told, links: AlertLinks | None, envelope: Envelope) -> Item:
    lines: list[Line] = []
    lines += [(bold(said),) for said in state_words(told, partial(moment, zone=envelope.zone))]
    if told.news:
        lines.append((bold("New: "), Run(text="; ".join(told.news))))
    lines.append(_state(told))
    if told.summary:
        lines.append(plain(" ".join(told.summary)))
    doubts = [" ".join(hedge(told.status) or ()), "; ".join(told.flags)]
    if any(doubts):
        lines.append((bold("Doubt: "), Run(text=" ".join(doubt for doubt in doubts if doubt))))
    lines.append(_facts(told, envelope.zone))
    for quote in told.quotes:
        said = tuple(Run(text=text, bold=stressed) for text, stressed in marked(quote.text, quote.marks))
        lines.append((Run(text="\u201c"), *said, Run(text=f"\u201d ({spaced_out(quote.zone)})")))
    lines += [
        (bold("Why you: "), Run(text="; ".join((told.rule_title, *told.why)))),
        (*source(told.link, told.host), *page(envelope.public_url, "s", told.story)),
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


def _state(told: Told) -> Line:
    runs = [bold(SIGNS[told.severity]), Run(text=DOT), chip(told.status or "status unknown")]
    if told.event_type:
        runs.append(Run(text=DOT + topic_title(told.event_type)))
    if told.change != "raised":
        runs.append(Run(text=DOT + spaced_out(told.change)))
    return tuple(runs)


def _facts(told: Told, zone: str) -> Line:
    host = f", {told.host}" if told.host and told.host != told.publisher else ""
    published = "unknown" if told.published is None else moment(told.published, zone)
    return (
        Run(text=f"{told.publisher or told.host or 'publisher unknown'}{host} ({trust_words(told.trust)})"),
        Run(text=f"{DOT}published {published}{DOT}first seen {moment(told.seen, zone)}"),
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
    lines: list[Line] = [plain(f"{why}; the most urgent come first.")]
    for told in message.alerts:
        change = "" if told.change == "raised" else f" {spaced_out(told.change)}"
        words = Run(text=f"{change}  {told.headline}{DOT}{told.rule_title}{DOT}")
        lines.append((bold(SIGNS[told.severity]), words, *source(told.link, told.host)))
    first = f" {headline(message.alerts[0])}" if message.alerts else ""
    item = Item(title=title, lines=tuple(lines), severity=message.alerts[0].severity if message.alerts else None)
    return Outline(sentence=f"{title}.{first}", items=(item,))
