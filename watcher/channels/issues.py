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
    web_link,
)
from watcher.core.digests.traces import by_editors
from watcher.core.schedules import covers_words
from watcher.core.telling.messages import DigestDate, DigestLine, DigestMessage, DigestStory, DigestTable
from watcher.core.telling.phrases import apart, ended, headed, listed, trust_words
from watcher.core.text.escapes import one_line
from watcher.core.text.wording import ENGLISH, Words


def issue(message: DigestMessage, archive: str | None, envelope: Envelope, words: Words = ENGLISH) -> Outline:
    """What an issue says, for one reader; `archive` is its page there."""
    title = words.say("{title}: issue {number}", title=message.title, number=message.number)
    stories = [story for section in message.sections for story in section.stories] + list(message.brief)
    count = words.count(len(stories), "story")
    items = [Item(title=title, lines=(_period(message, count, envelope, words),), link=web_link(archive))]
    for section in message.sections:
        if section.stories and message.length == "short":
            items.append(_list(section.title, section.stories, words))
        elif section.stories:
            items.append(Item(title=section.title, lines=()))
            items += [_story(story, envelope, words) for story in section.stories]
    if not stories and not message.updates:
        items.append(Item(title=words.say("Nothing new that your rules look for"), lines=()))
    listed = (
        ("In brief", message.brief),
        ("Updates to earlier stories", message.updates),
        ("Analysis", message.analysis),
    )
    items += [_list(words.say(name), found, words) for name, found in listed if found]
    items += list(_rest(message, words))
    top = ended(stories[0].headline, words) if stories else words.say(" nothing new.").strip()
    said = words.say("{label}: {text}", label=title, text=apart(top) + ended(count, words))
    return Outline(sentence=one_line(said), items=tuple(items))


def _rest(message: DigestMessage, words: Words) -> Iterator[Item]:
    """Numbers, dates to come, and sources that were quiet."""
    yield from (_table(table) for table in message.numbers)
    if message.dates:
        yield Item(title=words.say("Dates to come"), lines=tuple(_date(each, words) for each in message.dates))
    if message.quiet:
        said = tuple(plain(f"{each.source}: {each.says}") for each in message.quiet)
        yield Item(title=words.say("Quiet sources"), lines=said)


def _period(message: DigestMessage, count: str, envelope: Envelope, words: Words) -> Line:
    first, last = (moment(each, envelope.zone, words) for each in (message.begin, message.end))
    span = words.say("{first} to {last}", first=first, last=last)
    covers = words.saying(covers_words(message.covers))
    covers = words.say(", covers {issues} too", issues=covers) if covers else ""
    read = words.say(
        "{sources} answered, {articles} read",
        sources=words.count(message.sources_answered, "source"),
        articles=words.count(message.articles_read, "article"),
    )
    ours = page(words, envelope.public_url, "issues", message.digest, message.period)
    said = (span, count, read, by_editors(message, words))
    return (Run(text=DOT.join(each for each in said if each) + covers), *ours)


def _story(story: DigestStory, envelope: Envelope, words: Words) -> Item:
    first: list[Run] = [chip(story.status, words), Run(text=DOT)] if story.status else []
    if story.news:
        first += [bold(apart(words.say("New:"))), Run(text=listed(story.news, words) + DOT)]
    first.append(Run(text=" ".join(story.sentences)))
    lines: list[Line] = [tuple(first)]
    if story.figures:
        lines.append(
            (
                bold(apart(words.say("Numbers:"))),
                Run(text=listed((f"{each.value} {each.label}" for each in story.figures), words)),
            )
        )
    names = words.say(", ").join(name for name, _ in story.also)
    also = words.say(", ") + words.say("also {publishers}", publishers=names) if names else ""
    when = moment(story.published or story.seen, envelope.zone, words)
    who = words.say("{label} ({text})", label=story.publisher, text=trust_words(story.trust, words))
    about = f"{words.count(story.articles, 'article')}{words.say(', ')}{when}{DOT}{who}{also}{DOT}"
    ours = page(words, envelope.public_url, "s", story.story)
    lines.append((Run(text=about), *source(story.link, story.host, words), *ours))
    if story.rules or story.why:
        lines.append((bold(apart(words.say("Why you:"))), Run(text=listed((*story.rules, *story.why), words))))
    if story.flags:
        lines.append((bold(apart(words.say("Doubt:"))), Run(text=listed(story.flags, words))))
    more = words.say("On {matter}", matter=story.matter) if story.matter else words.say("Also")
    named = (words.say("The same by"), story.reports), (more, story.lines), (words.say("Before"), story.context)
    for name, others in named:
        lines += [(bold(apart(headed(name, words))), *_line(each, words)) for each in others]
    return Item(title=story.headline, lines=tuple(lines), severity=story.severity, link=web_link(story.link))


def _line(each: DigestLine, words: Words) -> Line:
    about = words.say(", ").join(part for part in (day(each.day, words), each.publisher, each.issue) if part)
    said = words.say("{label} ({text})", label=each.headline, text=about)
    return (Run(text=f"{said}{DOT}"), *source(each.link, each.publisher, words))


def _list(title: str, stories: Sequence[DigestStory], words: Words) -> Item:
    return Item(title=title, lines=tuple(_listed(story, words) for story in stories))


def _listed(story: DigestStory, words: Words) -> Line:
    runs = [Run(text="\u2022  "), Run(text=story.headline, bold=bool(story.news))]
    if story.news:
        runs.append(Run(text=words.say("{label}: {text}", label="", text=listed(story.news, words))))
    elif story.status:
        runs += [Run(text=", "), chip(story.status, words)]
    return (*runs, Run(text=DOT), *source(story.link, story.host, words))


def _table(table: DigestTable) -> Item:
    """A table as lines: the head, then a line for each row."""
    rows = [(bold(DOT.join(table.head)),), *(plain(DOT.join(row)) for row in table.rows)]
    return Item(title=table.title, lines=(*rows, *(plain(note) for note in table.notes)))


def _date(each: DigestDate, words: Words) -> Line:
    of = each.of if each.firm else f"{each.of}{words.say(', ')}{words.say('expected, not certain')}"
    said = words.say("{label}: {text}", label=each.kind, text=of)
    return (bold(each.printed or day(each.first, words)), Run(text=f"{DOT}{said}"))
