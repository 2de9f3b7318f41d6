"""What people do with alerts: silences, acknowledging, snoozing, assigning, closing; each telling kept back is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.pipeline.world import CONFIG, World, entry, world
from watcher.core.telling.lifecycle import Silence
from watcher.pipeline.taking_in.closing import close_due
from watcher.pipeline.telling import lifecycle
from watcher.pipeline.telling.escalating import escalate_due
from watcher.pipeline.telling.releasing import release_due
from watcher.pipeline.telling.silencing import silence_due
from watcher.stores.sqlite.stories import Author, merge
from watcher.stores.sqlite.times import to_us

HOUR = timedelta(hours=1)
NOTED = "<p>The ministry announced an export ban on gallium worth $75 million, in force from 1 May.</p>"
TWO = CONFIG.replace('take: ""', "").replace(
    "zone: UTC, channels: [lab]}", 'zone: UTC, channels: [lab], take: "rule:bans"}'
)


def silence(here: World, query: str, *, for_: timedelta = HOUR * 48, name: str = "s-1") -> Silence:
    return Silence(id=name, query=query, author="anna", reason="stocktaking", begins=here.now, until=here.now + for_)


async def silenced(here: World, query: str, **kwargs: Any) -> None:
    found = silence(here, query, **kwargs)
    await here.store.write(lambda turn: turn.silences.add(found))


async def alert(here: World) -> str:
    return str(here.rows("select id from alerts order by raised, id")[0][0])


async def revised(here: World, amount: str) -> None:
    """The story's article with another figure: news of the alert."""
    text = f"<p>The ministry announced an export ban on gallium worth {amount}, in force from 1 May.</p>"
    await here.publish("wire", entry("ban", content_html=text))


@pytest.mark.parametrize(
    ("query", "hides"),
    [
        ("", True),
        ("rule:bans", True),
        ("rule:other-*", False),
        ("severity:urgent", False),
        ("gallium", True),
        ("antimony", False),
        ("source:wire trust:wire", True),
        ("route:desk", True),
        ("-state:closed", True),
    ],
)
async def test_a_silence_hides_what_its_query_takes(tmp_path, query, hides):
    async with world(tmp_path) as here:
        await silenced(here, query)
        await here.publish("wire", entry())
        assert [told.rule for told in here.told("desk")] == ([] if hides else ["bans"])
        reason = "silenced" if hides else "told"
        assert here.decisions("route:desk") == [("raised", reason)]


async def test_a_silence_hides_from_digests_too_and_counts_what_it_hid(tmp_path):
    async with world(tmp_path) as here:
        await silenced(here, "rule:bans")
        await here.publish("wire", entry())
        assert here.decisions("digest:weekly") == [("raised", "silenced")]
        assert here.rows("select detail from decisions where way = 'route:desk'") == [
            ("silence s-1 by anna: stocktaking",)
        ]
        count, hidden = await here.store.read(lambda turn: turn.silences.hidden("s-1", 10))
        assert count == 2
        assert {each.way for each, _ in hidden} == {"route:desk", "digest:weekly"}
        here.now += HOUR * 48
        await revised(here, "$75 million")
        assert here.decisions("route:desk")[-1] == ("updated", "told")


async def test_the_operator_hears_that_a_silence_ends_and_what_it_hid(tmp_path):
    async with world(tmp_path) as here:
        start = here.now
        await silenced(here, "gallium")
        await silenced(here, "antimony", for_=HOUR, name="s-2")
        await here.publish("wire", entry())
        assert await silence_due(here.store, here.runtime, start + timedelta(minutes=44)) == 0
        assert await silence_due(here.store, here.runtime, start + timedelta(minutes=45)) == 1
        assert await silence_due(here.store, here.runtime, start + timedelta(minutes=46)) == 0
        assert await silence_due(here.store, here.runtime, start + HOUR) == 1
        assert await silence_due(here.store, here.runtime, start + HOUR * 36) == 1
        assert await silence_due(here.store, here.runtime, start + HOUR * 48) == 1
        assert await silence_due(here.store, here.runtime, start + HOUR * 96) == 0
        found = here.notices()
        assert [(each.kind, each.subject) for each in found] == [
            ("silence-ends", "s-2"),
            ("silence-over", "s-2"),
            ("silence-ends", "s-1"),
            ("silence-over", "s-1"),
        ]
        assert "It hid 0 tellings." in found[1].lines
        assert any("export ban on gallium (desk)" in line for line in found[3].lines)


