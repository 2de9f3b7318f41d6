"""The daemon itself keeps who left a list away from it under a new name, before it sends anything."""

from __future__ import annotations

from pathlib import Path

from tests.faults.desk import desk_at
from watcher.stores.links import Unsubscribed


async def test_a_reload_with_a_route_renamed_brings_nobody_back(tmp_path: Path) -> None:
    async with desk_at(tmp_path) as desk:
        await desk.daemon.reload()
        gone = Unsubscribed(
            channel="mail", recipient="desk@example.org", list="route:desk", since=desk.now, how="on the page"
        )
        await desk.daemon.store.write(lambda turn: turn.links.leave(gone))
        path = tmp_path / "watcher.yaml"
        path.write_text(path.read_text().replace("{route: desk}", "{route: news}").replace("{desk: {", "{news: {"))
        rules = tmp_path / "rules.yaml"
        rules.write_text(rules.read_text().replace("tell: desk", "tell: news"))

        await desk.daemon.reload()

        left = await desk.rows("select list from unsubscribed where ended is null order by number")
        assert left == [("route:news",)]
