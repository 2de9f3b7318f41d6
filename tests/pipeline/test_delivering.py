from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.http_receiver import Answer, HttpReceiver
from tests.faults.smtp import SmtpFaults
from tests.make import make_told
from tests.pipeline.world import MONDAY, World, entry, world
from watcher.channels.base import Envelope
from watcher.config.places import data_dir
from watcher.core.errors import StoreError
from watcher.core.model import OccasionId
from watcher.core.telling.messages import AlertMessage, Message, NoticeMessage, Rendered
from watcher.core.telling.outbox import Occasion
from watcher.deliver import Transports
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.pipeline.sending.delivering import (
    MARK_AGAIN_S,
    MOST_UNSETTLED,
    POISON_ATTEMPTS,
    Delivered,
    Delivering,
    _zone,
    deliver,
)
from watcher.pipeline.sending.taking import LEASE, lease
from watcher.pipeline.telling.changes import encode, notify
from watcher.render.renderer import Renderer
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.deliveries import retry_dead
from watcher.stores.sqlite.times import from_us

CONFIG = """\
network: any
store: {{path: watcher.db}}
operator: {{contact: ops@example.org, route: operator}}
listen: {{public_url: "https://watcher.example"}}
sources:
  wire: {{kind: feed, url: "https://wire.example/feed", every: 15m, trust: wire}}
channels:
  desk: {{kind: slack, url: "{url}/services/T/B/X"}}
  hook: {{kind: webhook, url: "{url}/hook", secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}}
  mail: {{kind: email, smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: me, password: no}},
    from: watcher@example.org, to: [desk@example.org]}}
  ops: {{kind: file, path: "{folder}/ops.txt"}}
routes:
  desk: {{channels: [{to}], zone: Asia/Tokyo}}
  operator: {{channels: [{operator}], when: "rule:nothing"}}
rules: [rules.yaml]
"""


@dataclass(slots=True, kw_only=True)
class Sends:
    """A world with one Slack-like channel and what it takes to send on it."""

    here: World
    receiver: HttpReceiver
    delivering: Delivering

    async def send(self, channel: str = "desk") -> Delivered | None:
        """Send what is due next on a channel."""
        leased = await lease(self.delivering, channel)
        if leased is None:
            return None
        return await deliver(self.delivering, self.here.runtime, self.here.runtime.channels[channel], leased)

    def told_operator(self) -> list[tuple[str, str]]:
        """(kind, title) of the notices, first sight apart."""
        return [(notice.kind, notice.title) for notice in self.here.notices("ops") if notice.kind != "imported"]


@contextlib.asynccontextmanager
async def sends(
    folder: Path, *answers: Answer, to: str = "desk", operator: str = "ops", smtp: int = 25
) -> AsyncIterator[Sends]:
    """A world in which one alert waits for its delivery on the channel `to`."""
    async with HttpReceiver(answers) as receiver, contextlib.AsyncExitStack() as stack:
        config = CONFIG.format(url=receiver.url, folder=folder, to=to, operator=operator, smtp=smtp)
        here = await stack.enter_async_context(world(folder, config=config, sources=("wire",)))
        guard = Guard(ThreadResolver())
        http = await stack.enter_async_context(Http(guard))
        delivering = Delivering(
            store=here.store,
            transport=Transports(http, guard),
            renderer=Renderer(data_dir() / "templates", None),
            clock=lambda: here.now,
            hook=lambda _place: None,
        )
        await here.publish("wire", entry())
        yield Sends(here=here, receiver=receiver, delivering=delivering)


async def test_a_delivery_is_sent_once_and_its_words_are_kept(tmp_path):
    async with sends(tmp_path) as at:
        done = await at.send()

        assert done is not None
        assert done.state == "sent"
        assert await at.send() is None
        assert len(at.receiver.received) == 1
        ((state, attempts, rendered),) = at.here.rows(
            "select state, attempts, rendered from deliveries where channel = 'desk'"
        )
        assert (state, attempts) == ("sent", 1)
        assert "Ministry announces export ban on gallium" in rendered
        assert at.told_operator() == []


async def test_a_message_is_worded_in_the_zone_of_its_route(tmp_path):
    async with sends(tmp_path) as at:
        await at.send()

        ((rendered,),) = at.here.rows("select rendered from deliveries where channel = 'desk'")
        assert "18:00" in rendered  # first seen at 09:00 UTC


