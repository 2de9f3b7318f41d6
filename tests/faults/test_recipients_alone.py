"""One recipient of a channel who cannot be reached: told of alone, and no trouble of the channel's others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.desk import CONFIG, Desk, desk_at
from tests.faults.test_queues import occasion, tell_all
from watcher.core.model import DeliveryId, OccasionId, Outcome
from watcher.core.telling.outages import Outage
from watcher.core.telling.outbox import Delivery
from watcher.core.telling.retries import Verdict, next_attempt
from watcher.pipeline.sending.settling import Answered, settle
from watcher.pipeline.telling.notices import counted_notice

SEVERAL = CONFIG.replace("to: [desk@example.org]", "to: [bad@example.org, ada@example.org]").replace(
    "channels: [slack, hook, mail]", "channels: [mail]"
)
BAD, ADA = "bad@example.org", "ada@example.org"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, SEVERAL) as found:
        yield found


def delivery(desk: Desk, recipient: str) -> Delivery:
    return Delivery(
        id=DeliveryId(f"msg_{recipient}"),
        occasion=OccasionId("test:1"),
        channel="mail",
        recipient=recipient,
        state="leased",
        due=desk.now,
        attempts=0,
        first_attempt=desk.now,
        parts_done=0,
        reason="",
        created=desk.now,
        content="{}",
        thread=None,
    )


async def answers(desk: Desk, recipient: str, result: str, *, number: int = 2, **gap: float) -> None:
    """An attempt at this recipient ends so, after that time."""
    desk.now += timedelta(**gap)
    outcome = Outcome(result=result, reason="452 mailbox full", answer="452")
    verdict = next_attempt(
        outcome, channel_family="smtp", attempt=number, first_attempt=desk.now, now=desk.now, delivery_id="d"
    )
    answered = Answered(
        delivery=delivery(desk, recipient), outcome=outcome, verdict=verdict, number=number, own=False, now=desk.now
    )
    await desk.daemon.store.write(lambda turn: settle(turn, desk.daemon.engine.runtime, "mail", answered))


async def told(desk: Desk) -> list[tuple[str, str]]:
    """The titles of notices and the channels that they go by, in order."""
    rows = await desk.rows(
        "select json_extract(o.content, '$.message.title'), group_concat(distinct d.channel) from occasions o "
        "join deliveries d on d.occasion = o.id where o.kind = 'notice' group by o.id order by min(d.number)"
    )
    return [tuple(row) for row in rows]


async def test_a_mail_box_that_is_gone_is_told_once_however_many_mails_it_refuses(desk: Desk) -> None:
    desk.smtp.mode = "split"
    for number in range(5):
        one = occasion(desk, number, f"a-{number}")
        await desk.daemon.store.write(
            lambda turn, one=one: tell_all(turn, told=one, ways=[("mail", BAD), ("mail", ADA)])
        )
        await desk.send()
        desk.now += timedelta(hours=1)

    titles = [title for title, _ in await told(desk)]

    assert (await desk.states("mail")) == {"sent": 5, "dead": 5}
    assert titles == ["a message could not be delivered on mail"]
    assert await desk.rows("select recipient, dead, told from channel_outages") == [(BAD, 6, None)]  # the notice too
    assert await desk.daemon.store.read(lambda turn: turn.outbox.shut()) == set()


async def test_a_full_mail_box_is_told_by_the_channel_that_works_and_once_more_when_it_is_over(desk: Desk) -> None:
    for _ in range(4):
        await answers(desk, BAD, "retry", minutes=5)
        await answers(desk, ADA, "sent")
    failing = await told(desk)
    await answers(desk, BAD, "sent", minutes=5)

    assert [title for title, _ in failing] == ["bad@example.org can't be reached on mail since 2026-02-06 22:36 UTC"]
    assert failing[0][1] == "mail"  # ada reads it; no other channel is bothered
    assert [title for title, _ in await told(desk)][1:] == ["bad@example.org is reached again on mail"]
    assert await desk.rows("select * from channel_outages") == []


async def test_one_who_fails_alone_does_not_make_the_channel_fail(desk: Desk) -> None:
    for _ in range(6):
        await answers(desk, BAD, "retry", minutes=30)

    assert [title.partition(" since ")[0] for title, _ in await told(desk)] == [
        "bad@example.org can't be reached on mail"
    ]
    assert await desk.daemon.store.read(lambda turn: turn.queues.failing()) == ()

    await answers(desk, ADA, "retry", minutes=1)  # a moment's trouble of somebody else is not the channel's either

    assert len(await told(desk)) == 1


async def test_a_channel_that_fails_for_all_is_told_once_and_not_by_recipient(desk: Desk) -> None:
    for _ in range(6):
        await answers(desk, BAD, "retry", minutes=5)
        await answers(desk, ADA, "retry", seconds=1)
    down = await told(desk)
    await answers(desk, ADA, "sent", minutes=5)
    await answers(desk, BAD, "sent", minutes=5)

    assert [title.partition(" since ")[0] for title, _ in down] == ["channel mail fails"]
    assert "mail" not in down[-1][1]
    assert "channel mail works again" in [title for title, _ in await told(desk)]
    assert await desk.rows("select * from channel_outages") == []


async def test_where_nobody_of_a_channel_takes_anything_the_operator_is_told_elsewhere(desk: Desk) -> None:
    await answers(desk, BAD, "dead", number=1)
    first = await told(desk)
    await answers(desk, ADA, "dead", number=1, seconds=1)

    assert [by for _, by in first] == ["mail"]
    assert [by for _, by in await told(desk)][1:] == ["mail,slack"]


def test_a_count_names_both_what_was_given_up_and_what_was_refused() -> None:
    now = datetime(2026, 2, 7, 12, tzinfo=UTC)
    outage = Outage(channel="mail", since=now, refused=3, dead=10)
    for state, besides in (("dead", "3 messages were refused"), ("due", "10 messages were given up")):
        notice = counted_notice(outage, Verdict(state=state, at=None, reason="why"), now)
        assert besides in notice.lines[-1]


async def test_healthz_counts_who_is_not_reached_and_names_nobody(desk: Desk) -> None:
    for _ in range(4):
        await answers(desk, BAD, "retry", minutes=5)
        await answers(desk, ADA, "sent")
    await desk.daemon.upkeep.run()

    assert desk.daemon.upkeep.channel_parts == (
        ("recipients of mail", False, "1 recipient not reached since 2026-02-06 22:36 UTC"),
    )
