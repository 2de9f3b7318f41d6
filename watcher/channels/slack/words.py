"""A message as groups of blocks: which part is said where; the escaping and the limits are the blocks' own."""

from __future__ import annotations

from urllib.parse import quote as quoted

from watcher.channels.slack.besides import dates, figures, lines, table
from watcher.channels.slack.blocks import (
    Block,
    Piece,
    clip,
    context,
    divider,
    fields,
    header,
    is_cut,
    moment,
    paragraphs,
    sections,
)
from watcher.core.digests.topics import topic_title
from watcher.core.digests.traces import by_editors
from watcher.core.model import Severity, Trust
from watcher.core.schedules import covers_words
from watcher.core.telling.links import NO_LINKS, AlertLinks, Links
from watcher.core.telling.messages import AlertMessage, DigestMessage, DigestStory, Message, NoticeMessage, Quote, Told
from watcher.core.telling.state_words import state_words
from watcher.core.telling.status_words import Look, hedge, look, status_words
from watcher.core.text.escapes import marked, slack_link, slack_safe

Group = tuple[Block, ...]

SIGNS = {Severity.URGENT: "\u25a0 Urgent", Severity.WARNING: "\u25b2 Warning", Severity.NOTICE: "\u25cf Notice"}
INK: dict[Look, str] = {"done": "*", "official": "*", "exit": "*", "said": "", "heard": "_"}
"""The firmer the fact, the more ink."""
SENTENCE_LIMIT = 400
LINK_LIMIT = 1500
_DOT = "  \u00b7  "


def groups(message: Message, public_url: str | None, links: Links = NO_LINKS) -> tuple[Group, ...]:
    """The blocks of a message, those of one alert or story together; linked to our own pages where they are public."""
    match message:
        case AlertMessage(backlog=backlog) if backlog:
            return _backlog(message)
        case AlertMessage():
            told = [(*_alert(one, public_url), *_acts(links.of(one.alert))) for one in message.alerts]
            return tuple((divider(), *group) if at else group for at, group in enumerate(told))
        case DigestMessage():
            return _digest(message, public_url, links.page)
        case NoticeMessage():
            return (_notice(message),)


def sentence(message: Message) -> str:
    """A full sentence for a locked screen, safe as mrkdwn."""
    match message:
        case AlertMessage(alerts=(first, *_), backlog=backlog) if backlog:
            return slack_safe(clip(f"{_waited(message)}. {_headline(first)}", SENTENCE_LIMIT))
        case AlertMessage(alerts=(first, *more)):
            rest = f" And {len(more)} more." if more else ""
            return slack_safe(clip(_headline(first), SENTENCE_LIMIT)) + rest
        case AlertMessage():
            return "No alerts."
        case DigestMessage():
            stories = _stories(message)
            top = f" {stories[0].headline.rstrip('.')}." if stories else ""
            return slack_safe(
                clip(f"{_title(message)}:{top or ' nothing new.'} {_count(len(stories))}.", SENTENCE_LIMIT)
            )
        case NoticeMessage():
            return slack_safe(clip(message.title.rstrip(".") + ".", SENTENCE_LIMIT))


def _headline(told: Told) -> str:
    kind = told.severity.value.capitalize() if told.change == "raised" else _spaced(told.change).capitalize()
    news = f"{told.news[0].rstrip('.')}. " if told.news else ""
    status = f" {status_words(told.status)}." if told.status else ""
    return f"{kind}: {news}{told.headline.rstrip('.')}.{status}"


def _waited(message: AlertMessage) -> str:
    if message.at_once:
        return f"{message.backlog} alerts at once from {message.at_once}"
    of = f" of {message.backlog}" if message.backlog > len(message.alerts) else ""
    return f"{len(message.alerts)}{of} alerts that waited"


def _backlog(message: AlertMessage) -> tuple[Group, ...]:
    """What waited for the channel, one line each: severity, headline, rule, link."""
    why = "The channel could not be reached, or was far behind"
    if message.at_once:
        why = f"One document brought so many; {len(message.alerts)} of them are listed"
    says = [_words(f"{why}; the most urgent come first.")]
    pieces: list[Piece] = []
    for told in message.alerts:
        change = "" if told.change == "raised" else f" {_spaced(told.change)}"
        where = f"{_DOT}{_link(told.link, told.host)}" if told.link else ""
        says_it = f"{slack_safe(clip(told.headline, 300))}{_DOT}{slack_safe(clip(told.rule_title, 150))}"
        # One piece, so that no line is cut between two sections.
        pieces.append(_ours(f"*{SIGNS[told.severity]}*{change}  {says_it}{where}\n"))
    return ((header(_waited(message)), *context(says)), *((block,) for block in sections(pieces)))


