"""A control list within minutes, repeated until somebody acknowledges it; what suspends it afterwards passes at once."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from tests.pipeline.world import CONFIG, entry, world
from tests.tools import ROOT
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.escalating import escalate_due

MINUTE = timedelta(minutes=1)
DUTY = (
    CONFIG.replace(
        "desk: {channels: [desk]}",
        'desk: {channels: [desk], when: "rule:cn-controls", escalate: {after: 15m, repeat: 15m, times: 10, to: oncall}}\n'
        '  oncall: {channels: [lab], when: "rule:nothing"}',
    )
    .replace("channels: [lab]}\nrules", "channels: [ops]}\nrules")
    .replace("rules: [rules.yaml]", "rules: [controls.yaml]")
)
LISTED = "商务部 海关总署公布对钐、钆、铽、镝、镥、钪、钇等7类中重稀土相关物项实施出口管制的决定，自公布之日起实施。"


@pytest.mark.slow
async def test_a_control_list_is_told_at_once_and_again_until_it_is_acknowledged(tmp_path):
    shutil.copy(ROOT / "rules" / "jobs" / "controls.yaml", tmp_path)
    async with world(tmp_path, config=DUTY) as here:
        await here.publish(
            "ministry",
            entry("2025-18", title="公告2025年第18号", content_html=f"<p>{LISTED}</p>", published=here.now),
        )
        assert [(told.rule, told.severity) for told in here.told("desk")] == [("cn-controls", "urgent")]
        ((alert,),) = here.rows("select id from alerts where rule = 'cn-controls'")
        for _ in range(4):
            here.now += 15 * MINUTE
            assert await escalate_due(here.store, here.runtime, here.now) == 1
        assert [told.reminder.number for told in here.told("lab")] == [1, 2, 3, 4]
        await here.store.write(lambda turn: lifecycle.acknowledge(turn, alert, "anna", here.now, "link"))
        here.now += 600 * MINUTE
        assert await escalate_due(here.store, here.runtime, here.now) == 0
