"""Links over real sockets: looking changes nothing, pressing does it once, and what is forged opens nothing."""

from __future__ import annotations

import contextlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from html import unescape
from pathlib import Path

import feedparser
import pytest

from tests.pipeline.world import MONDAY, World, entry, world
from tests.web.test_web import FINE, Answer, ask
from watcher.app.daemon import opened
from watcher.app.deeds import LinkDeeds
from watcher.app.desk import Desk, Reception, next_morning
from watcher.app.keys import addresses, new_key, new_subscription
from watcher.app.leaving import Leaving
from watcher.app.library import Library
from watcher.app.loading import load
from watcher.app.renamed import follow_renames, settings_of
from watcher.channels.base import MailReply
from watcher.commands import run
from watcher.config import data_dir
from watcher.core.calendar.model import Entry, Topic
from watcher.core.telling.links import AlertLinks
from watcher.pipeline.sending.delivering import Delivering, deliver
from watcher.pipeline.sending.taking import lease
from watcher.pipeline.telling.backlogs import roll_up
from watcher.pipeline.telling.encoding import decode
from watcher.pipeline.telling.linking import ensure_key, left_by, links_of, unwanted
from watcher.render.pages import Pages
from watcher.render.renderer import Renderer
from watcher.stores.links import Unsubscribed
from watcher.web.application import application
from watcher.web.listen import serve
from watcher.web.routes import Way, ways
from watcher.web.visits import Visits

AT = "https://watch.example"
CONFIG = f"""\
store: {{path: watcher.db}}
operator: {{contact: ops@example.org, route: operator}}
listen: {{public_url: "{AT}"}}
sources:
  wire: {{kind: feed, url: "https://wire.example/feed", every: 15m, trust: wire}}
channels:
  team: {{kind: email, smtp: {{host: mx.desk.example}}, from: w@desk.example, to: [anna@desk.example]}}
  ops: {{kind: file, path: ops.txt}}
routes:
  desk: {{channels: [team], zone: Europe/Berlin}}
  operator: {{channels: [ops], when: "rule:nothing"}}
digests:
  weekly: {{at: "Fri 15:00", zone: UTC, channels: [team]}}
rules: [rules.yaml]
"""
FORM = "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n"


@dataclass(slots=True)
class Place:
    port: int
    here: World

    async def get(self, url: str, head: str = "") -> Answer:
        return await ask(self.port, url.removeprefix(AT), head=head)

    async def post(self, url: str, body: bytes = b"do=do") -> Answer:
        return await ask(self.port, url.removeprefix(AT), method="POST", head=FORM.format(len(body)), body=body)

    async def links(self, list_: str = "alert:") -> tuple[AlertLinks | None, str | None, str | None]:
        """The links of the first delivery by mail of an occasion that begins so."""

        def read(turn):
            made = turn.db.execute("select id from deliveries where channel = 'team' and occasion >= ?", (list_,))
            (delivery,) = [
                each
                for each in turn.outbox.lease("team", self.here.now, self.here.now, 9)
                if each.occasion.startswith(list_)
            ]
            del made
            found = links_of(turn, self.here.runtime, delivery, decode(delivery.content))
            return found.alerts[0][1] if found.alerts else None, found.unsubscribe, found.page

        return await self.here.store.write(read)

    async def rows(self, query: str) -> list[tuple]:
        return await self.here.store.read(lambda turn: [tuple(row) for row in turn.db.execute(query)])


@cache
def pages_of_the_house() -> Pages:
    return Pages(data_dir() / "templates")


def visits_of(here: World) -> Visits:
    pages = pages_of_the_house()
    reception = Reception(store=here.store, runtime=lambda: here.runtime, clock=lambda: here.now, pages=pages)
    return Visits(
        reception=reception,
        desk=Desk(reception=reception, deeds=LinkDeeds()),
        leaving=Leaving(reception=reception),
        library=Library(reception=reception),
        pages=pages,
    )