def _alert(told: Told, public_url: str | None) -> Group:
    blocks: list[Block] = []
    if told.news:
        blocks += sections([_ours("*New:* "), _words("; ".join(told.news))])
    blocks.append(header(told.headline))
    if is_cut(told.headline):
        blocks += paragraphs(told.headline)
    blocks += context(_state(told))
    for said in state_words(told, moment, slack_safe):
        blocks += context([_ours(said)])
    blocks += paragraphs(" ".join(told.summary))
    doubts = [" ".join(hedge(told.status) or ()), "; ".join(told.flags)]
    if any(doubts):
        blocks += sections([_ours("*Doubt:* "), _words(" ".join(doubt for doubt in doubts if doubt))])
    blocks.append(fields(_facts(told)))
    for quote in told.quotes:
        blocks += _quoted(quote, told)
    blocks += context([_ours("*Why you:* rule "), _words("; ".join((told.rule_title, *told.why)))])
    where = _ours(_link(told.link, told.host) + _page(public_url, "s", told.story) + _DOT)
    blocks += context([where, _ours("`watcher why "), _words(told.article), _ours("`")])
    return tuple(blocks)


def _acts(links: AlertLinks | None) -> Group:
    """What may be done, as plain links: an incoming webhook has no buttons."""
    if links is None:
        return ()
    said = {
        "*Acknowledge*": links.acknowledge,
        "Snooze 4 h": links.snooze,
        "Until tomorrow": links.tomorrow,
        "Mute the story": links.mute,
        "Not relevant": links.not_relevant,
    }
    pieces = [_ours(("" if at == 0 else _DOT) + _named(url, words)) for at, (words, url) in enumerate(said.items())]
    return sections(pieces)


def _state(told: Told) -> list[Piece]:
    pieces = [_ours(f"*{SIGNS[told.severity]}*{_DOT}"), *_chip(told.status or "status unknown")]
    if told.event_type:
        pieces += [_ours(_DOT), _words(topic_title(told.event_type))]
    if told.change != "raised":
        pieces += [_ours(_DOT), _words(_spaced(told.change))]
    return pieces


def _facts(told: Told) -> tuple[tuple[str, str], ...]:
    publisher = slack_safe(clip(told.publisher or told.host or "unknown", 300))
    host = f", {slack_safe(clip(told.host, 253))}" if told.host and told.host != told.publisher else ""
    return (
        ("Publisher", f"{publisher}{host} ({_trust(told.trust)})"),
        ("Published", "unknown" if told.published is None else moment(told.published)),
        ("First seen", moment(told.seen)),
    )


def _quoted(quote: Quote, told: Told) -> Group:
    pieces = [Piece(text=text, bold=bold) for text, bold in marked(quote.text, quote.marks)]
    where = _ours(f"\n> {_link(told.link, told.host)}, {slack_safe(clip(_spaced(quote.zone), 60))}")
    return sections([*pieces, where], lead="> ")


def _digest(message: DigestMessage, public_url: str | None, issue: str | None) -> tuple[Group, ...]:
    page = _ours(_DOT + _named(issue, "Open") if issue is not None else "")
    told: list[Group] = [(header(_title(message)), *context([*_period(message), page]))]
    for section in message.sections:
        if section.stories and message.length == "short":
            told.append((divider(), *sections(_list(section.title, section.stories))))
        elif section.stories:
            first, *rest = (_story(story, public_url) for story in section.stories)
            told.append((divider(), *context([_ours("*"), _words(section.title), _ours("*")]), *first))
            told += rest
    if not _stories(message) and not message.updates and not message.analysis:
        told.append(paragraphs("Nothing new that your rules look for."))
    if message.brief:
        told.append((divider(), *sections(_list("In brief", message.brief))))
    if message.updates:
        told.append((divider(), *sections(_list("Updates to earlier stories", message.updates))))
    told += [(divider(), *sections(table(each))) for each in message.numbers if message.length != "short"]
    if message.dates:
        told.append((divider(), *sections(dates(message.dates))))
    if message.analysis:
        told.append((divider(), *sections(_list("Analysis, not counted as events", message.analysis))))
    if message.quiet:
        says = "; ".join(f"{quiet.source}: {quiet.says}" for quiet in message.quiet)
        told.append((divider(), *context([_ours("Quiet: "), _words(says)])))
    return tuple(told)


