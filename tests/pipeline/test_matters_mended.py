"""Time lines that are set right: corrections, history that turns to news, publishers of little trust, faulty rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.test_matters import GRANTED, RULES, SUSPENDED, line, told
from tests.pipeline.world import CONFIG, MONDAY, world
from watcher.pipeline.taking_in.lapsing import lapse_due

REPRIEVE = """\
  - id: reprieve
    title: The suspension of the controls
    track: {event: export_control, document: ["2025-61"], as: any}
"""
WITHOUT = RULES.replace(REPRIEVE, "")
ANY = """\
format: 1
rules:
  - id: any
    title: Any matter
    severity: notice
    when: {event: permit_approval}
    examples:
      match: ["The Army Corps issued the final permit for the mine.", "The ministry granted the mine its permit."]
      skip: ["Nothing happened.", "The mine hires drillers."]
"""
REVOKED = "The Army Corps of Engineers revoked the federal permit for the Stibnite mine."
PROMOTED = CONFIG.replace("trust: trade_press}", "trust: promotion}")
LAPSE = datetime(2026, 11, 11, tzinfo=UTC)


async def test_a_matter_that_was_taken_out_of_the_rules_lapses_no_more(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        here.change(rules=WITHOUT)

        assert [await lapse_due(here.store, here.runtime, LAPSE + timedelta(seconds=n)) for n in range(2)] == [0, 0]

        assert here.rows("select id, status, lapses from matters") == [("reprieve", "suspended", None)]
        assert len(here.told("desk")) == 1


async def test_a_row_with_a_fault_is_set_aside_and_holds_up_no_poll(tmp_path, caplog):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        await here.store.write(
            lambda turn: turn.db.execute("update matters set standing = '{\"status\": 5}' where id = 'reprieve'")
        )
        here.now = LAPSE + timedelta(hours=1)
        await here.publish("wire", told("b", "A mine opens."))

        assert here.rows("select lapses from matters") == [(None,)]
        assert here.rows("select count(*) from articles") == [(2,)]
        assert "matter.failed" in caplog.text
        assert here.rows("select id from occasions where kind = 'notice' and id like 'notice:set-aside:%'") == [
            ("notice:set-aside:reprieve:1",)
        ]


async def test_a_fault_midway_leaves_nothing_of_the_matter_and_the_others_lapse(tmp_path, monkeypatch):
    async with world(tmp_path, rules=WITHOUT) as here:
        other = SUSPENDED.replace("2025-61", "2025-62")
        await here.publish("ministry", told("a", SUSPENDED), told("b", other))
        await here.store.write(
            lambda turn: turn.db.execute("update articles set trust = 'odd' where title like '%2025-61%'")
        )

        assert await lapse_due(here.store, here.runtime, LAPSE) == 1

        assert here.rows("select id, status, lapses from matters order by id") == [
            ("gazette-2025-61", "suspended", None),
            ("gazette-2025-62", "lapsed", None),
        ]
        assert here.rows("select matter from transitions where told = 'lapsed'") == [("gazette-2025-62",)]


async def test_the_lapse_of_what_a_first_import_brought_is_news(tmp_path):
    async with world(tmp_path, rules=RULES, seen=False) as here:
        await here.publish("ministry", told("a", SUSPENDED))

        assert await lapse_due(here.store, here.runtime, LAPSE) == 1
        assert [each.status for each in here.told("desk")] == ["lapsed"]


async def test_a_date_that_had_passed_before_it_was_read_is_history(tmp_path):
    async with world(tmp_path, rules=RULES, seen=False) as here:
        old = MONDAY - timedelta(days=300)
        await here.publish("ministry", told("a", SUSPENDED.replace("November 2026", "November 2025"), published=old))

        assert await lapse_due(here.store, here.runtime, here.now) == 0
        assert here.rows("select status from matters") == [("lapsed",)]
        assert here.told("desk") == []


async def test_a_move_that_only_history_told_is_told_once_when_a_live_article_repeats_it(tmp_path):
    async with world(tmp_path, rules=RULES, sources=("wire",)) as here:
        await here.publish("daily", told("a", GRANTED))
        assert here.told("desk") == []
        for slug in ("b", "c"):
            here.now += timedelta(minutes=1)
            await here.publish("wire", told(slug, GRANTED))

        assert [each.news[0][:23] for each in here.told("desk")] == ["status: draft \u2192 granted"]
        assert len(line(here, "stibnite-permit")) == 1


async def test_a_corrected_end_brings_the_lapse_forward_and_moves_nothing(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED.replace("2026.", "2027.")))
        here.now += timedelta(hours=2)
        await here.publish("ministry", told("a", SUSPENDED))

        assert [row[0] for row in line(here, "reprieve")] == ["status", "date"]
        assert await lapse_due(here.store, here.runtime, LAPSE) == 1
        assert await lapse_due(here.store, here.runtime, LAPSE + timedelta(days=366)) == 0


async def test_an_end_that_its_article_takes_back_ends_nothing(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        here.now += timedelta(hours=1)
        await here.publish(
            "wire", told("b", "China has suspended the export controls of announcement 2025-61, MOFCOM said.")
        )
        here.now += timedelta(hours=1)
        await here.publish("ministry", told("a", "MOFCOM says nothing of announcement 2025-61 on gallium."))

        assert here.rows("select status, lapses from matters") == [("suspended", None)]


async def test_a_lapse_stays_when_its_article_gets_a_typo_mended(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        here.now = LAPSE + timedelta(hours=1)
        await here.publish("ministry", told("a", SUSPENDED + " It said so on Monday."))

        assert here.rows("select status, lapses from matters") == [("lapsed", None)]
        assert [each.status for each in here.told("desk")] == ["suspended", "lapsed"]


@pytest.mark.parametrize(("first", "status"), [("daily", "granted"), ("ministry", "revoked")])
async def test_an_authority_on_the_same_day_outweighs_a_promotion_and_never_the_reverse(tmp_path, first, status):
    async with world(tmp_path, rules=RULES, config=PROMOTED) as here:
        await here.publish(first, told("a", REVOKED))
        here.now += timedelta(hours=5)
        second = "ministry" if first == "daily" else "daily"
        await here.publish(second, told("b", GRANTED, link="https://other.example/b", published=here.now))

        assert here.rows("select status from matters") == [(status,)]


async def test_a_promotion_moves_no_matter_out_of_what_an_authority_said(tmp_path):
    async with world(tmp_path, rules=RULES, config=PROMOTED) as here:
        await here.publish("ministry", told("a", GRANTED))
        here.now += timedelta(days=3)
        await here.publish("daily", told("b", REVOKED, link="https://other.example/b", published=here.now))

        assert [(row[0], row[3], row[5]) for row in line(here, "stibnite-permit")] == [
            ("status", "granted", ""),
            ("note", "granted", "UNCONFIRMED"),
        ]
        assert len(here.told("desk")) == 1
        assert "promotion" in here.rows("select why from transitions order by number desc limit 1")[0][0]


async def test_old_news_is_no_move_because_its_article_gets_a_typo_mended(tmp_path):
    async with world(tmp_path, rules=ANY, seen=False) as here:
        old = MONDAY - timedelta(days=365)
        await here.publish("wire", told("a", GRANTED, published=old))
        here.change(rules=RULES)
        here.now += timedelta(days=2)
        await here.store.write(lambda turn: turn.alerts.load_rules(here.runtime.rule_set, here.now))
        await here.publish("wire", told("a", f"{GRANTED} It is in Idaho.", published=old))

        assert here.rows("select status from matters") == [("granted",)]
        assert here.told("desk") == []


@pytest.mark.parametrize("heard", [True, False])
async def test_a_matter_declared_later_takes_over_the_line_that_its_number_has(tmp_path, heard):
    async with world(tmp_path, rules=WITHOUT) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        here.change(rules=RULES)
        await here.store.write(lambda turn: turn.alerts.load_rules(here.runtime.rule_set, here.now))
        here.now += timedelta(hours=1)
        if heard:
            await here.publish("daily", told("b", SUSPENDED))

        beats = [await lapse_due(here.store, here.runtime, LAPSE + timedelta(seconds=n)) for n in range(3)]

        assert sum(beats) == 1
        assert here.rows("select id, status, lapses from matters order by id") == [
            ("gazette-2025-61", "suspended", None),
            ("reprieve", "lapsed", None),
        ]
        assert [each.status for each in here.told("desk")] == ["suspended", "lapsed"]