async def test_of_two_routes_the_one_that_leads_to_the_channel_gives_the_zone(tmp_path):
    async with sends(tmp_path) as at:
        config = (tmp_path / "watcher.yaml").read_text(encoding="utf-8")
        at.here.change(config=config.replace("routes:\n", "routes:\n  a: {channels: [ops], zone: America/New_York}\n"))
        await at.here.publish("wire", entry(), entry("b", title="A second export ban", content_html=""))
        await at.send()
        await at.send()

        second = at.here.rows("select rendered from deliveries where channel = 'desk' order by number")[1][0]
        assert "18:00" in second


async def test_a_notice_is_worded_in_the_zone_of_a_route_to_its_channel(tmp_path):
    async with sends(tmp_path) as at:
        config = (tmp_path / "watcher.yaml").read_text(encoding="utf-8")
        at.here.change(config=config.replace("routes:\n", "routes:\n  a: {channels: [ops], zone: America/New_York}\n"))
        runtime = at.here.runtime
        notice = NoticeMessage(kind="trial", subject="x", title="A trial", lines=("Nothing.",), at=at.here.now)

        assert _zone(runtime, notice, "ops") == "America/New_York"
        assert _zone(runtime, notice, "desk") == "Asia/Tokyo"


async def test_no_message_links_to_pages_that_do_not_exist(tmp_path):
    async with sends(tmp_path) as at:
        await at.send()

        assert b"watcher.example" not in at.receiver.received[0].body


async def test_a_refused_delivery_is_due_again_and_recovers(tmp_path):
    async with sends(tmp_path, Answer(status=500)) as at:
        first = await at.send()
        assert first is not None
        assert first.state == "due"
        assert await at.send() is None

        at.here.now += timedelta(seconds=10)
        second = await at.send()

        assert second is not None
        assert second.state == "sent"
        assert at.here.rows("select result from attempts order by number") == [("retry",), ("sent",)]


async def test_a_channel_that_asks_for_a_pause_is_held(tmp_path):
    async with sends(tmp_path, Answer(status=429, headers={"Retry-After": "30"})) as at:
        done = await at.send()

        assert done is not None
        assert done.hold == at.here.now + timedelta(seconds=30)


async def test_a_message_begun_before_a_restart_is_ended_in_the_same_words_under_other_settings(tmp_path):
    long = AlertMessage(
        route="desk", alerts=tuple(make_told(alert=f"a-{n}", summary=("word " * 900,)) for n in range(20))
    )
    async with sends(tmp_path, Answer(), Answer(), Answer(status=503)) as at:
        await at.send()
        occasion = Occasion(id=OccasionId("test:long"), kind="test", content=encode(long), at=at.here.now)
        await at.here.store.write(lambda turn: turn.outbox.tell(occasion, [("desk", "")]))
        first = await at.send()
        assert first is not None
        assert first.state == "due"

        await at.here.store.close()
        at.here.store = await SqliteStore.open(tmp_path / "watcher.db")
        try:
            at.delivering = replace(at.delivering, store=at.here.store)
            config = (tmp_path / "watcher.yaml").read_text(encoding="utf-8")
            at.here.change(config=config.replace("kind: slack,", "kind: slack, username: other,"))
            at.here.now += timedelta(minutes=1)
            again = await at.send()
        finally:
            await at.here.store.close()

        assert again is not None
        assert again.state == "sent"
        bodies = [json.loads(request.body) for request in at.receiver.received[1:]]
        assert bodies[1] == bodies[2]
        assert len(bodies) > 3
        assert [body["text"].rpartition(" (")[2] for body in [bodies[0], *bodies[2:]]] == [
            f"{part} of {len(bodies) - 1})" for part in range(1, len(bodies))
        ]
        assert not any("username" in body for body in bodies)


async def test_a_message_half_sent_begins_anew_where_its_channel_is_of_another_kind(tmp_path):
    long = AlertMessage(
        route="desk",
        alerts=tuple(make_told(alert=f"a-{n}", headline=f"Headline number {n} " + "x" * 60) for n in range(40)),
    )
    async with sends(tmp_path, Answer(), Answer(), Answer(status=503)) as at:
        await at.send()
        occasion = Occasion(id=OccasionId("test:long"), kind="test", content=encode(long), at=at.here.now)
        await at.here.store.write(lambda turn: turn.outbox.tell(occasion, [("desk", "")]))
        first = await at.send()
        config = (tmp_path / "watcher.yaml").read_text(encoding="utf-8")
        at.here.change(
            config=re.sub(r"desk: {kind: slack.*", f'desk: {{kind: file, path: "{tmp_path}/desk.txt"}}', config)
        )
        at.here.now += timedelta(minutes=1)
        again = await at.send()

        assert first is not None
        assert again is not None
        assert (first.state, again.state) == ("due", "sent")
        said = " ".join((tmp_path / "desk.txt").read_text(encoding="utf-8").split())
        assert all(f"Headline number {n} " in said for n in range(40))


