"""The version of what reads articles: its code, its recognisers, its lexicon; never anything of an article."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

from watcher import __version__
from watcher.core.understanding.understander import Understander

_READS = ("text", "lexicon", "facts", "events", "understanding")
"""Rooms of the core whose code decides what is read in a text."""


def reading_version(understander: Understander | None) -> str:
    """A hash that changes whenever an article might be read otherwise; without an understander only its zones are."""
    known = f"{understander.version} {_code()}" if understander is not None else "zones alone"
    return sha256(f"{__version__} {known}".encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _code() -> str:
    whole, core = sha256(), resources.files("watcher.core")
    for room in _READS:
        for file in sorted(_modules(core / room), key=lambda file: file.name):
            whole.update(file.read_bytes())
    whole.update((core / "articles" / "zones.py").read_bytes())
    return whole.hexdigest()


def _modules(room: Traversable) -> list[Traversable]:
    return [file for file in room.iterdir() if file.name.endswith(".py")]
