"""Organisations outside the lexicon, known by the form of their names."""

from __future__ import annotations

from watcher.core.lexicon.model import Named
from watcher.core.text.reading import Reading


def organisations_by_form(reading: Reading) -> tuple[Named, ...]:
    """None as yet."""
    return ()
