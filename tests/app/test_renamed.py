"""Who left a list is not sent it again because the list, the channel or the recipient is called otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import World, entry, world
from watcher.app.leaving import leave as leave_by_link
from watcher.app.leaving import rejoin
from watcher.app.renamed import follow_renames
from watcher.app.turns import tell_turn
from watcher.core.telling.actions import ticket
from watcher.core.telling.lists import Renamed, now_called, renamed
from watcher.pipeline.telling.encoding import decode
from watcher.pipeline.telling.linking import unwanted
from watcher.stores.links import Unsubscribed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONFIG = """\
store: {path: watcher.db}
operator: {contact: ops@example.org, route: operator}
listen: {public_url: "https://watch.example"}
sources:
  wire: {kind: feed, url: "https://wire.example/feed", every: 15m, trust: wire}
channels:
  team: {kind: email, smtp: {host: mx.desk.example}, from: w@desk.example, to: [Anna@desk.example, ben@desk.example]}
  ops: {kind: file, path: ops.txt}
routes:
  desk: {channels: [team], recipients: [carl], when: "trust:wire"}
  operator: {channels: [ops], when: "rule:nothing"}
digests:
  weekly: {at: "Fri 15:00", channels: [team], take: "event:any"}
recipients:
  carl: {to: carl@desk.example, via: team, volume: daily, at: "08:00"}
