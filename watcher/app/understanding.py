"""An article understood: names, values, events; from the shipped data and whatever the user adds. Never stores or tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from watcher.config.events import read_recognisers
from watcher.config.lexicon import read_lexicon
from watcher.config.lexicon.names import read_names
from watcher.core.articles.drafts import draft
from watcher.core.articles.publishers import Publishers
from watcher.core.errors import Problem
from watcher.core.events.model import DENIED, RUMOURED, Account
from watcher.core.events.recognise import trace
from watcher.core.events.recognisers import Recognisers
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named, Sort
from watcher.core.lexicon.names import Names
from watcher.core.model import Entry, SourceId, Trust
from watcher.core.text.reading import Reading
from watcher.core.urls import host_of

_SOURCE = SourceId("file")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was understood of one article; `used` are the items that it rests on."""

    account: Account
    named: tuple[Named, ...]
    facts: Facts
    used: frozenset[int]
    materials: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    genre_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads articles by one lexicon and one set of recognisers."""

    names: Names
    recognisers: Recognisers
    publishers: Publishers

    def understand(
        self, reading: Reading, published: date | None, owner: str, *, off: frozenset[int] = frozenset()
    ) -> Understood:
        """What an article says."""
        named = self.names.find(reading)
        facts = Facts()
        traced = trace(reading, self.recognisers, named, facts, published=published, owner=owner, off=off)
        account = traced.account
        alerts = tuple(
            event.type
            for event in account.reported
            if event.sure
            and event.status not in {RUMOURED, DENIED, "proposed"}
            and event.type in {"export_control", "entity_listing", "trade_measure", "price_floor"}
        )
        return Understood(account=account, named=named, facts=facts, used=traced.used, alerts=alerts)


def reader(data: Path, files: Sequence[tuple[str, bytes]] = ()) -> tuple[Reader | None, tuple[Problem, ...]]:
    """A reader by what is shipped below `data` and the user's files, or None and every problem."""
    lexicon, problems = read_lexicon(data)
    if lexicon is None:
        return None, problems
    names, more = read_names(data)
    if names is None:
        return None, (*problems, *more)
    recognisers, faults = read_recognisers(data, names, lexicon.inflections, files=files)
    found = (*problems, *more, *faults)
    if recognisers is None:
        return None, found
    return Reader(names=names, recognisers=recognisers, publishers=lexicon.publishers), found


def read_article(made: Reader, article: Mapping[str, object]) -> tuple[Reading, date | None, str]:
    """A line of a file as a reading, with its day and its publisher's name."""
    drafted = draft(
        Entry(
            title=str(article.get("title") or ""),
            link=str(article.get("url") or "") or None,
            content_html=str(article.get("text") or ""),
        ),
        fetched=_LONG_AGO,
        language=str(article.get("language") or "") or None,
    )
    host = (host_of(drafted.link) if drafted.link else None) or ""
    publisher = made.publishers.of(link_host=host, origin_host="", origin_name="", source=_SOURCE, trust=Trust.UNKNOWN)
    reading = Reading(
        text=drafted.text,
        zones=drafted.zones,
        language=drafted.language,
        source=_SOURCE,
        trust=publisher.trust,
        copies=(_SOURCE,),
    )
    return reading, day_of(str(article.get("date") or "")), publisher.name


def day_of(text: str) -> date | None:
    """The day that an ISO date or time states."""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return None
