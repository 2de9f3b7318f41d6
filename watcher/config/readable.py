"""What serves of a configuration with mistakes: where the database is, and the sections that have none.

Never guesses: a section that is wrong itself, or that cannot be told from the rest, is not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from watcher.config.blocks import Top
from watcher.config.expand import Secrets
from watcher.config.load import config_bytes, read_config
from watcher.config.model import Config
from watcher.config.sheet import Sheet
from watcher.config.sound import Sound, sound_parts
from watcher.core.yaml.strict import load

_KEY: Final = re.compile(r"[\"']?store[\"']?\s*:")
_ALIKE: Final = re.compile(r"[\"']?st\w{1,6}[\"']?\s*:")


def store_alone(path: Path, environ: Mapping[str, str]) -> Config | None:
    """The configuration of that file as if it held nothing but `store`; None if that cannot be read."""
    text = config_bytes(path)
    if isinstance(text, str):
        return None
    block = _block(text.decode("utf-8-sig", "replace").splitlines())
    if block is None:
        return None
    return read_config(path, block.encode(), environ)[0]


def read_parts(path: Path) -> Sound | None:
    """The sound sections of that file, for checks beside its mistakes; None if they cannot be told from the rest."""
    text = config_bytes(path)
    root = None if isinstance(text, str) else load(text, str(path))[0]
    if root is None or root.kind != "mapping":
        return None
    sound = sound_parts(Sheet(file=str(path), root=root, secrets=Secrets()))
    return None if sound.lost - Top.model_fields.keys() else sound  # a key that nobody knows may be meant for any


def _block(lines: list[str]) -> str | None:
    """The lines of `store`, or what stands for its defaults; None if something may be meant for it that is not."""
    kept: list[str] = []
    inside = False
    for line in lines:
        if line[:1].strip() and not line.startswith("#"):
            inside = _KEY.match(line) is not None
            if not inside and (line.startswith("{") or _ALIKE.match(line)):
                return None
        if inside:
            kept.append(line)
    return "\n".join(kept or ["store: {}"]) + "\n"
