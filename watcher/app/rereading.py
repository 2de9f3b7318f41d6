"""New readings of stored articles: in batches, each a short transaction, so that the daemon never waits for them.

Nobody is told of anything, no story is placed anew, and what rules judged by stays: only what stands changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from watcher.app.versions import reading_version
from watcher.core.text.reading import reading_of
from watcher.core.understanding.understander import Understander, Understood
from watcher.stores.sqlite.readings import ReadingTable, Unread
from watcher.stores.sqlite.sessions import reading, writing

BATCH = 200
"""Texts looked at between two transactions; one holds the writer for some milliseconds."""
NOTHING, UNREAD = "nothing", "not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which articles are read anew; `dry` stores nothing."""

    source: str | None = None
    since: datetime | None = None
    dry: bool = False


@dataclass(slots=True, kw_only=True)
class Reread:
    """What came of it so far: read anew in all; as before, for the first time, or changed.

    `moves` counts what articles report now in the place of what; those of `aside` changed in nothing of that. `done`
    is the share of texts that was looked at.
    """

    read: int = 0
    same: int = 0
    fresh: int = 0
    changed: int = 0
    aside: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: float = 0.0

    def add(self, before: Understood | None, after: Understood) -> None:
        """Count one article."""
        self.read += 1
        self.fresh += before is None
        self.same += before == after
        self.changed += before is not None and before != after
        found = list(moves(before, after))
        self.moves.update(found)
        self.aside += before is not None and before != after and not found


def reread(
    path: Path, understander: Understander, asked: Asked, now: datetime, *, batch: int = BATCH
) -> Iterator[Reread]:
    """Read what the present version has not read yet, oldest first; yields what came of it after each batch.

    To stop between two batches loses nothing: what is read bears the version, and the next run goes on behind it.
    Raises StoreError.
    """
    version, done = reading_version(understander), Reread()
    with reading(path) as db:
        table = ReadingTable(db)
        last = table.last_text()
        first = (table.first_text(asked.since) or last + 1) - 1 if asked.since is not None else 0
    after = first
    while after < last:
        with reading(path) as db:
            unread = list(
                ReadingTable(db).unread(version, after=after, limit=batch, source=asked.source, since=asked.since)
            )
        found = [(each, understander.understand(reading_of(each.article))) for each in unread]
        if found and not asked.dry:
            _store(path, found, version, now)
        for each, understood in found:
            done.add(each.reading.understood if each.reading is not None else None, understood)
        after = min(after + batch, last)
        done.done = (after - first) / (last - first)
        yield done


def _store(path: Path, found: list[tuple[Unread, Understood]], version: str, now: datetime) -> None:
    with writing(path) as db:
        table = ReadingTable(db)
        for each, understood in found:
            if each.reading is not None and each.reading.understood == understood:
                table.confirm(each.text, version)
            else:
                table.put(each.text, understood, version, now)


def moves(before: Understood | None, after: Understood) -> Iterator[tuple[str, str]]:
    """What an article reported and reports: other types, or other statuses of the same; the rest counts for nothing."""
    new = _reported(after)
    if before is None:
        yield from ((UNREAD, type_) for type_ in new)
        return
    old = _reported(before)
    lost, gained = [each for each in old if each not in new], [each for each in new if each not in old]
    for index in range(max(len(lost), len(gained))):
        yield (
            lost[index] if index < len(lost) else NOTHING,
            gained[index] if index < len(gained) else NOTHING,
        )
    yield from (
        (f"{type_} {status}", f"{type_} {new[type_]}")
        for type_, status in old.items()
        if type_ in new and new[type_] != status
    )


def _reported(understood: Understood) -> Mapping[str, str]:
    """The types that an article reports with the status of each, the most important first."""
    found: dict[str, str] = {}
    for event in understood.account.reported:
        found.setdefault(event.type, event.status)
    return found
