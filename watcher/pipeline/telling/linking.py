"""The links of one delivery, and whether its recipient still wants what it carries; never renders, never sends.

A link is made from stored things alone (the delivery's own times, the key that signs), so every attempt says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from watcher.core.telling.actions import Action, Key, current, signed, ticket
from watcher.core.telling.links import NO_LINKS, AlertLinks, Links
from watcher.core.telling.lists import Renamed, now_called
from watcher.core.telling.messages import AlertMessage, DigestMessage, Message
from watcher.core.telling.outbox import Delivery
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import leads_to
from watcher.stores.base import Turn

ACT, LEAVE, ISSUE, ARCHIVE, FEED = "/act/", "/unsubscribe/", "/issue/", "/archive/", "/feed/"
"""Where our pages are, below the address by which we are reached."""
MOST_ALERTS = 20
"""A message of more alerts says of the first of them what may be done: a thousand links are no help to anybody."""


def ensure_key(turn: Turn, key: Key) -> None:
    """Sign with this key if nothing signs yet."""
    if current(turn.links.signing_keys()) is None:
        turn.links.add_key(key)


def links_of(turn: Turn, runtime: Runtime, delivery: Delivery, message: Message, now: datetime | None = None) -> Links:
    """What the recipient of a delivery may do about it; nothing without an address by which we are reached.

    Args: `now` is when it is sent: what waited for days gives its readers as long as any other. All attempts of a day
    say the same.
    """
    key = current(turn.links.signing_keys()) if runtime.links_at is not None else None
    if key is None or runtime.links_at is None or delivery.occasion.startswith("test:"):
        return NO_LINKS
    made = delivery.created if now is None else max(delivery.created, _midnight(now))
    maker = _Maker(base=runtime.links_at, key=key, delivery=delivery, made=made)
    then = [each for each in turn.links.renames() if each.at <= made]
    lists = lists_of(runtime, delivery.channel, message, then, delivery.created)
    unsubscribe = maker.link(LEAVE, "unsubscribe", " ".join(lists)) if lists and delivery.recipient else None
    match message:
        case AlertMessage():
            alerts = tuple((told.alert, maker.alert(told.alert)) for told in message.alerts[:MOST_ALERTS])
            return Links(alerts=alerts, unsubscribe=unsubscribe)
        case DigestMessage():
            page = maker.link(ISSUE, "issue", f"{message.digest}/{message.period}")
            return Links(unsubscribe=unsubscribe, page=page)
        case _:
            return NO_LINKS


def lists_of(
    runtime: Runtime, channel: str, message: Message, renamed: Sequence[Renamed], since: datetime | None = None
) -> tuple[str, ...]:
    """The lists that a message came by on this channel, as people leave them and by their names now.

    Notices come by none. Without `since`, when it came to be, the names of routes that there are stand for these.
    """
    match message:
        case AlertMessage():
            named = [f"route:{name}" for name in message.route.split(", ") if name]
            names = now_called(named, renamed, listed(runtime), since=since)
            here = {
                f"route:{name}" for name, way in runtime.routes.items() if channel in leads_to(runtime, way.channels)
            }
            return tuple(name for name in names if name in here) or names
        case DigestMessage():
            return now_called([f"digest:{message.digest}"], renamed, listed(runtime), since=since)
        case _:
            return ()


def listed(runtime: Runtime) -> frozenset[str]:
    """Every list that somebody can leave."""
    return frozenset((*(f"route:{name}" for name in runtime.routes), *(f"digest:{name}" for name in runtime.digests)))


def unwanted(turn: Turn, runtime: Runtime, delivery: Delivery, message: Message) -> str | None:
    """Why a delivery is not sent: its recipient left every list that it came by; None if it is."""
    return left_by(turn, runtime, delivery.channel, delivery.recipient, message, delivery.created)


def left_by(
    turn: Turn, runtime: Runtime, channel: str, recipient: str, message: Message, since: datetime | None = None
) -> str | None:
    """As `unwanted`, of a message to a recipient of a channel that came to be then."""
    left = turn.links.left(recipient) if recipient else {}
    if not left:
        return None
    lists = lists_of(runtime, channel, message, turn.links.renames(), since)
    if not lists or any(each not in left for each in lists):
        return None
    said = ", ".join(f"{each.replace(':', ' ')} on {_day(left[each].since)}" for each in lists)
    return f"unsubscribed from {said}"


class _Maker:
    """Makes the links of one delivery."""

    def __init__(self, *, base: str, key: Key, delivery: Delivery, made: datetime) -> None:
        self._base = base.rstrip("/")
        self._key = key
        self._delivery = delivery
        self._made = made

    def link(self, path: str, action: Action, of: str) -> str:
        one = self._delivery
        token = signed(ticket(action, of, one.channel, one.recipient, self._made), self._key)
        return f"{self._base}{path}{token}"

    def alert(self, alert: str) -> AlertLinks:
        return AlertLinks(
            acknowledge=self.link(ACT, "acknowledge", alert),
            snooze=self.link(ACT, "snooze", alert),
            tomorrow=self.link(ACT, "tomorrow", alert),
            mute=self.link(ACT, "mute", alert),
            not_relevant=self.link(ACT, "not_relevant", alert),
        )


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