rules: [rules.yaml]
"""


async def start(here: World, **words: str) -> None:
    """Start with a configuration in which these words are replaced."""
    text = CONFIG
    for old, new in words.items():
        text = (
            text.replace(f"  {old}: {{", f"  {new}: {{").replace(f"[{old}", f"[{new}").replace(f'@{old}"', f'@{new}"')
        )
        text = text.replace(f"via: {old}", f"via: {new}")
    here.change(config=text)
    here.now += timedelta(hours=1)
    await follow_renames(here.store, here.runtime, here.now)


async def leave(here: World, list_: str, who: str = "Anna@desk.example") -> None:
    gone = Unsubscribed(channel="team", recipient=who, list=list_, since=here.now, how="on the page")
    await here.store.write(lambda turn: turn.links.leave(gone))


async def sent(here: World, title: str) -> set[str]:
    """Who is sent the alert of an article with that title, on whatever channel."""
    await here.publish(
        "wire",
        entry(
            title, title=f"{title} sets export ban on tin", content_html=f"<p>{title} sets an export ban on tin.</p>"
        ),
    )

    def look(turn) -> set[str]:
        name = next(name for name in here.runtime.channels if name != "ops")
        mine = [each for each in turn.outbox.lease(name, here.now, here.now, 99) if each.created == here.now]
        return {d.recipient for d in mine if unwanted(turn, here.runtime, d, decode(d.content)) is None}

    return await here.store.write(look)


async def left(here: World) -> set[tuple[str, str]]:
    return {tuple(row) for row in here.rows("select lower(recipient), list from unsubscribed where ended is null")}


async def test_who_left_is_not_sent_it_after_a_rename_of_the_route_or_the_channel(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        await leave(here, "route:desk")
        before = await sent(here, "Chile")
        await start(here, desk="news")
        route = await sent(here, "Peru")
        await start(here, desk="news", team="mail")
        both = await sent(here, "Ghana")

        assert before == route == both == {"ben@desk.example"}
        assert await left(here) == {("anna@desk.example", "route:desk"), ("anna@desk.example", "route:news")}
        said = [each for each in here.notices("ops") if each.kind == "list-renamed"]
        assert [each.title for each in said] == ["route news says what route desk said"]
        assert "Anna@desk.example" in said[0].lines[0]
        assert "--resubscribe WHO --list route:news" in said[0].lines[1]


async def test_a_digest_renamed_and_changed_at_once_is_taken_for_the_same(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        await leave(here, "digest:weekly")
        here.change(config=CONFIG.replace('weekly: {at: "Fri 15:00"', 'news: {at: "Mon 08:00"'))
        await follow_renames(here.store, here.runtime, here.now)
        await follow_renames(here.store, here.runtime, here.now)

        assert await left(here) == {("anna@desk.example", "digest:weekly"), ("anna@desk.example", "digest:news")}
        titles = [each.title for each in here.notices("ops") if each.kind == "list-renamed"]
        assert titles == ["digest weekly is configured no more, and digest news is new"]


async def test_what_is_merely_new_keeps_nobody_away(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        await leave(here, "digest:weekly")
        here.change(
            config=CONFIG.replace(
                "digests:\n", 'digests:\n  more: {at: "Mon 08:00", channels: [team], take: "event:any"}\n'
            )
        )
        await follow_renames(here.store, here.runtime, here.now)

        assert await left(here) == {("anna@desk.example", "digest:weekly")}


async def test_what_is_collected_for_somebody_stays_left_when_they_are_renamed(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        await leave(here, "digest:to:carl", "carl@desk.example")
        await start(here, carl="karl")

        assert ("carl@desk.example", "digest:to:karl") in await left(here)


@pytest.mark.parametrize(
    ("gone", "new", "found"),
    [
        ({"route:a": ("x", NOW)}, {"route:b": "x", "route:c": "y"}, [("route:a", "route:b", True)]),
        ({"route:a": ("x", NOW)}, {"route:b": "z", "route:c": "y"}, [("route:a", "route:b", False), ("route:a", "route:c", False)]),
        ({"route:a": ("x", NOW)}, {"digest:b": "x", "digest:to:b": "x"}, []),
        ({"digest:to:a": ("x", NOW)}, {"digest:b": "x", "digest:to:b": "y"}, [("digest:to:a", "digest:to:b", False)]),
        ({"route:a": ("x", NOW - timedelta(days=31))}, {"route:b": "x"}, []),
        ({"route:a": ("x", NOW), "route:d": ("y", NOW)}, {"route:b": "y", "route:c": "z"}, [("route:a", "route:c", False), ("route:d", "route:b", True)]),
    ],
)  # fmt: skip
def test_which_list_may_be_which(gone, new, found):
    assert renamed(gone, new, now=NOW) == tuple(Renamed(old=o, new=n, sure=s) for o, n, s in found)


def test_a_list_is_followed_through_all_its_names():
    goes_on = {"route:a": ("route:b",), "route:b": ("route:c", "route:d"), "route:d": ("route:a",)}

    assert now_called(["route:a", "digest:x"], goes_on) == ("route:a", "digest:x", "route:b", "route:c", "route:d")


async def test_a_link_that_was_sent_before_the_rename_leads_out_of_the_list_as_it_is_called_now(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        old = ticket("unsubscribe", "route:desk", "team", "ben@desk.example", here.now)
        await start(here, desk="news")
        await here.store.write(lambda turn: leave_by_link(turn, here.runtime, old, how="on the page", now=here.now))

        assert ("ben@desk.example", "route:news") in await left(here)
        assert await sent(here, "Chile") == {"Anna@desk.example"}

        await here.store.write(lambda turn: rejoin(turn, here.runtime, old, how="on the page", now=here.now))
        assert await left(here) == set()


async def test_a_program_that_presses_every_button_is_told_of_once_an_hour(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:

        def press(turn, number: int) -> None:
            gone = Unsubscribed(
                channel="team", recipient="ben@desk.example", list="route:desk", since=here.now, how="on the page"
            )
            if number % 2 == 0:
                turn.links.leave(gone)
            else:
                turn.links.rejoin("BEN@desk.example", "route:desk", now=here.now, how="on the page")
            tell_turn(turn, here.runtime, "ben@desk.example unsubscribed", "On channel team.", here.now)

        for number in range(41):
            here.now += timedelta(minutes=3)
            await here.store.write(lambda turn, number=number: press(turn, number))
            here.now += timedelta(seconds=1)
            await here.store.write(lambda turn: [turn.outbox.lease("ops", here.now, here.now + timedelta(days=1), 9)])

        told = [each for each in here.notices("ops") if each.kind == "unsubscribed"]
        assert [each.title for each in told] == [
            "ben@desk.example unsubscribed",
            "readers unsubscribed or came back 19 times within the hour",
            "readers unsubscribed or came back 20 times within the hour",
            "readers unsubscribed or came back 1 time within the hour",
        ]
        assert told[2].lines[0].endswith("ben@desk.example subscribed again to route desk, on the page")
        assert told[3].lines[0].endswith("ben@desk.example unsubscribed from route desk, on the page")