@contextlib.asynccontextmanager
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await here.store.write(lambda turn: ensure_key(turn, new_key(here.now)))
        async with serve(application(ways(lambda: FINE, visits=visits_of(here))), host="127.0.0.1", port=0) as port:
            yield Place(port, here)


def said(answer: Answer) -> str:
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", answer.body.decode(), flags=re.DOTALL))


async def test_a_look_changes_nothing_a_press_acts_once_and_undo_takes_it_back(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        links, _, _ = await at.links()
        assert links is not None

        looked = [await at.get(links.acknowledge) for _ in range(3)]
        heads = await ask(at.port, links.acknowledge.removeprefix(AT), method="HEAD")
        untouched = await at.rows("select * from link_uses")
        done, again = await at.post(links.acknowledge), await at.post(links.acknowledge)
        seen = await at.get(links.acknowledge)
        uses = await at.rows("select action, who, undone from link_uses")
        undone = await at.post(links.acknowledge, b"do=undo")
        after = await at.get(links.acknowledge)
        twice = await at.post(links.acknowledge)

        assert {each.status for each in (*looked, heads, done, again, seen, undone, after, twice)} == {200}
        assert untouched == []
        assert "Acknowledge this alert?" in said(looked[0])
        assert "Ministry announces export ban on gallium" in said(looked[0])
        assert "Done: acknowledged by anna@desk.example" in said(done)
        assert said(done) == said(again) == said(seen)
        assert uses == [("acknowledge", "anna@desk.example", None)]
        assert "Taken back" in said(undone)
        assert "Acknowledge this alert?" in said(after)
        assert "Done: acknowledged" in said(twice)


async def test_every_link_of_an_alert_does_what_it_says(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        links, _, _ = await at.links()
        assert links is not None

        words = [said(await at.post(url)) for url in (links.snooze, links.mute, links.not_relevant)]

        assert "snoozed by anna@desk.example until 2026-03-02 13:00 UTC" in words[0]
        assert "story muted by anna@desk.example until 2026-04-01 09:00 UTC" in words[1]
        assert "marked not relevant" in words[2]
        assert [row[0] for row in await at.rows("select verdict from marks")] == ["not-relevant"]
        undone = said(await at.post(links.not_relevant, b"do=undo"))
        assert "Taken back" in undone
        assert await at.rows("select verdict from marks") == []


async def test_what_is_so_already_is_said(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        links, _, _ = await at.links()
        assert links is not None
        await at.post(links.acknowledge)
        other = await at.here.store.read(lambda turn: turn.links.signing_keys())

        await at.here.store.write(lambda turn: turn.db.execute("delete from link_uses"))
        again = said(await at.post(links.acknowledge))

        assert other
        assert "It was so already: acknowledged by anna@desk.example" in again
        assert "Undo" not in again


async def test_what_ran_out_is_forged_or_unknown_says_so_and_does_nothing(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        links, unsubscribe, _ = await at.links()
        assert links is not None
        assert unsubscribe is not None
        forged = links.acknowledge[:-1] + ("A" if links.acknowledge[-1] != "A" else "B")
        elsewhere = unsubscribe.replace("/unsubscribe/", "/act/")

        answers = [await at.post(forged), await at.post(elsewhere), await at.get(f"{AT}/act/x")]
        at.here.now = MONDAY + timedelta(days=7, seconds=1)
        expired = [await at.post(links.acknowledge), await at.get(links.acknowledge)]

        assert [each.status for each in answers] == [404, 404, 404]
        assert all("This link opens nothing" in said(each) for each in answers)
        assert [each.status for each in expired] == [410, 410]
        assert "This link has run out" in said(expired[0])
        at.here.now = MONDAY
        await at.here.store.write(lambda turn: turn.db.execute("delete from alerts"))
        assert (await at.get(links.acknowledge)).status == 404
        assert await at.rows("select * from link_uses") == []


async def test_rotated_keys_hold_and_dropped_ones_do_not(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        links, _, _ = await at.links()
        assert links is not None
        old = await at.here.store.read(lambda turn: turn.links.signing_keys())

        await at.here.store.write(lambda turn: turn.links.add_key(new_key(at.here.now + timedelta(hours=1))))
        rotated = await at.get(links.acknowledge)
        await at.here.store.write(lambda turn: turn.links.drop_keys([key.id for key in old]))
        dropped = await at.get(links.acknowledge)

        assert (rotated.status, dropped.status) == (200, 404)


async def test_pages_are_hardened_and_set_no_cookie(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry(title="<script>alert(1)</script> export ban"))
        links, unsubscribe, _ = await at.links()
        assert links is not None
        assert unsubscribe is not None

        for answer in (await at.get(links.mute), await at.get(unsubscribe), await at.get(f"{AT}/act/x")):
            assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
            assert "form-action 'self'" in answer.headers["content-security-policy"]
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
            assert "set-cookie" not in answer.headers
            assert b"<script" not in answer.body
            assert not re.search(rb'(?:src|href)="(?:https?:)?//', answer.body)


async def test_one_click_unsubscribes_a_look_never_does_and_the_operator_hears(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        _, unsubscribe, _ = await at.links()
        assert unsubscribe is not None

        looked = await at.get(unsubscribe)
        before = await at.rows("select * from unsubscribed")
        clicked = await at.post(unsubscribe, b"List-Unsubscribe=One-Click")
        left = await at.rows("select channel, recipient, list, how from unsubscribed where ended is null")
        at.here.now += timedelta(seconds=1)
        back = await at.post(unsubscribe, b"do=undo")

        assert (looked.status, before) == (200, [])
        assert "Stop these mails?" in said(looked)
        assert clicked.status == 200
        assert left == [("team", "anna@desk.example", "route:desk", "by one click in the mail program")]
        assert "Unsubscribed" in said(clicked)
        assert "gets the alerts of route desk again" in said(back)
        assert await at.rows("select * from unsubscribed where ended is null") == []
        told = await at.rows("select content from occasions where kind = 'notice' order by id")
        assert [("unsubscribed from" in row[0], "subscribed again" in row[0]) for row in told[-2:]] == [
            (True, False),
            (False, True),
        ]


async def test_who_left_every_list_of_a_message_is_not_sent_it(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        _, unsubscribe, _ = await at.links()
        assert unsubscribe is not None
        await at.post(
            unsubscribe, b'--b\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--'
        )

        def look(turn):
            (delivery,) = turn.outbox.lease("team", at.here.now, at.here.now, 9)
            return unwanted(turn, at.here.runtime, delivery, decode(delivery.content))

        assert await at.here.store.write(look) == "unsubscribed from route desk on 2026-03-02"


class Sent:
    """A mail server's place: it takes every mail."""

    def __init__(self) -> None:
        self.mails = []

    async def send(self, call, policy, **_more):
        del policy
        self.mails.append(call.mail)
        return MailReply(code=250, text="OK", stage="data")


async def test_what_waited_is_not_told_together_to_who_left_it_meanwhile(tmp_path):
    async with place(tmp_path) as at:
        for n in range(4):
            text = f"<p>Country {n} sets an export ban on metal {n * 7919} at {n} o'clock.</p>"
            await at.here.publish(
                "wire", entry(f"b{n}", title=f"Country {n} sets export ban on metal {n * 7919}", content_html=text)
            )
        runtime, late = at.here.runtime, at.here.now + timedelta(hours=1)
        ways = await at.rows("select channel, recipient from deliveries where recipient <> '' limit 1")
        [(channel, recipient)] = ways

        def told(turn, lists):
            for each in lists:
                turn.links.leave(
                    Unsubscribed(channel=channel, recipient=recipient, list=each, since=at.here.now, how="page")
                )
            ended = roll_up(
                turn.outbox,
                channel,
                recipient,
                late,
                past=2,
                unwanted=lambda message: left_by(turn, runtime, channel, recipient, message),
            )
            return ended, turn.outbox.lease(channel, late, late + timedelta(minutes=3), 9)

        ended, sent = await at.here.store.write(lambda turn: told(turn, ["route:desk", "route:lab"]))

        assert (ended, list(sent)) == (4, [])
        reasons = await at.rows("select distinct substr(reason, 1, 17) from deliveries where recipient <> ''")
        assert reasons == [("unsubscribed from",)]


async def test_links_of_what_waited_for_days_run_from_when_it_is_sent(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        later = at.here.now + timedelta(days=9)

        def look(turn):
            [delivery, *_] = turn.outbox.lease("team", at.here.now, at.here.now + timedelta(minutes=3), 9)
            message = decode(delivery.content)
            return [
                links_of(turn, at.here.runtime, delivery, message, now).alerts[0][1].acknowledge
                for now in (None, at.here.now, later, later + timedelta(hours=1))
            ]

        made, same, waited, again = await at.here.store.write(look)
        at.here.now = later

        assert made == same
        assert waited == again
        assert (await at.get(made)).status == 410
        assert (await at.get(waited)).status == 200


async def test_a_mail_says_how_to_leave_and_who_left_gets_no_more_by_a_stored_decision(tmp_path):
    async with place(tmp_path) as at:
        here, sent = at.here, Sent()
        with_ = Delivering(
            store=here.store,
            transport=sent,
            renderer=Renderer(data_dir() / "templates"),
            clock=lambda: here.now,
            hook=lambda _step: None,
        )

        async def deliver_next():
            delivery = await lease(with_, "team")
            assert delivery is not None
            return await deliver(with_, here.runtime, here.runtime.channels["team"], delivery)

        await here.publish("wire", entry())
        first = await deliver_next()
        [mail] = sent.mails
        [url] = re.findall(r"<(https://[^>]+)>", mail["List-Unsubscribe"])
        clicked = await at.post(url, b"List-Unsubscribe=One-Click")
        await here.publish("wire", entry("other", title="An export ban on antimony", content_html="<p>Antimony.</p>"))
        second = await deliver_next()

        assert (first.state, clicked.status, second.state) == ("sent", 200, "closed")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"{AT}/act/" in mail.get_body(("plain",)).get_content()
        assert len(sent.mails) == 1
        stored = await at.rows("select state, reason from deliveries where channel = 'team' order by number")
        assert stored[1] == ("closed", "unsubscribed from route desk on 2026-03-02")


async def test_dates_are_a_calendar_with_stable_ids(tmp_path):
    async with place(tmp_path) as at:
        day, moved = date(2026, 4, 30), date(2026, 5, 4)
        dated = Entry(
            id="e-1",
            kind="comment_close",
            first=day,
            last=day,
            zone="UTC",
            topic=Topic(words="antimony, licence rule"),
            printed="30 April",
            seen=MONDAY,
            told=MONDAY.date(),
        )

        def put(turn):
            turn.entries.put(dated)
            turn.entries.put(replace(dated, id="e-2", first=moved, last=moved, state="withdrawn"))
            turn.entries.put(replace(dated, id="e-3", first=None, last=None))

        await at.here.store.write(put)
        _, (url,) = await subscribed(at, "ics")

        answer, again = await at.get(url), await at.get(url)

        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.body == again.body
        assert answer.body.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
        assert answer.body.endswith(b"END:VCALENDAR\r\n")
        lines = answer.body.decode().split("\r\n")
        assert [line for line in lines if line.startswith(("UID", "DTSTART", "SUMMARY", "STATUS"))] == [
            "UID:e-1@watcher",
            "DTSTART;VALUE=DATE:20260430",
            "SUMMARY:Comments close: antimony\\, licence rule",
            "STATUS:CONFIRMED",
            "UID:e-2@watcher",
            "DTSTART;VALUE=DATE:20260504",
            "SUMMARY:Comments close: antimony\\, licence rule",
            "STATUS:CANCELLED",
        ]


async def subscribed(at: Place, kind, of: str = "") -> tuple[str, tuple[str, ...]]:
    made = new_subscription(kind, of, "anna", at.here.now)

    def give(turn):
        turn.links.subscribe(made)
        return addresses(turn, made, AT)

    return made.id, await at.here.store.write(give)


async def test_feeds_keep_their_ids_and_every_reader_can_read_them(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry(title="Ministry & <b>friends</b> announce export ban on gallium\x00"))
        id_, (atom_url, json_url) = await subscribed(at, "feed", "route:desk")

        atom, first = await at.get(atom_url), await at.get(json_url)
        again = await at.get(json_url)
        unchanged = await at.get(atom_url, head=f"If-None-Match: {atom.headers['etag']}\r\n")
        await at.here.store.write(lambda turn: turn.links.revoke(id_, at.here.now))
        revoked = await at.get(atom_url)

        read = feedparser.parse(atom.body)
        assert (read.bozo, len(read.entries)) == (False, 1)
        assert read.entries[0].link == "https://wire.example/ban"
        assert read.entries[0].title == "Ministry & <b>friends</b> announce export ban on gallium"
        assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
        ours = ET.fromstring(atom.body)
        assert [each.tag.rpartition("}")[2] for each in ours][:3] == ["id", "title", "updated"]
        feed = json.loads(first.body)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["items"][0]["id"] == read.entries[0].id == json.loads(again.body)["items"][0]["id"]
        assert feed["items"][0]["id"].startswith("urn:uuid:")
        assert "set-cookie" not in atom.headers
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert revoked.status == 410


async def test_the_feed_of_a_quiet_route_goes_on_however_much_another_tells(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        _, (atom_url, _) = await subscribed(at, "feed", "route:desk")

        def fill(turn):
            content, told = turn.db.execute("select content, at from occasions where kind = 'alert'").fetchone()
            turn.db.executemany(
                "insert into occasions (id, kind, content, at) values (?, 'alert', ?, ?)",
                [(f"alert:z{n}:1", content.replace('"route":"desk"', '"route":"busy"'), told + n) for n in range(600)],
            )
            asked = "explain query plan select id, content, at from occasions where kind = 'alert' order by at desc"
            return [row[3] for row in turn.db.execute(asked)]

        plan = await at.here.store.write(fill)

        assert (await at.get(atom_url)).body.count(b"<entry>") == 1
        assert all("occasions_kind_at" in step for step in plan)


async def test_a_form_of_too_many_fields_is_refused_and_does_nothing(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        links, _, _ = await at.links()

        answer = await at.post(links.acknowledge, b"&".join(b"a=%d" % n for n in range(30)))

        assert 400 <= answer.status < 500
        assert await at.rows("select * from link_uses") == []


@pytest.mark.parametrize("of", ["", "digest:weekly"])
async def test_an_archive_has_the_issues_of_a_digest_that_is_called_otherwise_since(tmp_path, of):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        at.here.now = MONDAY + timedelta(days=5)
        assert await at.here.issue() is not None
        await at.here.store.write(lambda turn: turn.links.note_lists(settings_of(at.here.runtime), at.here.now))
        _, (archive,) = await subscribed(at, "archive", of)

        config = (tmp_path / "watcher.yaml").read_text().replace("weekly:", "friday:")
        at.here.change(config=config)
        await follow_renames(at.here.store, at.here.runtime, at.here.now)
        listed = await at.get(archive)
        [href] = re.findall(r'href="([^"#]+)"', listed.body.decode())
        issue = await at.get(archive.rpartition("/")[0] + "/" + href)

        assert "/weekly/" in href
        assert (listed.status, issue.status) == (200, 200)
        assert "No issue was sent yet" in listed.body.decode()  # as friday


async def test_a_feed_goes_on_with_a_digest_that_is_called_otherwise_since(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        at.here.now = MONDAY + timedelta(days=5)
        assert await at.here.issue() is not None
        await at.here.store.write(lambda turn: turn.links.note_lists(settings_of(at.here.runtime), at.here.now))
        _, (before, *_) = await subscribed(at, "feed", "digest:weekly")

        at.here.change(config=(tmp_path / "watcher.yaml").read_text().replace("weekly:", "friday:"))
        await follow_renames(at.here.store, at.here.runtime, at.here.now)
        await at.here.store.write(lambda turn: turn.issues.since("friday", at.here.now))
        await at.here.publish("wire", entry("more", title="Ruritania sets an export ban on tungsten"))
        at.here.now += timedelta(days=7)
        assert await at.here.issue("friday") is not None
        _, (since, *_) = await subscribed(at, "feed", "digest:friday")

        for url in (before, since):
            assert (await at.get(url)).body.count(b"<entry>") == 2


async def test_an_archive_lists_issues_and_shows_each_as_it_was_sent(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry(title="<img src=x onerror=alert(1)> export ban"))
        at.here.now = MONDAY + timedelta(days=5)
        message = await at.here.issue()
        assert message is not None
        _, (archive,) = await subscribed(at, "archive")
        _, unsubscribe, page = await at.links("issue:")
        assert page is not None
        assert unsubscribe is not None

        listed = await at.get(archive)
        [href] = re.findall(r'href="([^"#]+)"', listed.body.decode())
        issue = await at.get(archive.rpartition("/")[0] + "/" + href)
        mailed = await at.get(page)
        missing = await at.get(archive + "/weekly/1999-W01")
        other = await at.get(archive + "/nothing")

        assert "Issue" in said(listed)
        assert (issue.status, mailed.status) == (200, 200)
        assert "&lt;img src=x" in issue.body.decode()
        assert "<img" not in issue.body.decode()
        assert "style-src 'sha256-" in issue.headers["content-security-policy"]
        assert (missing.status, other.status) == (404, 404)


async def test_every_row_behind_a_link_proves_it_first(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        table = ways(lambda: FINE, visits=visits_of(here))
        behind = [way for way in table if way.access == "link"]
        bare = Way(path="/bare/{token}", endpoint=behind[0].endpoint, access="link")
        async with serve(application((bare, *behind)), host="127.0.0.1", port=0) as port:
            unproved = (await ask(port, "/bare/x")).status
            forged = [(await ask(port, re.sub(r"{\w+}", "x", way.path), method=way.method)).status for way in behind]

    assert {way.path for way in table if way.access == "public"} == {"/healthz"}
    assert len(behind) == len(table) - 1
    assert all(way.proof is not None for way in behind)
    assert {way.path for way in behind if way.method == "POST"} == {"/act/{token}", "/unsubscribe/{token}"}
    assert unproved == 401
    assert forged == [404] * 11


async def test_the_daemon_answers_what_its_own_messages_link_to(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await here.publish("wire", entry())
    loaded, _ = load(tmp_path / "watcher.yaml", {}, MONDAY)
    assert loaded is not None
    async with opened(tmp_path / "watcher.yaml", {}, loaded, clock=lambda: MONDAY) as daemon:
        visits = run._visits(daemon)
        assert visits is not None
        async with serve(application(ways(lambda: FINE, visits=visits)), host="127.0.0.1", port=0) as port:
            at = Place(port, World(folder=tmp_path, store=daemon.store, runtime=loaded.runtime))
            links, _, _ = await at.links()
            assert links is not None

            assert (await at.get(links.acknowledge)).status == 200
        (tmp_path / "watcher.yaml").write_text(CONFIG.replace("watch.example", "other.example"), encoding="utf-8")
        await daemon.reload()

        assert daemon.loaded.config.listen.public_url == "https://other.example"
        assert daemon.engine.runtime.links_at == AT  # what listens is what listened at the start


async def test_too_many_at_once_are_put_off(tmp_path):
    async with place(tmp_path) as at:
        await at.here.publish("wire", entry())
        links, _, _ = await at.links()
        assert links is not None

        statuses = [(await at.get(links.acknowledge)).status for _ in range(45)]
        fine = await at.get(links.snooze)

        assert 35 <= statuses.count(200) <= 42
        assert set(statuses) == {200, 429}
        assert fine.status == 200


def test_tomorrow_is_eight_in_the_readers_zone_through_a_change_of_clocks():
    before = MONDAY.replace(month=3, day=28, hour=22)

    assert next_morning(before, "Europe/Berlin").isoformat() == "2026-03-29T06:00:00+00:00"
    assert next_morning(before, "UTC").isoformat() == "2026-03-29T08:00:00+00:00"
