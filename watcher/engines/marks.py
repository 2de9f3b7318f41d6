"""How polls ended, put down in one transaction for all since the last beat; never loses a mark that was not stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from watcher.core.ledger import PollMark
from watcher.engines.progress import Ill
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.taking_in.health import watch
from watcher.stores.base import Turn


def put_down(
    turn: Turn, runtime: Runtime, marks: list[PollMark], holds: list[tuple[list[str], datetime]]
) -> Ill | None:
    """Store how polls ended, what that says of health, and what hosts asked for, so that a restart keeps to it too.

    Returns which sources are ill, if that changed.
    """
    turn.sources.mark(marks)
    told = watch(turn, runtime, marks)
    for sources, until in holds:
        turn.sources.hold(sources, until)
    return turn.health.ill(runtime.sources) if told else None


def held_sources(runtime: Runtime, holds: Mapping[str, datetime]) -> list[tuple[list[str], datetime]]:
    """The sources of every host that asked to be left alone, and until when."""
    return [
        ([each.id for each in runtime.sources.values() if each.host == host], until) for host, until in holds.items()
    ]
