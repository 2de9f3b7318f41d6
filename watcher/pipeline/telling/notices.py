"""The words of notices: about what was taken in as history, channels, deliveries; it never decides that one is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.telling.lifecycle import Silence
from watcher.core.telling.messages import NoticeMessage, Told
from watcher.core.telling.outages import Outage
from watcher.core.telling.outbox import Delivery
from watcher.core.telling.recipients import MARK
from watcher.core.telling.retries import Verdict
from watcher.core.urls import host_of

_LINES = 20
"""So many matches a notice lists; the rest it counts."""
_MOST_OF_A_CAUSE = 200
"""Characters of an error's text that anybody is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An item that raised nothing because it is history: the rules that it matches, its title and link.

    A rule that asks for more than one item (`require`) only counts it, and is none of them.
    """

    rules: tuple[str, ...]
    title: str
    link: str | None


def imported_notice(source: str, items: int, matches: Sequence[Held], now: datetime) -> NoticeMessage:
    """Word of a source's first sight, with those of its items that would have matched."""
    lines = (
        "What a source lists when it is first seen is history: it is stored and judged, and nobody is alerted.",
        f"To be told of it, set `since: 7d` (or a date, or all) on {source} before its first poll.",
    )
    title = f"{source}: imported {items}, {len(matches)} would have matched"
    return _notice("imported", source, title, lines, matches, now)


def backfill_notice(
    source: str, items: int, older_than: timedelta, matches: Sequence[Held], now: datetime
) -> NoticeMessage:
    """Word of old items that appeared at once, with those that match."""
    lines = (f"Each is dated more than {older_than.days} days back, so no alert was raised; all are stored.",)
    title = f"{source}: {items} old items appeared at once, {len(matches)} match"
    return _notice("backfill", source, title, lines, matches, now)


def moved_notice(source: str, before: str, after: str, now: datetime) -> NoticeMessage:
    """Word of a source whose server leads to another address for good. Of both only what holds no secret is named."""
    lines = (
        f"For a day its server led from {host_of(before)} to {host_of(after)}, and said that this is for good.",
        "It is asked there from now on; if that fails, at the configured address again.",
        f"Once you trust the new address, write it into watcher.yaml as the url of {source}.",
    )
    return NoticeMessage(kind="source-moved", subject=source, title=f"source {source} has moved", lines=lines, at=now)


def channel_notice(channel: str, verdict: Verdict, now: datetime, *, failing: Outage | None = None) -> NoticeMessage:
    """Word of a channel that is paused, closed by its receiver, or fails and fails, for all or for one recipient."""
    if failing is not None and failing.recipient:
        return _recipient_notice(failing, verdict, now)
    resume = f"watcher deliveries resume {channel}"
    lines: tuple[str, ...]
    match verdict.channel:
        case "paused":
            kind, title = "channel-paused", f"channel {channel} is paused"
            lines = (
                verdict.reason,
                "Its messages wait, none is lost; it is tried once an hour.",
                f"Mend the channel's settings, then: {resume}",
            )
        case "gone":
            kind, title = "channel-gone", f"channel {channel} is closed by its receiver"
            lines = (
                verdict.reason,
                "Its messages wait, none is lost; it is not tried again by itself.",
                f"Give the channel a working address, then: {resume}",
            )
        case _:
            since = f"{now if failing is None else failing.since:%Y-%m-%d %H:%M}"
            kind, title = "channel-failing", f"channel {channel} fails since {since} UTC"
            lines = (
                verdict.reason,
                "Its messages wait and are tried again, each for 72 hours; you are told of any that is given up.",
            )
    return NoticeMessage(kind=kind, subject=channel, title=title, lines=lines, at=now)


def _recipient_notice(failing: Outage, verdict: Verdict, now: datetime) -> NoticeMessage:
    """Word of one recipient who cannot be reached, though the channel may work for others."""
    lines = (
        verdict.reason,
        "Their messages wait and are tried again, each for 72 hours; you are told of any that is given up.",
        "Nothing is said by this of the channel's other recipients.",
    )
    title = f"{failing.recipient} can't be reached on {failing.channel} since {failing.since:%Y-%m-%d %H:%M} UTC"
    subject = f"{failing.channel}/{failing.recipient}"
    return NoticeMessage(kind="recipient-failing", subject=subject, title=title, lines=lines, at=now)


