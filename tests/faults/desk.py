"""A daemon with a Slack-like, a webhook and a mail channel on loopback, on a clock moved by hand.

In a test: `async with desk_at(tmp_path) as desk: await desk.tell(1, "slack"); await desk.after(minutes=5)`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.faults.http_receiver import HttpReceiver
from tests.faults.smtp import SmtpFaults
from tests.make import NOW, make_told
from watcher.app.daemon import Daemon, opened
from watcher.app.loading import load
from watcher.core.model import OccasionId
from watcher.core.telling.messages import AlertMessage
from watcher.core.telling.outbox import Occasion
from watcher.pipeline.telling.changes import encode

CONFIG = """\
operator: {{route: desk}}
store: {{path: watcher.db, free_disk_floor: 0B}}
listen: null
sources: {{quiet: {{kind: feed, url: "http://127.0.0.1:9/", enabled: false, network: any}}}}
channels:
  slack: {{kind: slack, url: "{slack}", network: any, rate: unlimited}}
  hook: {{kind: webhook, url: "{hook}", network: any, secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]}}
  mail:
    kind: email
    network: any
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: me, password: "{{word}}"}}
    from: watcher@example.org
    to: [desk@example.org]
routes: {{desk: {{channels: [slack, hook, mail]}}}}
rules: [rules.yaml]
"""
RULES = """\
format: 1
rules:
  - id: gallium
    title: Gallium in the news
    severity: warning
    when: {words: [gallium]}
    tell: desk
    examples: {match: ["The gallium waits.", "No gallium came."], skip: ["Copper is loaded.", "The board met."]}
"""


@dataclass(slots=True)
class Desk:
    """A daemon whose clock stands still, and its receivers."""

    daemon: Daemon
    slack: HttpReceiver
    hook: HttpReceiver
    smtp: SmtpFaults
    now: datetime = NOW

    async def tell(self, number: int, *channels: str, **changes: object) -> None:
        """Let message `number` be told on these channels."""
        told = make_told(alert=f"a-{number}", occasion=f"alert:a-{number}:1", headline=f"Message {number}", **changes)
        content = encode(AlertMessage(route="desk", alerts=(told,)))
        occasion = Occasion(id=OccasionId(f"test:{number:04}"), kind="alert", content=content, at=self.now)
        recipients = {"slack": "", "hook": "", "mail": "desk@example.org"}
        ways = [(name, recipients[name]) for name in channels]
        await self.daemon.store.write(lambda turn: turn.outbox.tell(occasion, ways))

    async def after(self, *, steps: int = 1, **gap: float) -> None:
        """Move the clock on so often by that much, and let everything due be sent each time."""
        for _ in range(steps):
            self.now += timedelta(**gap)
            await self.send()

    async def send(self) -> None:
        """Let everything that is due now be sent."""
        for _ in range(20):
            await self.daemon.engine.wake_senders()
            busy = [task for task in self.daemon.engine.senders.tasks.values() if not task.done()]
            if not busy:
                return
            await asyncio.wait(busy, timeout=10)
        raise AssertionError("the senders never come to rest")

    async def states(self, channel: str) -> Counter[str]:
        """How many of the channel's messages are in which state; notices don't count."""

        def work(turn: object) -> list[tuple[str]]:
            query = "select state from deliveries where channel = ? and occasion like 'test:%'"
            rows: list[tuple[str]] = turn.db.execute(query, (channel,)).fetchall()  # type: ignore[attr-defined]
            return rows

        return Counter(row[0] for row in await self.daemon.store.read(work))

    async def rows(self, query: str) -> list[Any]:
        """Ask the database."""
        return await self.daemon.store.read(lambda turn: turn.db.execute(query).fetchall())

    def order(self, receiver: HttpReceiver) -> list[int]:
        """The numbers of the messages in the order in which they came; notices don't count."""
        bodies = [request.body.decode() for request in receiver.received]
        found = [re.search(r"Message (\d+)", body) for body in bodies if "Waiting:" not in body]
        return [int(each[1]) for each in found if each]

    def notices(self, receiver: HttpReceiver, words: str) -> int:
        """How many notices with these words a receiver got."""
        return sum(words in request.body.decode() for request in receiver.received)


@contextlib.asynccontextmanager
async def desk_at(folder: Path, config: str = CONFIG) -> AsyncIterator[Desk]:
    """A desk on an empty database. A sender that waits for its channel's pace moves the clock on instead."""
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(HttpReceiver())
        hook = await stack.enter_async_context(HttpReceiver())
        smtp = await stack.enter_async_context(SmtpFaults())
        text = config.format(slack=slack.url, hook=hook.url, smtp=smtp.port)
        (folder / "watcher.yaml").write_text(text.replace("{word}", "${WORD}"))
        (folder / "rules.yaml").write_text(RULES)
        environ = {"WORD": "let me in"}
        loaded, problems = load(folder / "watcher.yaml", environ, NOW)
        assert loaded is not None, [str(problem) for problem in problems]
        clock: list[Desk] = []
        daemon = await stack.enter_async_context(
            opened(folder / "watcher.yaml", environ, loaded, clock=lambda: clock[0].now if clock else NOW)
        )
        desk = Desk(daemon, slack, hook, smtp)
        clock.append(desk)

        async def pause(seconds: float) -> None:
            desk.now += timedelta(seconds=seconds)
            await asyncio.sleep(0)

        daemon.engine.delivering = replace(daemon.engine.delivering, pause=pause)
        await daemon.engine.adopt(loaded.runtime)
        yield desk
