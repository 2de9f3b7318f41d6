"""Dated entries through the writer's turn: stated once, reminded of once, settled by a later article, never invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.pipeline.world import CONFIG, World, entry, world
from watcher.engines.reminders import remind_due
from watcher.pipeline.judging.reminding import remind_due as in_turn
from watcher.pipeline.taking_in.dating import replan
from watcher.stores.sqlite import SqliteStore

REMIND = "[30d before, 7d before, 1d before, on the day, 1d after]"
RULES = f"""\
format: 1
rules:
  - id: deadlines
    title: A date comes near or has passed
    severity: notice
    when: {{calendar: [expires, effective, comment_close, deadline], remind: {REMIND}}}
    examples:
      match: [{{entry: {{kind: expires, date: 2026-11-10}}, date: 2026-10-11}}, {{entry: {{kind: expires, date: 2026-11-10}}, date: 2026-11-11}}]
      skip: [{{entry: {{kind: expires, date: 2026-11-10}}, date: 2026-10-12}}, {{entry: {{kind: meeting, date: 2026-11-10}}, date: 2026-11-10}}]
"""
OCTOBER = datetime(2026, 10, 1, 9, tzinfo=UTC)
UNTIL = "MOFCOM suspends its export controls on holmium and erbium until 10 November 2026."
LATER = "MOFCOM extends the suspension of its export controls on holmium and erbium until 10 November 2027."


def told(text: str, slug: str = "c", at: datetime = OCTOBER):
    return entry(slug, title=text, content_html=f"<p>{text}</p>", published=at)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path, rules=RULES) as made:
        made.now = OCTOBER
        await made.store.write(lambda turn: replan(turn, made.runtime, made.now))
        yield made


async def until(here: World, end: datetime, step: timedelta = timedelta(hours=6)) -> None:
    """Let the beat go on to that moment."""
    while here.now < end:
        here.now = min(end, here.now + step)
        await remind_due(here.store, here.runtime, lambda: here.now)


def entries(here: World) -> list[tuple[str, str, str]]:
    return here.rows("select kind, coalesce(last_day, printed), state from entries order by last_day, id")


def evidence(here: World) -> list[tuple[str, str]]:
    return here.rows("select part, publisher from entry_evidence order by article, part")


# the dates of one suspension


async def test_a_date_is_told_a_month_a_week_and_a_day_before_on_the_day_and_when_it_passed_without_word(here):
    await here.publish("ministry", told(UNTIL))
    assert entries(here) == [("expires", "2026-11-10", "standing")]
    await until(here, datetime(2026, 10, 10, 23, 59, tzinfo=UTC))
    assert here.told("desk") == []

    await until(here, datetime(2026, 11, 30, tzinfo=UTC))

    said = here.told("desk")
    assert [each.news[0].partition(" (due")[0] for each in said] == [
        "expires: 10 November 2026, in 30 days",
        "expires: 10 November 2026, in 7 days",
        "expires: 10 November 2026, tomorrow",
        "expires: 10 November 2026, today",
        "expires: 10 November 2026, yesterday; lapsed, unknown: no article says what came of it",
    ]
    assert [each.change for each in said] == ["raised", "updated", "updated", "updated", "updated"]
    assert len({each.alert for each in said}) == 1
    assert len({each.occasion for each in said}) == 5
    assert all(UNTIL in each.quotes[0].text for each in said)
    assert not any("expired" in str(each) for each in said)
    assert entries(here) == [("expires", "2026-11-10", "lapsed")]


async def test_reminders_bear_the_moment_at_which_they_were_due(here):
    await here.publish("ministry", told(UNTIL))

    await until(here, datetime(2026, 11, 30, tzinfo=UTC), timedelta(days=60))

    due = [datetime(2026, 10, 11), datetime(2026, 11, 3), *(datetime(2026, 11, day) for day in (9, 10, 11))]
    moments = [int(each.replace(tzinfo=UTC).timestamp() * 1_000_000) for each in due]
    assert [at for (at,) in here.rows("select at from occasions where kind = 'alert' order by at")] == moments
    assert [at for (at,) in here.rows("select at from decisions where way = 'alert' order by number")] == moments
    assert here.told("desk")[0].news == ("expires: 10 November 2026, in 30 days (due 2026-10-11 00:00 UTC, told late)",)
    assert here.rows("select event_time, mark from observations where kind = 'entry' order by number limit 1") == [
        (moments[0], "live")
    ]


async def test_a_restart_at_any_moment_tells_nothing_twice(here):
    await here.publish("ministry", told(UNTIL))
    for day in range(45):
        here.now = OCTOBER + timedelta(days=day)
        await here.store.close()
        here.store = await SqliteStore.open(here.folder / "watcher.db")
        await here.store.write(lambda turn: replan(turn, here.runtime, here.now))
        for _ in range(2):
            await remind_due(here.store, here.runtime, lambda: here.now)

    assert len(here.told("desk")) == 5
    assert [each.occasion.rpartition(":")[2] for each in here.told("desk")] == ["1", "2", "3", "4", "5"]


async def test_a_reminder_that_was_not_committed_comes_again_and_only_once(here):
    await here.publish("ministry", told(UNTIL))
    here.now = datetime(2026, 10, 11, tzinfo=UTC)

    class Killed(BaseException):
        pass

    def work(turn):
        assert in_turn(turn, here.runtime, here.now) == 1
        raise Killed

    with pytest.raises(Killed):
        await here.store.write(work)
    assert here.told("desk") == []

    for _ in range(3):
        await remind_due(here.store, here.runtime, lambda: here.now)
    assert len(here.told("desk")) == 1


async def test_a_day_begins_by_the_clock_of_the_source_also_where_the_clock_is_changed(tmp_path):
    config = CONFIG.replace("trust: authority}", "trust: authority, zone: America/New_York}")
    async with world(tmp_path, rules=RULES, config=config) as here:
        here.now = OCTOBER
        await here.publish("ministry", told(UNTIL.replace("10 November", "2 November")))

        planned = here.rows("select rule, on_day, due from entry_timers order by due, rule")

    zone = ZoneInfo("America/New_York")
    assert [(on, datetime.fromtimestamp(due / 1_000_000, zone).isoformat()) for rule, on, due in planned if rule] == [
        ("2026-10-03", "2026-10-03T00:00:00-04:00"),
        ("2026-10-26", "2026-10-26T00:00:00-04:00"),
        ("2026-11-01", "2026-11-01T00:00:00-04:00"),
        ("2026-11-02", "2026-11-02T00:00:00-05:00"),
        ("2026-11-03", "2026-11-03T00:00:00-05:00"),
    ]
    assert [due for rule, _, due in planned if not rule] == [planned[-1][2]]


# one date, many articles


async def test_other_papers_feeds_and_polls_again_add_evidence_and_no_entry(here):
    await here.publish("ministry", told(UNTIL))
    await here.publish("ministry", told(UNTIL))
    await here.publish(
        "wire", told("China's pause of export controls on holmium runs through 10 November 2026, officials said.", "w")
    )
    await here.publish("daily", told(UNTIL, "d"))

    assert entries(here) == [("expires", "2026-11-10", "standing")]
    assert [part for part, _ in evidence(here)] == ["states", "states", "states"]
    await until(here, datetime(2026, 10, 12, tzinfo=UTC))
    (one,) = here.told("desk")
    assert one.trust == "authority"


async def test_an_extension_moves_the_date_and_of_the_old_one_nothing_more_is_told_but_that(here):
    await here.publish("ministry", told(UNTIL))
    await until(here, datetime(2026, 11, 4, tzinfo=UTC))
    assert len(here.told("desk")) == 2

    await here.publish("ministry", told(LATER, "x", here.now))
    await until(here, datetime(2026, 12, 1, tzinfo=UTC))

    assert entries(here) == [("expires", "2026-11-10", "superseded"), ("expires", "2027-11-10", "standing")]
    ((reason, moved_to),) = here.rows("select reason, moved_to from entries where state = 'superseded'")
    assert reason.startswith("moved from 10 November 2026 to 10 November 2027")
    assert here.rows("select state from entries where id = ?", moved_to) == [("standing",)]
    (moved,) = here.told("desk")[2:]
    assert moved.news[0].startswith("expires: moved from 10 November 2026 to 10 November 2027")
    assert ("moves", here.rows("select publisher from articles where number = 2")[0][0]) in evidence(here)


async def test_a_date_that_is_mistyped_and_set_right_again_is_told_as_at_first(here):
    for day in (10, 20, 10):
        here.now += timedelta(hours=1)
        await here.publish("ministry", told(UNTIL.replace("10 November", f"{day} November")))

    assert entries(here) == [("expires", "2026-11-10", "standing"), ("expires", "2026-11-20", "superseded")]
    await until(here, datetime(2026, 10, 12, tzinfo=UTC))
    assert [each.news for each in here.told("desk")] == [("expires: 10 November 2026, in 30 days",)]


async def test_a_date_that_is_first_seen_on_its_day_is_told_that_day(here):
    here.now = datetime(2026, 11, 10, 0, 30, tzinfo=UTC)
    await here.publish("ministry", told(UNTIL, "z", here.now - timedelta(minutes=5)))

    await remind_due(here.store, here.runtime, lambda: here.now)

    assert [each.news for each in here.told("desk")] == [("expires: 10 November 2026, today",)]


async def test_a_new_date_never_takes_the_place_of_an_entry_that_was_not_thought_of(here):
    await here.publish("ministry", told(UNTIL))
    change = "update entries set state = 'settled', last_day = '2026-11-12', reason = 'by hand'"
    await here.store.write(lambda turn: [turn.db.execute(each) for each in (change, "delete from entry_evidence")])

    here.now += timedelta(days=1)
    await here.publish("daily", told(UNTIL, "d"))

    assert entries(here) == [("expires", "2026-11-10", "standing"), ("expires", "2026-11-12", "settled")]


async def test_what_is_said_after_the_day_settles_it(here):
    await here.publish("ministry", told(UNTIL))
    await until(here, datetime(2026, 11, 12, tzinfo=UTC))
    assert entries(here) == [("expires", "2026-11-10", "lapsed")]

    rumour = "MOFCOM may extend the suspension of its export controls on holmium, unconfirmed reports say."
    await here.publish("wire", told(rumour, "r", here.now))
    assert entries(here) == [("expires", "2026-11-10", "lapsed")]

    word = "MOFCOM lets the suspension of export controls on holmium expire."
    await here.publish("wire", told(word, "w", here.now))

    assert entries(here) == [("expires", "2026-11-10", "settled")]
    assert here.rows("select outcome from entries") == [("expired",)]


async def test_a_reprieve_that_nears_its_end_is_evidence_and_makes_no_date(here):
    near = "The one-year reprieve on rare earth export restrictions that China granted is nearing its end."
    await here.publish("daily", told(near, "before"))
    assert entries(here) == []

    await here.publish("ministry", told(UNTIL))
    await here.publish("daily", told(near, "after", OCTOBER + timedelta(days=1)))

    assert entries(here) == [("expires", "2026-11-10", "standing")]
    assert [part for part, _ in evidence(here)] == ["states", "names"]


async def test_a_revision_takes_its_date_back_or_corrects_it(here):
    await here.publish("ministry", told(UNTIL))
    await here.publish("ministry", told(UNTIL.replace("10 November", "12 November")))
    assert entries(here) == [("expires", "2026-11-10", "superseded"), ("expires", "2026-11-12", "standing")]

    await here.publish("ministry", told("MOFCOM suspends its export controls on holmium and erbium."))

    assert entries(here) == [("expires", "2026-11-10", "superseded"), ("expires", "2026-11-12", "withdrawn")]
    assert here.rows("select count(*) from entry_timers where done is null") == [(0,)]
    await until(here, datetime(2026, 12, 1, tzinfo=UTC), timedelta(days=10))
    assert here.told("desk") == []


async def test_a_date_on_history_is_known_and_reminded_of_from_then_on(tmp_path):
    async with world(tmp_path, rules=RULES, seen=False) as here:
        here.now = datetime(2026, 11, 5, tzinfo=UTC)
        await here.publish("ministry", told(UNTIL))

        await until(here, datetime(2026, 12, 1, tzinfo=UTC), timedelta(days=10))

        assert entries(here) == [("expires", "2026-11-10", "lapsed")]
        assert [each.news[0].split(", ")[1].partition(" (")[0] for each in here.told("desk")] == [
            "tomorrow", "today", "yesterday; lapsed",
        ]  # fmt: skip


async def test_what_is_conditional_or_only_expected_is_listed_and_not_told(here):
    bill = "The House passed a bill on critical minerals that requires the Interior Department to list projects within 10 days."
    await here.publish("daily", told(bill, "b"))
    await here.publish("wire", told("China's export controls on antimony may take effect on 1 November 2026.", "a"))

    await until(here, datetime(2026, 12, 1, tzinfo=UTC), timedelta(days=10))

    assert entries(here) == [("deadline", "within 10 days", "standing"), ("effective", "2026-11-01", "lapsed")]
    assert here.rows("select conditional, sure from entries order by last_day") == [(1, 1), (0, 0)]
    assert here.told("desk") == []


async def test_a_date_is_of_the_matter_that_its_article_tells_of(tmp_path):
    matter = """\
