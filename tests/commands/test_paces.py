"""What `watcher status` and `watcher sources` say of how a source is asked."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.commands.world import BAN, OLD, QUIET, World, world
from tests.servers import reply
from watcher.app.daemon import opened
from watcher.core.ledger import PollMark
from watcher.core.manners import Claim, Manners


async def arranged(here: World, manners: Manners) -> None:
    """Let this be stored of what the source's server said."""
    mark = PollMark(source="wire", next_due=here.now, checked=here.now, ok=True, manners=manners.as_json())
    async with here.store() as store:
        await store.write(lambda turn: turn.sources.mark([mark]))


async def test_a_learned_interval_is_shown_with_its_reason(tmp_path, capsys):
    async with world(tmp_path) as here:
        text = here.config.read_text(encoding="utf-8")
        here.config.write_text(text.replace("every: 15m", "every: auto"), encoding="utf-8")
        await here.once(OLD)
        await here.once(BAN, QUIET)

        assert await here.watcher("status") == 0
        shown = capsys.readouterr().out
        await here.watcher("sources")
        listed = capsys.readouterr().out
        await here.watcher("status", "--json")
        found = json.loads(capsys.readouterr().out)

    assert "asked every " in shown
    assert " now, by its rhythm (about " in shown
    assert "entries a day" in shown
    assert "asked every " in listed
    assert "asked every " in found["sources"][0]["pace"]


async def test_a_written_interval_needs_no_words(tmp_path, capsys):
    async with world(tmp_path) as here:
        await here.once(OLD)

        await here.watcher("status")

    assert "asked every" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["status", "sources"])
async def test_what_a_server_says_is_shown_while_it_is_not_yet_believed_and_after(tmp_path, capsys, command):
    async with world(tmp_path) as here:
        await here.once(OLD)
        to = Claim(
            since=here.now - timedelta(hours=5), answers=2, of=here.server.url("/feed"), to="https://new.example/x"
        )
        await arranged(here, Manners(moving=to, gone=Claim(since=here.now, answers=2)))
        await here.watcher(command)
        before = capsys.readouterr().out
        await arranged(here, Manners(adopted=to))
        await here.watcher(command)
        after = capsys.readouterr().out

    assert "its server leads to new.example for good (2 of 3 answers, since " in before
    assert "its server says that it is gone (2 of 3 answers)" in before
    assert "asked at new.example, where its server led for good, since " in after


async def test_a_publisher_who_wants_to_know_who_asks_needs_a_person_at_once(tmp_path, capsys):
    async with world(tmp_path) as here:
        await here.once(OLD)
        here.server.route("/feed", reply(403, body=b"Undeclared Automated Tool"))
        async with opened(here.config, {}, here.loaded(), clock=lambda: here.now) as daemon:
            await daemon.once()

        code = await here.watcher("status")

    assert code == 1
    assert "set operator.contact in watcher.yaml" in capsys.readouterr().out.partition("needs a person")[2]
