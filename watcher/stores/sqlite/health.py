"""How sources' documents look and what is wrong with sources, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec

from watcher.core.watching.episodes import Episode, HealthEvent, Track
from watcher.core.watching.listings import Looks
from watcher.core.watching.outage import Outage, Reach
from watcher.core.watching.silence import Pauses
from watcher.stores.sqlite.times import from_us, to_us

_SECOND = 1_000_000


class SqliteHealth:
    """The tables `source_looks`, `source_health` and `source_events`; contract: `HealthTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def looks(self, sources: Collection[str]) -> dict[str, Looks]:
        rows = self._db.execute(
            "select source, listed, counts, title, pauses from source_looks "
            "where source in (select value from json_each(?))",
            (json.dumps(list(sources)),),
        )
        return {
            source: Looks(
                counts=tuple(msgspec.json.decode(counts, type=list[int])),
                listed=listed,
                title=title,
                pauses=Pauses.from_json(msgspec.json.decode(pauses, type=dict[str, object])),
            )
            for source, listed, counts, title, pauses in rows
        }

    def save_looks(self, source: str, looks: Looks) -> None:
        self._db.execute(
            "insert into source_looks (source, listed, counts, title, pauses) values (?, ?, ?, ?, ?) "
            "on conflict (source) do update set listed = excluded.listed, counts = excluded.counts, "
            "title = excluded.title, pauses = excluded.pauses",
            (
                source,
                looks.listed,
                json.dumps(looks.counts),
                looks.title,
                msgspec.json.encode({} if looks.pauses is None else looks.pauses.as_json()).decode(),
            ),
        )

    def times(self, source: str, since: datetime) -> list[float]:
        rows = self._db.execute(
            "select distinct event_time from articles where source = ? and seen >= ? and event_time >= ? "
            "order by event_time desc limit 5000",
            (source, to_us(since - timedelta(days=1)), to_us(since)),
        )
        return [at / _SECOND for (at,) in rows]

    def episodes(self, sources: Collection[str]) -> dict[tuple[str, Track], Episode]:
        rows = self._db.execute(
            "select source, track, kind, since, looks, told, ended, flaps, detail, network from source_health "
            "where source in (select value from json_each(?))",
            (json.dumps(list(sources)),),
        )
        return {
            (source, Track(track)): Episode(
                kind=kind,
                since=from_us(since),
                looks=looks,
                told=from_us(told),
                ended=from_us(ended),
                flaps=flaps,
                detail=detail,
                network=bool(network),
            )
            for source, track, kind, since, looks, told, ended, flaps, detail, network in rows
        }

    def put(self, episodes: Mapping[tuple[str, Track], Episode | None]) -> None:
        for (source, track), episode in episodes.items():
            if episode is None:
                self._db.execute("delete from source_health where source = ? and track = ?", (source, track))
                continue
            self._db.execute(
                "insert into source_health (source, track, kind, since, looks, told, ended, flaps, detail, network) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (source, track) do update set kind = excluded.kind, "
                "since = excluded.since, looks = excluded.looks, told = excluded.told, ended = excluded.ended, "
                "flaps = excluded.flaps, detail = excluded.detail, network = excluded.network",
                (
                    source,
                    track,
                    episode.kind,
                    to_us(episode.since),
                    episode.looks,
                    to_us(episode.told),
                    to_us(episode.ended),
                    episode.flaps,
                    episode.detail,
                    episode.network,
                ),
            )

    def ill(self, sources: Collection[str]) -> dict[str, tuple[str, datetime]]:
        rows = self._db.execute(
            "select source, kind, since from source_health where told is not null and since is not null "
            "and track <> 'gap' and source in (select value from json_each(?)) order by source, told",
            (json.dumps(list(sources)),),
        )
        return {source: (kind, from_us(since)) for source, kind, since in rows}

    def happened(self, event: HealthEvent, says: str, occasion: str) -> None:
        self._db.execute(
            "insert into source_events (source, kind, over, severity, since, at, says, occasion) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.source,
                event.kind,
                event.over,
                event.severity,
                to_us(event.since),
                to_us(event.at),
                says,
                occasion,
            ),
        )

    def reaches(self, sources: Mapping[str, tuple[timedelta, str]]) -> list[Reach]:
        rows = self._db.execute(
            "select s.source, s.last_checked, h.since from source_state s left join source_health h "
            "on h.source = s.source and h.track = 'answer' and h.network = 1 and h.since is not null "
            "where s.gone is null and s.last_checked is not null and s.source in (select value from json_each(?))",
            (json.dumps(list(sources)),),
        )
        return [
            Reach(
                source=source,
                host=sources[source][1],
                checked=from_us(checked),
                failing=from_us(since),
                every=sources[source][0],
            )
            for source, checked, since in rows
            if since is not None or sources[source][1] != source
        ]

    def outage(self) -> Outage | None:
        row = self._db.execute("select since, told, returned, occasion from outage").fetchone()
        if row is None:
            return None
        since, told, returned, occasion = row
        return Outage(since=from_us(since), told=from_us(told), returned=from_us(returned), occasion=occasion)

    def save_outage(self, outage: Outage | None) -> None:
        if outage is None:
            self._db.execute("delete from outage")
            return
        self._db.execute(
            "insert or replace into outage (id, since, told, returned, occasion) values (1, ?, ?, ?, ?)",
            (to_us(outage.since), to_us(outage.told), to_us(outage.returned), outage.occasion),
        )
