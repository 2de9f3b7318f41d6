"""Alerts that are held: twelve in three minutes' steps make one message and one more at the hour's end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.pipeline.world import CONFIG, RULES, World, entry, world
from watcher.cli import main
from watcher.pipeline.telling.encoding import encode
from watcher.pipeline.telling.releasing import release_due
from watcher.stores.sqlite import SqliteStore
from watcher.stores.sqlite.stories import Author, merge
from watcher.stores.sqlite.sums import sums_amiss
from watcher.stores.sqlite.times import to_us

QUIET = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [desk], quiet: 1h}")
_GOODS = (
    "gallium",
    "antimony",
    "tungsten",
    "graphite",
    "cobalt",
    "nickel",
    "lithium",
    "copper",
    "tin",
    "zinc",
    "boron",
    "indium",
)


async def publish(here: World, number: int, **changes: object) -> None:
    """A story of its own."""
    good = _GOODS[number]
    await here.publish(
        "wire",
        entry(
            f"ban-{good}",
            title=f"{good.capitalize()} falls under an export ban",
            content_html=f"<p>State number {number} put an export ban on {good} for its {number + 3} plants.</p>",
            published=here.now,
            **changes,
        ),
    )


def headlines(here: World, channel: str = "desk") -> list[int]:
    """How many alerts each message tells."""
    return [len(message.alerts) for message in here.messages(channel)]


@pytest.mark.parametrize("restarted", [False, True])
async def test_twelve_stories_in_a_quiet_hour_are_one_message_and_eleven_told_at_its_end(tmp_path, restarted):
    async with world(tmp_path, config=QUIET) as here:
        start = here.now
        for number in range(12):
            await publish(here, number)
            here.now += timedelta(minutes=3)
        assert headlines(here) == [1]
        assert [reason for _, reason in here.decisions("route:desk")] == ["told", *["quiet"] * 11]
        assert here.rows("select detail from decisions where reason = 'quiet'")[0] == (
            "held until 2026-03-02 10:00 UTC",
        )
        if restarted:
            await here.store.close()
            here.store = await SqliteStore.open(tmp_path / "watcher.db")
        hour = timedelta(hours=1)
        assert await release_due(here.store, here.runtime, start + hour - timedelta(seconds=1)) == 0
        assert await release_due(here.store, here.runtime, start + hour + timedelta(minutes=5)) == 1
        assert headlines(here) == [1, 11]
        assert [reason for _, reason in here.decisions("route:desk")][12:] == ["told"] * 11
        assert here.rows("select count(*) from held") == [(0,)]

        # the catch-up was a message, so it is quiet for another hour from then
        here.now = start + hour + timedelta(minutes=30)
        await here.publish("daily", entry("late", title="Late word on the export ban on ferrites", published=here.now))
        assert headlines(here) == [1, 11]
        assert await release_due(here.store, here.runtime, start + 2 * hour) == 1
        assert headlines(here) == [1, 11, 1]
        assert await release_due(here.store, here.runtime, start + 4 * hour) == 0
        assert here.rows("select count(*) from holds") == [(0,)]
        await here.store.close()


async def test_twelve_articles_on_one_story_are_one_message_and_nothing_new(tmp_path):
    async with world(tmp_path, config=QUIET, sources=("wire", "daily")) as here:
        for number in range(6):
            await here.publish("wire", entry(f"w{number}"))
            await here.publish("daily", entry(f"d{number}", link=f"https://daily.example/{number}"))
            here.now += timedelta(minutes=3)
        assert headlines(here) == [1]
        assert here.reasons() == ["raised", *["nothing_new"] * 11]


async def test_a_higher_severity_passes_at_once(tmp_path):
    async with world(tmp_path, config=QUIET) as here:
        await publish(here, 0)
        await publish(here, 1)
        await here.publish("ministry", entry("own", title="Ministry: export ban on ferrite powder", published=here.now))
        assert headlines(here) == [1, 1]
        assert here.told("desk")[-1].severity == "urgent"


async def test_list_only_lists_and_a_wait_collects(tmp_path):
    both = QUIET.replace("quiet: 1h", "quiet: 1h, wait: 10m, after_quiet: list")
    async with world(tmp_path, config=both) as here:
        start = here.now
        for number in range(3):
            await publish(here, number)
        assert headlines(here) == []
        assert {reason for _, reason in here.decisions("route:desk")} == {"waiting"}
        assert await release_due(here.store, here.runtime, start + timedelta(minutes=10)) == 1
        assert headlines(here) == [3]
        here.now = start + timedelta(minutes=20)
        await publish(here, 4)
        assert await release_due(here.store, here.runtime, start + timedelta(hours=3)) == 0
        assert headlines(here) == [3]
        assert here.decisions("route:desk")[-2:] == [("raised", "quiet"), ("raised", "listed")]


PARKS = "A ban on smoking in all the parks of the town from May on"
HIDING = (
    RULES
    + """\
  - id: any-ban
    title: Any ban
    severity: notice
    hidden_by: bans
    unless_new: []
    when: {words: [ban]}
    examples:
      match: ["A ban on gallium.", "A ban on antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""
)


