"""What people ask of the shipped event types: title, ladder and exits; never reads how a type is recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.config.events.loading import event_files
from watcher.core.yaml.strict import load, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One type: `ladder` from low to high, `exits` end it; `rumoured` and `denied` every type has besides."""

    title: str
    ladder: tuple[str, ...]
    exits: tuple[str, ...] = ()


def read_heads(data: Path) -> Mapping[str, Head]:
    """The types shipped below `data`, by id, in the order of their files."""
    found = {}
    for path in event_files(data):
        root, _ = load(path.read_bytes(), path.name)
        content: Any = plain(root) if root is not None else {}
        for each in content.get("events", ()):
            status = each["status"]
            found[each["id"]] = Head(
                title=each["title"], ladder=tuple(status["ladder"]), exits=tuple(status.get("exits", ()))
            )
    return found
