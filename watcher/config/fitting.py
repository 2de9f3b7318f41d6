"""Whether a channel's kind can do what the file wants of it; builds no channel and sends nothing."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.channels import ALERTS_ONLY
from watcher.channels.apprise import Apprise
from watcher.config.blocks import ChannelBlock, Top
from watcher.config.built import Built
from watcher.config.naming import pairs, texts
from watcher.config.sheet import Sheet
from watcher.core.yaml.strict import locate

NO_DIGESTS, DIALS_ITSELF = "C042", "C043"


def check_fitting(sheet: Sheet, channels: Mapping[str, Built[ChannelBlock]], top: Top) -> None:
    """A digest goes to no channel that takes alerts only; what dials past our guard says that it may."""
    alerts_only = {name: built.kind for name, built in channels.items() if built.kind in ALERTS_ONLY}
    for key, block in pairs(sheet, "digests"):
        for path, node in texts(block.get("channels"), ("digests", str(key.value), "channels")):
            kind = alerts_only.get(str(node.value))
            if kind is not None:
                text = f'channel "{node.value}" is of kind {kind}, which takes alerts and no digests; name another'
                sheet.note(NO_DIGESTS, node, path, text)
    for name, built in channels.items():
        if built.kind == Apprise.kind and (built.shared.network or top.network) != "any":
            place = ("channels", name, "kind")
            meant = f"if that is meant, add network: any to channels.{name}"
            text = f"apprise dials by itself, past the guard of addresses; {meant}"
            sheet.note(DIALS_ITSELF, locate(sheet.root, place), place, text)
