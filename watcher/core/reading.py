"""What a condition may look at: one article's text with its folded form and sentences, computed once each.

Never computes what nobody asked for: folding and sentence splitting are the dear parts of matching.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from watcher.core.model import SourceId, Trust, ZoneSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article as rules see it. `copies` are the sources that carried it in the same poll, its own included."""

    text: str
    zones: tuple[ZoneSpan, ...]
    language: str
    source: SourceId
    trust: Trust
    copies: tuple[SourceId, ...] = field(default=())
