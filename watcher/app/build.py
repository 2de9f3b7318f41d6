"""From a configuration to the runtime that polls, deliveries and issues work with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Literal
from zoneinfo import ZoneInfo

from watcher.app.versions import reading_version
from watcher.channels import family
from watcher.channels.addresses import address_of
from watcher.channels.rates import EACH_CHAT
from watcher.config.links import links_at
from watcher.config.model import Config, DigestConfig, RouteConfig, SourceConfig
from watcher.core.articles.publishers import Publishers
from watcher.core.digests.queued import Limits
from watcher.core.event_types import SOURCE_HEALTH
from watcher.core.queries import AlertView, Names, Query, TextClause, alert_kinds, asks_for, matches, parse_query
from watcher.core.rules.model import RuleSet
from watcher.core.rules.prefilter import Compiled
from watcher.core.telling.routes import Takes, Way
from watcher.core.urls import host_of
from watcher.parse.wire import Drafting
from watcher.pipeline.runtime import Digest, Runtime, WatchedChannel, WatchedSource
from watcher.sources.following import in_browser

COLLECTED = 40
"""So many stories are told at length in one message of collected alerts; it has no second chance to tell them."""
_QUERIES = 500
"""So many queries of silences are kept read."""


def build(config: Config, rules: RuleSet, publishers: Publishers, text_clause: TextClause, now: datetime) -> Runtime:
    """The runtime of a configuration. `now` anchors a `since:` given as a duration."""
    return Runtime(
        sources={id_: watched_source(source, now) for id_, source in config.sources.items() if source.enabled},
        channels={
            id_: WatchedChannel(
                id=id_,
                channel=channel.channel,
                network=channel.network,
                family=family(channel.kind),
                rate=channel.rate,
                roll_up=channel.roll_up,
                at_once=channel.at_once,
                each_chat=channel.kind in EACH_CHAT,
                fallback=channel.fallback,
                language=channel.language,
                address=address_of(channel.kind, channel.options),
            )
            for id_, channel in config.channels.items()
        },
        routes={id_: _route(route, text_clause) for id_, route in config.routes.items()},
        digests={id_: _digest(digest, text_clause) for id_, digest in config.digests.items()} | _round_ups(config),
        recipients=config.recipients,
        language=config.language,
        rules=Compiled(rules),
        rule_set=rules,
        reading_version=reading_version(rules.understander),
        publishers=publishers,
        polls_an_hour=config.polls_an_hour,
        operator=config.operator.route,
        zone=_zone(config),
        asks=_asking(text_clause),
        # The pages of stories do not exist yet: a link to nowhere is worse than none.
        public_url=None,
        links_at=links_at(config.listen),
    )


def watched_source(source: SourceConfig, now: datetime) -> WatchedSource:
    """A source with what the configuration says of it."""
    return WatchedSource(
        id=source.id,
        source=source.source,
        host=host_of(str(getattr(source.options, "url", ""))) or source.id,
        kind_path=f"{type(source.source).__module__}:{type(source.source).__qualname__}",
        options=source.options.model_dump_json(),
        drafting=Drafting(
            language=getattr(source.options, "language", None),
            zone=source.zone,
            strip=tuple(getattr(source.options, "strip", ())),
        ),
        every=source.every,
        adaptive=source.adaptive,
        trust=source.trust,
        zone=source.zone,
        since=_since(source, now),
        backfill_after=source.backfill_after,
        silent_after=source.silent_after,
        network=source.network,
        pace=source.pace,
        browser=getattr(source.options, "browser", False),
        pages_in_browser=in_browser(source.options),
    )


def _since(source: SourceConfig, now: datetime) -> datetime | Literal["all"] | None:
    match source.since:
        case timedelta() as back:
            return now - back
        case None:
            return None
        case "all":
            return "all"
        case day:
            return datetime.combine(day, time.min, ZoneInfo(source.zone)).astimezone(UTC)


def _route(route: RouteConfig, text_clause: TextClause) -> Way:
    return Way(
        name=route.id,
        kind="route",
        channels=route.channels,
        takes=_takes(route.query, text_clause),
        zone=route.zone,
        under=route.under,
        also=route.also,
        health=asks_for(route.query.root, "event", SOURCE_HEALTH),
        holding=route.holding,
        mute=route.mute,
        escalate=route.escalate,
        says=route.when,
    )


def _digest(digest: DigestConfig, text_clause: TextClause) -> Digest:
    way = Way(
        name=digest.id,
        kind="digest",
        channels=digest.channels,
        takes=_takes(digest.query, text_clause),
        zone=digest.zone,
        says=digest.take,
    )
    return Digest(
        id=digest.id,
        title=digest.title or f"{digest.id.replace('-', ' ').replace('_', ' ').capitalize()} round-up",
        schedule=digest.schedule,
        channels=digest.channels,
        way=way,
        limits=Limits(stories=digest.limit, by=digest.by),
        length=digest.length,
        hold=digest.hold,
        approval=digest.approval,
        editors=digest.editors,
        empty=digest.empty,
    )


def _round_ups(config: Config) -> dict[str, Digest]:
    """What is collected for each recipient who is not told at once."""
    return {
        each.round_up: Digest(
            id=each.round_up,
            title=f"{each.volume.capitalize()} alerts",
            schedule=each.schedule,
            channels=(each.marked,),
            way=Way(name=each.round_up, kind="digest", channels=(each.marked,), takes=_by_routes, zone=each.zone),
            limits=Limits(stories=COLLECTED),
            empty="skip",
        )
        for each in config.recipients.values()
        if each.schedule is not None
    }


def _by_routes(_view: AlertView) -> tuple[bool, str]:
    """What is collected comes by routes only."""
    return False, "it is filled by routes"


def _takes(query: Query, text_clause: TextClause) -> partial[tuple[bool, str]]:
    return partial(matches, query, text_clause=text_clause)


def _asking(text_clause: TextClause) -> Callable[[str], Takes | None]:
    """What makes of a query that is stored, such as a silence's, what tells whether it takes an alert."""

    @lru_cache(maxsize=_QUERIES)
    def asks(text: str) -> Takes | None:
        # Names are not held against the configuration: a rule that is gone must not let a silence end.
        query, _ = parse_query(text, alert_kinds(Names(), health=True))
        return None if query is None else _takes(query, text_clause)

    return asks


def _zone(config: Config) -> str:
    """The zone that notices are written in: the first digest's readers', else UTC."""
    zones = [digest.zone for digest in config.digests.values()]
    return zones[0] if zones else "UTC"
