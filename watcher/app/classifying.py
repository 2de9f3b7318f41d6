"""Articles of a file read one by one: event types, materials, stories, alerts; stateless but for the file's stories.

Never stores or tells anything, and never looks at a clock: an article's own date is its time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from watcher.core.articles.drafts import draft
from watcher.core.articles.publishers import Publishers
from watcher.core.articles.relays import trust_of
from watcher.core.events.model import Account
from watcher.core.events.recognise import of_another_field
from watcher.core.lexicon.subjects import materials_of
from watcher.core.model import Draft, Entry, Severity, SourceId, Trust
from watcher.core.rules.model import RuleSet
from watcher.core.rules.prefilter import Compiled
from watcher.core.stories.model import Newcomer
from watcher.core.stories.shelf import Shelf
from watcher.core.stories.titles import title_key
from watcher.core.text.days import day_of
from watcher.core.text.reading import Reading
from watcher.core.understanding.companies import companies_of
from watcher.core.understanding.understander import Understander, Understood
from watcher.core.urls import canonical_url, country_of, host_of

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
    """What was read in one article: types reported and types merely mentioned, noise types included.

    `companies` are the organisations that take part in what it reports; `alerts` the rules that find it urgent.
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
    understander: Understander
    _shelf: Shelf = field(default_factory=Shelf)

    @classmethod
    def of(cls, rule_set: RuleSet, publishers: Publishers, understander: Understander) -> Classifier:
        """A classifier by these rules."""
        return cls(rules=Compiled(rule_set), publishers=publishers, understander=understander)

    def classify(self, article: FileArticle, line: int) -> Classified:
        """What the article of that line reports."""
        drafted = drafted_of(article)
        told = time_of(article.date)
        reading = self.reading(drafted, told)
        understood = self.understander.understand(reading)
        name = f"line-{line}" if article.id in {None, ""} else str(article.id)
        return Classified(
            id="" if article.id is None else article.id,
            event_types=types_of(understood.account, reported=True),
            mentions=types_of(understood.account, reported=False),
            materials=materials_of(
                reading,
                self.understander.names,
                reported=bool(understood.account.reported),
                strange=of_another_field(understood.account),
            ),
            companies=companies_of(reading, self.understander.names, understood.account),
            # An article without title and text says nothing of what it is about.
            story_id=self._story(newcomer_of(name, drafted, told, understood, line))
            if article.title or article.text
            else name,
            alerts=self.urgent(reading),
        )

    def urgent(self, reading: Reading) -> tuple[str, ...]:
        """The ids of the rules that find the article urgent."""
        return tuple(
            rule.id
            for rule, judgement in self.rules.judge_all(reading)
            if judgement.matched and judgement.severity is Severity.URGENT
        )

    def _story(self, newcomer: Newcomer) -> str:
        return self._shelf.place(newcomer).story

    def reading(self, drafted: Draft, told: datetime | None) -> Reading:
        """The article from one neutral source: its link's host alone says how far its word carries."""
        host = (host_of(drafted.link) if drafted.link else None) or ""
        publisher = self.publishers.of(
            link_host=host, origin_host="", origin_name="", source=SOURCE, trust=Trust.UNKNOWN
        )
        country = country_of(host)
        return Reading(
            text=drafted.text,
            zones=drafted.zones,
            language=drafted.language,
            source=SOURCE,
            trust=trust_of(publisher.trust, drafted.flags),
            copies=(SOURCE,),
            published=day_of(told, country) if told is not None else None,
            owner=publisher.name,
            country=country,
        )


def drafted_of(article: FileArticle) -> Draft:
    """A line of the file as an entry of a feed would be read."""
    return draft(
        Entry(title=article.title or "", link=article.url or None, content_html=article.text or ""),
        fetched=_LONG_AGO,
        language=article.language or None,
    )


def types_of(account: Account, *, reported: bool) -> tuple[str, ...]:
    """The types that an article reports, or those that it merely mentions, the most important first."""
    told = {event.type for event in account.reported}
    return tuple(
        dict.fromkeys(
            event.type
            for event in account.events
            if event.reported is reported and (reported or event.type not in told)
        )
    )


def newcomer_of(name: str, drafted: Draft, told: datetime | None, understood: Understood, line: int) -> Newcomer:
    """An article of the file as its story is looked for; `name` is the story's id if it founds one."""
    return Newcomer(
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
        account=understood.account,
        named=understood.named,
    )


def time_of(date: str | None) -> datetime | None:
    """The article's time as far as it states one in ISO form."""
    try:
        stated = datetime.fromisoformat((date or "").strip())
    except ValueError:
        return None
    try:
        return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    except OverflowError:
        return None
