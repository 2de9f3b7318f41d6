"""A feed with a hub, over real sockets: asked, confirmed, called; a call gets the feed polled and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, quote

from tests.pipeline.world import World, world
from tests.servers import FaultServer, Seen, reply
from tests.web.test_web import FINE, Answer, ask
from watcher.app.websub import Subscriber
from watcher.fetch import Fetcher
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.web.application import application
from watcher.web.hubs import Hubs
from watcher.web.listen import serve
from watcher.web.pushes import Pushes
from watcher.web.routes import ways

CONFIG = """\
network: any
store: {{path: watcher.db}}
operator: {{route: operator}}
listen: {{public_url: "https://watch.example"}}
sources:
  wire: {{kind: feed, url: "{url}", websub: true}}
  plain: {{kind: feed, url: "{url}"}}
channels:
  ops: {{kind: file, path: ops.txt}}
routes:
  operator: {{channels: [ops]}}
rules: [rules.yaml]
"""


class Nobody:
    """No source is pushed to."""

    def prove(self, _path, _headers, _body):
        return None


@dataclass(slots=True)
class Engine:
    runtime: object
    nudged: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def nudge(self, source: str) -> None:
        self.nudged.put_nowait(source)


@dataclass(slots=True)
class Hubbed:
    here: World
    server: FaultServer
    engine: Engine
    subscriber: Subscriber
    port: int
    forms: list[dict[str, list[str]]]

    @property
    def path(self) -> str:
        return self.forms[-1]["hub.callback"][0].removeprefix("https://watch.example")

    async def confirm(self, topic: str | None = None) -> Answer:
        topic = quote(topic or self.forms[-1]["hub.topic"][0], safe="")
        query = f"hub.mode=subscribe&hub.topic={topic}&hub.challenge=c-1&hub.lease_seconds=3600"
        return await ask(self.port, f"{self.path}?{query}")

    async def call(self, body: bytes = b"<feed/>", *, secret: str | None = None, path: str | None = None) -> Answer:
        key = (secret or self.forms[-1]["hub.secret"][0]).encode()
        signature = hmac.new(key, body, hashlib.sha256).hexdigest()
        head = f"x-hub-signature: sha256={signature}\r\ncontent-length: {len(body)}\r\n"
        return await ask(self.port, path or self.path, method="POST", head=head, body=body)


@contextlib.asynccontextmanager
async def hubbed(tmp_path, *, status: int = 202) -> AsyncIterator[Hubbed]:
    async with FaultServer() as server, contextlib.AsyncExitStack() as stack:
        config = CONFIG.format(url=server.url("/feed"))
        here = await stack.enter_async_context(world(tmp_path, config=config, seen=False))
        http = await stack.enter_async_context(Http(Guard(ThreadResolver())))
        links = f'<{server.url("/hub")}>; rel="hub", <{server.url("/feed")}>; rel="self"'
        server.route("/feed", reply(200, ("Link", links), body=b"<rss></rss>"))
        forms: list[dict[str, list[str]]] = []

        async def hub(seen: Seen, writer: asyncio.StreamWriter) -> None:
            forms.append(parse_qs(seen.body.decode()))
            writer.write(reply(status, body=b""))

        server.route("/hub", hub)
        engine = Engine(here.runtime)
        subscriber = Subscriber(
            fetcher=Fetcher(http, None, lambda: here.now),
            engine=engine,  # type: ignore[arg-type]
            clock=lambda: here.now,
            public_url=lambda: "https://watch.example",
        )
        table = ways(lambda: FINE, Pushes(Nobody()), Hubs(subscriber))  # type: ignore[arg-type]
        port = await stack.enter_async_context(serve(application(table), host="127.0.0.1", port=0))
        yield Hubbed(here, server, engine, subscriber, port, forms)


async def test_asked_confirmed_called_and_renewed(tmp_path):
    async with hubbed(tmp_path) as at:
        await at.subscriber.run()
        confirmed = await at.confirm()
        called = await at.call()
        async with asyncio.timeout(5):
            nudged = await at.engine.nudged.get()
        await at.subscriber.run()

        assert (confirmed.status, confirmed.body, called.status, nudged) == (200, b"c-1", 202, "wire")
        assert len(at.forms) == 1
        at.here.now += timedelta(minutes=61)
        await at.subscriber.run()
        assert [form["hub.callback"] for form in at.forms] == [at.forms[0]["hub.callback"]] * 2


async def test_what_is_not_ours_or_not_signed_has_no_effect(tmp_path):
    async with hubbed(tmp_path) as at:
        await at.subscriber.run()

        assert (await at.confirm("https://other.example/feed")).status == 404
        assert (await at.call(secret="a guess")).status == 202
        assert (await at.call(path="/in/~websub/unknown")).status == 410
        assert (await ask(at.port, f"{at.path}x?hub.mode=subscribe")).status == 404
        assert (await ask(at.port, at.path, method="DELETE")).status == 405
        await asyncio.sleep(0)
        assert at.engine.nudged.empty()


async def test_calls_without_end_get_the_feed_polled_now_and_then(tmp_path):
    async with hubbed(tmp_path) as at:
        await at.subscriber.run()
        for _ in range(5):
            await at.call()
        async with asyncio.timeout(5):
            await at.engine.nudged.get()

        assert at.engine.nudged.empty()


async def test_a_hub_that_refuses_is_left_alone_for_an_hour(tmp_path):
    async with hubbed(tmp_path, status=500) as at:
        for _ in range(3):
            await at.subscriber.run()
        at.here.now += timedelta(minutes=61)
        await at.subscriber.run()

        assert len(at.forms) == 2


async def test_without_a_hub_or_an_address_nobody_is_asked(tmp_path):
    async with hubbed(tmp_path) as at:
        at.subscriber.public_url = lambda: None
        await at.subscriber.run()
        at.subscriber.public_url = lambda: "https://watch.example"
        at.server.route("/feed", reply(200, body=b"<rss></rss>"))
        await at.subscriber.run()

        assert at.forms == []
