"""`watcher route` and `watcher drill`: which way alerts go, and whether those ways work."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from tests.commands.world import BAN, OLD, world
from watcher.app.daemon import opened, utc_now
from watcher.app.lock import only_one
from watcher.cli import main
from watcher.core.errors import WatcherError
from watcher.stores.sqlite import SqliteStore

WAYS = """\
  lab: {{kind: file, path: "{folder}/lab.txt"}}
  nowhere: {{kind: file, path: "{folder}/no/such.txt"}}
recipients:
  anna: {{to: lab, zone: Asia/Tokyo, volume: daily, passes: urgent}}
routes:
  europe: {{under: desk, when: "region:europe", channels: [lab]}}
  log: {{under: desk, also: true, recipients: [anna]}}
  broken: {{channels: [nowhere], when: "rule:nothing"}}
"""


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as made:
        text = made.config.read_text(encoding="utf-8")
        made.config.write_text(text.replace("routes:\n", WAYS.format(folder=tmp_path)), encoding="utf-8")
        yield made


async def test_the_tree_is_shown_with_whom_each_route_tells(here, capsys):
    assert await here.watcher("route") == 0

    assert capsys.readouterr().out.splitlines() == [
        "broken: rule:nothing -> nowhere",
        "desk: severity:warning,urgent -> desk",
        "  europe: region:europe -> lab",
        "  log: all, beside others -> @anna",
        "operator: severity:urgent -> ops",
        "digest weekly: all -> desk",
    ]


async def test_an_imagined_alert_is_explained_branch_by_branch(here, capsys):
    assert await here.watcher("route", "--explain", "--severity", "warning", "--region", "europe") == 0

    head, broken, desk, europe, lab, log, anna, *rest = capsys.readouterr().out.splitlines()
    assert head == "an alert, warning"
    assert broken == "  broken: not_routed: rule: (any) is not nothing"
    assert desk == '  desk: not_routed: its branch "europe" took it'
    assert (europe, lab.strip()) == ("    europe: told", "- lab (anna): now")
    assert log == "    log: in_digest: collected for anna (daily)"
    assert anna.strip().startswith("- lab (anna): collected, daily: at ")
    assert anna.endswith(" 07:00 Asia/Tokyo")
    assert "  operator: not_routed: severity: warning is not urgent" in rest


async def test_a_stored_alert_is_explained_by_its_id_and_by_its_address(here, capsys):
    await here.once(OLD)
    await here.once(BAN)
    capsys.readouterr()

    assert await here.watcher("route", here.link(BAN), "--explain", "--at", "2026-03-07T23:00Z") == 0

    said = capsys.readouterr().out
    assert ": an alert of export-ban, warning" in said
    assert "    europe: not_routed: region: it is not europe" in said
    assert await here.watcher("route", "nothing-of-that-id") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--material", "galium"), 'unknown material "galium", did you mean "gallium"?'),
        (("--region", "atlantis"), 'unknown region "atlantis"'),
        (("--rule", "prises"), 'unknown rule "prises", did you mean "prices"?'),
        (("--source", "wired"), 'unknown source "wired", did you mean "wire"?'),
        (("--severity", "notice", "--at", "noon"), "noon"),
    ],
)
async def test_a_name_that_nobody_knows_is_a_mistake_of_use(here, capsys, words, said):
    assert await here.watcher("route", *words) == 2

    assert said in capsys.readouterr().err


async def empty(here):
    """A database that has seen nothing."""
    await (await SqliteStore.open(here.database)).close()


async def test_a_drill_goes_the_whole_way_and_counts_as_no_alert(here, capsys):
    await empty(here)

    assert await here.watcher("drill") == 0

    said = capsys.readouterr().out
    assert said.startswith("no watcher runs on this database: this command delivers by itself")
    assert "route desk, test:drill-desk-" in said
    assert said.count(": sent in ") == 3
    assert "TEST: a drill; nothing has happened" in (here.folder / "desk.txt").read_text(encoding="utf-8")
    async with here.store() as store:
        found = await store.read(
            lambda turn: turn.db.execute(
                "select (select count(*) from alerts), (select count(*) from matches where reason = 'raised'), "
                "(select count(*) from deliveries where state = 'sent' and occasion like 'test:%')"
            ).fetchone()
        )
    assert found == (0, 0, 3)


async def test_a_drill_of_a_broken_route_says_so_and_leaves_nothing_behind(here, capsys):
    await empty(here)

    assert await here.watcher("drill", "broken") == 1

    said = capsys.readouterr().out
    assert "(a real one now: not_routed, rule: (any) is not nothing)" in said
    assert "nowhere: not sent (withdrawn)" in said
    async with here.store() as store:
        states = await store.read(
            lambda turn: turn.db.execute(
                "select distinct state from deliveries where occasion like 'test:%'"
            ).fetchall()
        )
    assert states == [("closed",)]


async def test_a_drill_that_is_broken_off_leaves_nothing_behind(here, monkeypatch):
    async def broken(*_):
        raise WatcherError("broken off")

    await empty(here)
    monkeypatch.setattr("watcher.commands.drill.deliver_all", broken)
    assert await here.watcher("drill") == 1
    async with here.store() as store:
        query = "select distinct state from deliveries where occasion like 'test:%'"
        assert await store.read(lambda turn: turn.db.execute(query).fetchall()) == [("closed",)]


async def test_a_drill_without_severity_enough_tells_whose_turn_it_is_not(here, capsys):
    await empty(here)

    assert await here.watcher("drill", "log", "--severity", "warning") == 0

    said = capsys.readouterr().out
    assert "- lab (anna): no part of the drill: collected, daily: at " in said
    assert "nobody on it is told at once" in said
    assert await here.watcher("drill", "lgo") == 2


async def test_who_hears_later_is_named_though_the_route_would_not_take_it(here, capsys):
    text = here.config.read_text(encoding="utf-8")
    log = '  log: {under: desk, also: true, recipients: [anna], when: "material:gallium"}'
    old = "  log: {under: desk, also: true, recipients: [anna]}"
    here.config.write_text(text.replace(old, log), encoding="utf-8")
    await empty(here)

    assert await here.watcher("drill", "log", "--severity", "warning") == 0
    said = capsys.readouterr().out
    assert "(a real one now: not_routed, material: it is not gallium)" in said
    assert "- lab (anna): no part of the drill: collected, daily: at " in said
    assert await here.watcher("drill", "log", "--severity", "warning", "--material", "gallium") == 0
    assert "(a real one now: in_digest, collected for anna (daily))" in capsys.readouterr().out
    assert await here.watcher("drill", "--material", "galium") == 2


async def test_what_people_and_holds_keep_back_is_said_of_a_stored_alert(here, capsys):
    await here.once(OLD)
    await here.once(BAN)

    async def explained():
        capsys.readouterr()
        assert await here.watcher("route", here.link(BAN), "--explain") == 0
        return capsys.readouterr().out

    alert = (await explained()).partition(":")[0]
    assert "  desk: told" in await explained()
    await here.watcher("ack", alert, "--by", "anna")
    assert "  desk: acknowledged: by anna, " in await explained()
    await here.watcher("ack", alert, "--undo", "--by", "anna")
    await here.watcher("snooze", alert, "--for", "4h", "--by", "ben")
    assert "  desk: snoozed: by ben until " in await explained()
    await here.watcher("snooze", alert, "--undo", "--by", "ben")
    async with here.store() as store:
        held = "insert into held (route, grp, alert, change, said, at) values ('desk', 'route', ?, 'updated', '{}', 0)"
        hold = "insert into holds (route, grp, phase, until, severity, quiet_s, after) values ('desk', 'route', 'quiet', 32472144000000000, 'warning', 0, 'tell')"
        await store.write(lambda turn: (turn.db.execute(held, (alert,)), turn.db.execute(hold)))
    said = await explained()
    assert "  desk: quiet: held back already" in said
    assert "- desk: at 2999-01-01 00:00 UTC" in said


async def test_where_a_watcher_runs_it_delivers(here, capsys):
    await empty(here)
    async with opened(here.config, {}, here.loaded(), clock=utc_now) as daemon:

        async def beat():
            while True:
                await daemon.engine.wake_senders()
                await asyncio.sleep(0)

        with only_one(here.database):
            beating = asyncio.create_task(beat())
            try:
                assert await here.watcher("drill", "desk", "--wait", "20") == 0
            finally:
                beating.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await beating

    said = capsys.readouterr().out
    assert "another watcher works on it (pid " in said.splitlines()[0]
    assert said.splitlines()[0].endswith("; it delivers")
    assert "  desk: sent in " in said


async def test_a_language_without_words_is_a_warning_at_its_place(here, capsys):
    text = here.config.read_text(encoding="utf-8")
    here.config.write_text(text.replace("zone: Asia/Tokyo", "zone: Asia/Tokyo, language: deu"), encoding="utf-8")

    await here.watcher("check")

    said = capsys.readouterr()
    line = next(each for each in (said.out + said.err).splitlines() if "C058" in each)
    assert ':13:47 warning[C058] recipients.anna.language: no words in deu, did you mean "de"?' in line


async def test_a_test_of_a_channel_or_a_route_reaches_its_recipients_too(here, capsys):
    assert await here.watcher("send-test", "log", "--route") == 0
    assert await here.watcher("send-test", "lab") == 0

    assert [line.partition(" sent in ")[0] for line in capsys.readouterr().out.splitlines() if "sent in" in line] == [
        "lab:",
        "lab:",
    ]


def test_its_help_reads_as_a_sentence(capsys):
    with pytest.raises(SystemExit):
        main(["route", "--help"])

    assert "a organisation" not in capsys.readouterr().out
