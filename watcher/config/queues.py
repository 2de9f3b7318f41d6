"""What a channel's block says of its queue: pace, roll-up, and where its failing is told; builds no channel."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.channels.rates import EACH_ALONE, FOR_PROGRAMS, usual_rate
from watcher.config.blocks import ChannelBlock
from watcher.config.built import Built
from watcher.config.model import ChannelConfig, Network
from watcher.config.sheet import Sheet
from watcher.core.telling.backlogs import ROLL_UP_PAST
from watcher.core.telling.paces import parse_rate
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import locate

UNKNOWN_NAME = "C010"


def channel_of(name: str, built: Built[ChannelBlock], network: Network) -> ChannelConfig:
    """A channel, with its kind's own pace where the block names none. `network` is the file's default."""
    said = built.shared
    roll_up = said.roll_up or ("never" if built.kind in EACH_ALONE else ROLL_UP_PAST)
    return ChannelConfig(
        id=name,
        kind=built.kind,
        network=said.network or network,
        options=built.options,
        channel=built.instance,
        rate=usual_rate(type(built.instance)) if said.rate is None else parse_rate(said.rate),
        roll_up=None if roll_up == "never" else roll_up,
        at_once=built.kind not in FOR_PROGRAMS,
        fallback=said.fallback,
    )


def check_fallbacks(sheet: Sheet, channels: Mapping[str, Built[ChannelBlock]]) -> None:
    """A fallback is another channel of the file."""
    section = sheet.root.get("channels")
    known = [str(key.value) for key, _ in section.pairs] if section is not None else []
    for name, built in channels.items():
        other = built.shared.fallback
        if other is None or (other in known and other != name):
            continue
        path = ("channels", name, "fallback")
        hint = did_you_mean(other, known) or f"; known: {', '.join(known)}"
        text = "is the channel itself" if other == name else f'unknown channel "{other}"{hint}'
        sheet.note(UNKNOWN_NAME, locate(sheet.root, path), path, text)
