"""What a channel's block says of its queue: pace, roll-up, and where its failing is told; builds no channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        language=said.language,
    )


def check_fallbacks(sheet: Sheet, channels: Mapping[str, Built[ChannelBlock]]) -> None:
    """A fallback is another channel of the file, and no way leads from it back to where it was named."""
    section = sheet.root.get("channels")
    known = [str(key.value) for key, _ in section.pairs] if section is not None else []
    named = {name: built.shared.fallback for name, built in channels.items() if built.shared.fallback is not None}
    for name, built in channels.items():
        other = built.shared.fallback
        if other is None:
            continue
        path = ("channels", name, "fallback")
        text = _wrong(name, other, known, named)
        if text:
            sheet.note(UNKNOWN_NAME, locate(sheet.root, path), path, text)


def _wrong(name: str, other: str, known: Sequence[str], named: Mapping[str, str]) -> str:
    """What is wrong with a channel's fallback, in words; empty if nothing is."""
    if other not in known:
        hint = did_you_mean(other, known) or f"; known: {', '.join(known)}"
        return f'unknown channel "{other}"{hint}'
    if other == name:
        return "is the channel itself"
    way = [name, other]
    while way[-1] in named and named[way[-1]] not in way:
        way.append(named[way[-1]])
    if named.get(way[-1]) != name:  # a circle further on is told where it is
        return ""
    return f"leads in a circle: {' -> '.join([*way, name])}; let one of them name no fallback"
