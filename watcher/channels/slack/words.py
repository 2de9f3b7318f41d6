"""A message as groups of blocks: which part is said where; the escaping and the limits are the blocks' own."""

from __future__ import annotations

from functools import partial

from watcher.channels.outline import headline, quoted_where
from watcher.channels.runs import DOT, changed, sign
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
from watcher.channels.slack.links import link, named, own, page
from watcher.core.digests.topics import topic_title
from watcher.core.digests.traces import by_editors
from watcher.core.schedules import covers_words
from watcher.core.telling.links import NO_LINKS, AlertLinks, Links
from watcher.core.telling.messages import AlertMessage, DigestMessage, DigestStory, Message, NoticeMessage, Quote, Told
from watcher.core.telling.phrases import apart, ended, listed, run_on, together, trust_words, waited
from watcher.core.telling.state_words import state_words
from watcher.core.telling.status_words import Look, hedge, look, status_words
from watcher.core.telling.translating import translated
from watcher.core.text.escapes import marked, slack_safe
from watcher.core.text.wording import ENGLISH, Words, filled

Group = tuple[Block, ...]

INK: dict[Look, str] = {"done": "*", "official": "*", "exit": "*", "said": "", "heard": "_"}
"""The firmer the fact, the more ink."""
SENTENCE_LIMIT = 400


def groups(
    stored: Message, public_url: str | None, links: Links = NO_LINKS, words: Words = ENGLISH
) -> tuple[Group, ...]:
    """The blocks of a message, those of one alert or story together; linked to our own pages where they are public."""
    message = translated(stored, words)
    match message:
        case AlertMessage(backlog=backlog) if backlog:
            return _backlog(message, words)
        case AlertMessage():
            told = [(*_alert(one, public_url, words), *_acts(links.of(one.alert), words)) for one in message.alerts]
            return tuple((divider(), *group) if at else group for at, group in enumerate(told))
        case DigestMessage():
            return _digest(message, public_url, links.page, words)
        case NoticeMessage():
            return (_notice(message, words),)


def sentence(stored: Message, words: Words = ENGLISH) -> str:
    """A full sentence for a locked screen, safe as mrkdwn."""
    message = translated(stored, words)
    match message:
        case AlertMessage(alerts=(first, *_), backlog=backlog) if backlog:
            return slack_safe(
                clip(apart(ended(waited(message, words), words)) + headline(first, words), SENTENCE_LIMIT)
            )
        case AlertMessage(alerts=(first, *more)):
            rest = words.say(" And {n} more.", n=len(more)) if more else ""
            blank = " " if rest.startswith(" ") else ""  # which is no part of what is safe
            return slack_safe(clip(headline(first, words), SENTENCE_LIMIT)) + blank + slack_safe(rest)
        case AlertMessage():
            return slack_safe(words.say("No alerts."))
        case DigestMessage():
            stories = _stories(message)
            top = ended(stories[0].headline, words) if stories else words.say(" nothing new.").strip()
            text = apart(top) + ended(words.count(len(stories), "story"), words)
            said = words.say("{label}: {text}", label=_title(message, words), text=text)
            return slack_safe(clip(said, SENTENCE_LIMIT))
        case NoticeMessage():
            return slack_safe(clip(message.title.rstrip(".") + ".", SENTENCE_LIMIT))


def _backlog(message: AlertMessage, words: Words) -> tuple[Group, ...]:
    """What waited for the channel, one line each: severity, headline, rule, link."""
    says = [_words(together(message, words))]
    pieces: list[Piece] = []
    for told in message.alerts:
        change = "" if told.change == "raised" else f" {own(changed(told.change, words))}"
        where = f"{DOT}{link(told.link, told.host, words)}" if told.link else ""
        says_it = f"{slack_safe(clip(told.headline, 300))}{DOT}{slack_safe(clip(told.rule_title, 150))}"
        # One piece, so that no line is cut between two sections.
        pieces.append(_ours(f"*{own(sign(told.severity, words))}*{change}  {says_it}{where}\n"))
    return ((header(waited(message, words)), *context(says)), *((block,) for block in sections(pieces)))