matters:
  - id: reprieve
    title: The suspension of the controls
    track: {event: export_control, material: holmium, as: any}
"""
    async with world(tmp_path, rules=RULES + matter) as here:
        here.now = OCTOBER
        await here.publish("ministry", told(UNTIL))

        ((topic,),) = here.rows("select topic from entries")
        assert json.loads(topic)["matters"] == ["reprieve"]
        assert ("matter:reprieve",) in here.rows("select key from entry_keys")


# rules that come, go and change


async def test_a_rule_that_is_new_does_not_make_up_for_days_gone(here):
    await here.publish("ministry", told(UNTIL))
    here.now = datetime(2026, 11, 4, tzinfo=UTC)
    here.change(rules=RULES.replace(REMIND, "[30d before, 6d before, on the day]").replace("2026-10-12", "2026-10-13").replace("2026-11-11", "2026-11-04"))  # fmt: skip
    await here.store.write(lambda turn: replan(turn, here.runtime, here.now))

    await until(here, datetime(2026, 12, 1, tzinfo=UTC), timedelta(days=10))

    # What was due under the rules as they were, while nobody looked, is judged by those that are there now.
    assert [each.news[0].split(", ")[1].partition(" (")[0] for each in here.told("desk")] == [
        "in 30 days",
        "in 6 days",
        "today",
    ]


async def test_a_paused_rule_reminds_of_nothing(here):
    await here.publish("ministry", told(UNTIL))
    here.change(rules=RULES.replace("severity: notice", "severity: notice\n    mode: paused"))

    await until(here, datetime(2026, 12, 1, tzinfo=UTC), timedelta(days=10))

    assert here.told("desk") == []
    assert here.rows("select count(*) from entry_timers where done is null") == [(0,)]


async def test_a_reminder_reaches_digests_under_what_is_new(tmp_path):
    rules = RULES.replace("severity: notice", "severity: notice\n    digest: weekly\n    tell: desk")
    async with world(tmp_path, rules=rules) as here:
        here.now = datetime(2026, 11, 6, 14, tzinfo=UTC)
        await here.publish("ministry", told(UNTIL, at=here.now))
        await until(here, datetime(2026, 11, 13, 15, tzinfo=UTC))

        issue = await here.issue()

    assert issue is not None
    (story,) = [each for section in issue.sections for each in section.stories]
    assert story.headline == UNTIL
    assert "lapsed, unknown" in " ".join(story.news)


async def test_a_fault_in_one_reminder_holds_up_no_other(here, caplog):
    await here.publish("ministry", told(UNTIL))
    broken = here.rows("select id from entries")[0][0]

    def spoil(turn):
        turn.db.execute("update entries set zone = 'UTC', topic = 'no json' where id = ?", (broken,))

    await here.store.write(spoil)
    await until(here, datetime(2026, 10, 12, tzinfo=UTC))

    assert here.told("desk") == []
    assert "reminder.failed" in caplog.text
    assert here.rows("select count(*) from entry_timers where done is not null") == [(1,)]


# what became of a date that was told


async def test_who_was_reminded_of_a_date_hears_that_it_moved_and_is_reminded_of_the_new_one(here):
    await here.publish("ministry", told(UNTIL))
    await until(here, datetime(2026, 10, 12, tzinfo=UTC))
    assert len(here.told("desk")) == 1

    await here.publish("ministry", told(UNTIL), told(LATER, "d", datetime(2026, 10, 12, tzinfo=UTC)))

    moved = here.told("desk")[-1]
    assert moved.change == "updated"
    assert moved.news == ("expires: moved from 10 November 2026 to 10 November 2027, wire.example says",)
    assert [each.text for each in moved.quotes] == [LATER]
    assert here.rows("select state from alerts where subject like 'entry:%'") == [("closed",)]
    await until(here, datetime(2026, 11, 30, tzinfo=UTC))
    assert len(here.told("desk")) == 2  # no reminder of a day that no longer counts

    await until(here, datetime(2027, 10, 12, tzinfo=UTC), timedelta(days=3))
    assert here.told("desk")[-1].news[0].startswith("expires: 10 November 2027, in 30 days")


async def test_nobody_hears_that_a_date_moved_of_which_nobody_was_told(here):
    await here.publish("ministry", told(UNTIL))
    await here.publish("ministry", told(UNTIL), told(LATER, "d"))

    assert here.told("desk") == []
