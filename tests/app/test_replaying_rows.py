"""A replay judges rows of tables as the live run did: what came, changed or went, and in which fields."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.pipeline.polls import polls
from tests.servers import reply
from watcher.app.backtesting import backtest
from watcher.stores.sqlite.replaying import Span
from watcher.stores.sqlite.times import from_us

MORE = ", key: id, watch: [name, country, source], label: name, since: null"
RULES = """\
format: 1
rules:
  - id: comes
    title: A firm comes
    severity: urgent
    when: {table: wire, change: added}
    examples:
      match: [{row: {name: A}}, {row: {name: B}}]
      skip: ["A", {row: {name: A}, change: removed}]
  - id: moves
    title: A firm stands on another list
    severity: warning
    when: {all: [{table: wire, change: changed, fields: source}, {words: [ascend]}]}
    examples:
      match:
        - {row: {name: Ascend, source: SDN}, before: {name: Ascend, source: DPL}, change: changed}
        - {row: {name: Ascend, source: MEU}, before: {name: Ascend, source: DPL}, change: changed}
      skip: ["A", {row: {name: Ascend, source: SDN}}]
  - id: goes
    title: A firm goes
    severity: notice
    when: {table: wire, change: removed}
    examples:
      match: [{row: {name: A}, change: removed}, {row: {name: B}, change: removed}]
      skip: ["A", {row: {name: A}}]
"""


def row(number: int, name: str, source: str) -> dict[str, str]:
    return {"id": str(number), "name": name, "source": source, "country": "CN"}


async def test_a_replay_decides_of_rows_what_the_live_run_decided(tmp_path):
    table = [row(number, f"Firm {number}", "SDN") for number in range(12)]
    async with polls(tmp_path, kind="table", path="/t", more=MORE) as at:
        at.here.change(rules=RULES)
        for rows in (
            table,
            [*table, row(99, "Ascend", "DPL")],
            [*table, row(99, "Ascend", "SDN")],
            [*table, row(99, "Ascend Magnetics", "SDN")],
            table,
        ):
            at.answer(reply(200, body=json.dumps(rows).encode()), "/t")
            at.here.now += timedelta(hours=1)
            await at.poll()
        live = at.here.rows(
            "select o.seen, m.rule, m.severity, m.reason from matches m "
            "join observations o on o.number = m.observation order by o.seen, m.rule"
        )

        done = backtest(tmp_path / "watcher.db", at.here.runtime, Span(since=None, until=at.here.now))

    assert [rule for _, rule, _, reason in live if reason != "first_sight"] == ["comes", "moves", "goes"]
    assert [(each.at, each.rule, each.severity, each.reason) for each in done.decided] == [
        (from_us(seen), *rest) for seen, *rest in live
    ]