def _alert(told: Told, public_url: str | None, words: Words) -> Group:
    blocks: list[Block] = []
    if told.news:
        blocks += sections([*_label("New:", words), _words(listed(told.news, words))])
    blocks.append(header(told.headline))
    if is_cut(told.headline):
        blocks += paragraphs(told.headline)
    blocks += context(_state(told, words))
    for said in state_words(told, partial(moment, words=words), slack_safe, words):
        blocks += context([_ours(said)])
    blocks += paragraphs(" ".join(told.summary))
    doubts = [run_on(words.say(each) for each in hedge(told.status) or ()), listed(told.flags, words)]
    if any(doubts):
        blocks += sections([*_label("Doubt:", words), _words(run_on(doubt for doubt in doubts if doubt))])
    blocks.append(fields(_facts(told, words)))
    for quote in told.quotes:
        blocks += _quoted(quote, told, words)
    rule = _words(f"{words.say('rule')} {listed((told.rule_title, *told.why), words)}")
    blocks += context([*_label("Why you:", words), rule])
    where = _ours(link(told.link, told.host, words) + page(words, public_url, "s", told.story) + DOT)
    blocks += context([where, _ours("`watcher why "), _words(told.article), _ours("`")])
    return tuple(blocks)


def _acts(links: AlertLinks | None, words: Words) -> Group:
    """What may be done, as plain links: an incoming webhook has no buttons."""
    if links is None:
        return ()
    said = {
        "Acknowledge": links.acknowledge,
        "Snooze 4 h": links.snooze,
        "Until tomorrow": links.tomorrow,
        "Mute the story": links.mute,
        "Not relevant": links.not_relevant,
    }
    pieces = []
    for at, (name, url) in enumerate(said.items()):
        shown = own(words.say(name))
        pieces.append(_ours(DOT + named(url, shown) if at else named(url, f"*{shown}*")))
    return sections(pieces)


def _state(told: Told, words: Words) -> list[Piece]:
    pieces = [_ours(f"*{own(sign(told.severity, words))}*{DOT}"), *_chip(told.status or "status unknown", words)]
    if told.event_type:
        pieces += [_ours(DOT), _words(words.say(topic_title(told.event_type)))]
    if told.change != "raised":
        pieces += [_ours(DOT), _words(changed(told.change, words))]
    return pieces


def _facts(told: Told, words: Words) -> tuple[tuple[str, str], ...]:
    publisher = slack_safe(clip(told.publisher or told.host or words.say("unknown"), 300))
    host = f", {slack_safe(clip(told.host, 253))}" if told.host and told.host != told.publisher else ""
    published = own(words.say("unknown")) if told.published is None else moment(told.published, words)
    return (
        (own(words.say("Publisher")), f"{publisher}{host} ({own(trust_words(told.trust, words))})"),
        (own(words.say("Published")), published),
        (own(words.say("First seen")), moment(told.seen, words)),
    )


def _quoted(quote: Quote, told: Told, words: Words) -> Group:
    pieces = [Piece(text=text, bold=bold) for text, bold in marked(quote.text, quote.marks)]
    place = clip(quoted_where(quote, words), 60)
    where = _ours(f"\n> {link(told.link, told.host, words)}, {slack_safe(place)}")
    return sections([*pieces, where], lead="> ")


def _digest(message: DigestMessage, public_url: str | None, issue: str | None, words: Words) -> tuple[Group, ...]:
    page = _ours(DOT + named(issue, own(words.say("Open"))) if issue is not None else "")
    told: list[Group] = [(header(_title(message, words)), *context([*_period(message, words), page]))]
    for section in message.sections:
        if section.stories and message.length == "short":
            told.append((divider(), *sections(_list(section.title, section.stories, words))))
        elif section.stories:
            first, *rest = (_story(story, public_url, words) for story in section.stories)
            told.append((divider(), *context([_ours("*"), _words(section.title), _ours("*")]), *first))
            told += rest
    if not _stories(message) and not message.updates and not message.analysis:
        told.append(paragraphs(words.say("Nothing new that your rules look for.")))
    if message.brief:
        told.append((divider(), *sections(_list(words.say("In brief"), message.brief, words))))
    if message.updates:
        told.append((divider(), *sections(_list(words.say("Updates to earlier stories"), message.updates, words))))
    told += [(divider(), *sections(table(each))) for each in message.numbers if message.length != "short"]
    if message.dates:
        told.append((divider(), *sections(dates(message.dates, words))))
    if message.analysis:
        title = words.say("Analysis, not counted as events")
        told.append((divider(), *sections(_list(title, message.analysis, words))))
    if message.quiet:
        says = listed(
            (words.say("{label}: {text}", label=each.source, text=each.says) for each in message.quiet), words
        )
        told.append((divider(), *context([_words(words.say("{label}: {text}", label=words.say("Quiet"), text=says))])))
    return tuple(told)


