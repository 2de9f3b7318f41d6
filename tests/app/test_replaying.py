"""A replay decides as the live run did: the same stream through both gives the same matches with the same Reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.test_matters import GRANTED, RUMOUR, told
from tests.pipeline.test_matters import RULES as MATTERS
from tests.pipeline.world import CONFIG, MONDAY, entry, plain, world
from watcher.app.backtesting import backtest
from watcher.app.replaying import matched, plan
from watcher.stores.sqlite.replaying import Span
from watcher.stores.sqlite.times import from_us

RULES = """\
format: 1
rules:
  - id: bans
    title: An export ban is announced
    severity: {urgent: {trust: authority}, else: warning}
    when: {words: [export ban]}
    examples: {match: ["An export ban.", "The export ban."], skip: ["The mine.", "Nothing."]}
  - id: mines
    title: A mine
    severity: notice
    when: {regex: "mi(ne|ll)"}
    examples: {match: ["A mine opens.", "A mill opens."], skip: ["Gold.", "Nothing."]}
  - id: gallium
    title: Gallium in the title of two sources
    severity: notice
    when: {all: [{words: [gallium, 镓价], in: title}], none: [{source: daily}]}
    examples: {match: ["Gallium is dear.", "镓价上涨。"], skip: ["Gold.", "Nothing."]}
  - id: three-mines
    title: Three stories of mines in a day
    severity: warning
    when: {words: [mine]}
    require: {count: 3, within: 1d}
    examples: {tests: [a]}
  - id: mines-silent
    title: No mine for two days
    severity: notice
    when: {words: [mine]}
    require: {silent: 2d}
    examples: {tests: [a]}
tests:
  - name: a
    rules: [three-mines, mines-silent]
    start: 2026-03-02T09:00Z
    steps:
      - {at: 0h, repeat: {times: 3, every: 1h}, article: {id: m, text: "The mine opens."}}
      - {at: 4d, expect: {alerts: [{rule: three-mines, times: 1}, {rule: mines-silent, times: 1}]}}
"""

TESTED = """\
tests:
  - name: a
    rules: [floor-silent]
    start: 2026-03-02T09:00Z
    steps:
      - {at: 0h, repeat: {times: 2, every: 1h}, article: {id: m, text: "Nothing."}}
      - {at: 4d, expect: {alerts: [{rule: floor-silent}]}}
"""


async def _stream(here):
    at = MONDAY
    await here.publish("wire", entry("first"), plain("one"))
    for hours, source, entries in [
        (1, "daily", [entry("second", link="https://daily.example/second")]),
        (
            2,
            "ministry",
            [entry("third", link="https://ministry.example/third", title="Export ban on gallium in force")],
        ),
        (3, "wire", [plain("two"), plain("three"), plain("four")]),
        (
            4,
            "wire",
            [entry("first", content_html="<p>The ministry announced an export ban on gallium, from 1 June.</p>")],
        ),
        (5, "wire", [entry("fifth", title="Antimony: no export ban", published=at - timedelta(days=40))]),
        (6, "wire", [entry("first", title="Nothing", content_html="<p>It was a mistake of ours, and no more.</p>")]),
        (80, "wire", [plain("five")]),
        (
            81,
            "wire",
            [entry("five", title="Mine five", content_html="<p>The mine five reopens, and an export ban ends.</p>")],
        ),
    ]:
        here.now = at + timedelta(hours=hours)
        await here.publish(source, *(replace(each, published=each.published) for each in entries))


def _live(here):
    found = here.rows(
        "select o.seen, m.rule, o.article, m.severity, m.reason from matches m "
        "join observations o on o.number = m.observation order by o.seen, m.rule, o.article"
    )
    return [(from_us(seen), *rest) for seen, *rest in found]


def _said(decided):
    return sorted(
        (each.at, each.rule, each.row, each.severity, each.reason) for each in decided if each.reason != "retracted"
    )


@pytest.mark.parametrize("seen", [True, False])
async def test_a_replay_decides_what_the_live_run_decided(tmp_path, seen):
    async with world(tmp_path, rules=RULES, seen=seen) as here:
        await _stream(here)
        live = _live(here)

        done = backtest(tmp_path / "watcher.db", here.runtime, Span(since=None, until=here.now))

    assert {rule for _, rule, *_ in live} == {"bans", "mines", "gallium", "three-mines", "mines-silent"}
    assert _said(done.decided) == live
    assert all(
        each.then is not None and each.then[0] == each.reason for each in done.decided if each.reason != "retracted"
    )
    assert ("retracted" in {each.reason for each in done.decided}) is bool(
        here.rows("select 1 from decisions where reason = 'retracted'")
    )


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
async def test_two_processes_match_what_one_does(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await _stream(here)
        path = tmp_path / "watcher.db"
        planned = plan(path, here.runtime.rule_set.rules, Span(since=None, until=here.now))

        together = matched(path, here.runtime, planned.numbers, alone=0)

    assert together.rows
    assert together == matched(path, here.runtime, planned.numbers)


async def test_rules_on_matters_are_replayed_along_the_time_lines(tmp_path):
    silent = """\
  - id: floor-silent
    title: Nothing on the floor for two days
    severity: notice
    when: {matter: floor, change: [status, note, evidence]}
    require: {silent: 2d}
    examples: {tests: [a]}
"""
    async with world(tmp_path, rules=MATTERS + silent + TESTED) as here:
        await here.publish("wire", told("a", GRANTED), told("b", RUMOUR))
        here.now += timedelta(days=1)
        await here.publish("daily", told("c", "The Stibnite mine has its final permit, which the Army Corps issued."))
        here.now += timedelta(days=5)
        await here.publish("ministry", told("d", "The Army Corps revoked the final permit for the Stibnite mine."))
        live = _live(here)

        done = backtest(tmp_path / "watcher.db", here.runtime, Span(since=None, until=here.now))

    assert {rule for _, rule, *_ in live} == {"moves", "notes", "floor-silent"}
    assert _said(done.decided) == live
    assert [each for each in done.decided if each.then is None or each.then[0] != each.reason] == []


async def test_what_is_held_live_is_no_part_of_a_replay(tmp_path):
    quiet = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [desk], wait: 1d}")
    async with world(tmp_path, config=quiet) as here:
        await here.publish("wire", entry("first"))
        assert here.rows("select count(*) from held") == [(1,)]
        done = backtest(tmp_path / "watcher.db", here.runtime, Span(since=None, until=here.now))
        assert here.rows("select count(*) from held") == [(1,)]

    assert done.reasons == {"raised": 1}
