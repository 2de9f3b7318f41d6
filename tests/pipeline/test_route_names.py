from __future__ import annotations

from tests.make import make_alert_message
from tests.pipeline.world import CONFIG, world
from watcher.core.telling.messages import AlertMessage
from watcher.pipeline.sending.delivering import for_channel

TWO = CONFIG.replace("routes:\n", 'routes:\n  press: {channels: [lab, desk], when: "rule:nothing"}\n')


async def test_a_message_names_the_routes_that_lead_to_its_channel(tmp_path):
    async with world(tmp_path, config=TWO, seen=False) as here:

        def named(route: str, channel: str) -> str:
            message = for_channel(make_alert_message(route=route), here.runtime, channel)
            assert isinstance(message, AlertMessage)
            return message.route

        assert named("desk, press", "lab") == "press"
        assert named("desk, press", "desk") == "desk, press"
        assert named("desk", "lab") == "desk"
        assert named("desk, gone", "desk") == "desk"
