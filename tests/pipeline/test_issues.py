from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import CONFIG, MONDAY, RULES, entry, plain, world
from watcher.core.telling.messages import DigestMessage, DigestStory
from watcher.pipeline.digests.digesting import draft, preview_plan

FRIDAY = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def sections(message: DigestMessage | None) -> list[DigestStory]:
    assert message is not None
    return [story for section in message.sections for story in section.stories]


def titles(message: DigestMessage | None) -> list[str]:
    assert message is not None
    return [story.headline for story in (*sections(message), *message.brief)]


async def test_an_issue_holds_what_was_assigned_since_the_last_one_and_comes_once(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        assert await here.issue() is None

        here.now = FRIDAY
        message = await here.issue()

        assert titles(message) == ["Ministry announces export ban on gallium"]
        assert await here.issue() is None
        assert here.rows("select state, number from issues") == [("issued", 10)]
        assert here.rows("select count(*) from deliveries where channel = 'lab'") == [(1,)]


async def test_where_an_issue_put_each_alert_is_kept_with_the_reason(tmp_path):
    parts = [entry(f"p{n}", link=f"https://wire.example/ban#{n}", title=f"Export ban, part {n}") for n in (1, 2)]
    parts = [replace(each, content_html=f"<p>{each.title} of another matter, an export ban.</p>") for each in parts]
    async with world(tmp_path) as here:
        await here.publish("wire", entry(), *parts)
        here.now = FRIDAY
        await here.issue()

        places = here.rows("select place, placed_because from digest_queue where period is not null order by place")
        assert [place for place, _ in places] == ["left_out", "section", "section"]
        assert places[0][1].startswith("the page of stories that stand here by themselves; ")


async def test_the_queue_is_cut_off_at_the_periods_end_even_if_the_issue_comes_late(tmp_path):
    async with world(tmp_path) as here:
        here.now = FRIDAY - timedelta(seconds=1)
        await here.publish("wire", entry("a", title="Before: export ban"))
        here.now = FRIDAY
        await here.publish("wire", entry("b", title="After: another export ban", content_html=""))
        here.now = FRIDAY + timedelta(hours=3)

        assert titles(await here.issue()) == ["Before: export ban"]

        here.now = FRIDAY + WEEK
        assert titles(await here.issue()) == ["After: another export ban"]


async def test_a_story_told_before_returns_only_under_updates_and_says_what_is_new(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("daily", entry())
        here.now = FRIDAY
        await here.issue()
        here.now += timedelta(days=1)
        await here.publish("ministry", entry())
        here.now = FRIDAY + WEEK

        message = await here.issue()

        assert message is not None
        assert titles(message) == []
        (update,) = message.updates
        assert update.told_before == "2026-W10"
        assert "now also from wire.example, authority" in update.news


async def test_a_story_without_news_does_not_return(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("ministry", entry())
        here.now = FRIDAY
        await here.issue()
        await here.publish("daily", entry())
        here.now = FRIDAY + WEEK

        message = await here.issue()

        assert message is not None
        assert (titles(message), message.updates) == ([], ())


async def test_all_that_became_of_an_alert_within_the_week_is_told(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("daily", entry())
        here.now = FRIDAY
        await here.issue()
        here.now += timedelta(hours=1)
        await here.publish("wire", entry())
        here.now += timedelta(hours=1)
        await here.publish("ministry", entry())
        here.now = FRIDAY + WEEK

        message = await here.issue()

        assert message is not None
        (update,) = message.updates
        assert update.news[0] == "now also from wire.example, wire"
        assert "now also from wire.example, authority" in update.news


async def test_what_was_retracted_before_the_issue_is_marked_so(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        await here.publish("wire", entry(title="Correction", content_html="<p>Nothing was decided.</p>"))
        here.now = FRIDAY

        (story,) = sections(await here.issue())

        assert story.flags == ("wire.example changed the article; what matched is no longer in it",)


async def test_the_quoted_sentences_are_those_of_the_newest_text(tmp_path):
    long = "<p>{}It rained in the north all day.</p><p>Then an export ban on gallium was announced, they said.</p>"
    async with world(tmp_path) as here:
        await here.publish("wire", entry(title="Notes", content_html=long.format("Nothing happened at all here. " * 9)))
        await here.publish("wire", entry(title="Notes", content_html=long.format("")))
        here.now = FRIDAY

        (story,) = sections(await here.issue())

        assert "Then an export ban on gallium was announced, they said." in story.sentences


async def test_doubts_are_worded_as_in_alerts(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(published=None, content_html=""))
        here.now = FRIDAY

        (story,) = sections(await here.issue())

        assert set(story.flags) == {"the publisher gives no date", "only the title is known"}


async def test_down_for_three_weeks_makes_one_issue_that_covers_them(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now = FRIDAY + 3 * WEEK + timedelta(hours=2)

        message = await here.issue()

        assert message is not None
        assert message.period == "2026-W13"
        assert message.covers == ("2026-W10", "2026-W11", "2026-W12")
        assert titles(message) == ["Ministry announces export ban on gallium"]
        assert await here.issue() is None
        assert here.rows("select period, state, covered_by from issues order by period") == [
            ("2026-W10", "covered", "2026-W13"),
            ("2026-W11", "covered", "2026-W13"),
            ("2026-W12", "covered", "2026-W13"),
            ("2026-W13", "issued", None),
        ]


async def test_an_empty_week_says_what_was_looked_at(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", plain("a"), plain("b"))
        await here.store.write(
            lambda turn: turn.db.execute("update source_state set last_ok = ? where source = 'wire'", (_us(here.now),))
        )
        here.now = FRIDAY

        message = await here.issue()

        assert message is not None
        assert (titles(message), message.updates) == ([], ())
        assert (message.sources_answered, message.articles_read) == (1, 2)
        assert {quiet.source for quiet in message.quiet} == {"daily", "ministry"}
        assert message.schedule == "on Fridays at 15:00, UTC"


def _us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


async def test_a_clock_that_steps_back_makes_no_second_issue(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now = FRIDAY + timedelta(minutes=1)
        await here.issue()
        here.now = FRIDAY - timedelta(minutes=9)
        assert await here.issue() is None
        here.now = FRIDAY + timedelta(minutes=2)

        assert await here.issue() is None


async def test_summer_time_makes_one_issue_a_day(tmp_path):
    config = CONFIG.replace('"Fri 15:00", zone: UTC', '"daily 02:30", zone: Europe/Berlin')
    async with world(tmp_path, config=config) as here:
        here.now = datetime(2026, 3, 28, 12, tzinfo=UTC)
        await here.issue()
        issued = []
        for _ in range(3 * 24 * 2):
            here.now += timedelta(minutes=30)
            message = await here.issue()
            if message is not None:
                issued.append((message.period, here.now))

        assert issued == [
            ("2026-03-29", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
            ("2026-03-30", datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
            ("2026-03-31", datetime(2026, 3, 31, 0, 30, tzinfo=UTC)),
        ]


async def test_the_hour_that_comes_twice_makes_one_issue(tmp_path):
    config = CONFIG.replace('"Fri 15:00", zone: UTC', '"daily 02:30", zone: Europe/Berlin')
    async with world(tmp_path, config=config) as here:
        here.now = datetime(2026, 10, 24, 12, tzinfo=UTC)
        await here.issue()
        issued = []
        for _ in range(48):
            here.now += timedelta(minutes=30)
            if await here.issue() is not None:
                issued.append(here.now)

        assert issued == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


async def test_a_new_digest_waits_for_its_first_periods_end(tmp_path):
    async with world(tmp_path) as here:
        here.now = FRIDAY - timedelta(seconds=1)

        assert await here.issue() is None


async def test_a_preview_changes_nothing(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        digest = here.runtime.digests["weekly"]

        made = await here.store.read(
            lambda turn: draft(turn, here.runtime, digest, preview_plan(turn, digest, here.now), here.now + WEEK)
        )

        assert titles(made.message) == ["Ministry announces export ban on gallium"]
        here.now = FRIDAY
        assert titles(await here.issue()) == ["Ministry announces export ban on gallium"]


async def test_an_alert_of_a_rule_that_is_gone_is_still_told(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.change(rules=RULES.replace("id: bans", "id: curbs"))
        here.now = FRIDAY

        (story,) = sections(await here.issue())

        assert story.rules == ("bans",)
        assert story.seen == MONDAY


async def test_a_story_that_a_requirement_rests_on_too_is_told_once(tmp_path):
    counted = (
        "  - {id: many-bans, title: Many bans, severity: warning, when: {words: [export ban]}, "
        "require: {count: 2, within: 7d, of: articles}, "
        "examples: {match: [An export ban, The export ban], skip: [A mine, A price]}}\n"
    )
    rules = f"{RULES.rstrip()}\n{counted}"
    async with world(tmp_path, rules=rules) as here:
        await here.publish("wire", entry("a", title="Peru sets an export ban on tin", content_html=""))
        await here.publish("wire", entry("b", title="After: another export ban", content_html=""))
        here.now = FRIDAY

        told = sections(await here.issue())

        assert len(told) == 2
        assert any(len(each.rules) == 2 and "Many bans" in each.rules for each in told)


@pytest.mark.parametrize("news", ["[", "[1]", '{"a": 1}', ""])
async def test_what_cannot_be_read_is_set_aside_and_told_and_the_others_go_out(tmp_path, news):
    async with world(tmp_path) as here:
        for slug, metal in (("a", "gallium"), ("b", "lithium")):
            title = f"{metal.title()} falls under an export ban"
            await here.publish("wire", entry(slug, title=title, content_html=f"<p>{title}, it said.</p>"))
        ((alert,),) = here.rows("select min(alert) from digest_queue")
        await here.store.write(
            lambda turn: turn.db.execute("update digest_queue set news = ? where alert = ?", (news, alert))
        )
        here.now += timedelta(days=7)

        sent = await here.issue()

        assert sent is not None
        assert sum(len(section.stories) for section in sent.sections) == 1
        assert here.rows("select count(*) from digest_queue where alert = ?", alert) == [(0,)]
        ((detail,),) = here.rows("select detail from decisions where alert = ? and reason = 'parked'", alert)
        assert detail.startswith("set aside, it cannot be read: ")
        assert detail.endswith(f"; it was {news}")
        (notice,) = [each for each in here.notices() if each.kind == "digest-aside"]
        assert notice.lines[1].startswith(f"watcher why {alert}: set aside")


@pytest.mark.parametrize("hold_for", ["", ", hold: 2h"])
async def test_a_clock_that_stood_a_year_ahead_silences_no_digest(tmp_path, hold_for):
    async with world(tmp_path, config=CONFIG.replace("channels: [lab]}", f"channels: [lab]{hold_for}}}")) as here:
        here.now = datetime(2027, 2, 26, 15, 30, tzinfo=UTC)
        assert (await here.issue() is not None) == (not hold_for)
        here.now = MONDAY
        await here.publish("wire", entry())
        for weeks in range(3):
            here.now = FRIDAY + weeks * WEEK
            first = await here.issue()
            here.now += timedelta(hours=2)
            sent = first or await here.issue()
            assert sent is not None
            assert (sent.period, sent.covers) == (f"2026-W{10 + weeks}", ())
            assert len(sections(sent)) == (weeks == 0)

        assert [notice.title for notice in here.notices() if notice.kind == "digest-clock"] == [
            "Weekly round-up: an issue was made of 2027-W08, which is still to come"
        ]
        here.now = datetime(2027, 2, 26, 17, 0, tzinfo=UTC)
        for _ in range(2):
            sent = await here.issue()
        assert here.rows("select count(*) from issues where period = '2027-W08'") == [(1,)]


async def test_a_digest_first_known_while_the_clock_stood_ahead_comes_at_its_next_time(tmp_path):
    async with world(tmp_path) as here:
        here.now = MONDAY + 52 * WEEK
        daily = CONFIG.replace("weekly:", 'daily: {at: "07:00", zone: UTC, channels: [lab]}\n  weekly:')
        here.change(config=daily)
        await here.store.write(lambda turn: turn.issues.since("daily", here.now))
        await here.publish("wire", entry())
        here.now = MONDAY
        assert await here.issue("daily") is None
        here.now = FRIDAY.replace(hour=7) - timedelta(days=3)
        sent = await here.issue("daily")
        assert sent is not None
        assert (sent.period, len(sections(sent))) == ("2026-03-03", 1)
        assert await here.issue("daily") is None
        here.now = FRIDAY
        weekly = await here.issue("weekly")  # known before, but what it was given then was of that clock too
        assert weekly is not None
        assert len(sections(weekly)) == 1
        for weeks in (1, 51, 52, 53):
            here.now = FRIDAY + weeks * WEEK
            for name in ("daily", "weekly"):
                sent = await here.issue(name)
                assert sent is not None
                assert sections(sent) == []


@pytest.mark.parametrize("behind", [datetime(1970, 1, 1, 0, 5, tzinfo=UTC), MONDAY - 2 * WEEK])
async def test_a_clock_that_stood_behind_for_a_moment_moves_nothing_back(tmp_path, behind):
    daily = CONFIG.replace('at: "Fri 15:00"', 'at: "15:00"')
    async with world(tmp_path, config=daily) as here:
        await here.publish("wire", entry())
        assigned = here.rows("select assigned from digest_queue")
        for moment in (behind, MONDAY, behind + timedelta(days=1), MONDAY):
            here.now = moment
            assert await here.issue() is None
        assert here.rows("select assigned from digest_queue") == assigned
        here.now = MONDAY.replace(hour=15) + timedelta(days=2)
        sent = await here.issue()
        assert sent is not None
        assert (len(sections(sent)), sent.covers) == (1, ("2026-03-02", "2026-03-03"))
