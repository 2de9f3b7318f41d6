"""The proof that an issue invents nothing: every sentence of it is a stretch of a stored text, at the place it names.

Never mends a sentence: what cannot be traced is left out, and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from watcher.core.telling.messages import DigestMessage, DigestSection, DigestStory, Trace
from watcher.core.text.wording import ENGLISH, Words

Texts = Mapping[tuple[str, int], str]
"""The stored texts, by article and revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untraced:
    """Words of an issue that stand nowhere: of which story, and why they are refused."""

    story: str
    words: str
    why: str


def stories_of(message: DigestMessage) -> Iterator[DigestStory]:
    """Every story of an issue, at whatever length."""
    for section in message.sections:
        yield from section.stories
    yield from (*message.brief, *message.updates, *message.analysis)


def by_editors(message: DigestMessage, words: Words = ENGLISH) -> str:
    """How many headlines of an issue an editor worded, in words; "" for none."""
    stories = tuple(stories_of(message))
    lines = (line for story in stories for line in (*story.reports, *story.lines, *story.context))
    number = sum(story.reworded for story in stories) + sum(line.reworded for line in lines)
    return words.say("{headlines} by the editors", headlines=words.count(number, "headline")) if number else ""


def untraced(message: DigestMessage, texts: Texts) -> tuple[Untraced, ...]:
    """What of an issue's headlines, sentences, figures and lines is no stretch of a stored text."""
    return tuple(each for story in stories_of(message) for each in _of_story(story, texts))


def only_traced(message: DigestMessage, texts: Texts) -> DigestMessage:
    """The issue without what can't be traced; a headline gives way to the first words of the text itself."""
    refused = {(each.story, each.words) for each in untraced(message, texts)}
    if not refused:
        return message
    kept = {story.story: _kept(story, refused, texts) for story in stories_of(message)}
    return replace(
        message,
        sections=tuple(
            DigestSection(
                topic=section.topic, title=section.title, stories=tuple(kept[each.story] for each in section.stories)
            )
            for section in message.sections
        ),
        brief=tuple(kept[each.story] for each in message.brief),
        updates=tuple(kept[each.story] for each in message.updates),
        analysis=tuple(kept[each.story] for each in message.analysis),
    )


def _of_story(story: DigestStory, texts: Texts) -> Iterator[Untraced]:
    if not story.traces:
        return  # fields of a row, a series or a source's health: they stand in no article
    own = list(story.traces)
    if not story.reworded:
        yield from _checked(story, story.headline, own.pop(0), texts)
    for sentence, trace in zip(story.sentences, own, strict=False):
        yield from _checked(story, sentence, trace, texts)
    for sentence in story.sentences[len(own) :]:
        yield Untraced(story=story.story, words=sentence, why="names no place in a text")
    for figure in story.figures:
        yield from _checked(story, figure.value, figure.trace, texts)
    for line in (*story.reports, *story.lines):
        if line.trace is not None:
            yield from _checked(story, line.headline, line.trace, texts)


def _checked(story: DigestStory, words: str, trace: Trace, texts: Texts) -> Iterator[Untraced]:
    text = texts.get((trace.article, trace.revision))
    if text is None:
        yield Untraced(story=story.story, words=words, why=f"article {trace.article} is not stored")
    elif " ".join(text[trace.start : trace.end].split()) != " ".join(words.split()) or trace.start < 0:
        yield Untraced(story=story.story, words=words, why=f"article {trace.article} says something else there")


def _kept(story: DigestStory, refused: set[tuple[str, str]], texts: Texts) -> DigestStory:
    def stands(words: str) -> bool:
        return (story.story, words) not in refused

    head, body = (story.traces[:0], story.traces) if story.reworded else (story.traces[:1], story.traces[1:])
    pairs = [pair for pair in zip(story.sentences, body, strict=False) if stands(pair[0])]
    headline = story.headline
    if not story.reworded and not stands(headline):
        headline = next((sentence for sentence, _ in pairs), "") or _opening(head, texts)
        head = pairs[0][1:] if pairs else ()
    return replace(
        story,
        headline=headline,
        sentences=tuple(sentence for sentence, _ in pairs),
        traces=(*head, *(trace for _, trace in pairs)),
        figures=tuple(figure for figure in story.figures if stands(figure.value)),
        reports=tuple(line for line in story.reports if stands(line.headline)),
        lines=tuple(line for line in story.lines if stands(line.headline)),
    )


def _opening(head: tuple[Trace, ...], texts: Texts) -> str:
    """The first line of the article's text, where nothing else is left."""
    text = texts.get((head[0].article, head[0].revision), "") if head else ""
    return text.split("\n", 1)[0]