async def test_when_a_channel_is_paused_the_operator_is_told_on_another(tmp_path):
    async with SmtpFaults("auth-535") as smtp, sends(tmp_path, to="mail", operator="mail, ops", smtp=smtp.port) as at:
        done = await at.send("mail")

        assert done is not None
        assert done.state == "due"
        assert at.told_operator() == [("channel-paused", "channel mail is paused")]
        assert await at.send("mail") is None

        at.here.now += timedelta(minutes=75)
        await at.send("mail")
        assert len(at.told_operator()) == 1

        smtp.mode = "ok"
        at.here.now += timedelta(minutes=75)
        await at.send("mail")
        assert at.told_operator()[1:] == [("channel-open", "channel mail works again")]
        assert at.here.rows("select count(*) from channel_state") == [(0,)]


async def test_when_the_operators_only_channel_is_paused_any_other_serves(tmp_path):
    async with SmtpFaults("auth-535") as smtp, sends(tmp_path, to="mail", operator="mail", smtp=smtp.port) as at:
        await at.send("mail")

        assert at.told_operator() == [("channel-paused", "channel mail is paused")]
        assert [notice.kind for notice in at.here.notices("hook")] == ["channel-paused"]


async def test_a_channel_that_is_gone_waits_for_its_operator(tmp_path):
    async with sends(tmp_path, Answer(status=410), to="hook") as at:
        await at.send("hook")
        at.here.now += timedelta(days=9)

        assert await at.send("hook") is None
        assert at.told_operator() == [("channel-gone", "channel hook is closed by its receiver")]
        assert at.here.rows("select state from deliveries where channel = 'hook'") == [("due",)]


async def test_a_message_given_up_is_told_to_the_operator_and_keeps_its_words(tmp_path):
    async with sends(tmp_path, Answer(status=413)) as at:
        at.receiver.default = Answer(status=500)
        done = None
        for _ in range(40):
            done = await at.send() or done
            at.here.now += timedelta(hours=6)
            if done is not None and done.state == "dead":
                break

        assert done is not None
        assert done.state == "dead"
        kinds = [kind for kind, _ in at.told_operator()]
        assert kinds.count("delivery-dead") == 1
        ((rendered,),) = at.here.rows("select rendered from deliveries where channel = 'desk' and state = 'dead'")
        assert "export ban" in rendered


@dataclass(slots=True)
class _Broken:
    """A renderer that fails, or falls back, as told."""

    inner: Renderer
    fails: bool = False
    fallback: str = ""

    def render(self, message: Message, **more: str | None) -> Rendered:
        if self.fails:
            raise ZeroDivisionError
        return replace(self.inner.render(message, **more), fallback=self.fallback)


async def test_a_message_that_cannot_be_worded_is_parked_after_some_tries_and_the_rest_go_on(tmp_path):
    async with sends(tmp_path) as at:
        sound = at.delivering.renderer
        at.delivering = replace(at.delivering, renderer=_Broken(sound, fails=True))
        done = None
        for _ in range(POISON_ATTEMPTS):
            done = await at.send()
            at.here.now += timedelta(hours=1)

        assert done is not None
        assert done.state == "dead"
        assert "ZeroDivisionError" in done.outcome.reason
        assert [kind for kind, _ in at.told_operator()] == ["delivery-dead"]


async def test_a_template_that_cannot_serve_is_told_once_for_each_problem(tmp_path):
    async with sends(tmp_path) as at:
        renderer = _Broken(at.delivering.renderer, fallback="templates/alert.txt.j2: unknown name `titel`")
        at.delivering = replace(at.delivering, renderer=renderer)
        await at.here.publish("wire", entry(), entry("b", title="A second export ban", content_html=""))
        await at.send()
        await at.send()
        await at.send("ops")

        (told,) = [notice for notice in at.here.notices("ops") if notice.kind == "template-fallback"]
        assert told.subject == "alert"
        assert told.lines[0] == "templates/alert.txt.j2: unknown name `titel`"


