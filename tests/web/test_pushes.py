"""Pushes over real sockets: what is signed is stored before the answer, everything else leaves no trace."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from standardwebhooks import Webhook

from tests.pipeline.world import MONDAY, world
from tests.web.test_web import FINE, Answer, ask
from watcher.app.inboxes import MOST_A_MINUTE, Inboxes
from watcher.core.errors import StoreError
from watcher.stores.sqlite import SqliteStore
from watcher.web import pushes
from watcher.web.application import application
from watcher.web.listen import serve
from watcher.web.pushes import MOST_BYTES, Pushes
from watcher.web.routes import ways

SECRET = "whsec_" + "QUJD" * 10
BODY = json.dumps({"title": "Ministry sets an export ban"}).encode()
CONFIG = f"""\
store: {{path: watcher.db}}
operator: {{route: operator}}
listen: {{public_url: "https://watch.example"}}
sources:
  desk: {{kind: webhook, path: /in/desk, secret: {SECRET}, fields: {{title: title}}}}
  lab: {{kind: webhook, path: /in/lab, signature: hmac, secret: {"x" * 32}, fields: {{title: title}}}}
channels:
  ops: {{kind: file, path: ops.txt}}
routes:
  operator: {{channels: [ops]}}
rules: [rules.yaml]
"""


@dataclass(slots=True)
class Engine:
    """What an inbox needs of the engine."""

    runtime: object
    nudged: list[str] = field(default_factory=list)

    def nudge(self, source: str) -> None:
        self.nudged.append(source)


@dataclass(slots=True)
class Place:
    port: int
    engine: Engine
    store: SqliteStore

    async def post(
        self,
        body: bytes = BODY,
        *,
        path: str = "/in/desk",
        signed: bytes | None = None,
        id_: str = "msg_1",
        at: datetime = MONDAY,
        kind: str = "application/json",
    ) -> Answer:
        signature = Webhook(SECRET).sign(id_, at, (body if signed is None else signed).decode())
        proof = (
            f"webhook-id: {id_}\r\nwebhook-timestamp: {int(at.timestamp())}\r\nwebhook-signature: {signature}\r\n"
            f"content-type: {kind}\r\n"
        )
        length = f"content-length: {len(body)}\r\n"
        return await ask(self.port, path, method="POST", head=proof + length, body=body)

    async def stored(self) -> list[tuple[str, bytes]]:
        return await self.store.read(
            lambda turn: [tuple(row) for row in turn.db.execute("select source, body from pushed order by number")]
        )


@contextlib.asynccontextmanager
async def place(tmp_path) -> AsyncIterator[Place]:
    async with world(tmp_path, config=CONFIG, seen=False) as here:
        engine = Engine(here.runtime)
        inboxes = Inboxes(store=here.store, engine=engine, clock=lambda: here.now)  # type: ignore[arg-type]
        app = application(ways(lambda: FINE, Pushes(inboxes)))
        async with serve(app, host="127.0.0.1", port=0) as port:
            yield Place(port, engine, here.store)


async def test_a_signed_push_is_stored_before_the_answer_and_once(tmp_path, caplog):
    caplog.set_level("INFO", "watcher.web.pushes")
    async with place(tmp_path) as at:
        first, again = await at.post(), await at.post()
        other = await at.post(id_="msg_2", kind="application/vnd.news+json; charset=utf-8")

        assert [first.status, again.status, other.status] == [202, 202, 202]
        assert (first.body, again.body) == (b"taken", b"taken before")
        assert await at.stored() == [("desk", BODY), ("desk", BODY)]
        assert at.engine.nudged == ["desk", "desk"]
        assert first.headers["cache-control"] == "no-store"
        said = [(each.getMessage(), vars(each)) for each in caplog.records if each.name == "watcher.web.pushes"]
        assert [event for event, _ in said] == ["push.kept", "push.known", "push.kept"]
        assert "a push of that id was stored" in str(said[1])


async def test_what_is_not_proved_is_refused_alike_and_leaves_no_trace(tmp_path):
    async with place(tmp_path) as at:
        answers = [
            await at.post(signed=b"{}"),
            await at.post(path="/in/nowhere"),
            await at.post(path="/in/lab"),
            await at.post(path="/in/desk/"),
            await at.post(at=MONDAY - timedelta(minutes=6)),
            await ask(at.port, "/in/desk", method="POST", head="content-length: 0\r\n"),
        ]

        assert {(each.status, each.body) for each in answers} == {(401, b"not without a valid signature")}
        assert (await at.stored(), at.engine.nudged) == ([], [])


async def test_only_json_by_post_and_no_more_than_may_be(tmp_path):
    async with place(tmp_path) as at:
        assert (await at.post(kind="text/html")).status == 415
        too_large = await ask(at.port, "/in/desk", method="POST", head=f"content-length: {MOST_BYTES + 1}\r\n")
        assert too_large.status == 413
        chunked = await ask(at.port, "/in/desk", method="POST", head="transfer-encoding: chunked\r\n")
        assert chunked.status == 413
        for method in ("GET", "PUT", "DELETE", "OPTIONS"):
            refused = await ask(at.port, "/in/desk", method=method)
            assert (refused.status, refused.headers["allow"]) == (405, "post")
        assert (await ask(at.port, "/healthz", method="POST", head="content-length: 0\r\n")).status == 405
        assert (await ask(at.port, "/in/desk", method="POST", host="evil.example")).status == 421
        assert await at.stored() == []


async def test_a_large_body_within_the_limit_is_taken(tmp_path):
    async with place(tmp_path) as at:
        assert (await at.post(b'"' + b"x" * 900_000 + b'"')).status == 202


async def test_a_body_that_never_comes_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(pushes, "READ_S", 0.05)
    async with place(tmp_path) as at:
        answer = await ask(at.port, "/in/desk", method="POST", head="content-length: 10\r\n", body=b"x")

        assert answer.status == 408


async def test_more_than_can_be_read_is_put_off(tmp_path, monkeypatch):
    monkeypatch.setattr("watcher.app.inboxes.MOST_WAITING", 1)
    async with place(tmp_path) as at:
        taken, refused = await at.post(), await at.post(id_="msg_2")

        assert (taken.status, refused.status, refused.headers["retry-after"]) == (202, 429, "60")
        assert len(await at.stored()) == 1
        monkeypatch.setattr("watcher.app.inboxes.MOST_WAITING", 9)
        monkeypatch.setattr("watcher.app.inboxes.MOST_A_MINUTE", 1)
        assert (await at.post(id_="msg_2")).status == 429
        monkeypatch.setattr("watcher.app.inboxes.MOST_A_MINUTE", MOST_A_MINUTE)
        monkeypatch.setattr("watcher.app.inboxes.MOST_WAITING_BYTES", 2 * len(BODY) - 1)
        assert (await at.post(id_="msg_2")).status == 429


async def test_a_push_that_cannot_be_stored_is_not_taken(tmp_path, monkeypatch):
    async def refuse(_self, _work):
        raise StoreError("disk full")

    async with place(tmp_path) as at:
        with monkeypatch.context() as patch:
            patch.setattr(SqliteStore, "write", refuse)
            answer = await at.post()

        assert (answer.status, answer.headers["retry-after"]) == (503, "60")


async def test_without_a_public_address_there_is_no_way_in():
    async with serve(application(ways(lambda: FINE)), host="127.0.0.1", port=0) as port:
        answer = await ask(port, "/in/desk", method="POST", head="content-length: 0\r\n")

    assert answer.status == 405


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 100_000])
async def test_what_a_push_says_is_not_read_here(tmp_path, body):
    async with place(tmp_path) as at:
        stamp = str(int(MONDAY.timestamp()))
        signed = b".".join((b"m", stamp.encode(), body))
        mac = base64.b64encode(hmac.new(base64.b64decode(SECRET[6:]), signed, hashlib.sha256).digest()).decode()
        head = f"webhook-id: m\r\nwebhook-timestamp: {stamp}\r\nwebhook-signature: v1,{mac}\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        answer = await ask(at.port, "/in/desk", method="POST", head=head, body=body)

        assert answer.status == 202
        assert await at.stored() == [("desk", body)]
