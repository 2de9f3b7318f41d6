"""Word of readers who left a list or came back: the first at once, what follows within the hour together.

A program that presses every button it finds must not fill the operator's inbox; nothing of it is left out of the count.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from watcher.core.telling.messages import NoticeMessage
from watcher.core.telling.outbox import notice_occasion
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.encoding import decode, encode
from watcher.pipeline.telling.notifying import notify
from watcher.stores.base import Turn
from watcher.stores.links import Left

KIND: Final = "unsubscribed"
TOGETHER: Final = timedelta(hours=1)
ONE_CLICK, ON_PAGE = "by one click in the mail program", "on the page"
"""How readers do it themselves; what is done by command is not told of."""
_SUBJECT: Final = "readers"
_LOOK: Final = "Look, or change it: watcher recipients"
_LOOKED_AT, _LISTED = 500, 20


def tell_turn(turn: Turn, runtime: Runtime, title: str, line: str, now: datetime) -> None:
    """Tell the operator of one who left or came back; if somebody did so within the hour, of all since together."""
    number = turn.outbox.next_number(notice_occasion(KIND, _SUBJECT, 0)[:-1]) - 1
    last = _notice(turn, number)
    if last is None or not now - TOGETHER < last.at <= now + TOGETHER:
        notify(
            turn.outbox, runtime, NoticeMessage(kind=KIND, subject=_SUBJECT, title=title, lines=(line, _LOOK), at=now)
        )
        return
    waits = last.at > now  # it is told then, and may still be added to
    due = last.at if waits else last.at + TOGETHER
    together = _together(turn, due)
    if waits and turn.outbox.retell(notice_occasion(KIND, _SUBJECT, number), encode(together), due):
        return
    notify(turn.outbox, runtime, together, due=due, now=now)


def _notice(turn: Turn, number: int) -> NoticeMessage | None:
    content = turn.links.content(notice_occasion(KIND, _SUBJECT, number))
    if content is None:
        return None
    try:
        message = decode(content)
    except (msgspec.MsgspecError, KeyError):
        return None
    return message if isinstance(message, NoticeMessage) else None


def _together(turn: Turn, due: datetime) -> NoticeMessage:
    """What there was since the notice before: how often in all, and how each of the latest stands."""
    count, latest = turn.links.turns(due - TOGETHER, (ONE_CLICK, ON_PAGE), _LOOKED_AT)
    standing: dict[tuple[str, str], Left] = {}
    for each in latest:
        standing.setdefault((each.recipient, each.list), each)
    lines = [_line(each) for each in list(standing.values())[:_LISTED]]
    more = [f"and {len(standing) - _LISTED} more"] if len(standing) > _LISTED else []
    title = f"readers unsubscribed or came back {count} {'time' if count == 1 else 'times'} within the hour"
    return NoticeMessage(kind=KIND, subject=_SUBJECT, title=title, lines=(*lines, *more, _LOOK), at=due)


def _line(each: Left) -> str:
    what = "subscribed again to" if each.back else "unsubscribed from"
    return f"{each.at:%H:%M} UTC: {each.recipient} {what} {each.list.replace(':', ' ')}, {each.how}"