async def test_a_rule_is_hidden_while_the_other_has_an_open_alert_on_the_story(tmp_path):
    async with world(tmp_path, rules=HIDING) as here:
        await publish(here, 0)
        await here.publish("daily", entry("ban", title=PARKS, content_html="<p>Parks.</p>"))
        assert [each.rule for each in here.told("desk")] == ["bans", "any-ban"]
        hidden = here.rows("select detail from decisions where reason = 'hidden' and way = 'route:desk'")
        assert hidden == [("hidden by bans",)]
        await here.publish("wire", entry("ban", title=PARKS, content_html="<p>Parks.</p>"))
        assert len(here.told("desk")) == 2, "a better source is news, but this rule asks for none"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("wait: 2h\n    quiet: 1h", "rules.yaml:5:11 error[R042] wait 2h is longer than quiet 1h"),
        ("hidden_by: bans", "rules.yaml:5:16 error[R043] hidden_by goes in a circle: bans, bans"),
        ("hidden_by: bens", 'rules.yaml:5:16 error[R043] hidden_by: unknown rule "bens", did you mean "bans"?'),
        ("group: party", "allowed: rule, route; fields can be those of the by under require, and it has none"),
        ("unless_new: [amounts]", 'rules.yaml:5:18 error[R040] unknown fact "amounts", did you mean "amount"?'),
        ("quiet: 1 hour", 'rules.yaml:5:12 error[R025] "1 hour" is no duration'),
    ],
)
async def test_what_check_says_of_faults(tmp_path, keys, said):
    text = RULES.replace("    severity:", f"    {keys}\n    severity:")
    with pytest.raises(AssertionError) as caught:
        async with world(tmp_path, rules=text):
            pass

    assert said in str(caught.value)


async def test_the_status_shows_what_is_held_and_until_when(tmp_path, capsys):
    async with world(tmp_path, config=QUIET) as here:
        for number in range(3):
            await publish(here, number)

        main(["--config", str(tmp_path / "watcher.yaml"), "status"])

    assert "  desk  2 alerts of rule:bans until 2026-03-02 10:00 UTC (quiet)" in capsys.readouterr().out


async def held_two(here: World) -> None:
    """One told, which begins the quiet hour, and two that are held by it."""
    for number in range(3):
        await publish(here, number)
    assert headlines(here) == [1]


def last(here: World) -> list[tuple[str, str]]:
    return here.rows("select reason, detail from decisions where way = 'route:desk' order by number")[3:]


async def test_a_held_alert_that_cannot_be_read_is_set_aside_alone(tmp_path, caplog):
    async with world(tmp_path, config=QUIET) as here:
        await held_two(here)
        spoil = "update held set said = '{}' where number = (select min(number) from held)"
        await here.store.write(lambda turn: turn.db.execute(spoil))
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 1

        assert headlines(here) == [1, 1]
        (listed, why), told = last(here)
        assert (listed, why.partition(": Object")[0]) == ("listed", "set aside: ValidationError")
        assert told == ("told", "told together")
        assert here.rows("select count(*) from held") == [(0,)]
        assert caplog.text.count("held.failed") == 1
        assert [each.kind for each in here.notices()].count("set-aside") == 1


def ends(here: World) -> list[tuple[str, str, str]]:
    """What became of each change on the route, and that the ledger adds up."""
    with closing(sqlite3.connect(here.folder / "watcher.db")) as db:
        assert list(sums_amiss(db)) == []
    return here.rows("select change, reason, detail from decisions where way = 'route:desk' order by number")


