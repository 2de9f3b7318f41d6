"""What waited for a channel that works again, told together; each delivery ends with a word of where it was told.

Runs in the turn that marks the first success: killed before its commit nothing has changed, after it all is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from watcher.core.telling.backlogs import (
    LATE_AFTER,
    MOST_AT_ONCE,
    MOST_TOGETHER,
    ROLL_UP_PAST,
    Waiting,
    tellable,
)
from watcher.core.telling.messages import AlertMessage, Message, NoticeMessage, Told
from watcher.core.telling.outbox import Occasion, backlog_occasion, delivery_id
from watcher.pipeline.telling.changes import decode, encode
from watcher.stores.outgoing import OutboxTable


def roll_up(
    outbox: OutboxTable,
    channel: str,
    recipient: str,
    now: datetime,
    *,
    past: int | None = ROLL_UP_PAST,
    at_once: bool = False,
    unwanted: Callable[[Message], str | None] = lambda _: None,
) -> int:
    """Tell a recipient of a backlog in few messages, if there is one; returns how many deliveries that ends.

    Args: past: so many may wait (None: any number); at_once: whether those that are not late count too; unwanted: why
    the recipient does not want a message any more, which ends it unsaid.
    """
    if past is None or not outbox.is_behind(channel, recipient, now if at_once else now - LATE_AFTER, past):
        return 0
    waiting = tellable(outbox.backlog(channel, recipient, MOST_AT_ONCE))
    if len(waiting) <= past:
        return 0
    wanted, ended = _wanted(outbox, waiting, unwanted, now)
    for kind in ("alert", "notice"):
        group = [(each, message) for each in wanted if each.kind == kind and (message := _read(each)) is not None]
        if len(group) > 1:
            messages = _alerts(group) if kind == "alert" else _notices(group, channel, now)
            for members, message in messages:
                if len(members) > 1:  # an earlier roll-up that is full stays as it is
                    _tell(outbox, members, message, (channel, recipient), now)
                    ended += len(members)
    return ended


def _wanted(
    outbox: OutboxTable, waiting: Sequence[Waiting], unwanted: Callable[[Message], str | None], now: datetime
) -> tuple[list[Waiting], int]:
    """What is still wanted, and how many deliveries were ended because their recipient left what they came by."""
    kept, ended = [], 0
    for each in waiting:
        message = _read(each)
        reason = unwanted(message) if message is not None else None
        if reason is None:
            kept.append(each)
        else:
            outbox.close([each.delivery], reason, now)
            ended += 1
    return kept, ended


def _read(waiting: Waiting) -> Message | None:
    """Its message; None for one that can't be read, which goes on alone and must not stop what was sent."""
    try:
        return decode(waiting.content)
    except (msgspec.MsgspecError, KeyError):
        return None


def _tell(
    outbox: OutboxTable, members: Sequence[Waiting], message: Message, way: tuple[str, str], now: datetime
) -> None:
    """Store one message that stands for these deliveries, and end them."""
    kind = "notice" if isinstance(message, NoticeMessage) else "alert"
    ids = [each.delivery for each in members]
    occasion = backlog_occasion(kind, way[0], ids)
    alerts = tuple(each.alert for each in message.alerts) if isinstance(message, AlertMessage) else ()
    outbox.tell(Occasion(id=occasion, kind=kind, content=encode(message), at=now, alerts=alerts), [way])
    told_in = delivery_id(occasion, *way)
    outbox.close(ids, f"told together with {len(ids) - 1} others in {told_in}", now, told_in=told_in)


def _alerts(group: Sequence[tuple[Waiting, Message]]) -> Iterator[tuple[list[Waiting], AlertMessage]]:
    """Messages of alerts, the most urgent first, otherwise in the order of telling."""
    found = [(each, message) for each, message in group if isinstance(message, AlertMessage) and message.alerts]
    found.sort(key=lambda pair: -max(told.severity.rank for told in pair[1].alerts))
    total = sum(len(message.alerts) for _, message in found)
    for share in _shares(found):
        told: list[Told] = [alert for _, message in share for alert in message.alerts]
        told.sort(key=lambda alert: -alert.severity.rank)
        routes = dict.fromkeys(name for _, message in share for name in message.route.split(", "))
        members = [each for each, _ in share]
        yield members, AlertMessage(route=", ".join(routes), alerts=tuple(told), backlog=total)


def _shares(
    found: Sequence[tuple[Waiting, AlertMessage]],
) -> Iterator[list[tuple[Waiting, AlertMessage]]]:
    """Runs of messages with at most `MOST_TOGETHER` alerts; an earlier roll-up may be a run of its own."""
    share: list[tuple[Waiting, AlertMessage]] = []
    size = 0
    for each, message in found:
        if share and size + len(message.alerts) > MOST_TOGETHER:
            yield share
            share, size = [], 0
        share.append((each, message))
        size += len(message.alerts)
    if share:
        yield share


def _notices(
    group: Sequence[tuple[Waiting, Message]], channel: str, now: datetime
) -> Iterator[tuple[list[Waiting], NoticeMessage]]:
    """Messages that list the titles of notices, in the order of telling."""
    found = [(each, message) for each, message in group if isinstance(message, NoticeMessage)]
    for at in range(0, len(found), MOST_TOGETHER):
        share = found[at : at + MOST_TOGETHER]
        of = f" of {len(found)}" if len(found) > MOST_TOGETHER else ""
        yield (
            [each for each, _ in share],
            NoticeMessage(
                kind="backlog",
                subject=channel,
                title=f"{len(share)}{of} notices waited for {channel}",
                lines=tuple(line for _, notice in share for line in _line(notice)),
                at=now,
            ),
        )


def _line(notice: NoticeMessage) -> tuple[str, ...]:
    """A notice in one line; those of an earlier roll-up as they are."""
    if notice.kind == "backlog":
        return notice.lines
    return (f"{notice.at:%Y-%m-%d %H:%M} UTC: {notice.title}",)
