"""What happened in a world since the last expectation, in the words in which a time line expects it.

Decides nothing and leaves nothing out: every change of an alert, every message, every way that was not taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watcher.app.timeline_steps import Steps
from watcher.app.timeline_worlds import Sent, World
from watcher.core.articles.identity import keys_of
from watcher.core.model import Article, Reason
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import TOLD_CHANGES
from watcher.core.telling.lifecycle import NO_NEWS
from watcher.core.telling.messages import AlertMessage, DigestMessage, Told
from watcher.core.text.reading import Reading, reading_of
from watcher.pipeline.judging.verdicts import MATTER
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.evidence import EvidenceTable
from watcher.stores.sqlite.happenings import Happened, HappeningTable, Mark

_ROUTE, _DIGEST = "route:", "digest:"
_SHOWN = ("route", "digest", "rule", "story", "key", "severity", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened: each key with every value that may be expected of it. `text` is a message's words.

    `article` is the row of the article that it rests on. What `may` have happened need not be expected.
    """

    agrees: Mapping[str, frozenset[str]]
    at: datetime
    text: str = ""
    article: int | None = None
    stories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    may: bool = False

    @property
    def words(self) -> str:
        """What happened, in a line."""
        hidden = "key" if self.agrees.get("story") else ""  # a story's key says no more than its articles do
        return ", ".join(f"{key} {min(self.agrees[key])}" for key in _SHOWN if key != hidden and self.agrees.get(key))


