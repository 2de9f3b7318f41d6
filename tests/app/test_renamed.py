"""Who left a list is not sent it again because the list, the channel or the recipient is called otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import World, entry, world
from watcher.app.leaving import leave as leave_by_link
from watcher.app.leaving import rejoin
from watcher.app.renamed import called_otherwise, follow_renames
from watcher.app.turns import tell_turn
from watcher.core.telling.actions import ticket
from watcher.core.telling.lists import Compared, Renamed, compared, now_called
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
        assert await left(here) == {("anna@desk.example", "route:news")}
        said = [each for each in here.notices("ops") if each.kind == "list-renamed"]
        assert [each.title for each in said] == ["route news is what route desk was"]
        assert "Anna@desk.example" in said[0].lines[0]
        assert "--resubscribe WHO --list route:news" in said[0].lines[1]


async def test_a_digest_renamed_and_changed_at_once_is_asked_about(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        await leave(here, "digest:weekly")
        here.change(config=CONFIG.replace('weekly: {at: "Fri 15:00"', 'news: {at: "Mon 08:00"'))
        await follow_renames(here.store, here.runtime, here.now)
        await follow_renames(here.store, here.runtime, here.now)

        assert await left(here) == {("anna@desk.example", "digest:weekly")}
        (said,) = [each for each in here.notices("ops") if each.kind == "list-renamed"]
        assert said.title == "digest weekly is configured no more, or is another list now"
        assert said.lines[1:] == ("If it is digest news now: watcher recipients --renamed digest:weekly digest:news",)


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
    ("before", "now", "found"),
    [
        ("a=x", "b=x c=y", Compared(moved={"route:a": "route:b"})),
        ("a=x b=y", "a=y b=x", Compared(moved={"route:a": "route:b", "route:b": "route:a"})),
        ("a=x b=y", "b=x c=y", Compared(moved={"route:a": "route:b", "route:b": "route:c"})),
        ("a=x", "a=y b=x", Compared(moved={"route:a": "route:b"}, kept=("route:a",))),
        ("a=x", "a=y b=y", Compared()),
        ("a=x", "a=x b=x", Compared()),
        ("a=x b=x", "a=x c=x", Compared(moved={"route:b": "route:c"})),
        ("a=x b=x", "c=x d=x", Compared(doubts={"route:a": ("route:c", "route:d"), "route:b": ("route:c", "route:d")})),
        ("a=x b=x", "c=x", Compared(doubts={"route:a": ("route:c",), "route:b": ("route:c",)})),
        ("a=x b=y", "c=y d=z", Compared(moved={"route:b": "route:c"}, doubts={"route:a": ("route:d",)})),
        ("a=x", "", Compared()),
    ],
)  # fmt: skip
def test_which_list_is_which(before, now, found):
    assert compared(lists(before), lists(now)) == found


def test_lists_of_one_sort_alone_are_one_another():
    assert compared({"route:a": "x", "digest:to:a": "y"}, {"digest:b": "x", "digest:b2": "y"}) == Compared()


def lists(words: str) -> dict[str, str]:
    return {f"route:{name}": said for name, _, said in (each.partition("=") for each in words.split())}


def test_a_list_is_followed_through_all_its_names_from_when_it_was_named():
    day = timedelta(days=1)
    swap = [Renamed(at=NOW, old="a", new="b"), Renamed(at=NOW, old="b", new="a")]
    renames = [*swap, Renamed(at=NOW + 2 * day, old="b", new="c")]

    assert now_called(["a"], renames, {"a", "c"}, since=NOW - day) == ("c",)
    assert now_called(["b", "x"], renames, {"a", "c"}, since=NOW - day) == ("a", "x")
    assert now_called(["a", "b"], renames, {"a", "c"}, since=NOW + day) == ("a", "c")
    assert now_called(["a", "b"], renames, {"a", "c"}, since=NOW + 3 * day)[0] == "a"
    assert now_called(["a", "c"], renames, {"a", "c"}) == ("a", "c")


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


ROUTE = '  desk: {channels: [team], recipients: [carl], when: "trust:wire"}\n'
OTHER = 'channels: [team], when: "rule:nothing"'
BEN = "ben@desk.example"


async def load(here: World, config: str) -> None:
    here.change(config=config)
    here.now += timedelta(hours=1)
    await follow_renames(here.store, here.runtime, here.now)


def routes(**by_name: str) -> str:
    said = "".join(f"  {name}: {{{says}}}\n" for name, says in by_name.items())
    return CONFIG.replace(ROUTE, said)


WIRE = 'channels: [team], when: "trust:wire"'


async def test_who_left_under_the_new_name_is_away_when_it_has_its_old_one_again(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        await leave(here, "route:desk")
        await start(here, desk="news")
        await leave(here, "route:news", BEN)
        await here.store.write(
            lambda turn: turn.links.rejoin("anna@desk.example", "route:news", now=here.now, how="by hand")
        )
        await start(here)

        assert await left(here) == {(BEN, "route:desk")}
        assert await sent(here, "Chile") == {"Anna@desk.example"}


async def test_lists_that_swap_their_names_take_along_who_left_them_and_what_leads_to_them(tmp_path):
    first, swapped = routes(desk=WIRE, news=OTHER), routes(news=WIRE, desk=OTHER)
    async with world(tmp_path, config=first, sources=("wire",)) as here:
        await load(here, first)
        await leave(here, "route:desk", BEN)
        await leave(here, "route:news")
        old = ticket("unsubscribe", "route:desk", "team", "Anna@desk.example", here.now)
        await load(here, swapped)

        assert await left(here) == {(BEN, "route:news"), ("anna@desk.example", "route:desk")}
        assert await sent(here, "Chile") == {"Anna@desk.example"}

        await here.store.write(lambda turn: leave_by_link(turn, here.runtime, old, how="on the page", now=here.now))
        assert ("anna@desk.example", "route:news") in await left(here)
        await here.store.write(lambda turn: rejoin(turn, here.runtime, old, how="on the page", now=here.now))
        assert await left(here) == {(BEN, "route:news"), ("anna@desk.example", "route:desk")}


async def test_names_that_move_on_by_one_cut_nobody_off(tmp_path):
    first, shifted = routes(desk=WIRE, news=OTHER), routes(news=WIRE, zinc=OTHER)
    async with world(tmp_path, config=first, sources=("wire",)) as here:
        await load(here, first)
        await leave(here, "route:desk", BEN)
        await load(here, shifted)
        await load(here, routes(more=f"zone: Asia/Tokyo, {OTHER}", news=WIRE, zinc=OTHER))

        assert await left(here) == {(BEN, "route:news")}


async def test_what_was_queued_under_the_old_name_is_not_sent_to_who_left_it_by_the_new(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        await here.publish("wire", entry("c", title="Chile sets export ban on tin"))
        await start(here, desk="news")
        await leave(here, "route:news", BEN)

        def look(turn) -> set[str]:
            mine = turn.outbox.lease("team", here.now, here.now, 99)
            return {d.recipient for d in mine if unwanted(turn, here.runtime, d, decode(d.content)) is None}

        assert await here.store.write(look) == {"Anna@desk.example"}


async def test_a_list_that_was_left_before_any_was_noted_is_asked_about(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await leave(here, "route:news", BEN)
        await start(here)

        (said,) = [each for each in here.notices("ops") if each.kind == "list-renamed"]
        assert BEN in said.lines[0]
        assert "watcher recipients --renamed route:news route:desk" in said.lines[1]


async def test_who_left_on_one_channel_of_two_is_named_when_leaving_goes_by_address(tmp_path):
    mail = "  mail: {kind: email, smtp: {host: mx.desk.example}, from: w@desk.example, to: [BEN@desk.example]}\n"
    config = CONFIG.replace("  ops: {kind", f"{mail}  ops: {{kind").replace(
        "desk: {channels: [team]", "desk: {channels: [team, mail]"
    )
    async with world(tmp_path, config=config, sources=("wire",)) as here:
        await leave(here, "route:desk", BEN)
        await leave(here, "route:desk")
        await load(here, config)
        await load(here, CONFIG)

        (said,) = [each for each in here.notices("ops") if each.kind == "unsubscribed"]
        assert said.lines[:-1] == ("ben@desk.example left route desk on team, and had it by mail too",)


async def test_a_rename_told_by_hand_takes_along_everybody_and_the_links(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:
        await start(here)
        old = ticket("unsubscribe", "route:desk", "team", BEN, here.now)
        await leave(here, "route:desk")
        await load(here, routes(news=f"zone: Asia/Tokyo, {WIRE}"))

        def told(turn, new: str = "route:news"):
            return called_otherwise(turn, "route:desk", new, ["route:news", "route:operator"], here.now)

        kept, again = await here.store.write(lambda turn: (told(turn), told(turn)))
        await here.store.write(lambda turn: leave_by_link(turn, here.runtime, old, how="on the page", now=here.now))

        assert ([each.recipient for each in kept or ()], again) == (["Anna@desk.example"], None)
        assert await left(here) == {("anna@desk.example", "route:news"), (BEN, "route:news")}


async def test_nobody_is_told_of_what_was_done_by_command(tmp_path):
    async with world(tmp_path, config=CONFIG, sources=("wire",)) as here:

        def turns(turn):
            tell_turn(turn, here.runtime, "one", "line", here.now)
            later = here.now + timedelta(seconds=30)
            for how in ("by root on the command line", "on the page"):
                gone = Unsubscribed(channel="team", recipient=BEN, list=f"route:{how[:2]}", since=later, how=how)
                turn.links.leave(gone)
            tell_turn(turn, here.runtime, "two", "line", here.now + timedelta(minutes=1))

        await here.store.write(turns)

        last = [each for each in here.notices("ops") if each.kind == "unsubscribed"][-1]
        assert last.title == "readers unsubscribed or came back 1 time within the hour"


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
