"""What waits for an issue, made ready to be composed: stories with all that became of their alerts since the last.

Nothing is written, and nothing is read anew: what was understood of an article is taken from the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.core.digests.founded import Namer, nobody
from watcher.core.digests.queued import QueuedAlert, QueuedStory
from watcher.core.digests.sayings import NOTHING_SAID, Said, Tie, said_of
from watcher.core.ledger import QueuedChange
from watcher.core.lexicon.model import Sort
from watcher.core.matters.model import Label
from watcher.core.model import Article, Evidence, Reason, SourceId, StoryId, Trust, Zone, ZoneSpan
from watcher.core.requirements.running import KEY
from watcher.core.rules.model import Rule
from watcher.core.telling.lifecycle import HELD_BACK
from watcher.core.telling.moved import OF_MATTER, queued_status
from watcher.core.telling.tellings import doubts, matched
from watcher.core.text.reading import Reading, reading_of
from watcher.core.understanding.regions import ELSEWHERE, Located, region_of
from watcher.core.understanding.understander import Understander
from watcher.pipeline.runtime import Digest, Runtime
from watcher.stores.base import Turn

_OF_STORY = "story:"
_OF_ENTRY = "entry:"
_WHO = (Sort.ORGANISATION, Sort.PLACE)
_NOWHERE = Located(region=ELSEWHERE, title="Elsewhere")


def namer(runtime: Runtime) -> Namer:
    """Who a text names, in any script: the organisations and places of the lexicon."""
    understander = runtime.rule_set.understander
    if understander is None:
        return nobody

    def named(text: str) -> list[tuple[str, str]]:
        zones = (ZoneSpan(zone=Zone.BODY, start=0, end=len(text)),)
        reading = Reading(text=text, zones=zones, language="", source=SourceId(""), trust=Trust.UNKNOWN)
        found = understander.named(reading)
        return [(each.id, text[each.start : each.end]) for each in found if each.by == "name" and each.sort in _WHO]

    return named


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The stories that wait, a row for each alert, and the newest issue that told each of them before."""

    stories: tuple[QueuedStory, ...]
    earlier: Mapping[StoryId, str]


