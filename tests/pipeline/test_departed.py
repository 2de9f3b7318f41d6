"""Who is not configured any more takes no untold failure along: the operator hears of it, and it is stored."""

from __future__ import annotations

from datetime import timedelta

from tests.pipeline.world import CONFIG, MONDAY, World, entry, world
from watcher.app.stranded import tell_stranded
from watcher.core.telling.outages import Outage

ANNA, BOB = "anna@example.org", "bob@example.org"
MAIL = "{kind: email, smtp: {host: smtp.example.org}, from: watcher@example.org, to: [%s]}"
BOTH = CONFIG.replace("{kind: file, path: desk.txt}", MAIL % f"{ANNA}, {BOB}")
ONE = CONFIG.replace("{kind: file, path: desk.txt}", MAIL % ANNA)


async def failed(here: World, **changes) -> None:
    """Bob and Anna had trouble, and so had the channel as a whole."""

    def work(turn) -> None:
        for recipient in (ANNA, BOB, ""):
            outage = Outage(channel="desk", recipient=recipient, since=MONDAY, **changes)
            turn.queues.save_outage("desk", outage, recipient)

    await here.store.write(work)


async def reloaded(here: World, config: str) -> list[tuple[str, tuple[str, ...]]]:
    here.change(config=config)
    await tell_stranded(here.store, here.runtime, here.now)
    await tell_stranded(here.store, here.runtime, here.now)
    return [(each.title, each.lines) for each in here.notices() if each.kind == "recipient-dropped"]


async def left(here: World) -> set[str]:
    return {who for (who,) in here.rows("select recipient from channel_outages")}


async def test_the_operator_hears_of_what_was_untold_of_a_recipient_who_is_dropped(tmp_path):
    async with world(tmp_path, config=BOTH) as here:
        await failed(here, refused=1, dead=4, untold=3)
        assert await reloaded(here, ONE) == [
            (
                "bob@example.org on desk failed, and is not configured any more",
                (
                    "Since 2026-03-02 09:00 UTC no message was taken, 1 message refused, 4 messages given up.",
                    "Of 3 messages no notice told before.",
                    "They are kept with their words: watcher deliveries --dead --channel desk",
                ),
            )
        ]
        assert await left(here) == {ANNA, ""}
        assert here.rows("select alert, reason from decisions where alert like 'channel:%'") == [
            ("channel:desk", "closed")
        ]


async def test_what_was_told_already_is_stored_and_no_news(tmp_path):
    async with world(tmp_path, config=BOTH) as here:
        await failed(here, dead=1)
        assert await reloaded(here, ONE) == []
        assert await left(here) == {ANNA, ""}
        ((detail,),) = here.rows("select detail from decisions where alert = 'channel:desk'")
        assert detail.startswith("bob@example.org on desk is not configured any more; since 2026-03-02 09:00 UTC")


async def test_whoever_a_message_waits_for_is_not_forgotten(tmp_path):
    async with world(tmp_path, config=BOTH) as here:
        await here.publish("wire", entry())
        await failed(here, dead=4, untold=3)
        assert await reloaded(here, ONE) == []
        assert await left(here) == {ANNA, BOB, ""}


async def test_a_channel_that_is_dropped_is_told_of_too(tmp_path):
    async with world(tmp_path, config=BOTH) as here:
        await failed(here, told=MONDAY + timedelta(minutes=10))
        without = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [lab]}")
        told = await reloaded(here, without.replace("  desk: {kind: file, path: desk.txt}\n", ""))
        ((title, lines),) = told
        assert title == "channel desk failed, and is not configured any more"
        assert [line.partition(":")[0] for line in lines] == ["the channel", ANNA, BOB]
        assert await left(here) == set()


async def test_many_who_are_dropped_are_told_of_in_one_notice(tmp_path):
    people = [f"p{number:02}@example.org" for number in range(30)]
    many = CONFIG.replace("{kind: file, path: desk.txt}", MAIL % ", ".join([ANNA, *people]))

    def trouble(turn) -> None:
        for each in people:
            turn.queues.save_outage(
                "desk", Outage(channel="desk", recipient=each, since=MONDAY, dead=1, untold=1), each
            )

    async with world(tmp_path, config=many) as here:
        await here.store.write(trouble)
        ((title, lines),) = await reloaded(here, ONE)
        assert title == "30 recipients of desk failed, and are not configured any more"
        assert lines[9:12] == (
            "p09@example.org: since 2026-03-02 09:00 UTC no message was taken, 1 message given up.",
            "And 20 more.",
            "Of 30 messages no notice told before.",
        )
        assert len(here.rows("select 1 from decisions where alert = 'channel:desk'")) == 30
