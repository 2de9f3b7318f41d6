"""The words for a source's trouble and its end; never decides that they are said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from watcher.core.telling.messages import NoticeMessage
from watcher.core.watching.episodes import HealthEvent

TITLES: Final[dict[str, str]] = {
    "broken": "does not answer as it should",
    "gone": "is gone: its server says so (410)",
    "challenge": "answers with a check for robots",
    "login": "answers with a login page",
    "consent": "answers with a wall that asks for consent to cookies",
    "parked": "answers with the page of a parked domain",
    "layout": "can't be read any more: its layout changed",
    "empty": "lists nothing any more",
    "shrunk": "lists far fewer entries than it used to",
    "silent": "is silent: it answers, but brings nothing new",
    "gap": "lists nothing that was known: entries between may be lost",
    "replaced": "seems to be another publication now",
}

_OVER: Final[dict[str, str]] = {"empty": "lists entries again", "shrunk": "lists as much as it used to"}

_DO: Final[dict[str, str]] = {
    "broken": "It is tried again by itself, more and more seldom, at least every 6 h. Look at its address if it stays.",
    "gone": "It is not polled any more. Give it its new address, or take it out.",
    "challenge": "Nothing evades that check. Ask the publisher, poll less often, or look for a feed or an API.",
    "login": "What is behind a login can't be watched this way. Look for a public feed, or a key for `headers`.",
    "consent": "Look for a feed or an API of the publisher's that asks nobody.",
    "parked": "The domain may have changed hands. Don't trust what comes from it; give the source its new address.",
    "layout": "Look at its page, mend the paths or selectors, and try them with `watcher check`.",
    "empty": "Alerts from it can't come while that is so. Look at its address.",
    "shrunk": "What left the list stays stored. Look at its address if that was not expected.",
    "silent": "Alerts from it can't come while that is so. `silent_after` on the source says how long is too long.",
    "gap": "Poll it more often (`every`), or let it read further pages where its kind can.",
    "replaced": "What it lists was stored as history and alerted nobody; what comes from now on is told as ever. "
    "If it is not yours, take it out.",
}

KINDS: Final = tuple(TITLES)


def notice(event: HealthEvent) -> NoticeMessage:
    """The notice on an event; its kind is the same at the beginning and the end, so that a reader finds both."""
    return NoticeMessage(
        kind=f"source-{'well' if event.over else event.kind}",
        subject=event.source,
        title=f"{event.source}: {_headline(event)}",
        lines=_over(event) if event.over else _begun(event),
        at=event.at,
    )


def _headline(event: HealthEvent) -> str:
    if not event.over:
        return TITLES[event.kind]
    lasted = f"after {lasting(event.at - event.since)}"
    if event.kind == "silent":
        return f"publishes again {lasted}"
    if event.kind in _OVER:
        return f"{_OVER[event.kind]} {lasted}"
    return f"answers again {lasted}, {event.brought} {'entry' if event.brought == 1 else 'entries'} came"


def _begun(event: HealthEvent) -> tuple[str, ...]:
    since = (f"Since {_minute(event.since)}.",) if event.since < event.at else ()
    return tuple(line for line in (event.detail, *since, _DO[event.kind], *event.lines) if line)


def _over(event: HealthEvent) -> tuple[str, ...]:
    what = f"It {TITLES[event.kind]}" if event.kind != "silent" else "It had brought nothing new"
    return (f"Before that, since {_minute(event.since)}: {what[0].lower()}{what[1:]}.",)


def lasting(time: timedelta) -> str:
    """A length of time in the largest unit that leaves something to count: `3 h`, `2 days`."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 2 * 60:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 2 * 24 else f"{round(hours / 24)} days"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
