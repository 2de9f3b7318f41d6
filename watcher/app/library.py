"""What is read rather than acted on: issues as they were issued, feeds of what was told, and dates to come.

Each address belongs to one reader and can be revoked; nothing here writes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from watcher.app.deed_words import absent, revoked
from watcher.app.desk import Reception
from watcher.app.out_words import alert_item, date_event, story_items
from watcher.core.calendar.model import OPEN
from watcher.core.ledger import IssueRecord
from watcher.core.telling.actions import Ticket
from watcher.core.telling.lists import now_called
from watcher.core.telling.messages import AlertMessage, DigestMessage, Message
from watcher.core.telling.outbox import issue_occasion
from watcher.core.telling.recipients import recipient_of
from watcher.core.telling.translating import translated
from watcher.core.text.wording import Words
from watcher.pipeline.telling.encoding import decode
from watcher.render.dates import calendar
from watcher.render.moments import Clock
from watcher.render.pages import Listing, Page, Part, Row, Way
from watcher.render.syndication import Feed, Item, atom, json_feed, newest
from watcher.stores.base import Turn
from watcher.stores.links import Subscription, SubscriptionKind

Form = Literal["atom", "json"]
PER_PAGE = 50
_MOST_PAGES = 40
_MOST_OCCASIONS = 20_000
"""Messages that a feed looks back through for those of its list."""
_AT_ONCE = 500
_ENOUGH = 200
"""Items of a list: more than a feed shows, since several may be of one alert."""
_MOST_DATES = 1_000
_DATES_SINCE = timedelta(days=90)
"""So long past dates stay in the calendar file: those who have it see what came of them."""
_SHOWN_STATES = (*OPEN, "settled", "superseded", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What is answered to a program: a media type and the bytes."""

    kind: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Answers to who reads."""

    reception: Reception

    async def issue(self, token: str) -> Page:
        """The issue that a mail's own link leads to."""
        at = self.reception
        asked = await at.ticket(token)
        if not isinstance(asked, Ticket):
            return at.refused(asked)
        if asked.action != "issue":
            return at.refused("forged")
        digest, _, period = asked.of.partition("/")
        return await self._issue(digest, period, (), at.words(asked))

    async def archive(self, token: str, digest: str = "", page: int = 1) -> Page:
        """The lists of issues; of one digest, page by page."""
        found = await self._subscribed(token, "archive")
        if isinstance(found, Page):
            return found
        digests = await self._digests(found, digest)
        if not digests or not 1 <= page <= _MOST_PAGES:
            return self.reception.pages.ask(absent(), status=404, words=self.reception.words())
        base = token if not digest else f"../{token}"
        parts = [await self._part(name, base, page) for name in digests]
        words = self.reception.words()
        ways = (Way(href=f"../{token}", words=words.say("All issues")),) if digest else ()
        listing = Listing(
            title=words.say("Issues"),
            parts=tuple(parts),
            deck=words.say("As they were sent, newest first."),
            foot=(words.say("For {name}", name=found.who),),
        )
        return self.reception.pages.listing(listing, ways=ways, words=words)

    async def archived(self, token: str, digest: str, period: str) -> Page:
        """One issue of the archive."""
        found = await self._subscribed(token, "archive")
        if isinstance(found, Page):
            return found
        if digest not in await self._digests(found, digest):
            return self.reception.pages.ask(absent(), status=404, words=self.reception.words())
        words = self.reception.words()
        return await self._issue(digest, period, (Way(href=f"../../{token}", words=words.say("All issues")),), words)

    async def feed(self, token: str, form: Form) -> File | Page:
        """What was told on a route, in a digest, or on every route."""
        found = await self._subscribed(token, "feed")
        if isinstance(found, Page):
            return found
        sort, _, name = found.of.partition(":")
        names = frozenset({name, *(await self._digests(found, "") if sort == "digest" else ())})
        items = newest(await self.reception.store.read(lambda turn: self._items(turn, sort, names)), PER_PAGE)
        words = self.reception.words()
        feed = Feed(
            id=f"feed {found.of}",
            title=words.say("{label}: {text}", label="watcher", text=name)
            if name
            else words.say("watcher: all alerts"),
            updated=items[0].updated if items else found.created,
            items=items,
        )
        if form == "atom":
            return File(kind="application/atom+xml; charset=utf-8", body=atom(feed))
        return File(kind="application/feed+json; charset=utf-8", body=json_feed(feed))

    async def dates(self, token: str) -> File | Page:
        """Dates to come, and those of the last three months with what came of them."""
        found = await self._subscribed(token, "ics")
        if isinstance(found, Page):
            return found
        at = self.reception
        since: date = at.clock().astimezone(ZoneInfo(at.runtime().zone)).date() - _DATES_SINCE
        listed = await at.store.read(lambda turn: turn.entries.listed(_SHOWN_STATES, since, None, _MOST_DATES))
        words = at.words()
        events = (date_event(entry, grounds, words) for entry, grounds in listed)
        body = calendar((event for event in events if event is not None), name=words.say("Dates to come (watcher)"))
        return File(kind="text/calendar; charset=utf-8", body=body)

    async def _subscribed(self, token: str, kind: SubscriptionKind) -> Subscription | Page:
        """The subscription that a token opens, or the page that says why it opens none."""
        at = self.reception
        asked = await at.ticket(token)
        if not isinstance(asked, Ticket):
            return at.refused(asked)
        found = await at.store.read(lambda turn: turn.links.subscription(asked.of))
        if asked.action != "subscription" or found is None or found.kind != kind:
            return at.refused("forged")
        return at.pages.ask(revoked(), status=410, words=at.words()) if found.revoked is not None else found

    async def _digests(self, found: Subscription, digest: str) -> tuple[str, ...]:
        """The digests that a subscription shows, of those that there are and were; of one that is asked for, that one.

        One that has another name since is the same digest: its issues stand under the name that they were sent by.
        """
        name, ids = found.of.partition(":")[2], self.reception.runtime().digests
        past, renamed = await self.reception.store.read(lambda turn: (turn.issues.digests(), turn.links.renames()))
        here = [f"digest:{each}" for each in ids]
        called = now_called([f"digest:{name}"], renamed, here)
        # What is collected for one recipient is nobody else's to read, unless it was asked for by name.
        mine = [
            each
            for each in dict.fromkeys((*ids, *past))
            if (now_called([f"digest:{each}"], renamed, here) == called if name else recipient_of(each) is None)
        ]
        return tuple(each for each in mine if digest in {"", each})

    async def _part(self, digest: str, base: str, page: int) -> Part:
        at = self.reception
        records = await at.store.read(lambda turn: turn.issues.listed(digest, PER_PAGE * page + 1))
        here, runtime = at.runtime().digests.get(digest), at.runtime()
        zone = runtime.zone if here is None else here.way.zone
        clock = Clock(zone=ZoneInfo(zone), at=at.clock(), words=at.words())
        shown = records[PER_PAGE * (page - 1) : PER_PAGE * page]
        more = len(records) > PER_PAGE * page and page < _MOST_PAGES
        return Part(
            title=digest if here is None else here.title,
            rows=tuple(_row(record, base, clock) for record in shown if record.state == "issued"),
            empty=clock.words.say("No issue was sent yet."),
            next=f"{base}/{digest}?page={page + 1}" if more else "",
        )

    async def _issue(self, digest: str, period: str, ways: tuple[Way, ...], words: Words) -> Page:
        at = self.reception
        content = await at.store.read(lambda turn: turn.links.content(issue_occasion(digest, period)))
        message = None if content is None else _decoded(content)
        if not isinstance(message, DigestMessage):
            return at.pages.ask(absent(), status=404, words=at.words())
        # Charts take a moment to draw: not on the loop.
        return await asyncio.to_thread(at.pages.issue, message, zone=message.zone, ways=ways, words=words)

    def _items(self, turn: Turn, sort: str, names: frozenset[str]) -> list[Item]:
        """The newest of its list, whatever names it had, however much was told on others meanwhile."""
        items: list[Item] = []
        words = self.reception.words()
        for skip in range(0, _MOST_OCCASIONS, _AT_ONCE):
            told = turn.links.told("digest" if sort == "digest" else "alert", _AT_ONCE, skip)
            for _, content, at in told:
                items += _of_list(sort, names, content, at, words)
            if len(items) >= _ENOUGH or len(told) < _AT_ONCE:
                break
        return items


def _of_list(sort: str, names: frozenset[str], content: str, at: datetime, words: Words) -> list[Item]:
    """What a message says on a digest, a route, or, of no name, any route."""
    if not any(name in content for name in names):  # most are of other lists: looked at before they are decoded
        return []
    stored = _decoded(content)
    match None if stored is None else translated(stored, words):
        case DigestMessage() as message if sort == "digest" and message.digest in names:
            return list(story_items(message, at, words))
        case AlertMessage() as message if sort != "digest" and (
            "" in names or not names.isdisjoint(message.route.split(", "))
        ):
            return [alert_item(alert, at, words) for alert in message.alerts]
    return []


def _row(record: IssueRecord, base: str, clock: Clock) -> Row:
    return Row(
        words=clock.words.say(
            "{label}: {text}",
            label=clock.words.say("Issue {number}", number=record.number),
            text=clock.stretch(record.begins, record.ends),
        ),
        href=f"{base}/{record.digest}/{record.period}",
        note=clock.words.count(record.stories, "story"),
    )


def _decoded(content: str) -> Message | None:
    """A stored message; None if it is of another version's making."""
    try:
        return decode(content)
    except (ValueError, KeyError):
        return None
