"""The lexicon's files, read with every fault in its place: publishers, word forms, and names of things."""

from __future__ import annotations

from watcher.config.lexicon.names import read_names
from watcher.config.lexicon.rates import read_rates
from watcher.config.lexicon.tables import (
    Lexicon,
    host_fault,
    read_inflections,
    read_lexicon,
    read_publishers,
)

__all__ = ["Lexicon", "host_fault", "read_inflections", "read_lexicon", "read_names", "read_publishers", "read_rates"]
