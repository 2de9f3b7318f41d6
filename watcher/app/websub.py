"""Feeds that a hub may call for: subscribed to while the daemon runs; a call gets the feed polled, and nothing else.

What is known of hubs lives in memory: a restart asks them anew, and polling goes on all the while.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.core.errors import FetchError
from watcher.core.model import Document, Request, SourceState
from watcher.core.websub import Subscription, asking, confirmed, hub_of, is_signed
from watcher.engines.embedded import Embedded
from watcher.fetch import Fetcher
from watcher.pipeline.runtime import Clock, WatchedSource
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)
PATH = "/in/~websub/"
"""No name of a webhook begins so."""
LEAST_GAP = timedelta(seconds=30)
"""A hub that calls without end gets the feed polled no more often."""
_TAKEN = (200, 202, 204)
_FORM = (("content-type", "application/x-www-form-urlencoded"),)


@dataclass(slots=True, kw_only=True)
class Subscriber:
    """Keeps the subscriptions. `public_url` is where hubs reach us, None if nobody does."""

    fetcher: Fetcher
    engine: Embedded
    clock: Clock
    public_url: Callable[[], str | None]
    _known: dict[str, Subscription] = field(default_factory=dict)
    _without: dict[str, datetime] = field(default_factory=dict)
    _called: dict[str, datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Subscribe where it is due; a hub that fails is asked again in an hour."""
        public = self.public_url()
        wanted = {name: each for name, each in self.engine.runtime.sources.items() if public and _wants(each)}
        self._known = {token: each for token, each in self._known.items() if each.source in wanted}
        now = self.clock()
        for name, source in wanted.items():
            mine = [each for each in self._known.values() if each.source == name]
            rests = now - self._without.get(name, now - timedelta(days=1)) < timedelta(hours=1)
            if rests or any(not each.is_due(now) for each in mine):
                continue
            self._without[name] = now
            try:
                await self._subscribe(source, public or "", now)
            except FetchError as error:
                log(_LOG, "websub.failed", level="warning", source=name, why=str(error))

    async def _subscribe(self, source: WatchedSource, public: str, now: datetime) -> None:
        plan = source.source.plan(SourceState(), now)
        if not isinstance(plan, Request):
            return
        feed = await self.fetcher.fetch(plan, policy=source.network)
        if not isinstance(feed, Document):
            return
        links = {"link": ", ".join(value for name, value in feed.headers if name == "link")}
        found = hub_of(links, feed.body, feed.final_url)
        if found is None:
            log(_LOG, "websub.no_hub", source=source.id)
            return
        old = next((each for each in self._known.values() if each.source == source.id), None)
        asked = Subscription(
            source=source.id,
            hub=found[0],
            topic=found[1],
            token=old.token if old is not None else secrets.token_urlsafe(24),
            secret=old.secret if old is not None else secrets.token_urlsafe(32),
            asked=now,
            until=old.until if old is not None else None,
        )
        self._known[asked.token] = asked  # first: the hub may call back before it answers
        body = asking(asked, f"{public}{PATH}{asked.token}")
        request = Request(url=asked.hub, method="POST", headers=_FORM, body=body, end_on=_TAKEN)
        await self.fetcher.fetch(request, policy=source.network)
        log(_LOG, "websub.asked", source=source.id)

    def confirm(self, token: str, query: Mapping[str, str]) -> str | None:
        """What to answer to a hub that asks whether it was us; None if it was not."""
        known = self._known.get(token)
        found = confirmed(known, query, self.clock()) if known is not None else None
        if known is None or found is None:
            return None
        self._known[token] = replace(known, until=found[1])
        log(_LOG, "websub.subscribed", source=known.source)
        return found[0]

    def call(self, token: str, signature: str, body: bytes) -> bool:
        """A hub says that a feed changed; False if there is no such subscription. What is not signed has no effect."""
        known = self._known.get(token)
        if known is None:
            return False
        now = self.clock()
        last = self._called.get(known.source, now - LEAST_GAP)
        if not is_signed(known, signature, body):
            log(_LOG, "websub.refused", level="warning", source=known.source)
        elif last <= now:  # else a poll is set for later already
            at = self._called[known.source] = max(now, last + LEAST_GAP)
            loop = asyncio.get_running_loop()
            loop.call_later((at - now).total_seconds(), self.engine.nudge, known.source)
        return True


def _wants(source: WatchedSource) -> bool:
    return bool(getattr(getattr(source.source, "options", None), "websub", False))
