"""What the holder of a signed link on an alert gets: a page with one button, and what pressing it came to.

Looking at a page changes nothing, however often and by whomever: mail scanners follow every link. Speaks no HTTP.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from watcher.app.deed_words import WORDS, alert_about, expired, forged, unknown, until_words
from watcher.core.telling.actions import ON_ALERTS, Refusal, Ticket, fingerprint, opened
from watcher.core.text.wording import Words
from watcher.pipeline.runtime import Clock, Runtime
from watcher.pipeline.telling.encoding import leads_to
from watcher.render.pages import Asking, Banner, Button, Page, Pages
from watcher.stores.base import Store, Turn
from watcher.stores.links import AlertSeen, Use
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)

Press = Literal["", "do", "undo"]
SNOOZE, MUTED = timedelta(hours=4), timedelta(days=30)
_MORNING = 8


class Deed(Protocol):
    """What a press came to."""

    @property
    def number(self) -> int:
        """Its number in the alert's history, by which it is undone."""

    @property
    def new(self) -> bool:
        """Whether anything changed; it may have been so already."""

    @property
    def words(self) -> str:
        """What holds now."""


class Deeds(Protocol):
    """Who carries out what is pressed, in the writer's turn."""

    def do(self, turn: Turn, asked: Ticket, now: datetime, until: datetime) -> Deed | None:
        """Do it, until then where it ends by itself; None if there is no such alert."""

    def undo(self, turn: Turn, number: int, who: str, now: datetime) -> None:
        """Take it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What every page behind a link needs. `runtime` is asked anew each time: that of a reload counts at once."""

    store: Store
    runtime: Callable[[], Runtime]
    clock: Clock
    pages: Pages

    async def ticket(self, token: str) -> Ticket | Refusal:
        """What a token says, or why it says nothing."""
        now = self.clock()
        return await self.store.read(lambda turn: opened(token, turn.links.signing_keys(), now))

    def refused(self, why: Refusal) -> Page:
        """The page of a link that opens nothing."""
        asking, status = (expired(), 410) if why == "expired" else (forged(), 404)
        return self.pages.ask(asking, status=status, words=self.words())

    def words(self, asked: Ticket | None = None) -> Words:
        """The words of whoever the link was sent to; those for everybody where that is unknown."""
        runtime = self.runtime()
        told_in = runtime.language if asked is None else runtime.language_of(asked.channel, asked.recipient)
        return self.pages.words(told_in)

    def zone(self, asked: Ticket) -> str:
        """Their own zone, if they are told by name; else that of what leads to their channel first."""
        runtime, channel = self.runtime(), asked.channel
        reader = runtime.reader(channel, asked.recipient)
        if reader is not None:
            return reader.zone
        ways = (*runtime.routes.values(), *(digest.way for digest in runtime.digests.values()))
        return next((way.zone for way in ways if channel in leads_to(runtime, way.channels)), runtime.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Answers to the holders of links on alerts."""

    reception: Reception
    deeds: Deeds

    async def answer(self, token: str, press: Press = "") -> Page:
        """The page of a link; with a press, what that came to. A press that comes again finds it done."""
        at = self.reception
        asked = await at.ticket(token)
        if not isinstance(asked, Ticket):
            return at.refused(asked)
        if asked.action not in ON_ALERTS:
            return at.refused("forged")
        if press:
            await at.store.write(partial(self._pressed, asked=asked, token=token, press=press))
            log(_LOG, "link.pressed", action=asked.action, alert=asked.of, press=press)
        seen, use = await at.store.read(lambda turn: (turn.links.alert(asked.of), turn.links.used(fingerprint(token))))
        if seen is None:
            return at.pages.ask(unknown(asked.of, at.words(asked)), status=404, words=at.words(asked))
        return at.pages.ask(self._page(asked, seen, use, undone=press == "undo"), words=at.words(asked))

    def _pressed(self, turn: Turn, *, asked: Ticket, token: str, press: Press) -> None:
        now, token = self.reception.clock(), fingerprint(token)
        use = turn.links.used(token)
        standing = use is not None and use.undone is None
        if press == "undo":
            if use is not None and standing and use.deed is not None:
                self.deeds.undo(turn, use.deed, asked.who, now)
                turn.links.undo(use.number, now)
            return
        if standing:
            return
        deed = self.deeds.do(turn, asked, now, self._until(asked, now))
        if deed is not None:
            turn.links.use(
                token,
                Use(
                    number=0,
                    action=asked.action,
                    alert=asked.of,
                    who=asked.who,
                    at=now,
                    result=deed.words,
                    deed=deed.number if deed.new else None,
                ),
            )

    def _page(self, asked: Ticket, seen: AlertSeen, use: Use | None, *, undone: bool) -> Asking:
        at, deed = self.reception, WORDS[asked.action]
        words = at.words(asked)
        zone, now = at.zone(asked), at.clock()
        rule = at.runtime().rule_set.rule(seen.rule)
        about = alert_about(seen, title=seen.rule if rule is None else rule.title, zone=zone, now=now, words=words)
        foot = (
            words.say("Alert {id}", id=asked.of),
            words.say("This link was sent to {who}", who=words.saying(asked.who)),
            until_words(asked, zone, now, words),
        )
        if use is None or use.undone is not None:
            back = Banner(tone="good", words="Taken back.") if undone and use is not None else None
            button = (Button(words=deed.button),)
            return Asking(title=deed.ask, message=back, about=about, says=deed.says, buttons=button, foot=foot)
        if use.deed is None:
            already = words.say("It was so already: {text}.", text=words.saying(use.result))
            said = Banner(tone="warn", words=already)
            return Asking(title=deed.done, message=said, about=about, foot=foot)
        said = Banner(tone="good", words=words.say("Done: {text}.", text=words.saying(use.result)))
        undo = (Button(words=deed.undo, value="undo"),)
        return Asking(title=deed.done, message=said, about=about, buttons=undo, foot=foot)

    def _until(self, asked: Ticket, now: datetime) -> datetime:
        """Until when a press holds, of those that end by themselves."""
        if asked.action == "tomorrow":
            return next_morning(now, self.reception.zone(asked))
        return now + (MUTED if asked.action == "mute" else SNOOZE)


def next_morning(now: datetime, zone: str) -> datetime:
    """08:00 of the next day in a zone; through a change of the clocks it stays 08:00."""
    local = now.astimezone(ZoneInfo(zone))
    morning = datetime(local.year, local.month, local.day, _MORNING, tzinfo=local.tzinfo) + timedelta(days=1)
    return morning.astimezone(now.tzinfo)
