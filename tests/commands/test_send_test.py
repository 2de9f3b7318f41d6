from __future__ import annotations

import base64

import pytest

from tests.commands.world import OLD, world
from tests.servers import reply

SECRET = "T0/B0/very-secret-path"
KEY = "whsec_" + base64.b64encode(b"k" * 24).decode()


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as made:
        text = made.config.read_text(encoding="utf-8")
        hook = f'  hook: {{kind: webhook, url: "{made.server.url("/" + SECRET)}", secrets: ["{KEY}"]}}\n'
        full = f'  nowhere: {{kind: file, path: "{tmp_path}/no/such.txt"}}\n'
        made.config.write_text(
            text.replace("routes:\n", f"{hook}{full}routes:\n  all: {{channels: [desk, hook, nowhere]}}\n"),
            encoding="utf-8",
        )
        yield made


async def kept(here):
    async with here.store() as store:
        return await store.read(
            lambda turn: turn.db.execute(
                "select o.kind, d.channel, d.state, a.result, a.answer, d.rendered from occasions o "
                "join deliveries d on d.occasion = o.id join attempts a on a.delivery = d.id "
                "where o.id like 'test:%' order by d.number"
            ).fetchall()
        )


async def test_a_test_is_sent_for_real_and_says_that_it_is_one(here, capsys):
    assert await here.watcher("send-test", "desk") == 0

    said = capsys.readouterr().out
    assert said.startswith("desk: sent in ")
    assert ": written\n" in said
    assert "not kept: there is no database yet" in said
    assert "test of channel desk" in (here.folder / "desk.txt").read_text()
    assert await here.watcher("send-test", "desk", "--language", "ja") == 0
    assert "チャンネル desk のテストです" in (here.folder / "desk.txt").read_text(encoding="utf-8")
    assert await here.watcher("send-test", "desk", "--language", "jp") == 2
    assert 'no words in language "jp"; known: de, en, fr, ja, zh' in capsys.readouterr().err
    assert not here.database.exists()


async def test_the_real_answer_is_shown_and_kept_without_secrets(here, capsys):
    await here.once(OLD)
    here.server.route("/" + SECRET, reply(503, body=f"no room at {SECRET}".encode()))

    assert await here.watcher("send-test", "hook") == 1

    said = capsys.readouterr().out
    assert "hook: not sent (retry) in " in said
    assert "503 no room at" in said
    assert "a real message would be tried again by itself" in said
    assert "kept as test:hook-" in said
    assert SECRET not in said
    assert KEY not in said
    rows = await kept(here)
    assert [row[:4] for row in rows] == [("test", "hook", "dead", "retry")]
    assert SECRET not in str(rows)


async def test_a_kept_test_is_finished_so_the_daemon_does_not_send_it_again(here):
    await here.once(OLD)
    here.server.route("/" + SECRET, reply(200))
    assert await here.watcher("send-test", "hook") == 0
    calls = len([seen for seen in here.server.seen if seen.path == "/" + SECRET])

    await here.once()

    assert calls == 1
    assert len([seen for seen in here.server.seen if seen.path == "/" + SECRET]) == 1
    assert [row[2] for row in await kept(here)] == ["sent"]


async def test_a_route_is_tried_channel_by_channel_and_fails_if_one_does(here, capsys):
    here.server.route("/" + SECRET, reply(200))

    assert await here.watcher("send-test", "all", "--route") == 1

    said = capsys.readouterr().out
    assert "desk: sent" in said
    assert "hook: sent" in said
    assert "nowhere: not sent (retry)" in said
    assert "no such file or directory" in said


async def test_an_unknown_channel_is_hinted_at(here, capsys):
    assert await here.watcher("send-test", "dsek") == 2
    assert 'unknown channel "dsek", did you mean "desk"?' in capsys.readouterr().err

    assert await here.watcher("send-test", "all") == 2
    assert "it is a route: add --route" in capsys.readouterr().err
