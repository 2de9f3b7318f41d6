"""Messages as they are stored with their occasion, and whom the channels of a way lead to; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from watcher.core.telling.messages import Message
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


def ways(runtime: Runtime, channels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(channel, recipient) of every recipient of these channels."""
    return tuple(
        (name, recipient)
        for name in channels
        if name in runtime.channels
        for recipient in runtime.channels[name].channel.recipients()
    )
