"""What was learned of when each source is best asked, and of how its server wants to be asked; read, never decided."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from watcher.core.manners import Manners
from watcher.core.rhythm import Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is stored of one source; `demand` is None if it does not draw on the budget of requests."""

    rhythm: Rhythm | None
    manners: Manners
    demand: float | None


def paces(db: sqlite3.Connection) -> dict[str, Pace]:
    """By source."""
    rows = db.execute("select source, rhythm, manners, demand, gone is not null from source_state")
    decode = msgspec.json.Decoder(dict[str, object]).decode
    return {
        source: Pace(
            rhythm=Rhythm.from_json(decode(rhythm)),
            manners=Manners.from_json(decode(manners)),
            demand=None if gone else demand,
        )
        for source, rhythm, manners, demand, gone in rows
    }
