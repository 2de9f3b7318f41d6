"""Messages as they are stored with their occasion, and whom the channels of a way lead to; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from watcher.core.model import Severity
from watcher.core.telling.messages import Message
from watcher.core.telling.recipients import MARK
from watcher.pipeline.runtime import Runtime


def encode(message: Message) -> str:
    """A message as it is stored; the tag `type` names its class."""
    tag = type(message).__name__
    return msgspec.json.encode({"type": tag, "message": message}).decode()


def decode(content: str) -> Message:
    """The stored message."""
    from_tag = {kind.__name__: kind for kind in Message.__args__}
    head = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    tag = msgspec.json.decode(head["type"], type=str)
    message: Message = msgspec.json.decode(head["message"], type=from_tag[tag])
    return message


def ways(runtime: Runtime, channels: Iterable[str], severity: Severity | None = None) -> tuple[tuple[str, str], ...]:
    """(channel, address) of everybody on these channels and of these recipients, each once.

    Args: severity - of the alert that is told: recipients who do not hear of it at once are left out. None: of
    something else, which everybody hears of.
    """
    return tuple(dict.fromkeys(way for name in channels for way in _ways(runtime, name, severity)))


def _ways(runtime: Runtime, name: str, severity: Severity | None) -> Iterable[tuple[str, str]]:
    if not name.startswith(MARK):
        return (
            ((name, each) for each in runtime.channels[name].channel.recipients()) if name in runtime.channels else ()
        )
    recipient = runtime.recipients.get(name.removeprefix(MARK))
    if recipient is None or (severity is not None and recipient.hears(severity) != "now"):
        return ()
    return (way for way in recipient.ways if way[0] in runtime.channels)


def addresses_of(runtime: Runtime, channel: str) -> frozenset[str]:
    """Everybody who may be told on a channel: its own recipients, and those who are told there by name."""
    own = runtime.channels[channel].channel.recipients() if channel in runtime.channels else ()
    named = (to for each in runtime.recipients.values() for name, to in each.ways if name == channel)
    return frozenset((*own, *named))


def leads_to(runtime: Runtime, channels: Iterable[str]) -> frozenset[str]:
    """The channels that these names stand for: those of a recipient are where it is told."""
    return frozenset(channel for name in channels for channel in _stands_for(runtime, name))


def _stands_for(runtime: Runtime, name: str) -> Iterable[str]:
    recipient = runtime.recipients.get(name.removeprefix(MARK)) if name.startswith(MARK) else None
    return (name,) if recipient is None else (channel for channel, _ in recipient.ways)