def _story(story: DigestStory, public_url: str | None) -> Group:
    pieces = [Piece(text=story.headline, bold=True), _ours("\n")]
    if story.status:
        pieces += [*_chip(story.status), _ours(_DOT)]
    if story.news:
        pieces += [_ours("*New:* "), _words("; ".join(story.news)), _ours(_DOT)]
    pieces += [_words(" ".join(story.sentences)), *figures(story)]
    small = [_ours(f"{_articles(story.articles)}, "), _ours(moment(story.published or story.seen)), _ours(_DOT)]
    small += [_ours(_link(story.link, story.host)), _words(f" {story.publisher} ({_trust(story.trust)})")]
    if story.also:
        small.append(_words(", also " + ", ".join(name for name, _ in story.also)))
    small.append(_ours(_page(public_url, "s", story.story)))
    if story.rules or story.why:
        small += [_ours(f"{_DOT}*Why you:* "), _words("; ".join((*story.rules, *story.why)))]
    if story.flags:
        small += [_ours(f"{_DOT}*Doubt:* "), _words("; ".join(story.flags))]
    others = ((f"Also on {story.matter}", story.lines), ("Told too in", story.reports), ("Before", story.context))
    below = [block for title, told in others for block in context(lines(title, told))]
    return (*sections(pieces), *context(small), *below)


def _list(title: str, stories: tuple[DigestStory, ...]) -> list[Piece]:
    pieces = [_ours(f"*{title}*")]
    for story in stories:
        pieces += [_ours("\n\u2022  "), Piece(text=story.headline, bold=bool(story.news))]
        if story.news:
            pieces += [_ours(": "), _words("; ".join(story.news))]
        elif story.status:
            pieces += [_ours(", "), *_chip(story.status)]
        pieces += [_ours(_DOT), _ours(_link(story.link, story.host))]
    return pieces


def _notice(message: NoticeMessage) -> Group:
    blocks: list[Block] = [header(message.title)]
    if is_cut(message.title):
        blocks += paragraphs(message.title)
    for line in message.lines:
        blocks += paragraphs(line)
    return (*blocks, *context([_ours(f"watcher about itself{_DOT}{moment(message.at)}")]))


def _stories(message: DigestMessage) -> list[DigestStory]:
    return [story for section in message.sections for story in section.stories] + list(message.brief)


def _title(message: DigestMessage) -> str:
    return f"{message.title}: issue {message.number}"


def _period(message: DigestMessage) -> list[Piece]:
    told = _stories(message)
    of = f"{_count(len(told))} from {_articles(sum(story.articles for story in told))}"
    read = f"{message.sources_answered} sources answered, {_articles(message.articles_read)} read"
    span = f"{moment(message.begin)} to {moment(message.end)}"
    pieces = [_ours(_DOT.join(each for each in (span, of, read, by_editors(message)) if each))]
    if message.covers:
        pieces.append(_words(f", covers {covers_words(message.covers)} too"))
    return pieces


def _link(link: str | None, host: str) -> str:
    shown = slack_link(link)
    return shown if shown is not None and len(shown) <= LINK_LIMIT else slack_safe(clip(host, 253)) or "no link"


def _page(public_url: str | None, *path: str) -> str:
    """A link to a page of ours, or nothing while none are public."""
    if public_url is None:
        return ""
    said = _named("/".join((public_url.rstrip("/"), *(quoted(part, safe="") for part in path))), "Open")
    return f"{_DOT}{said}" if said else ""


def _named(url: str, words: str) -> str:
    """A link of ours under a name of ours; nothing if Slack would not take it."""
    link = slack_link(url)
    return "" if link is None or len(link) > LINK_LIMIT else f"{link.rpartition('|')[0]}|{words}>"


def _count(stories: int) -> str:
    return "1 story" if stories == 1 else f"{stories} stories"


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"


def _trust(trust: Trust) -> str:
    return "trust unknown" if trust is Trust.UNKNOWN else _spaced(trust.value)


def _chip(status: str) -> list[Piece]:
    ink = INK[look(status)]
    return [_ours(ink), _words(status_words(status)), _ours(ink)]


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _ours(text: str) -> Piece:
    return Piece(text=text, ready=True)


def _words(text: str) -> Piece:
    return Piece(text=text)
