"""A message as titled items of lines: what is said where, in which weight, linked to what; no vendor's markup."""

from __future__ import annotations

from functools import partial

from watcher.channels.base import Envelope
from watcher.channels.issues import issue
from watcher.channels.runs import (
    DOT,
    Item,
    Line,
    Outline,
    Run,
    bold,
    changed,
    chip,
    moment,
    page,
    plain,
    sign,
    source,
    spaced_out,
    web_link,
)
from watcher.core.digests.topics import topic_title
from watcher.core.telling.links import AlertLinks
from watcher.core.telling.messages import AlertMessage, DigestMessage, NoticeMessage, Quote, Rendered, Told
from watcher.core.telling.phrases import apart, ended, listed, run_on, together, trust_words, waited
from watcher.core.telling.state_words import state_words
from watcher.core.telling.status_words import hedge, status_words
from watcher.core.telling.translating import translated
from watcher.core.text.escapes import marked, one_line, shown_host
from watcher.core.text.wording import Words


def outline(rendered: Rendered, envelope: Envelope) -> Outline:
    """What a message says, for one reader."""
    words = rendered.words
    message = translated(rendered.message, words)
    match message:
        case AlertMessage(backlog=backlog) if backlog:
            return _backlog(message, words)
        case AlertMessage():
            told = tuple(_alert(one, rendered.links.of(one.alert), envelope, words) for one in message.alerts)
            more = words.say(" And {n} more.", n=len(told) - 1) if len(told) > 1 else ""
            first = headline(message.alerts[0], words) if message.alerts else words.say("No alerts.")
            return Outline(sentence=first + more, items=told)
        case DigestMessage():
            return issue(message, rendered.links.page, envelope, words)
        case NoticeMessage():
            lines = tuple(plain(line) for line in message.lines)
            foot = plain(f"{words.say('watcher about itself')}{DOT}{moment(message.at, envelope.zone, words)}")
            item = Item(title=message.title, lines=(*lines, foot))
            return Outline(sentence=message.title.rstrip(".") + ".", items=(item,))


def headline(told: Told, words: Words) -> str:
    """An alert in a sentence or two."""
    kind = words.say(told.severity.value.capitalize()) if told.change == "raised" else _capital(told.change, words)
    news = apart(ended(told.news[0], words)) if told.news else ""
    said = ended(told.headline, words)
    if told.status:
        said = apart(said) + ended(words.say(status_words(told.status)), words)
    return one_line(words.say("{label}: {text}", label=kind, text=f"{news}{said}"))


def _capital(change: str, words: Words) -> str:
    said = changed(change, words)
    return said[:1].upper() + said[1:]


def _alert(told: Told, links: AlertLinks | None, envelope: Envelope, words: Words) -> Item:
    lines: list[Line] = []
    lines += [(bold(said),) for said in state_words(told, partial(moment, zone=envelope.zone, words=words), str, words)]
    if told.news:
        lines.append((bold(apart(words.say("New:"))), Run(text=listed(told.news, words))))
    lines.append(_state(told, words))
    if told.summary:
        lines.append(plain(" ".join(told.summary)))
    doubts = [run_on(words.say(each) for each in hedge(told.status) or ()), listed(told.flags, words)]
    if any(doubts):
        lines.append((bold(apart(words.say("Doubt:"))), Run(text=run_on(doubt for doubt in doubts if doubt))))
    lines.append(_facts(told, envelope.zone, words))
    for quote in told.quotes:
        said = tuple(Run(text=text, bold=stressed) for text, stressed in marked(quote.text, quote.marks))
        before, _, after = words.say("“{name}”").partition("{name}")
        where = words.say("{label} ({text})", label=after, text=quoted_where(quote, words))
        lines.append((Run(text=before), *said, Run(text=where)))
    lines += [
        (bold(apart(words.say("Why you:"))), Run(text=listed((told.rule_title, *told.why), words))),
        (*source(told.link, told.host, words), *page(words, envelope.public_url, "s", told.story)),
        (Run(text=f"watcher why {told.article}", italic=True),),
    ]
    return Item(
        title=told.headline,
        lines=tuple(lines),
        severity=told.severity,
        link=web_link(told.link),
        actions=() if links is None else _actions(links, words),
    )


def quoted_where(quote: Quote, words: Words) -> str:
    """Where in the article a quote stands, and its language where that is not the reader's."""
    language = words.tongue(quote.language)
    return words.say(", ").join(each for each in (words.say(spaced_out(quote.zone)), language) if each)


def _actions(links: AlertLinks, words: Words) -> tuple[tuple[str, str], ...]:
    named = (
        ("Acknowledge", links.acknowledge),
        ("Snooze", links.snooze),
        ("Until tomorrow", links.tomorrow),
        ("Mute story", links.mute),
        ("Not relevant", links.not_relevant),
    )
    return tuple((words.say(name), url) for name, url in named if shown_host(url) is not None)


def _state(told: Told, words: Words) -> Line:
    runs = [bold(sign(told.severity, words)), Run(text=DOT), chip(told.status or "status unknown", words)]
    if told.event_type:
        runs.append(Run(text=DOT + words.say(topic_title(told.event_type))))
    if told.change != "raised":
        runs.append(Run(text=DOT + changed(told.change, words)))
    return tuple(runs)


def _facts(told: Told, zone: str, words: Words) -> Line:
    host = f", {told.host}" if told.host and told.host != told.publisher else ""
    who = told.publisher or told.host or words.say("publisher unknown")
    published = words.say("unknown") if told.published is None else moment(told.published, zone, words)
    seen = words.say("first seen {when}", when=moment(told.seen, zone, words))
    return (
        Run(text=words.say("{label} ({text})", label=f"{who}{host}", text=trust_words(told.trust, words))),
        Run(text=f"{DOT}{words.say('published {when}', when=published)}{DOT}{seen}"),
    )


def _backlog(message: AlertMessage, words: Words) -> Outline:
    """What waited for the channel, one line each: severity, headline, rule, link."""
    title = waited(message, words)
    lines: list[Line] = [plain(together(message, words))]
    for told in message.alerts:
        change = "" if told.change == "raised" else f" {changed(told.change, words)}"
        said = Run(text=f"{change}  {told.headline}{DOT}{told.rule_title}{DOT}")
        lines.append((bold(sign(told.severity, words)), said, *source(told.link, told.host, words)))
    first = f" {headline(message.alerts[0], words)}" if message.alerts else ""
    item = Item(title=title, lines=tuple(lines), severity=message.alerts[0].severity if message.alerts else None)
    return Outline(sentence=f"{title}.{first}", items=(item,))