def back_notice(channel: str, outage: Outage | None, now: datetime) -> NoticeMessage:
    """Word of a channel or recipient that works again, and of what was given up or refused meanwhile."""
    lines = ["What waited is being sent."]
    if outage is not None and outage.dead:
        lines += [f"{_messages(outage.dead)} given up meanwhile; to send them now: {_retry_all(channel)}"]
    if outage is not None and outage.refused:
        lines += [f"{_messages(outage.refused)} refused meanwhile; they are tried again by themselves."]
    if outage is not None and outage.recipient:
        title, subject = f"{outage.recipient} is reached again on {channel}", f"{channel}/{outage.recipient}"
        return NoticeMessage(kind="recipient-open", subject=subject, title=title, lines=tuple(lines), at=now)
    return NoticeMessage(
        kind="channel-open", subject=channel, title=f"channel {channel} works again", lines=tuple(lines), at=now
    )


def counted_notice(outage: Outage, verdict: Verdict, now: datetime) -> NoticeMessage:
    """Word of how many messages a channel has given up, or its receiver refused, without one success between.

    Those of the other sort are named too: this notice counts for them.
    """
    since = f"Since {outage.since:%Y-%m-%d %H:%M} UTC not one was taken."
    to = f" to {outage.recipient}" if outage.recipient else ""
    lines: tuple[str, ...]
    if verdict.state == "dead":
        title = f"{outage.dead} messages could not be delivered on {outage.channel}{to}"
        lines = (verdict.reason, since, "All are kept with their words.", f"Once mended: {_retry_all(outage.channel)}")
        if outage.refused:
            lines += (f"Besides, {_messages(outage.refused)} refused; they are tried again by themselves.",)
        return NoticeMessage(kind="delivery-dead", subject=outage.channel, title=title, lines=lines, at=now)
    title = f"{outage.channel} refuses {outage.refused} messages{to}"
    lines = (verdict.reason, since, "Each is tried again once an hour, then once a day, for 72 hours.")
    if outage.dead:
        lines += (f"Besides, {_messages(outage.dead)} given up; once mended: {_retry_all(outage.channel)}",)
    return NoticeMessage(kind="delivery-refused", subject=outage.channel, title=title, lines=lines, at=now)


def waiting_lines(told: Sequence[Told]) -> tuple[str, ...]:
    """The alerts that wait for a channel, the most urgent first, one line each."""
    if not told:
        return ()
    urgent_first = sorted(told, key=lambda each: -each.severity.rank)[:_LINES]
    more = (f"and {len(told) - _LINES} more",) if len(told) > _LINES else ()
    return ("Waiting:", *(f"{each.severity.value}: {each.headline}" for each in urgent_first), *more)


def _messages(number: int) -> str:
    return "1 message was" if number == 1 else f"{number} messages were"


def _retry_all(channel: str) -> str:
    return f"watcher deliveries retry --dead --channel {channel}"


def delivery_notice(
    delivery: Delivery, channel: str, verdict: Verdict, number: int, now: datetime
) -> NoticeMessage | None:
    """Word of a message given up, or refused for the first time; of notices too: the outage counts what they breed."""
    if not verdict.tell or verdict.channel != "open":
        return None
    to = f" to {delivery.recipient}" if delivery.recipient else ""
    what = f"{delivery.occasion} on {channel}{to}: {verdict.reason}"
    lines: tuple[str, ...]
    if verdict.state == "dead":
        lines = (
            what,
            "It is kept with its words and is not tried again by itself.",
            f"Look: watcher deliveries show {delivery.id}",
            f"Once mended: watcher deliveries retry {delivery.id}",
        )
        title = f"a message could not be delivered on {channel}"
        return NoticeMessage(kind="delivery-dead", subject=channel, title=title, lines=lines, at=now)
    if number > 1:
        return None
    lines = (what, "It is tried again once an hour, then once a day, for 72 hours.")
    return NoticeMessage(
        kind="delivery-refused", subject=channel, title=f"{channel} refuses a message", lines=lines, at=now
    )


def cause_words(cause: Exception) -> str:
    """An error's sort and the beginning of its text, in one line."""
    return f"{type(cause).__name__}: {' '.join(str(cause).split())[:_MOST_OF_A_CAUSE]}"


def set_aside_notice(what: str, subject: str, cause: Exception, now: datetime) -> NoticeMessage:
    """Word of something due that could not be carried out, and was set aside so that it holds up nothing else."""
    lines = (
        cause_words(cause),
        "It was set aside, so that it holds up nothing else; the log says where it failed. Nobody is told of it.",
        "This is a fault of watcher: please report it, with the log's lines around it.",
    )
    return NoticeMessage(
        kind="set-aside", subject=subject, title=f"{what} could not be carried out: {subject}", lines=lines, at=now
    )