async def test_an_update_answers_the_first_message(tmp_path):
    async with sends(tmp_path) as at:
        seen: list[Envelope] = []
        channel = at.here.runtime.channels["desk"]

        class Watching:
            def wire(self, rendered: Rendered, envelope: Envelope) -> object:
                seen.append(envelope)
                return channel.channel.wire(rendered, envelope)

            def judge(self, reply: object) -> object:
                return channel.channel.judge(reply)

        await at.here.publish("wire", entry(content_html="<p>The export ban comes on 1 June, in 90 days.</p>"))
        watched = replace(channel, channel=Watching())
        for _ in range(2):
            leased = await lease(at.delivering, "desk")
            assert leased is not None
            await deliver(at.delivering, at.here.runtime, watched, leased)

        assert seen[0].thread is None
        assert seen[1].thread == seen[0].delivery


@pytest.mark.parametrize("minutes", [2, 4])
async def test_a_lease_is_free_again_after_it_ran_out(tmp_path, minutes):
    async with sends(tmp_path) as at:
        first = await lease(at.delivering, "desk")
        at.here.now += timedelta(minutes=minutes)
        second = await lease(at.delivering, "desk")

        assert first is not None
        assert (second.id if second else None) == (first.id if minutes > 3 else None)


async def test_a_channel_that_was_paused_for_days_has_its_whole_time_again(tmp_path):
    async with SmtpFaults("auth-535") as smtp, sends(tmp_path, to="mail", operator="ops", smtp=smtp.port) as at:
        await at.send("mail")
        at.here.now += timedelta(days=4)
        smtp.mode = "450"

        done = await at.send("mail")

        assert done is not None
        assert (done.outcome.result, done.state) == ("retry", "due")


@dataclass(slots=True)
class Refusing:
    """A store that refuses so many writes."""

    store: SqliteStore
    refusals: int = 0

    async def write(self, work):
        if self.refusals:
            self.refusals -= 1
            raise StoreError("database: the disk is full")
        return await self.store.write(work)

    async def read(self, work):
        return await self.store.read(work)

    async def close(self) -> None:
        """Nothing is its own."""


@pytest.mark.parametrize("refusals", [2, len(MARK_AGAIN_S)])
async def test_an_answer_that_the_store_refuses_is_written_down_again_at_once(tmp_path, refusals):
    pauses = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with sends(tmp_path) as at:
        store = Refusing(at.here.store)
        at.delivering = replace(at.delivering, store=store, pause=pause)
        leased = await lease(at.delivering, "desk")
        store.refusals = refusals
        done = await deliver(at.delivering, at.here.runtime, at.here.runtime.channels["desk"], leased)

        assert done.state == "sent"
        assert pauses == list(MARK_AGAIN_S[:refusals])
        assert at.here.rows("select state, attempts from deliveries where channel = 'desk'") == [("sent", 1)]
        assert len(at.receiver.received) == 1


async def test_an_answer_that_is_never_stored_is_sent_five_times_and_then_told(tmp_path):
    async def pause(_seconds: float) -> None:
        """None of it matters here."""

    async with sends(tmp_path) as at:
        store = Refusing(at.here.store)
        at.delivering = replace(at.delivering, store=store, pause=pause)
        for number in range(MOST_UNSETTLED + 3):
            leased = await lease(at.delivering, "desk")
            if leased is None:
                break
            if number < MOST_UNSETTLED:
                store.refusals = 1 + len(MARK_AGAIN_S)
                with pytest.raises(StoreError):
                    await deliver(at.delivering, at.here.runtime, at.here.runtime.channels["desk"], leased)
                if number == 1:  # a new process counts on
                    await store.write(lambda turn: turn.outbox.release_leases())
                at.here.now += LEASE
            else:
                done = await deliver(at.delivering, at.here.runtime, at.here.runtime.channels["desk"], leased)

        assert done.state == "dead"
        assert len(at.receiver.received) == MOST_UNSETTLED
        assert [kind for kind, _ in at.told_operator()] == ["delivery-dead"]
        ((state, reason),) = at.here.rows("select state, reason from deliveries where channel = 'desk'")
        assert (state, reason.partition(",")[0]) == ("dead", "begun 5 times")
        with closing(sqlite3.connect(tmp_path / "watcher.db")) as db, db:
            assert retry_dead(db, "desk", at.here.now) == 1
        assert (await lease(at.delivering, "desk")).unsettled == 0


@dataclass(frozen=True, slots=True)
class Halving:
    """A renderer whose words end in half a character."""

    renderer: Renderer

    def render(self, message, **reader):
        made = self.renderer.render(message, **reader)
        return replace(made, text=made.text + "\ud800")


