"""The configuration made ready to run: frozen, built by `app`, swapped whole on a reload."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from watcher.channels.base import Channel
from watcher.core.articles.publishers import Publishers
from watcher.core.digests.queued import Limits
from watcher.core.model import Trust
from watcher.core.polls import Adaptive
from watcher.core.rules.model import RuleSet
from watcher.core.rules.prefilter import Compiled
from watcher.core.schedules import Schedule
from watcher.core.telling.backlogs import ROLL_UP_PAST
from watcher.core.telling.paces import Rate
from watcher.core.telling.recipients import Recipient, reader_at, told_in
from watcher.core.telling.routes import Takes, Way
from watcher.parse.wire import Drafting
from watcher.sources.base import Source

Clock = Callable[[], datetime]
Hook = Callable[[str], None]
"""Called with the name of each step that a fault test may interrupt; does nothing in normal life."""

Policy = Literal["public", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSource:
    """A source with what the configuration says of it.

    Sources of one `host` are polled one after another. `kind_path` and `options` let a worker build the same source,
    `fingerprint` tells whether its settings are those of the last poll. `since` is a moment, "all", or None: then its
    first sight is history. `adaptive` are the bounds of an interval that is learned. `browser` and `pages_in_browser`
    say that its documents, or the pages that its entries lead to, are shown in a browser first.
    """

    id: str
    source: Source
    host: str
    kind_path: str
    options: str
    drafting: Drafting
    every: timedelta
    trust: Trust
    zone: str
    since: datetime | Literal["all"] | None
    backfill_after: timedelta
    silent_after: timedelta | Literal["never"] | None
    network: Policy
    pace: timedelta
    adaptive: Adaptive | None = None
    browser: bool = False
    pages_in_browser: bool = False

    @property
    def lane(self) -> str:
        """Sources of one lane are polled one after another: those of a host, and those that share the browser."""
        return "browser" if self.browser else self.host

    @property
    def fingerprint(self) -> str:
        """A hash of what is fetched and how it is read; another one makes it another document."""
        return hashlib.sha256(f"{self.kind_path}\0{self.options}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedChannel:
    """A channel with its network policy. `family` chooses the column of the retry table.

    More than `roll_up` messages that wait for a recipient are told together (None: never), `at_once` also those of a
    burst that are not late yet. `each_chat`: its receiver asks to be left alone for one recipient at a time. `fallback`
    is where the operator is told if this one fails; `address` is a hash of where it leads.
    """

    id: str
    channel: Channel
    network: Policy
    family: Literal["chat", "smtp"]
    rate: Rate | None = None
    roll_up: int | None = ROLL_UP_PAST
    at_once: bool = False
    each_chat: bool = False
    fallback: str | None = None
    address: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A recurring round-up: when it is issued, where to, and what it takes (`way`).

    An issue waits as a draft for `hold`, and with `approval` until somebody has approved it; the channels `editors`
    are told of it, or the operator. `empty` is what becomes of an issue with nothing in it.
    """

    id: str
    title: str
    schedule: Schedule
    channels: tuple[str, ...]
    way: Way
    limits: Limits
    length: Literal["full", "short"] = "full"
    hold: timedelta | None = None
    approval: bool = False
    editors: tuple[str, ...] = ()
    empty: Literal["send", "skip", "notice"] = "send"


def asks_nothing(_query: str) -> Takes | None:
    """Of a runtime that reads no queries."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """All that a poll, a delivery or an issue needs to know of the configuration.

    `recipients` are those told by name. `links_at` is where the links that readers act by lead, None where there are
    none. `polls_an_hour` is the budget of each source whose interval is learned. `asks` makes of a query, such as that
    of a silence, what tells whether it takes an alert; None for one that can't be read.
    """

    sources: Mapping[str, WatchedSource]
    channels: Mapping[str, WatchedChannel]
    routes: Mapping[str, Way]
    digests: Mapping[str, Digest]
    rules: Compiled
    rule_set: RuleSet
    reading_version: str
    publishers: Publishers
    operator: str | None
    zone: str
    public_url: str | None
    links_at: str | None = None
    polls_an_hour: float = 4.0
    recipients: Mapping[str, Recipient] = field(default_factory=dict)
    language: str = "en"
    asks: Callable[[str], Takes | None] = asks_nothing

    def reader(self, channel: str, address: str) -> Recipient | None:
        """The recipient who is told at that address, if it has a name."""
        return reader_at(self.recipients.values(), channel, address)

    def language_of(self, channel: str, address: str) -> str:
        """The language that somebody is told in: their own, else the channel's, else that of all."""
        watched = self.channels.get(channel)
        return told_in(self.reader(channel, address), None if watched is None else watched.language, self.language)