def queue_of(turn: Turn, runtime: Runtime, digest: Digest, before: datetime) -> Queue:
    """What was assigned to a digest before that moment and not yet issued."""
    changes: defaultdict[str, list[QueuedChange]] = defaultdict(list)
    for each in turn.issues.waiting(digest.id, before):
        changes[each.alert.id].append(each)
    earlier = _earlier(turn, digest, [each[-1] for each in changes.values()])
    beside = _beside(turn, {each[-1].alert.subject for each in changes.values()})
    reader = _Reader(turn=turn, runtime=runtime, understander=runtime.rule_set.understander, known={}, names={})
    stories = (_story(reader, each, beside, told_before=item_of(each[-1]) in earlier) for each in changes.values())
    return Queue(stories=tuple(stories), earlier=earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What the articles were understood to say; each is looked up once, however many alerts rest on it."""

    turn: Turn
    runtime: Runtime
    understander: Understander | None
    known: dict[int, tuple[Said, Reading] | None]
    names: dict[str, str]

    def of(self, change: QueuedChange, event_type: str | None) -> tuple[Said, Located]:
        """What the change's article says, and where that belongs."""
        if change.row not in self.known:
            self.known[change.row] = self._read(change)
        found = self.known[change.row]
        if found is None or self.understander is None:
            return NOTHING_SAID, _NOWHERE
        return found[0], region_of(self.understander, found[1], event_type)

    def _kind(self, organisation: str) -> str:
        """What an organisation is: an agency, a company ...; "" of one that nobody lists."""
        entity = None if self.understander is None else self.understander.names.entity(Sort.ORGANISATION, organisation)
        return "" if entity is None else entity.kind

    def country(self, located: Located) -> str:
        """The name of the country that it belongs to; "" where that is not known."""
        if not self.names and self.understander is not None:
            listed = (each.entity for each in self.understander.names.listed if each.entity.kind == "country")
            self.names.update({each.code: each.name for each in listed if each.code})
        return self.names.get(located.countries[0], "") if located.countries else ""

    def _read(self, change: QueuedChange) -> tuple[Said, Reading] | None:
        understood = self.turn.articles.understood(change.row, change.article.revision)
        if understood is None or self.understander is None:
            return None
        reading = reading_of(change.article)
        self.understander.recall(reading, understood)
        return said_of(understood, change.article.zones, self._ties(change), kind_of=self._kind), reading

    def _types(self, matter: str) -> Collection[str]:
        """The types of event that a matter follows which was found by its document's number."""
        kept = self.turn.matters.kept([matter]).get(matter)
        return () if kept is None else kept.types

    def _ties(self, change: QueuedChange) -> Iterator[Tie]:
        """The matters that the article tells of as its news, and whether it moved them."""
        declared = {matter.id: matter for matter in self.runtime.rule_set.matters}
        day = (change.article.published or change.article.seen).date()
        for told in self.turn.matters.told_by(change.row):
            made = told.entered.made
            if not made.told or made.background or made.label is not Label.NONE:
                continue
            matter = declared.get(told.matter)
            yield Tie(
                matter=told.matter,
                title=told.title,
                types=tuple(sorted(matter.types if matter else self._types(told.matter))),
                moves=made.moves and not told.repeats,
                on=made.days.first if made.days.stated and not told.repeats else day,
                parts=tuple(tuple(sorted(ids)) for track in matter.tracks[:1] for _, ids in track.parts)
                if matter
                else (),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What an alert is about that is no story: how it stands, and the types of event that it belongs to."""

    status: str | None = None
    types: tuple[str, ...] = ()

    @property
    def topic(self) -> str | None:
        """The type that stands for it."""
        return min(self.types, default=None)

    def status_in(self, said: Said) -> str | None:
        """How it stands, where an article's own news is of it: a permit that is recalled is no status of a grant."""
        reported = {each.type for each in said.happenings if each.reported}
        return self.status if not reported or reported & set(self.types) else None


def _beside(turn: Turn, subjects: Iterable[str]) -> Mapping[str, _Beside]:
    """The matters and the dates that alerts are about, by the alerts' subjects."""
    subjects = sorted(subjects)
    ids = [each.removeprefix(OF_MATTER) for each in subjects if each.startswith(OF_MATTER)]
    kept = turn.matters.kept(ids) if ids else {}
    found = {
        f"{OF_MATTER}{id_}": _Beside(status=each.standing.status, types=tuple(each.types)) for id_, each in kept.items()
    }
    for subject in subjects:
        entry = turn.entries.get(subject.removeprefix(_OF_ENTRY)) if subject.startswith(_OF_ENTRY) else None
        if entry is not None:
            found[subject] = _Beside(types=tuple(entry.topic.types))
    return found


def item_of(change: QueuedChange) -> StoryId:
    """The story whose item an alert stands in: that of its article where it is about a matter, a date or a key."""
    subject = change.alert.subject
    if subject.startswith((OF_MATTER, _OF_ENTRY, KEY)) and change.article.story:
        return change.article.story
    return StoryId(subject.removeprefix(_OF_STORY))


def _earlier(turn: Turn, digest: Digest, newest: Sequence[QueuedChange]) -> Mapping[StoryId, str]:
    """The newest issue that told each item. One that holds a new story is new, whatever was told of its matters."""
    items = [(item_of(each), each.alert.subject) for each in newest]
    asked = {subject for _, subject in items} | {f"{_OF_STORY}{item}" for item, _ in items}
    told = turn.issues.told(digest.id, asked)
    own = {item for item, subject in items if subject.startswith(_OF_STORY)}
    found: dict[StoryId, str] = {}
    for item, subject in items:
        keys = {told.get(f"{_OF_STORY}{item}"), None if item in own else told.get(subject), found.get(item)} - {None}
        if keys:
            found[item] = max(key for key in keys if key)
    return found


def _story(
    reader: _Reader, changes: Sequence[QueuedChange], beside: Mapping[str, _Beside], *, told_before: bool
) -> QueuedStory:
    """One alert's story with all that became of the alert since the last issue."""
    newest = changes[-1]
    article, alert = newest.article, newest.alert
    rule = reader.runtime.rule_set.rule(alert.rule)
    about = beside.get(alert.subject, _Beside())
    event_type = rule.event_type if rule else None
    said, located = reader.of(newest, event_type)
    retracted = newest.news if newest.reason == Reason.RETRACTED else ()
    return QueuedStory(
        story=item_of(newest),
        alerts=(_alert(changes, rule, queued_status(newest.news, about.status_in(said)), told_before=told_before),),
        title=article.title,
        text=article.text,
        zones=article.zones,
        marks=_marks(article, alert.evidence),
        language=article.language,
        publisher=article.publisher,
        host=article.host,
        trust=article.trust,
        published=article.published,
        seen=article.seen,
        link=article.link,
        articles=newest.articles,
        also=newest.also,
        first=newest.first,
        last=newest.last,
        flags=tuple(dict.fromkeys((*doubts(article.flags), *retracted, *(() if told_before else _held_back(changes))))),
        topic=about.topic,
        withdrawn=newest.reason == Reason.RETRACTED,
        article=article.id,
        revision=article.revision,
        said=said,
        region=located.region,
        region_title=located.title,
        country=reader.country(located),
        source=article.source,
    )


def _held_back(changes: Sequence[QueuedChange]) -> tuple[str, ...]:
    """That something of it was not told at the time, in words; an update says so with what is new."""
    return tuple(dict.fromkeys(news for each in changes for news in each.news if news.startswith(HELD_BACK)))


def _alert(changes: Sequence[QueuedChange], rule: Rule | None, status: str | None, *, told_before: bool) -> QueuedAlert:
    """The alert as the issue looks at it, with what is new in all its changes."""
    alert = changes[-1].alert
    title = rule.title if rule else alert.rule
    news = (each for change in changes for each in _news(change, title, told_before=told_before))
    return QueuedAlert(
        alert=alert.id,
        rule_title=title,
        severity=alert.severity,
        event_type=rule.event_type if rule else None,
        status=status,
        why=matched(alert.evidence),
        news=tuple(dict.fromkeys(news)),
    )


def _news(change: QueuedChange, rule_title: str, *, told_before: bool) -> tuple[str, ...]:
    """What is new in a change; to a story that was told before, an alert that was raised since is news itself."""
    if not told_before or change.reason != Reason.RAISED:
        return change.news
    again = change.assigned > change.alert.raised
    return (*change.news, f"raised again: {rule_title}" if again else f"now also: {rule_title}")


def _marks(article: Article, evidence: Sequence[Evidence]) -> tuple[tuple[int, int], ...]:
    """Where the evidence's words stand in the article's newest text, which may not be the one that it was read in."""
    found = []
    for each in evidence:
        if each.start is None or each.end is None:
            continue
        moved = article.text[each.start : each.end] != each.quote
        start = article.text.find(each.quote) if moved else each.start
        if start >= 0 and each.quote:
            found.append((start, start + len(each.quote)))
    return tuple(found)