def step_notice(step: str, cause: Exception, now: datetime) -> NoticeMessage:
    """Word of a step of the beat that failed with a fault of ours."""
    lines = (
        cause_words(cause),
        "It is tried again and again; all other steps go on. /healthz says for how long it fails.",
        "This is a fault of watcher: please report it, with the log's lines around it.",
    )
    title = f"a part of the daemon's work fails: {step}"
    return NoticeMessage(kind="step-failing", subject=step, title=title, lines=lines, at=now)


def route_notice(route: str, held: Sequence[Told], now: datetime) -> NoticeMessage:
    """Word of alerts that a route held which is gone, and all its channels with it; they are told nowhere else."""
    said = f"The configuration has no route {route} any more, nor a channel that it had. It held:"
    return _held_notice("route-missing", route, said, held, now, "no route any more")


def missed_notice(route: str, gone: Sequence[str], held: Sequence[Told], now: datetime) -> NoticeMessage:
    """Word of alerts that a route held which is gone, and so is part of whom it told: they hear nothing of them."""
    names = ", ".join(name.removeprefix(MARK) for name in gone)
    said = f"The configuration has no route {route} any more, nor {names}, whom it told. Not told to them:"
    return _held_notice("route-unheard", route, said, held, now, "not been told to all that their route had")


def unheard_notice(route: str, held: Sequence[Told], now: datetime) -> NoticeMessage:
    """Word of alerts that a route held and of which nobody on it hears any more, now or later."""
    said = f"Nobody on route {route} is told of alerts of their severity any more, at once or later. It held:"
    return _held_notice("route-unheard", route, said, held, now, "nobody to hear of it")


def _held_notice(kind: str, route: str, said: str, held: Sequence[Told], now: datetime, what: str) -> NoticeMessage:
    matches = tuple(Held(rules=(each.rule,), title=each.headline, link=each.link) for each in held[:_LINES])
    more = (f"and {len(held) - _LINES} more",) if len(held) > _LINES else ()
    title = f"{len(held)} held {'alert has' if len(held) == 1 else 'alerts have'} {what}"
    lines = (said, *listed_lines(route, matches), *more)
    return NoticeMessage(kind=kind, subject=route, title=title, lines=lines, at=now)


def reminders_notice(route: str, said: Told, now: datetime) -> NoticeMessage:
    """Word of an alert that nobody acknowledged, and of which nobody is reminded since its route is gone."""
    matches = (Held(rules=(said.rule,), title=said.headline, link=said.link),)
    gone = f"The configuration has no route {route} any more, which told it; nobody has acknowledged it:"
    lines = (gone, *listed_lines(route, matches), f"Once seen: watcher ack {said.alert}")
    return NoticeMessage(kind="route-missing", subject=route, title="reminders of an alert end", lines=lines, at=now)


def silence_notice(silence: Silence, count: int, hidden: Sequence[str], now: datetime, *, over: bool) -> NoticeMessage:
    """Word of a silence that is about to end, or is over: whose it is, why, and what it hid, the newest first."""
    asked = silence.query or "every alert"
    hid = f"It hid {count} {'telling' if count == 1 else 'tellings'}{':' if count else ' so far.' if not over else '.'}"
    more = (f"and {count - len(hidden)} more: watcher silence list --all",) if count > len(hidden) else ()
    next_ = (
        "What it hid is told to nobody now; each is listed with its reason: watcher alerts"
        if over
        else f"It ends by itself. To go on: watcher silence add '{silence.query}' --for ... --reason ..."
    )
    title = f"silence {silence.id} is over" if over else f"silence {silence.id} ends {silence.until:%Y-%m-%d %H:%M} UTC"
    return NoticeMessage(
        kind="silence-over" if over else "silence-ends",
        subject=silence.id,
        title=title,
        lines=(f"By {silence.author}: {silence.reason}. It takes: {asked}", hid, *hidden, *more, next_),
        at=now,
    )


def _notice(
    kind: str, source: str, title: str, lines: tuple[str, ...], matches: Sequence[Held], now: datetime
) -> NoticeMessage:
    return NoticeMessage(kind=kind, subject=source, title=title, lines=(*lines, *listed_lines(source, matches)), at=now)


def listed_lines(source: str, matches: Sequence[Held]) -> tuple[str, ...]:
    """Items that match and alerted nobody, one line each, the first twenty of them."""
    listed = tuple(f"{'; '.join(held.rules)}: {held.title} {held.link or ''}".rstrip() for held in matches[:_LINES])
    more = len(matches) - len(listed)
    rest = (f"and {more} more: `watcher search source:{source}`",) if more > 0 else ()
    return (*listed, *rest)
