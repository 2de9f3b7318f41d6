from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal

from watcher.cli import main
from watcher.core.series import Conversion, PointRecord, Rate
from watcher.core.units import unit
from watcher.stores.sqlite import SqliteStore

CONFIG = """\
listen: null
sources:
  ndpr: {kind: series, url: "https://prices.example/ndpr.csv"}
channels: {desk: {kind: file, path: desk.txt}}
routes: {desk: {channels: [desk]}}
"""
RATE = Rate(unit=unit("CNY/USD"), at=datetime(2026, 11, 19, tzinfo=UTC), value=Decimal("7.05"))


def point(day: int, value: str | None, conversion: Conversion, revision: int = 1) -> PointRecord:
    return PointRecord(
        at=datetime(2026, 11, day, tzinfo=UTC),
        revision=revision,
        value=value,
        unit="CNY/t incl VAT",
        into="USD/kg",
        conversion=conversion,
        released=None,
        seen=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
    )


async def stored(folder) -> list[str]:
    (folder / "watcher.yaml").write_text(CONFIG, encoding="utf-8")
    store = await SqliteStore.open(folder / "watcher.db")
    points = [
        point(18, None, Conversion(flags=("missing",))),
        point(19, "868000", Conversion(value="108.9562543", rate=RATE)),
        point(20, "860000", Conversion(value="107")),
        point(20, "861000", Conversion(flags=("unconverted",)), revision=2),
    ]
    await store.write(lambda turn: turn.points.add("ndpr", points))
    await store.close()
    return ["--config", str(folder / "watcher.yaml"), "series"]


async def test_values_are_shown_with_their_conversion_or_why_there_is_none(tmp_path, capsys):
    command = await stored(tmp_path)

    assert await asyncio.to_thread(main, [*command, "ndpr"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        (
            "ndpr  2026-11-20  861000 CNY/t incl VAT (unconverted: no exchange rate of that day or the 7 before) "
            "(revision 2, seen 2026-11-21 08:30Z)"
        ),
        "ndpr  2026-11-19  868000 CNY/t incl VAT = 108.9562543 USD/kg (at 7.05 CNY/USD of 2026-11-19)",
        "ndpr  2026-11-18  missing CNY/t incl VAT",
    ]
    assert told.err == "3 values\n"

    assert await asyncio.to_thread(main, [*command, "--json"]) == 0
    (newest,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (newest["value"], newest["flags"], newest["revision"]) == ("861000", ["unconverted"], 2)


async def test_a_series_that_is_not_there_is_told_with_the_one_that_is_meant(tmp_path, capsys):
    command = await stored(tmp_path)

    assert await asyncio.to_thread(main, [*command, "npdr"]) == 1
    assert 'series npdr: no values are stored, did you mean "ndpr"?' in capsys.readouterr().err
    assert await asyncio.to_thread(main, [*command, "--limit", "0"]) == 2
