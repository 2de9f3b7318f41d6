"""The configuration as the program sees it: checked, frozen, sources and channels built; never how it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from watcher.channels.base import Channel, ChannelOptions
from watcher.config.blocks import Keep, ListenConfig, LogConfig, OperatorConfig
from watcher.core.model import SourceId, Trust
from watcher.core.polls import Adaptive
from watcher.core.queries import Query
from watcher.core.rules.holding import SAYS_NOTHING, Holding
from watcher.core.schedules import Schedule
from watcher.core.telling.backlogs import ROLL_UP_PAST
from watcher.core.telling.escalating import Escalate
from watcher.core.telling.paces import Rate
from watcher.core.telling.recipients import Recipient
from watcher.core.telling.windows import Mute
from watcher.sources.base import Source, SourceOptions

Network = Literal["public", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where everything is kept. `path` is absolute; None as a duration means for ever."""

    path: Path
    keep_articles: timedelta | None
    keep_bodies: timedelta | None
    free_disk_floor_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One source. Options and the built source stay out of `repr`: they may hold secrets.

    `since` is what of the first sight is told: None (nothing), "all", how far back, or from which day on. `adaptive`
    are the bounds of an interval that is learned; then `every` is what it starts with.
    """

    id: SourceId
    kind: str
    enabled: bool
    every: timedelta
    pace: timedelta
    trust: Trust
    zone: str
    since: timedelta | date | Literal["all"] | None
    backfill_after: timedelta
    silent_after: timedelta | Literal["never"] | None
    keep_articles: timedelta | None
    keep_bodies: timedelta | None
    network: Network
    adaptive: Adaptive | None
    options: SourceOptions = field(repr=False)
    source: Source = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """One channel. Options and the built channel stay out of `repr`: they may hold secrets.

    `roll_up` is None for never; `at_once` lets a burst that is not late be told together too.
    """

    id: str
    kind: str
    network: Network
    options: ChannelOptions = field(repr=False)
    channel: Channel = field(repr=False)
    rate: Rate | None = None
    roll_up: int | None = ROLL_UP_PAST
    at_once: bool = False
    fallback: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteConfig:
    """One route, with what it has from those that it stands under.

    `query` is what its own `when` and those of its parents mean together; an empty one takes every alert. `channels`
    may hold recipients too, marked as such. `under` is its parent; with `also` it takes beside others.
    """

    id: str
    channels: tuple[str, ...]
    zone: str
    when: str
    query: Query
    line: int
    column: int
    holding: Holding = SAYS_NOTHING
    under: str | None = None
    also: bool = False
    mute: Mute | None = None
    escalate: Escalate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestConfig:
    """One digest. `query` is what `take` means; an empty one takes every match.

    An issue waits as a draft for `hold`, and with `approval` until somebody has approved it; `editors` are the channels
    that are told of it.
    """

    id: str
    schedule: Schedule
    at: str
    zone: str
    channels: tuple[str, ...]
    take: str
    query: Query
    by: Literal["topic", "region"]
    title: str | None
    limit: int
    line: int
    column: int
    length: Literal["full", "short"] = "full"
    hold: timedelta | None = None
    approval: bool = False
    editors: tuple[str, ...] = ()
    empty: Literal["send", "skip", "notice"] = "send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One `watcher.yaml`, read once; a reload builds another.

    `rules` are the entries as written, `rule_files` the files that they name, `name_files` those that add to the
    lexicon; all paths are absolute. `listen` is
    None where the daemon answers nobody, `templates` where there are none of the user's own. `polls_an_hour` is the
    budget of each source whose interval is learned.
    """

    path: Path
    store: Store
    operator: OperatorConfig = field(repr=False)
    listen: ListenConfig | None
    network: Network
    sources: Mapping[SourceId, SourceConfig]
    channels: Mapping[str, ChannelConfig]
    routes: Mapping[str, RouteConfig]
    digests: Mapping[str, DigestConfig]
    recipients: Mapping[str, Recipient]
    polls_an_hour: float
    rules: tuple[str, ...]
    rule_files: tuple[Path, ...]
    name_files: tuple[Path, ...]
    templates: Path | None
    log: LogConfig
    language: str = "en"

    @property
    def issued(self) -> Mapping[str, Schedule]:
        """When everything that is issued is due, by its id: digests, and what is collected for recipients."""
        collecting = {each.round_up: each.schedule for each in self.recipients.values() if each.schedule is not None}
        return {name: digest.schedule for name, digest in self.digests.items()} | collecting


def lasting(keep: Keep) -> timedelta | None:
    """A duration, or None for ever."""
    return keep if isinstance(keep, timedelta) else None