async def test_what_is_retracted_while_it_is_held_is_never_told_nor_is_its_retraction(tmp_path):
    async with world(tmp_path, config=QUIET) as here:
        await publish(here, 0)
        await publish(here, 1)
        here.now += timedelta(minutes=3)
        away = "<p>Correction: nothing of the kind happened; its plants go on.</p>"
        await here.publish("wire", entry("ban-antimony", title="A correction", content_html=away, published=here.now))
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 0

        assert headlines(here) == [1]
        assert ends(here)[2:] == [
            ("raised", "listed", "overtaken: the alert is retracted"),
            ("retracted", "listed", "what it takes back was held and never told"),
        ]


async def test_what_is_told_meanwhile_overtakes_what_waits(tmp_path):
    async with world(tmp_path, config=QUIET.replace("quiet: 1h", "wait: 10m")) as here:
        await here.publish("wire", entry())
        await here.publish("ministry", entry("own", link="https://ministry.example/own"))
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 0

        assert [(each.change, each.severity) for each in here.told("desk")] == [("severity_raised", "urgent")]
        assert ends(here)[1:] == [
            ("raised", "listed", "overtaken: the alert is severity raised"),
            ("severity_raised", "told", ""),
        ]


async def test_what_was_merged_while_it_is_held_is_not_told(tmp_path):
    async with world(tmp_path, config=QUIET) as here:
        await publish(here, 0)
        await publish(here, 1)
        one, two = (story for _, story in here.stories())
        author = Author(name="mo", reason="one event", at=here.now + timedelta(minutes=3))
        await here.store.write(lambda turn: merge(turn.db, one, two, author))
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 0

        assert headlines(here) == [1]
        assert ends(here)[-1] == ("raised", "listed", "its alert was merged before it was told")


@pytest.mark.parametrize("faulty", [True, False])
async def test_a_catch_up_that_cannot_be_put_together_is_told_one_by_one(tmp_path, monkeypatch, faulty):
    def refusing(message):
        if len(message.alerts) > 1 or (faulty and "Antimony" in message.alerts[0].headline):
            raise RuntimeError("no words for it")
        return encode(message)

    async with world(tmp_path, config=QUIET) as here:
        await held_two(here)
        monkeypatch.setattr("watcher.pipeline.telling.releasing.encode", refusing)
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 1

        aside = ("listed", "set aside: RuntimeError: no words for it")
        alone = ("told", "told alone")
        assert headlines(here) == ([1, 1] if faulty else [1, 1, 1])
        assert last(here) == [aside if faulty else alone, alone]
        assert [each.kind for each in here.notices()].count("set-aside") == faulty


async def test_a_hold_that_cannot_be_ended_keeps_what_it_holds_and_holds_up_no_other(tmp_path, monkeypatch, caplog):
    async with world(tmp_path, config=QUIET) as here:
        await held_two(here)
        odd = (
            "insert into holds (route, grp, phase, until, severity, quiet_s, after) "
            "select route, 'rule:other', phase, until, 'odd', 'odd', after from holds"
        )
        await here.store.write(lambda turn: turn.db.execute(odd))
        over = here.now + timedelta(hours=1)
        with monkeypatch.context() as patch:
            patch.setattr(
                "watcher.pipeline.telling.releasing.lists", lambda hold: bool(1 / 0) if hold.quiet_s else False
            )
            assert await release_due(here.store, here.runtime, over) == 0
            here.now = over + timedelta(minutes=1)
            await here.publish("daily", entry("late", title="Late word on the export ban on ferrites"))
        assert caplog.text.count("hold.failed") == 1
        assert here.rows("select grp from holds") == [("rule:bans",)]
        assert here.rows("select count(*) from held") == [(3,)]
        assert await release_due(here.store, here.runtime, over + timedelta(hours=1)) == 1
        assert headlines(here) == [1, 3]


