"""What comes by itself is polled at once, also while its source is being polled."""

from __future__ import annotations

import json

from tests.commands.world import world
from tests.engines.test_embedded import running
from watcher.app.inboxes import Inboxes

CONFIG = """\
network: any
store: {path: watcher.db}
operator: {contact: ops@example.org, route: operator}
listen: {public_url: "https://watch.example"}
sources:
  desk: {kind: webhook, path: /in/desk, secret: whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD, every: 1h, fields: {title: title}}
channels:
  desk: {kind: file, path: FOLDER/desk.txt}
  ops: {kind: file, path: FOLDER/ops.txt}
routes:
  desk: {channels: [desk]}
  operator: {channels: [ops], when: "rule:nothing"}
rules: [rules.yaml]
"""


def push(title: str) -> bytes:
    return json.dumps({"title": title}).encode()


async def test_a_push_is_told_at_the_next_beat(tmp_path):
    async with world(tmp_path) as here:
        here.config.write_text(CONFIG.replace("FOLDER", str(tmp_path)), encoding="utf-8")
        async with running(here) as daemon:
            engine = daemon.engine
            await engine.tick()
            await engine.idle()
            inboxes = Inboxes(store=daemon.store, engine=engine, clock=daemon.clock)
            body = push("Ministry announces export ban on gallium")

            kept = await inboxes.keep("desk", "1", "/in/desk", "application/json", body)
            await engine.tick()
            await engine.idle()

            assert (kept, engine.progress.told, engine.progress.sent) == ("kept", 1, 1)


async def test_a_push_during_a_poll_is_not_forgotten_by_its_mark(tmp_path):
    async with world(tmp_path) as here:
        here.config.write_text(CONFIG.replace("FOLDER", str(tmp_path)), encoding="utf-8")
        async with running(here) as daemon:
            engine = daemon.engine
            inboxes = Inboxes(store=daemon.store, engine=engine, clock=daemon.clock)
            await engine.tick()
            # It comes while the poll is under way, whose mark then says: due in an hour.
            await inboxes.keep("desk", "1", "/in/desk", "application/json", push("Ministry announces export ban"))
            await engine.idle()
            await engine.tick()
            await engine.idle()

            assert engine.progress.told == 1