async def test_a_silence_ended_by_hand_hides_nothing_more_and_is_not_reported(tmp_path):
    async with world(tmp_path) as here:
        await silenced(here, "")
        assert await here.store.write(lambda turn: turn.silences.end("s-1", "bert", here.now))
        assert not await here.store.write(lambda turn: turn.silences.end("s-1", "bert", here.now))
        await here.publish("wire", entry())
        assert len(here.told("desk")) == 1
        assert await silence_due(here.store, here.runtime, here.now + HOUR * 60) == 0


async def test_what_was_held_is_silenced_if_somebody_asked_for_it_meanwhile(tmp_path):
    quiet = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [desk], wait: 10m}")
    async with world(tmp_path, config=quiet) as here:
        await here.publish("wire", entry())
        await silenced(here, "gallium")
        here.now += timedelta(minutes=10)
        assert await release_due(here.store, here.runtime, here.now) == 0
        assert here.decisions("route:desk") == [("raised", "waiting"), ("raised", "silenced")]


async def test_an_acknowledged_alert_is_followed_up_only_by_a_higher_severity(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        done = await here.store.write(
            lambda turn: lifecycle.acknowledge(turn, id_, "anna", here.now, "command", "on it")
        )
        assert done.new
        assert "acknowledged by anna" in done.words
        again = await here.store.write(lambda turn: lifecycle.acknowledge(turn, id_, "bert", here.now, "link"))
        assert (again.new, again.number) == (False, done.number)
        here.now += HOUR
        await revised(here, "$75 million")
        assert here.decisions("route:desk")[-1] == ("updated", "snoozed")
        assert here.decisions("digest:weekly")[-1] == ("updated", "in_digest")
        await here.publish("ministry", entry("own", link="https://wire.example/ban", published=here.now))
        assert here.decisions("route:desk")[-1] == ("severity_raised", "told")
        assert [(each.what, each.who, each.words) for each in here.told("desk")[-1].handled] == [
            ("acknowledged", "anna", "on it")
        ]


async def test_a_retraction_passes_an_acknowledgement_since_somebody_acts_on_it(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        await here.store.write(lambda turn: lifecycle.acknowledge(turn, id_, "anna", here.now, "command"))
        await here.publish("wire", entry(title="Ministry talks", content_html="<p>Nothing was said at all today.</p>"))
        assert here.decisions("route:desk")[-1] == ("retracted", "told")


async def test_what_is_new_of_a_snoozed_alert_is_told_in_one_message_at_the_end(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        until = here.now + HOUR * 4
        await here.store.write(lambda turn: lifecycle.snooze(turn, id_, "anna", here.now, "link", until=until))
        for amount in ("$75 million", "$85 million"):
            here.now += HOUR
            await revised(here, amount)
        assert [len(each.alerts) for each in here.messages("desk")] == [1]
        assert await release_due(here.store, here.runtime, until - timedelta(seconds=1)) == 0
        assert await release_due(here.store, here.runtime, until) == 1
        assert [len(each.alerts) for each in here.messages("desk")] == [1, 2]
        assert [reason for _, reason in here.decisions("route:desk")] == ["told", "snoozed", "snoozed", "told", "told"]


async def test_a_snooze_taken_back_lets_go_what_it_held(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        until = here.now + HOUR * 4
        done = await here.store.write(lambda turn: lifecycle.snooze(turn, id_, "anna", here.now, "link", until=until))
        here.now += HOUR
        await revised(here, "$75 million")
        await here.store.write(lambda turn: lifecycle.undo(turn, done.number, "anna", here.now, "link"))
        assert await release_due(here.store, here.runtime, here.now) == 1
        again = await here.store.write(lambda turn: lifecycle.undo(turn, done.number, "anna", here.now, "link"))
        assert not again.new


async def test_an_acknowledgement_holds_though_the_clock_was_set_back_before_it(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        here.now -= timedelta(minutes=5)
        await here.store.write(lambda turn: lifecycle.acknowledge(turn, id_, "anna", here.now, "link"))
        again = await here.store.write(lambda turn: lifecycle.acknowledge(turn, id_, "bert", here.now, "link"))
        assert not again.new
        here.now += HOUR
        await revised(here, "$75 million")
        assert [reason for _, reason in here.decisions("route:desk")] == ["told", "snoozed"]


async def test_a_snooze_made_while_the_clock_was_far_ahead_is_over(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        here.now += timedelta(days=29)
        until = here.now + HOUR * 4
        await here.store.write(lambda turn: lifecycle.snooze(turn, id_, "anna", here.now, "link", until=until))
        await revised(here, "$75 million")
        assert len(here.told("desk")) == 1
        here.now -= timedelta(days=29)
        assert await release_due(here.store, here.runtime, here.now) == 1
        await revised(here, "$85 million")
        assert len(here.told("desk")) == 3


async def test_reminders_begun_while_the_clock_was_ahead_come_in_their_rhythm(tmp_path):
    desk = "desk: {channels: [desk], escalate: {after: 30m, repeat: 1h, times: 3}}"
    async with world(tmp_path, config=CONFIG.replace("desk: {channels: [desk]}", desk)) as here:
        here.now += timedelta(days=29)
        await here.publish("wire", entry(published=here.now))
        here.now -= timedelta(days=29)
        sent = [await escalate_due(here.store, here.runtime, here.now + HOUR / 2 * each) for each in range(8)]
        assert sent == [0, 1, 0, 1, 0, 1, 0, 0]
        assert all(each.reminder.since < here.now + timedelta(days=1) for each in here.told("desk")[1:])


async def test_a_person_closes_an_alert_and_later_news_raise_it_anew(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        await here.store.write(lambda turn: lifecycle.acknowledge(turn, id_, "anna", here.now, "command"))
        here.now += HOUR
        done = await here.store.write(
            lambda turn: lifecycle.close(turn, id_, "anna", here.now, "command", reason="settled")
        )
        assert done.new
        assert here.rows("select state, close_reason from alerts") == [("closed", "by_person")]
        assert here.rows("select reason, detail from decisions where change = 'closed'") == [
            ("closed", "by anna: settled")
        ]
        late = await here.store.write(lambda turn: lifecycle.snooze(turn, id_, "a", here.now, "link", until=here.now))
        assert not late.new
        assert "is closed since" in late.words
        here.now += HOUR
        await revised(here, "$75 million")
        assert here.decisions("route:desk")[-1] == ("raised", "told")
        assert here.told("desk")[-1].news  # it says what is new, though the alert begins anew
        assert here.told("desk")[-1].handled == ()


async def test_a_closing_is_taken_back(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        done = await here.store.write(lambda turn: lifecycle.close(turn, id_, "a", here.now, "command", reason="no"))
        await here.store.write(lambda turn: lifecycle.undo(turn, done.number, "a", here.now, "command"))
        assert here.rows("select state, close_reason from alerts") == [("open", None)]


async def test_a_closing_that_later_news_ended_is_not_taken_back_again(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        await here.store.write(lambda turn: lifecycle.close(turn, id_, "a", here.now, "command", reason="no"))
        here.now += HOUR
        await here.publish("daily", entry())
        assert here.rows("select state from alerts") == [("open",)]
        done = await here.store.write(lambda turn: lifecycle.undo_last(turn, id_, "closed", "a", here.now, "command"))
        assert (done.new, done.words) == (False, "closed by a: it is open again already")


async def test_a_held_alert_that_a_person_closed_is_only_listed(tmp_path):
    waits = CONFIG.replace("desk: {channels: [desk]}", "desk: {channels: [desk], wait: 10m}")
    async with world(tmp_path, config=waits) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        here.now += timedelta(minutes=1)
        await here.store.write(lambda turn: lifecycle.close(turn, id_, "a", here.now, "command", reason="no"))
        assert await release_due(here.store, here.runtime, here.now + HOUR) == 0
        assert here.decisions("route:desk") == [("raised", "waiting"), ("raised", "listed")]


async def test_a_muted_story_is_a_silence_and_a_mark_is_what_mark_stores(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        id_ = await alert(here)
        until = here.now + HOUR * 24
        done = await here.store.write(
            lambda turn: lifecycle.mute_story(turn, id_, "anna", here.now, "link", until=until)
        )
        again = await here.store.write(
            lambda turn: lifecycle.mute_story(turn, id_, "anna", here.now, "link", until=until)
        )
        assert (done.new, again.new) == (True, False)
        here.now += HOUR
        await revised(here, "$75 million")
        assert here.decisions("route:desk")[-1] == ("updated", "silenced")
        await here.store.write(lambda turn: lifecycle.undo(turn, done.number, "anna", here.now, "link"))
        await revised(here, "$95 million")
        assert here.decisions("route:desk")[-1] == ("updated", "told")
        marked = await here.store.write(lambda turn: lifecycle.not_relevant(turn, id_, "anna", here.now, "link"))
        assert here.rows("select alert, verdict from marks") == [(id_, "not-relevant")]
        await here.store.write(lambda turn: lifecycle.undo(turn, marked.number, "anna", here.now, "link"))
        assert here.rows("select * from marks") == []


async def test_nothing_is_done_to_an_alert_that_is_not_there(tmp_path):
    async with world(tmp_path) as here:
        assert await here.store.write(lambda turn: lifecycle.acknowledge(turn, "a-no", "a", here.now, "link")) is None
        assert await here.store.write(lambda turn: lifecycle.undo(turn, 7, "a", here.now, "link")) is None


async def test_a_message_leads_to_its_alert(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        ((delivery,),) = here.rows("select id from deliveries where channel = 'desk'")
        done = await here.store.write(
            lambda turn: lifecycle.assign(turn, delivery, "anna", here.now, "command", to="bert")
        )
        assert (done.alert, done.words) == (await alert(here), "assigned to bert by anna")


async def test_a_catch_up_leads_to_its_alert_if_it_is_of_one_only(tmp_path):
    desk = 'desk: {channels: [desk], mute: [{from: "08:00", to: "12:00"}]}'
    async with world(tmp_path, config=CONFIG.replace("desk: {channels: [desk]}", desk)) as here:
        await here.publish("wire", entry())
        await release_due(here.store, here.runtime, here.now + HOUR * 4)
        ids = here.rows("select occasion, id from deliveries")[0]
        for each in ids:
            assert await here.store.read(lambda turn, each=each: turn.lifecycle.meant(each)) == await alert(here)
        here.now += timedelta(days=1)
        await here.publish("ministry", entry("decree", title="Ruritania sets an export ban on tungsten"))
        await here.publish("daily", entry("other", title="Borduria sets an export ban on antimony"))
        await release_due(here.store, here.runtime, here.now + HOUR * 4)
        (both,) = here.rows("select occasion from occasion_alerts group by occasion having count(*) = 2")
        assert await here.store.read(lambda turn: turn.lifecycle.meant(both[0])) is None


async def test_an_alert_without_news_for_thirty_days_is_closed_as_of_that_day(tmp_path):
    async with world(tmp_path) as here:
        start = here.now
        await here.publish("wire", entry())
        here.now = start + HOUR * 24 * 10
        await here.publish("daily", entry("copy", link="https://daily.example/copy"))  # nothing new
        assert await close_due(here.store, start + HOUR * 24 * 30) == 0
        assert await close_due(here.store, start + HOUR * 24 * 45) == 1
        assert here.rows("select state, close_reason, updated from alerts") == [
            ("closed", "no_news", to_us(start + HOUR * 24 * 30))
        ]
        assert here.rows("select reason, detail from decisions where change = 'closed'") == [
            ("closed", "no news for 30 days")
        ]


async def test_it_is_closed_before_what_comes_after_a_pause_is_judged(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now += HOUR * 24 * 31
        await revised(here, "$75 million")
        assert [change for change, _ in here.decisions("alert")] == ["raised", "closed", "raised"]


async def test_a_story_that_is_muted_stays_so_when_it_is_merged(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now += HOUR
        text = "<p>Antimony falls under an export ban of the state.</p>"
        await here.publish(
            "daily", entry("other", title="Antimony is banned from export: export ban", content_html=text)
        )
        older, younger = (row[0] for row in here.rows("select story from articles order by number"))
        ((alert,),) = here.rows("select id from alerts where subject = ?", f"story:{younger}")
        until = here.now + HOUR * 24
        await here.store.write(lambda turn: lifecycle.mute_story(turn, alert, "anna", here.now, "link", until=until))
        author = Author(name="anna", reason="one event", at=here.now)
        await here.store.write(lambda turn: merge(turn.db, older, younger, author))
        here.now += HOUR
        await revised(here, "$75 million")
        assert here.decisions("route:desk")[-1] == ("updated", "silenced")
