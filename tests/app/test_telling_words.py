from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.test_withdrawing import config
from tests.pipeline.world import MONDAY, entry, world
from watcher.app.explaining import Telling, account
from watcher.app.telling_words import telling_words
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.escalating import escalate_due
from watcher.stores.sqlite.evidence import Decided, EvidenceTable

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def said(change: str, **changes) -> str:
    values = {"observation": 0, "way": "alert", "reason": change, "detail": "", "occasion": None, "at": AT, **changes}
    return next(telling_words(Telling(decisions=(Decided(change=change, **values),), deliveries=()), (), {7}))


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        (said("raised", observation=7), "raised by this article: a new alert"),
        (said("updated", observation=8), "updated by another article of the story: the alert had news"),
        (said("reminded", way="route:desk"), "reminded: nobody had acknowledged it"),
        (said("closed", detail="by anna: settled"), "closed by hand: the alert ended: by anna: settled"),
        (said("closed", detail="no news for 30 days"), "closed: the alert ended: no news for 30 days"),
        (said("closed", way="hand", reason="merged"), "closed by hand: the alert ended"),
        (said("by_hand", way="hand", detail="opened again"), "by_hand: somebody changed it: opened again"),
    ],
)
def test_a_change_says_what_made_it(decided, words):
    assert decided == f"    2026-03-02 09:00:00 UTC  {words}"


async def test_reminders_and_what_people_do_are_changes_of_their_own(tmp_path):
    desk = "desk: {channels: [desk], escalate: {after: 30m, repeat: 1h, times: 2}}"
    async with world(tmp_path, config=config(desk)) as here:
        await here.publish("wire", entry())
        ((id_,),) = here.rows("select id from alerts")
        for _ in range(2):
            here.now += timedelta(hours=1)
            await escalate_due(here.store, here.runtime, here.now)
        await here.store.write(lambda turn: lifecycle.close(turn, id_, "anna", here.now, "link", reason="settled"))

        made = await here.store.read(lambda turn: account(EvidenceTable(turn), here.runtime.rule_set, 1, ["bans"]))

    heads = [(each.decisions[0].change, each.decisions[0].at) for each in made.rules[0].tellings]
    hour = timedelta(hours=1)
    ends = MONDAY + hour * 2
    assert heads == [("raised", MONDAY), ("reminded", MONDAY + hour), ("reminded", ends), ("closed", ends)]