async def test_what_a_route_held_that_is_gone_with_its_channels_is_told_to_the_operator(tmp_path):
    async with world(tmp_path, config=QUIET) as here:
        await held_two(here)
        gone = QUIET.replace("  desk: {kind: file, path: desk.txt}\n", "")
        here.change(config=gone.replace("  desk: {channels: [desk], quiet: 1h}\n", ""))
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 0

        [notice] = [each for each in here.notices() if each.kind == "route-missing"]
        assert notice.title == "2 held alerts have no route any more"
        assert notice.lines[1:] == (
            "bans: Antimony falls under an export ban https://wire.example/ban-antimony",
            "bans: Tungsten falls under an export ban https://wire.example/ban-tungsten",
        )
        listed = ("listed", "there is no route desk any more, nor a channel that it had; the operator was told")
        assert last(here) == [listed, listed]


async def test_who_is_gone_together_with_a_route_that_held_something_is_named_to_the_operator(tmp_path):
    before = QUIET.replace("{channels: [desk], quiet: 1h}", "{channels: [desk, post], quiet: 1h}").replace(
        "  desk: {kind: file, path: desk.txt}\n",
        "  desk: {kind: file, path: desk.txt}\n  post: {kind: file, path: post.txt}\n",
    )
    async with world(tmp_path, config=before) as here:
        await held_two(here)
        here.change(config=before.replace("  post:", "  mail:").replace("  desk: {channels: [desk, post]", "  new: {channels: [desk, mail]"))  # fmt: skip
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 1

        assert headlines(here)[-1] == 2
        [notice] = [each for each in here.notices() if each.kind == "route-unheard"]
        assert notice.title == "2 held alerts have not been told to all that their route had"
        assert notice.lines[0] == (
            "The configuration has no route desk any more, nor post, whom it told. Not told to them:"
        )
        assert len(notice.lines) == 3


async def test_a_hold_made_while_the_clock_was_ahead_is_over_when_it_goes_right_again(tmp_path):
    async with world(tmp_path, config=QUIET) as here:
        here.now += timedelta(days=1500)
        await held_two(here)
        here.now -= timedelta(days=1500)
        assert await release_due(here.store, here.runtime, here.now) == 1
        assert headlines(here) == [1, 2]
        assert here.rows(
            "select count(*) from decisions where detail = 'told together' and at = ?", to_us(here.now)
        ) == [(2,)]
        await publish(here, 3)
        assert [reason for _, reason in here.decisions("route:desk")][-1] == "quiet", (
            "its hour begins with the catch-up"
        )
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 1


_MODE = RULES.replace("    title", "    mode: MODE\n    title")


@pytest.mark.parametrize(
    ("change", "messages", "became"),
    [
        ({"rules": RULES.replace("id: bans", "id: others")}, [1, 2], ("told", "told together")),
        ({"rules": _MODE.replace("MODE", "trial")}, [1], ("listed", "its rule is on trial now")),
        ({"rules": _MODE.replace("MODE", "paused")}, [1], ("listed", "its rule is paused now")),
        (
            {"config": QUIET.replace("desk: {channels: [desk], quiet: 1h}", "other: {channels: [desk]}")},
            [1, 2],
            ("told", "told together"),
        ),
        ({"config": CONFIG}, [1, 2], ("told", "told together")),
        ({"config": QUIET.partition("digests:")[0] + "rules: [rules.yaml]\n"}, [1, 2], ("told", "told together")),
    ],
    ids=["no rule", "trial", "paused", "other route", "no quiet", "no digest"],
)
async def test_what_is_held_while_the_configuration_changes_is_told_or_listed(tmp_path, change, messages, became):
    async with world(tmp_path, config=QUIET) as here:
        await held_two(here)
        here.change(**change)
        over = here.now + timedelta(hours=1)
        await release_due(here.store, here.runtime, over)

        assert headlines(here) == messages
        assert last(here) == [became, became]
        assert here.rows("select count(*) from held") == [(0,)]
        await release_due(here.store, here.runtime, over + timedelta(hours=1))
        assert here.rows("select count(*) from holds") == [(0,)]


async def test_a_quiet_time_that_is_asked_for_no_more_holds_nothing_new(tmp_path):
    async with world(tmp_path, config=QUIET) as here:
        await held_two(here)
        here.change(config=CONFIG)
        await publish(here, 3)
        assert headlines(here) == [1, 1]
        assert await release_due(here.store, here.runtime, here.now + timedelta(hours=1)) == 1
        assert headlines(here) == [1, 1, 2]
        assert here.rows("select count(*) from holds") == [(0,)], "its telling begins no other quiet time"