def _story(story: DigestStory, public_url: str | None, words: Words) -> Group:
    pieces = [Piece(text=story.headline, bold=True), _ours("\n")]
    if story.status:
        pieces += [*_chip(story.status, words), _ours(DOT)]
    if story.news:
        pieces += [*_label("New:", words), _words(listed(story.news, words)), _ours(DOT)]
    pieces += [_words(" ".join(story.sentences)), *figures(story, words)]
    when = moment(story.published or story.seen, words)
    small = [_words(words.count(story.articles, "article") + words.say(", ")), _ours(when), _ours(DOT)]
    who = " " + words.say("{label} ({text})", label=story.publisher, text=trust_words(story.trust, words))
    small += [_ours(link(story.link, story.host, words)), _words(who)]
    if story.also:
        names = words.say(", ").join(name for name, _ in story.also)
        small.append(_words(words.say(", ") + words.say("also {publishers}", publishers=names)))
    small.append(_ours(page(words, public_url, "s", story.story)))
    if story.rules or story.why:
        small += [_ours(DOT), *_label("Why you:", words), _words(listed((*story.rules, *story.why), words))]
    if story.flags:
        small += [_ours(DOT), *_label("Doubt:", words), _words(listed(story.flags, words))]
    others = (
        (words.say("Also on {matter}", matter=story.matter), story.lines),
        (words.say("Told too in"), story.reports),
        (words.say("Before"), story.context),
    )
    below = [block for title, told in others for block in context(lines(title, told, words))]
    return (*sections(pieces), *context(small), *below)


def _list(title: str, stories: tuple[DigestStory, ...], words: Words) -> list[Piece]:
    pieces = [_ours(f"*{own(title)}*")]
    for story in stories:
        pieces += [_ours("\n\u2022  "), Piece(text=story.headline, bold=bool(story.news))]
        if story.news:
            pieces += [_ours(": "), _words(listed(story.news, words))]
        elif story.status:
            pieces += [_ours(", "), *_chip(story.status, words)]
        pieces += [_ours(DOT), _ours(link(story.link, story.host, words))]
    return pieces


def _notice(message: NoticeMessage, words: Words) -> Group:
    blocks: list[Block] = [header(message.title)]
    if is_cut(message.title):
        blocks += paragraphs(message.title)
    for line in message.lines:
        blocks += paragraphs(line)
    return (*blocks, *context([_words(words.say("watcher about itself")), _ours(f"{DOT}{moment(message.at, words)}")]))


def _stories(message: DigestMessage) -> list[DigestStory]:
    return [story for section in message.sections for story in section.stories] + list(message.brief)


def _title(message: DigestMessage, words: Words) -> str:
    return words.say("{title}: issue {number}", title=message.title, number=message.number)


def _period(message: DigestMessage, words: Words) -> list[Piece]:
    told = _stories(message)
    of = words.say(
        "{stories} from {articles}",
        stories=words.count(len(told), "story"),
        articles=words.count(sum(story.articles for story in told), "article"),
    )
    read = words.say(
        "{sources} answered, {articles} read",
        sources=words.count(message.sources_answered, "source"),
        articles=words.count(message.articles_read, "article"),
    )
    # The moments are markup of ours, and are put between words that are none.
    first, last = moment(message.begin, words), moment(message.end, words)
    span = filled(own(words.say("{first} to {last}")), {"first": first, "last": last})
    rest = (own(each) for each in (of, read, by_editors(message, words)) if each)
    pieces = [_ours(DOT.join((span, *rest)))]
    if message.covers:
        pieces.append(_words(words.say(", covers {issues} too", issues=words.saying(covers_words(message.covers)))))
    return pieces


def _chip(status: str, words: Words) -> list[Piece]:
    ink = INK[look(status)]
    return [_ours(ink), _words(words.say(status_words(status))), _ours(ink)]


def _label(english: str, words: Words) -> list[Piece]:
    """A label of ours in bold, and a blank."""
    return [_ours(f"*{own(words.say(english))}* ")]


def _ours(text: str) -> Piece:
    return Piece(text=text, ready=True)


def _words(text: str) -> Piece:
    return Piece(text=text)