async def test_words_that_no_store_takes_are_sent_once_and_kept_as_far_as_they_can_be(tmp_path):
    async with sends(tmp_path) as at:
        at.delivering = replace(at.delivering, renderer=Halving(at.delivering.renderer))
        done = await at.send()
        at.here.now += 2 * LEASE

        assert (done.state, await at.send()) == ("sent", None)
        assert len(at.receiver.received) == 1
        assert at.here.rows("select rendered from deliveries where channel = 'desk'")[0][0].endswith("?")


async def test_a_fault_in_what_follows_an_answer_sends_nothing_again(tmp_path, monkeypatch):
    def broken(*_args: object) -> None:
        raise KeyError("nowhere")

    async with sends(tmp_path) as at:
        monkeypatch.setattr("watcher.pipeline.sending.delivering.settle", broken)
        done = await at.send()
        at.here.now += 2 * LEASE

        assert (done.state, await at.send()) == ("sent", None)
        assert len(at.receiver.received) == 1
        assert [kind for kind, _ in at.told_operator()] == ["set-aside"]


async def test_a_notice_that_the_operators_channel_refuses_is_told_on_one_that_works(tmp_path):
    refused = [Answer(status=400, body="invalid_blocks")] * 20
    async with sends(tmp_path, *refused, to="ops", operator="desk") as at:
        for number in range(12):
            notice = NoticeMessage(kind="disk", subject=f"s{number}", title="full", lines=("x",), at=at.here.now)
            await at.here.store.write(lambda turn, said=notice: notify(turn.outbox, at.here.runtime, said))
            await at.send()
            at.here.now += timedelta(hours=1)

        kinds = [notice.kind for notice in at.here.notices("hook")]
        assert kinds.count("disk") == 11, "all but the first, which the next says was refused"
        assert kinds.count("delivery-dead") == 2


async def test_one_fault_of_the_store_after_many_tries_gives_nothing_up(tmp_path, monkeypatch):
    async with sends(tmp_path, *[Answer(status=503)] * 5, Answer()) as at:
        for _ in range(5):
            await at.send()
            at.here.now += timedelta(hours=3)

        async def refuses(_work: object) -> object:
            raise StoreError("database is locked")

        with monkeypatch.context() as broken:
            leased = await lease(at.delivering, "desk")
            assert leased is not None
            broken.setattr(at.here.store, "read", refuses)
            with pytest.raises(StoreError):
                await deliver(
                    at.delivering,
                    at.here.runtime,
                    at.here.runtime.channels["desk"],
                    replace(leased, thread="alert:x:1"),
                )
        assert at.here.rows("select state, attempts from deliveries where channel = 'desk'") == [("due", 5)]
        at.here.now += timedelta(minutes=1)
        done = await at.send()
        assert done is not None
        assert done.state == "sent"


async def test_the_tries_of_a_channel_do_not_count_as_faults_of_the_message(tmp_path):
    async with sends(tmp_path, *[Answer(status=503)] * 5, Answer()) as at:
        for _ in range(5):
            await at.send()
            at.here.now += timedelta(hours=3)
        at.delivering = replace(at.delivering, renderer=_Broken(at.delivering.renderer, fails=True))
        once = await at.send()

        assert once is not None
        assert once.state == "due"


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(status=429, headers={"retry-after": "60"})])
async def test_what_was_put_off_by_a_clock_that_was_ahead_is_due(tmp_path, answer):
    async with sends(tmp_path, answer, Answer()) as at:
        now = at.here.now
        at.here.now = now + timedelta(days=3650)
        await at.send()
        at.here.now = now + timedelta(hours=2)

        assert "desk" in dict(await at.here.store.read(lambda turn: turn.outbox.waiting(at.here.now)))
        again = await at.send()
        assert again is not None
        assert again.state == "sent"


async def test_days_in_which_nobody_tried_do_not_count(tmp_path):
    async with sends(tmp_path, *[Answer(status=503)] * 40) as at:
        await at.send()
        at.here.now += timedelta(days=4)
        again = await at.send()
        assert again is not None
        assert again.state == "due"
        for _ in range(40):
            ((state, due),) = at.here.rows("select state, due from deliveries where channel = 'desk'")
            if state == "dead":
                break
            at.here.now = max(at.here.now, from_us(due))
            await at.send()
        assert state == "dead"
        assert timedelta(days=6) < at.here.now - MONDAY < timedelta(days=8)
