"""Rules on the health of sources: an alert instead of the plain notice, and its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.world import CONFIG, World, world
from watcher.core.ledger import PollMark
from watcher.pipeline.taking_in.health import watch

RULES = """\
format: 1
rules:
  - id: source-broken
    title: A source fails or is back
    severity: warning
    when: {health: STATES, source: "wi*"}
    tell: WAY
    examples: {tests: [fails]}
tests:
  - name: fails
    rules: [source-broken]
    start: 2026-01-29T20:00Z
    setup: {sources: {wire: {trust: trade_press}, daily: {trust: wire}}, routes: {desk: {}, operator: {}}}
    steps:
      - {at: 1h, health: {source: daily, state: failing}}
      - {at: 1h, expect: {alerts: []}}
      - {at: 5h, health: {source: wire, state: failing}}
      - {at: 5h, expect: {alerts: [{rule: source-broken}]}}
"""


def rules(way: str = "operator", states: str = "[failing, empty, recovered]") -> str:
    return RULES.replace("WAY", way).replace("STATES", states)


async def look(here: World, *, ok: bool, source: str = "wire", trouble: str = "challenge") -> None:
    here.now += timedelta(hours=1)
    mark = PollMark(
        source=source, next_due=here.now, checked=here.now, ok=ok, error=None if ok else "answer 403", trouble=trouble
    )
    await here.store.write(lambda turn: watch(turn, here.runtime, [mark]))


async def fail(here: World, source: str = "wire", trouble: str = "broken") -> None:
    for _ in range(3):
        await look(here, ok=False, source=source, trouble=trouble)


async def test_an_alert_of_a_rule_takes_the_place_of_the_notice(tmp_path):
    async with world(tmp_path, rules=rules(), config=CONFIG.replace(', when: "rule:nothing"', "")) as here:
        before = len(here.notices())
        await fail(here)
        (alert,) = here.told("ops")
        assert alert.news[0] == "wire is failing"
        assert len(here.notices()) == before
        assert ("raised", "hidden") in here.decisions("notice")
        assert here.rows("select subject, state from alerts") == [("source:wire", "open")]
        assert here.rows("select occasion from source_events")[-1] == (f"alert:{alert.alert}:1",)

        await look(here, ok=True)
        assert [(each.change, each.news[0]) for each in here.told("ops")[1:]] == [("updated", "wire is recovered")]
        assert len(here.notices()) == before
        assert here.rows("select state from alerts") == [("closed",)]

        await fail(here, trouble="challenge")
        await fail(here, trouble="challenge")
        await fail(here, source="daily")
        assert len(here.told("ops")) == 2, "the rule asks neither for a challenge nor for that source"
        assert len(here.notices()) == before + 2


async def test_a_rule_that_tells_other_channels_leaves_the_notice_alone(tmp_path):
    async with world(tmp_path, rules=rules("desk", "[failing]")) as here:
        before = len(here.notices())
        await fail(here)
        assert len(here.told("desk")) == 1
        assert len(here.notices()) == before + 1
        await look(here, ok=True)
        assert here.rows("select state from alerts") == [("closed",)]
        assert len(here.told("desk")) == 1, "it does not ask for that"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("{health: broken}", 'R017] unknown state "broken"; allowed: failing, empty'),
        ("{health: gone, source: wires}", 'R017] unknown source "wires"'),
        ("{any: [{health: gone}, {words: [gallium]}]}", 'R024] one branch has "health"'),
    ],
)
async def test_what_check_says_of_faults(tmp_path, said, fault):
    text = rules().replace('{health: [failing, empty, recovered], source: "wi*"}', said)
    with pytest.raises(AssertionError) as caught:
        async with world(tmp_path, rules=text, config=CONFIG):
            pass

    assert fault in str(caught.value)
