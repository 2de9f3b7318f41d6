"""An issue of a digest as items: sections, stories, lists, dates and numbers, in the order of the mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.channels.base import Envelope
from watcher.channels.runs import (
    DOT,
    Item,
    Line,
    Outline,
    Run,
    bold,
    chip,
    day,
    moment,
    page,
    plain,
    source,
    trust_words,
    web_link,
)
from watcher.core.digests.traces import by_editors
from watcher.core.schedules import covers_words
from watcher.core.telling.messages import DigestDate, DigestLine, DigestMessage, DigestStory, DigestTable
from watcher.core.text.escapes import one_line


def issue(message: DigestMessage, archive: str | None, envelope: Envelope) -> Outline:
    """What an issue says, for one reader; `archive` is its page there."""
    title = f"{message.title}: issue {message.number}"
    stories = [story for section in message.sections for story in section.stories] + list(message.brief)
    count = "1 story" if len(stories) == 1 else f"{len(stories)} stories"
    items = [Item(title=title, lines=(_period(message, count, envelope),), link=web_link(archive))]
    for section in message.sections:
        if section.stories and message.length == "short":
            items.append(_list(section.title, section.stories))
        elif section.stories:
            items.append(Item(title=section.title, lines=()))
            items += [_story(story, envelope) for story in section.stories]
    if not stories and not message.updates:
        items.append(Item(title="Nothing new that your rules look for", lines=()))
    listed = (
        ("In brief", message.brief),
        ("Updates to earlier stories", message.updates),
        ("Analysis", message.analysis),
    )
    items += [_list(name, found) for name, found in listed if found]
    items += list(_rest(message))
    top = f" {stories[0].headline.rstrip('.')}." if stories else " nothing new."
    return Outline(sentence=one_line(f"{title}:{top} {count}."), items=tuple(items))


def _rest(message: DigestMessage) -> Iterator[Item]:
    """Numbers, dates to come, and sources that were quiet."""
    yield from (_table(table) for table in message.numbers)
    if message.dates:
        yield Item(title="Dates to come", lines=tuple(_date(each) for each in message.dates))
    if message.quiet:
        yield Item(title="Quiet", lines=tuple(plain(f"{each.source}: {each.says}") for each in message.quiet))


def _period(message: DigestMessage, count: str, envelope: Envelope) -> Line:
    span = f"{moment(message.begin, envelope.zone)} to {moment(message.end, envelope.zone)}"
    covers = f", covers {covers_words(message.covers)} too" if message.covers else ""
    read = f"{message.sources_answered} sources answered, {_articles(message.articles_read)} read"
    ours = page(envelope.public_url, "issues", message.digest, message.period)
    said = (span, count, read, by_editors(message))
    return (Run(text=DOT.join(each for each in said if each) + covers), *ours)


def _story(story: DigestStory, envelope: Envelope) -> Item:
    first: list[Run] = [chip(story.status), Run(text=DOT)] if story.status else []
    if story.news:
        first += [bold("New: "), Run(text="; ".join(story.news) + DOT)]
    first.append(Run(text=" ".join(story.sentences)))
    lines: list[Line] = [tuple(first)]
    if story.figures:
        lines.append((bold("Numbers: "), Run(text="; ".join(f"{each.value} {each.label}" for each in story.figures))))
    also = ", also " + ", ".join(name for name, _ in story.also) if story.also else ""
    when = moment(story.published or story.seen, envelope.zone)
    about = f"{_articles(story.articles)}, {when}{DOT}{story.publisher} ({trust_words(story.trust)}){also}{DOT}"
    ours = page(envelope.public_url, "s", story.story)
    lines.append((Run(text=about), *source(story.link, story.host), *ours))
    if story.rules or story.why:
        lines.append((bold("Why you: "), Run(text="; ".join((*story.rules, *story.why)))))
    if story.flags:
        lines.append((bold("Doubt: "), Run(text="; ".join(story.flags))))
    more = f"On {story.matter}" if story.matter else "Also"
    for name, others in (("The same by", story.reports), (more, story.lines), ("Before", story.context)):
        lines += [(bold(f"{name}: "), *_line(each)) for each in others]
    return Item(title=story.headline, lines=tuple(lines), severity=story.severity, link=web_link(story.link))


def _line(each: DigestLine) -> Line:
    about = f", {each.issue}" if each.issue else ""
    words = f"{each.headline} ({day(each.day)}, {each.publisher}{about}){DOT}"
    return (Run(text=words), *source(each.link, each.publisher))


def _list(title: str, stories: Sequence[DigestStory]) -> Item:
    return Item(title=title, lines=tuple(_listed(story) for story in stories))


def _listed(story: DigestStory) -> Line:
    runs = [Run(text="\u2022  "), Run(text=story.headline, bold=bool(story.news))]
    if story.news:
        runs.append(Run(text=f": {'; '.join(story.news)}"))
    elif story.status:
        runs += [Run(text=", "), chip(story.status)]
    return (*runs, Run(text=DOT), *source(story.link, story.host))


def _table(table: DigestTable) -> Item:
    """A table as lines: the head, then a line for each row."""
    rows = [(bold(DOT.join(table.head)),), *(plain(DOT.join(row)) for row in table.rows)]
    return Item(title=table.title, lines=(*rows, *(plain(note) for note in table.notes)))


def _date(each: DigestDate) -> Line:
    unsure = "" if each.firm else ", expected"
    return (bold(each.printed or day(each.first)), Run(text=f"{DOT}{each.kind}: {each.of}{unsure}"))


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"
