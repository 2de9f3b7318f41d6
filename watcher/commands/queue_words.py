"""Words for the queues of channels: how many wait, since when, when the next may go out, and at what pace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from watcher.config import Config
from watcher.core.telling.outbox import ChannelState
from watcher.render.moments import count
from watcher.stores.queues import Queue


def queue_lines(
    config: Config, queues: Mapping[str, Queue], states: Mapping[str, ChannelState], now: datetime
) -> list[str]:
    """A line for every channel, configured or waited for."""
    return [
        f"{name}  {_state(states.get(name))}{_waiting(queues.get(name), now)}; {rate_words(config, name)}"
        for name in sorted({*config.channels, *queues})
    ]


def queue_json(config: Config, name: str, queue: Queue | None, state: ChannelState | None) -> dict[str, object]:
    """A channel's queue as one JSON object."""
    channel = config.channels.get(name)
    return {
        "channel": name,
        "configured": channel is not None,
        "state": state.state if state else "open",
        "waiting": queue.waiting if queue else 0,
        "alerts": queue.alerts if queue else 0,
        "oldest": queue.oldest.isoformat() if queue else None,
        "next_due": queue.next_due.isoformat() if queue and queue.next_due else None,
        "rate": channel.rate.words if channel and channel.rate else None,
        "roll_up": channel.roll_up if channel else None,
        "fallback": channel.fallback if channel else None,
    }


def next_words(queue: Queue | None, now: datetime) -> str:
    """When the next message may go out; nothing if none waits."""
    if queue is None:
        return ""
    if queue.next_due is None:
        return ", none goes out until it is resumed"
    return ", the next due now" if queue.next_due <= now else f", the next due {_minute(queue.next_due)}"


def rate_words(config: Config, name: str) -> str:
    """How fast a channel is told."""
    channel = config.channels.get(name)
    if channel is None:
        return "not configured any more"
    return "no limit" if channel.rate is None else f"at most {channel.rate.words}"


def _state(state: ChannelState | None) -> str:
    return "" if state is None else f"{state.state} since {_minute(state.since)}, "


def _waiting(queue: Queue | None, now: datetime) -> str:
    if queue is None:
        return "nothing waits"
    alerts = f" ({count(queue.alerts, 'alert')})" if queue.alerts else ""
    wait = f"{count(queue.waiting, 'message')} {'waits' if queue.waiting == 1 else 'wait'}{alerts}"
    return f"{wait}, the oldest since {_minute(queue.oldest)}{next_words(queue, now)}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
