"""Recipients read from the configuration: where each is told, and how often; notes what leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

from watcher.channels.base import Channel
from watcher.config.blocks import Top
from watcher.config.expand import Steps
from watcher.config.naming import check_name, pairs, texts
from watcher.config.sheet import Sheet
from watcher.config.ways import RecipientBlock
from watcher.core.schedules import Schedule, schedule
from watcher.core.telling.recipients import MARK, Recipient
from watcher.core.yaml.strict import Node, locate

NO_MAIL, SAME_ADDRESS, OTHER_RHYTHM, UNUSED, NOBODY = "C053", "C054", "C055", "C056", "C057"
_USUAL = {"daily": "daily 07:00", "weekly": "Mon 07:00", "monthly": "monthly 1 07:00"}
_RHYTHM = {"daily": "day", "weekly": "week", "monthly": "month"}

Channels = Mapping[str, Channel]


@runtime_checkable
class Addressed(Protocol):
    """A channel that reaches anybody whose address it is given."""

    def address(self, text: str) -> str:
        """The address as deliveries go by it. Raises ValueError if it is none."""


def recipients(sheet: Sheet, top: Top, channels: Channels) -> dict[str, Recipient]:
    """The recipients that have no mistake. Args: channels - those that could be built."""
    taken: dict[tuple[str, str], str] = {}
    found = {}
    for key, block in pairs(sheet, "recipients"):
        name = str(key.value)
        written = top.recipients.get(name)
        if written is None:
            continue
        reader = _Reader(sheet=sheet, channels=channels, name=name)
        ways = list(reader.ways(block, written))
        for node, way in ways:
            if taken.setdefault(way, name) != name:
                text = f'the recipient "{taken[way]}" is told there already: nobody could say in which zone'
                sheet.note(SAME_ADDRESS, node, ("recipients", name, "to"), text)
        found[name] = reader.recipient(block, written, tuple(dict.fromkeys(way for _, way in ways)))
    return found


class _Reader:
    """Reads one recipient."""

    def __init__(self, *, sheet: Sheet, channels: Channels, name: str) -> None:
        self._sheet = sheet
        self._channels = channels
        self._name = name
        self._path: Steps = ("recipients", name)

    def recipient(self, block: Node, written: RecipientBlock, ways: tuple[tuple[str, str], ...]) -> Recipient:
        """What the block says."""
        return Recipient(
            name=self._name,
            ways=ways,
            zone=written.zone,
            language=written.language,
            volume=written.volume,
            schedule=self._schedule(block, written),
            passes=written.passes,
            length=written.length,
            least=written.severity,
        )

    def ways(self, block: Node, written: RecipientBlock) -> Iterator[tuple[Node, tuple[str, str]]]:
        """(channel, address) of all that `to` names, with where it stands."""
        known = [str(key.value) for key, _ in pairs(self._sheet, "channels")]
        for path, node in texts(block.get("to"), (*self._path, "to")):
            name = str(node.value)
            if MARK in name:
                mail = self._mail(block, written, path, node)
                way = None if mail is None else self._address(*mail, path, node)
                if way is not None:
                    yield node, way
                continue
            check_name(self._sheet, "channel", known, path, node)
            if name in self._channels:
                own = self._channels[name].recipients()
                if not own:
                    self._sheet.note(NOBODY, node, path, f'the channel "{name}" has nobody in its own `to`')
                yield from ((node, (name, each)) for each in own)

    def _mail(self, block: Node, written: RecipientBlock, path: Steps, node: Node) -> tuple[str, Addressed] | None:
        """The channel that carries mail to the recipient; None, and a word, if nobody can say which."""
        carrying = {name: each for name, each in self._channels.items() if isinstance(each, Addressed)}
        if written.via is not None:
            at = block.get("via") or block
            check_name(self._sheet, "channel of kind email", list(carrying), (*self._path, "via"), at)
            return (written.via, carrying[written.via]) if written.via in carrying else None
        if len(carrying) == 1:
            return next(iter(carrying.items()))
        if not any(locate(each, ("kind",)).value == "email" for _, each in pairs(self._sheet, "channels")):
            self._sheet.note(NO_MAIL, node, path, "no channel of kind email carries mail to it")
        elif carrying:
            text = f"several channels carry mail: {', '.join(carrying)}; say which with `via`"
            self._sheet.note(NO_MAIL, node, path, text)
        return None

    def _address(self, channel: str, carrying: Addressed, path: Steps, node: Node) -> tuple[str, str] | None:
        try:
            return channel, carrying.address(str(node.value))
        except ValueError as error:
            self._sheet.note("C006", node, path, str(error))
            return None

    def _schedule(self, block: Node, written: RecipientBlock) -> Schedule | None:
        """When what was collected is told; None for at once."""
        node, path = block.get("at"), (*self._path, "at")
        if written.volume == "at_once":
            if written.at is not None:
                self._sheet.note(OTHER_RHYTHM, node, path, "volume is at_once: nothing is collected until then")
            return None
        found = schedule(written.at or _USUAL[written.volume], written.zone)
        if found.every != _RHYTHM[written.volume]:
            text = f'"{written.at}" is not {written.volume}; write one like "{_USUAL[written.volume]}"'
            self._sheet.note(OTHER_RHYTHM, node, path, text)
        return found


def warn_of_unused(sheet: Sheet) -> None:
    """Recipients whom no route and no digest names."""
    used = {
        str(node.value)
        for section in ("routes", "digests")
        for _, block in pairs(sheet, section)
        for _, node in texts(block.get("recipients"), ())
    }
    for key, _ in pairs(sheet, "recipients"):
        if key.value not in used:
            text = "no route and no digest names this recipient"
            sheet.note(UNUSED, key, ("recipients", str(key.value)), text, "warning")
