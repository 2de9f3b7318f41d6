"""Words for single recipients of channels who can't be reached; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from watcher.core.telling.outages import Outage
from watcher.core.text.escapes import one_line
from watcher.render.moments import count


def outage_lines(outages: Iterable[Outage], channel: str) -> Iterator[str]:
    """A line for each recipient in trouble on a channel."""
    for each in outages:
        if each.channel == channel:
            yield f"    {one_line(each.recipient)}  {_words(each)}"


def alone_lines(alone: Iterable[tuple[str, str, datetime]], channel: str, now: datetime) -> Iterator[str]:
    """A line for each recipient on a channel whose receiver asked to be left alone until later than now."""
    for name, recipient, until in alone:
        if name == channel and until > now:
            yield f"    {one_line(recipient)}  asked to be left alone until {_minute(until)}; what waits goes out then"


def outage_needs(outages: Iterable[Outage]) -> Iterator[str]:
    """What recipients will not get over by themselves: those of whom the operator was told."""
    for each in outages:
        if each.told is not None:
            yield (
                f"channel {each.channel} to {one_line(each.recipient)}: {_words(each)}; see: "
                f"watcher deliveries --due --channel {each.channel}; to try at once: "
                f"watcher deliveries resume {each.channel}"
            )


def outage_json(outage: Outage) -> dict[str, object]:
    """One as a JSON object."""
    return {
        "channel": outage.channel,
        "recipient": outage.recipient,
        "since": outage.since.isoformat(),
        "told": None if outage.told is None else outage.told.isoformat(),
        "refused": outage.refused,
        "dead": outage.dead,
    }


def _words(outage: Outage) -> str:
    counted = [(outage.refused, "refused"), (outage.dead, "given up")]
    said = "".join(f", {count(number, 'message')} {what}" for number, what in counted if number)
    return f"no message was taken since {_minute(outage.since)}{said}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