@dataclass(slots=True)
class Records:
    """Reads a world's store and its recorders, each time from where it stood the last time.

    `ways` are the routes and digests that are looked at; None means all.
    """

    world: World
    steps: Steps
    ways: frozenset[str] | None = None
    _mark: Mark = field(default_factory=Mark)
    _stories: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)

    async def begin(self) -> None:
        """Leave out what was before the first step."""
        self._mark = await self.world.store.read(lambda turn: HappeningTable(turn.db).mark())

    async def taken(self) -> Mapping[str, list[Entry]]:
        """All that happened since it was asked last, by the lists of an expectation."""
        found = await self.world.store.read(lambda turn: HappeningTable(turn.db).since(self._mark))
        await self._locate()
        await self.begin()
        sent = self.world.taken()
        matters = await self._matters(found)
        return {
            "alerts": [self._entry(each, matters) for each in found if _is_change(each)],
            "suppressed": [self._entry(each, matters) for each in found if self._is_suppressed(each)],
            "sent": [self._sent(each, told) for each in sent if self._looks(each.way, _ROUTE) for told in _told(each)],
            "issues": [self._issue(each) for each in sent if self._looks(each.way, _DIGEST)],
        }

    def _looks(self, way: str, sort: str) -> bool:
        """Whether a way is of that sort and looked at; where a test names none of a sort, all of it are."""
        ways = [each for each in self.ways or () if each.startswith(sort)]
        return way.startswith(sort) and (way in ways or not ways)

    async def _locate(self) -> None:
        """Find the row and the story of every article, as they are now: stories merge and part."""
        names = dict(self.steps.articles)

        def work(turn: SqliteTurn) -> dict[str, tuple[int, str]]:
            table = HappeningTable(turn.db)
            found = {}
            for name, step in names.items():
                (key, *_) = keys_of(guid=step.id, link=None, title="", published=None)
                at = table.article_by_key(step.source, key)
                if at is not None:
                    found[name] = at
            return found

        located = await self.world.store.read(work)
        self._rows = {name: row for name, (row, _) in located.items()}
        self._stories = {name: story for name, (_, story) in located.items()}

    def row(self, name: str) -> int | None:
        """The row of an article of the test."""
        return self._rows.get(name)

    def _names(self, story: str) -> frozenset[str]:
        """What the test calls the articles of a story; the one that came first is named where one is shown."""
        return frozenset(name for name, own in self._stories.items() if own == story)

    async def _matters(self, found: Sequence[Happened]) -> Mapping[int, frozenset[str]]:
        """The matters that articles told of, for rules on matters, by the articles' rows."""
        rules = self.world.runtime.rule_set
        rows = {each.article for each in found if (rule := rules.rule(each.rule)) and rule.subject == MATTER}
        asked = [row for row in rows if row is not None]
        told = await self.world.store.read(lambda turn: {row: turn.matters.told_by(row) for row in asked})
        return {row: frozenset(each.matter for each in of) for row, of in told.items()}

    def _entry(self, each: Happened, matters: Mapping[int, frozenset[str]]) -> Entry:
        names = self._names(each.story)
        way = each.way
        agrees = {
            "rule": frozenset({each.rule}),
            "story": names,
            "alert": names,
            "key": keys_of_subject(each.subject) | matters.get(each.article or 0, frozenset()),
            "severity": frozenset({each.severity}),
            "reason": frozenset({each.reason}),
            "route": frozenset({way.removeprefix(_ROUTE)} if way.startswith(_ROUTE) else ()),
            "digest": frozenset({way.removeprefix(_DIGEST)} if way.startswith(_DIGEST) else ()),
        }
        # That time alone closes what nobody hears of any more is no event of a test, unless it asks.
        return Entry(agrees=agrees, at=each.at, article=each.article, may=each.detail == NO_NEWS)

    def _is_suppressed(self, each: Happened) -> bool:
        """Whether it kept somebody from being told; that a rule names other ways keeps nobody."""
        if self.ways is not None and each.way.startswith((_ROUTE, _DIGEST)) and each.way not in self.ways:
            return False
        if each.way == "match":
            return True
        if each.way == "alert":
            return Reason(each.reason) not in TOLD_CHANGES and each.reason != Reason.CLOSED
        if each.reason == Reason.NOT_ROUTED:
            return self._names_way(self.world.runtime.rule_set.rule(each.rule), each.way)
        return each.reason not in {Reason.TOLD, Reason.IN_DIGEST}

    @staticmethod
    def _names_way(rule: Rule | None, way: str) -> bool:
        if rule is None or (rule.tell is None and rule.digest is None):
            return True
        return way in {
            *(f"{_ROUTE}{name}" for name in rule.tell or ()),
            *(f"{_DIGEST}{name}" for name in rule.digest or ()),
        }

    def _sent(self, sent: Sent, told: Told | None) -> Entry:
        agrees = {"route": frozenset({sent.way.removeprefix(_ROUTE)})}
        if told is not None:
            names = self._names(told.story)
            agrees |= {
                "rule": frozenset({told.rule}),
                "story": names,
                "alert": names,
                "key": keys_of_subject(told.subject) if told.subject else frozenset(),
                "severity": frozenset({told.severity}),
                "reason": frozenset({told.change}),
            }
        return Entry(agrees=agrees, at=sent.at, text=f"{sent.rendered.subject}\n{sent.rendered.text}")

    def _issue(self, sent: Sent) -> Entry:
        message = sent.rendered.message
        assert isinstance(message, DigestMessage)
        fresh = [*(story for section in message.sections for story in section.stories), *message.brief]
        return Entry(
            agrees={"digest": frozenset({sent.way.removeprefix(_DIGEST)})},
            at=sent.at,
            text=f"{sent.rendered.subject}\n{sent.rendered.text}",
            stories={
                "stories": frozenset(each.story for each in fresh),
                "updates": frozenset(each.story for each in message.updates),
            },
        )

    def story_of(self, name: str) -> str:
        """The story of an article of the test; empty where it never came."""
        return self._stories.get(name, "")

    async def facts(self, row: int | None) -> Mapping[str, frozenset[str]]:
        """What the article in that row says, as far as an expectation may ask of it."""
        article = await self.article(row)
        understander = self.world.runtime.rule_set.understanding()
        if article is None or understander is None:
            return {}
        found: dict[str, set[str]] = {
            "publisher": {article.publisher},
            "trust": {article.trust},
            "language": {article.language},
        }
        for event in understander.understand(reading_of(article)).account.reported:
            found.setdefault("type", set()).add(event.type)
            found.setdefault("status", set()).add(event.status)
            for role in event.roles:
                found.setdefault(role.part, set()).update((role.id, role.name))
        found.setdefault("party", set()).update(found.get("actor", ()))
        return {name: frozenset(values) for name, values in found.items()}

    async def article(self, row: int | None) -> Article | None:
        """The article in that row."""
        if row is None:
            return None
        stored = await self.world.store.read(lambda turn: EvidenceTable(turn).article(row))
        return None if stored is None else stored.article

    async def reading(self, row: int | None) -> Reading | None:
        """The article in that row, as rules look at it."""
        article = await self.article(row)
        return None if article is None else reading_of(article)


def _is_change(each: Happened) -> bool:
    return each.way == "alert" and (Reason(each.reason) in TOLD_CHANGES or each.reason == Reason.CLOSED)


def _told(sent: Sent) -> Iterator[Told | None]:
    """The alerts of a message; a notice is one message about none."""
    message = sent.rendered.message
    if isinstance(message, AlertMessage):
        yield from message.alerts
    else:
        yield None


def keys_of_subject(subject: str) -> frozenset[str]:
    """What an expectation may call the subject of an alert: whole, or without the words that say of what sort it is."""
    sort, _, name = subject.partition(":")
    if sort == "story" or not name:
        return frozenset({subject})
    return frozenset({subject, name, name.rpartition("@")[0] or name, name.rpartition("/")[2]})
