"""Articles of a file read one by one: event types, materials, stories, alerts; stateless but for the file's stories.

Never stores or tells anything, and never looks at a clock: an article's own date is its time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from watcher.core.articles.drafts import draft
from watcher.core.articles.publishers import Publishers
from watcher.core.events.model import Account
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named
from watcher.core.lexicon.names import Names
from watcher.core.lexicon.subjects import materials_of
from watcher.core.model import Draft, Entry, Severity, SourceId, Trust
from watcher.core.rules.model import RuleSet
from watcher.core.rules.prefilter import Compiled
from watcher.core.stories.model import Newcomer, StoryDecision
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key
from watcher.core.text.reading import Reading
from watcher.core.urls import canonical_url, host_of

SOURCE = SourceId("file")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of an article without a date: nothing here depends on it but how far two articles lie apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileArticle:
    """One line of the file; any of it may be empty."""

    id: str | int | None = ""
    title: str | None = ""
    url: str | None = ""
    date: str | None = ""
    language: str | None = ""
    text: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """What was read in one article.

    `mentions` and `companies` stay empty: types and organisations that are merely mentioned are not read yet.
    """

    id: str | int
    event_types: tuple[str, ...]
    mentions: tuple[str, ...]
    materials: tuple[str, ...]
    companies: tuple[str, ...]
    story_id: str
    alerts: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Classifier:
    """Reads the articles of one file in their order."""

    rules: Compiled
    publishers: Publishers
    names: Names
    _stories: _Stories = field(init=False)

    def __post_init__(self) -> None:
        """Begin a file."""
        self._stories = _Stories()

    @classmethod
    def of(cls, rule_set: RuleSet, publishers: Publishers, names: Names) -> Classifier:
        """A classifier by these rules."""
        return cls(rules=Compiled(rule_set), publishers=publishers, names=names)

    def classify(self, article: FileArticle, line: int) -> Classified:
        """What the article of that line reports."""
        drafted = draft(
            Entry(title=article.title or "", link=article.url or None, content_html=article.text or ""),
            fetched=_LONG_AGO,
            language=article.language or None,
        )
        reading = self._reading(drafted)
        types: dict[str, None] = {}
        alerts: list[str] = []
        for rule, judgement in self.rules.judge_all(reading):
            if not judgement.matched:
                continue
            if rule.event_type is not None:
                types[rule.event_type] = None
            if judgement.severity is Severity.URGENT:
                alerts.append(rule.id)
        return Classified(
            id="" if article.id is None else article.id,
            event_types=tuple(types),
            mentions=(),
            materials=materials_of(reading, self.names),
            companies=(),
            story_id=self._story(article, drafted, reading, line),
            alerts=tuple(alerts),
        )

    def _story(self, article: FileArticle, drafted: Draft, reading: Reading, line: int) -> str:
        name = f"line-{line}" if article.id in {None, ""} else str(article.id)
        if not article.title and not article.text:
            return name  # nothing says what it is about
        named = self.names.find(reading)
        return self._stories.place(name, drafted, _time(article.date), line, named=named).story

    def _reading(self, drafted: Draft) -> Reading:
        """The article from one neutral source: its link's host alone says how far its word carries."""
        host = (host_of(drafted.link) if drafted.link else None) or ""
        publisher = self.publishers.of(
            link_host=host, origin_host="", origin_name="", source=SOURCE, trust=Trust.UNKNOWN
        )
        return Reading(
            text=drafted.text,
            zones=drafted.zones,
            language=drafted.language,
            source=SOURCE,
            trust=publisher.trust,
            copies=(SOURCE,),
        )


class _Stories:
    """The stories of the file so far."""

    def __init__(self) -> None:
        self._shelf = Shelf()

    def place(
        self,
        name: str,
        drafted: Draft,
        told: datetime | None,
        line: int,
        *,
        named: tuple[Named, ...] = (),
        account: Account | None = None,
        facts: Facts | None = None,
    ) -> StoryDecision:
        """The story of the next article, and why; `name` is the story's id if it founds one."""
        newcomer = Newcomer(
            id=name,
            # Each line counts as its own source: within one feed an equal link proves nothing, in a file it does.
            source=f"{SOURCE}:{line}",
            title=drafted.title,
            text=drafted.text,
            link_key=canonical_url(drafted.link) if drafted.link else None,
            title_key=title_key(drafted.title),
            text_sha256=drafted.text_sha256,
            seen=told or _LONG_AGO,
            told=told,
            zones=drafted.zones,
            account=account,
            named=named,
            facts=facts,
        )
        return self._shelf.place(newcomer)


def _time(date: str | None) -> datetime | None:
    """The article's time as far as it states one in ISO form."""
    try:
        stated = datetime.fromisoformat((date or "").strip())
    except ValueError:
        return None
    try:
        return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    except OverflowError:
        return None
