"""Matters through the pipeline with a real store: what moves one, what is told of it, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.world import entry, world
from watcher.core.matters.model import Standing
from watcher.pipeline.taking_in.lapsing import lapse_due
from watcher.stores.sqlite.upkeep import remove_articles

RULES = """\
format: 1
matters:
  - id: stibnite-permit
    title: Stibnite federal permits
    track: {event: permit_approval, place: stibnite, as: any}
    status: draft
  - id: reprieve
    title: The suspension of the controls
    track: {event: export_control, document: ["2025-61"], as: any}
  - id: floor
    title: The price floor
    track: {event: price_floor, material: [ndpr, rare_earths, critical_minerals]}
    status: proposed
rules:
  - id: moves
    title: A matter moves
    severity: {urgent: {matter: "*", to: [refused, remanded, revoked]}, else: warning}
    when: {matter: "*"}
    examples:
      match:
        - {text: "The Army Corps granted the final permit for the Stibnite mine.", was: draft, gives: warning}
        - {text: "The Army Corps revoked the final permit for the Stibnite mine.", was: granted, gives: urgent}
      skip:
        - {text: "The Army Corps granted the final permit for the Stibnite mine.", was: granted}
        - {text: "The mine at Stibnite hires drillers.", was: draft}
  - id: notes
    title: Word on the floor
    severity: notice
    when: {matter: floor, change: note}
    examples:
      match:
        - {text: "The White House may abandon the price floor for rare earths, unconfirmed reports say.", was: proposed}
        - {text: "Washington may abandon its price floor for rare earths, unconfirmed reports say.", was: proposed}
      skip:
        - {text: "The State Department unveils reference prices for critical minerals.", was: proposed}
        - {text: "Nothing happened.", was: proposed}
"""
GRANTED = "The Army Corps of Engineers issued the final federal permit for the Stibnite mine."
RUMOUR = "The White House may abandon the price floor for rare earths, unconfirmed reports say."


def told(slug, text, **changes):
    return entry(slug, title=text, content_html=f"<p>{text}</p>", **changes)


def line(here, matter):
    return here.rows(
        "select change, told, before, after, earlier, label from transitions where matter = ? order by number", matter
    )


async def test_the_same_permit_through_eight_feeds_moves_once_and_is_told_once(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", *[told(f"a{n}", GRANTED) for n in range(4)])
        await here.publish("daily", *[told(f"b{n}", GRANTED) for n in range(4)])

        assert line(here, "stibnite-permit") == [("status", "granted", "draft", "granted", 0, "")]
        assert [each.rule for each in here.told("desk")] == ["moves"]
        assert here.rows("select count(*), sum(repeats) from matter_articles") == [(8, 7)]


async def test_the_same_status_in_other_words_is_evidence_and_silent(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", GRANTED))
        here.now += timedelta(days=1)
        await here.publish("daily", told("b", "The Stibnite mine has its final permit, which the Army Corps issued."))

        assert [row[0] for row in line(here, "stibnite-permit")] == ["status", "evidence"]
        assert len(here.told("desk")) == 1
        [(why,)] = here.rows("select why from transitions where change = 'evidence'")
        assert "granted already" in why


async def test_the_message_says_from_what_to_what_and_shows_the_sentence(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", GRANTED))

        [message] = here.told("desk")
        assert message.status == "granted"
        assert message.news[0].startswith("status: draft \u2192 granted")
        assert [quote.text for quote in message.quotes] == [GRANTED]
        assert here.rows("select subject from alerts") == [("matter:stibnite-permit",)]


async def test_a_further_move_updates_the_one_alert_and_may_be_urgent(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", GRANTED))
        here.now += timedelta(days=9)
        await here.publish(
            "wire", told("b", "The Army Corps of Engineers revoked the federal permit for the Stibnite mine.")
        )

        assert [(each.change, each.severity) for each in here.told("desk")] == [
            ("raised", "warning"),
            ("severity_raised", "urgent"),
        ]
        assert here.rows("select count(*) from alerts") == [(1,)]


async def test_a_first_import_builds_the_line_and_tells_nobody(tmp_path):
    async with world(tmp_path, rules=RULES, seen=False) as here:
        await here.publish("wire", told("a", GRANTED))

        assert line(here, "stibnite-permit")[0][:4] == ("status", "granted", "draft", "granted")
        assert here.told("desk") == []
        assert here.rows("select m.rule, m.reason from matches m") == [("moves", "first_sight")]


async def test_what_is_merely_whispered_is_noted_once_and_moves_nothing(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", RUMOUR))
        here.now += timedelta(hours=1)
        await here.publish(
            "daily", told("b", "Unconfirmed reports say the White House may abandon its price floor for rare earths.")
        )

        assert [(row[0], row[3], row[5]) for row in line(here, "floor")] == [("note", "proposed", "UNCONFIRMED")] * 2
        assert [(each.rule, each.status) for each in here.told("desk")] == [("notes", "rumoured")]


async def test_an_article_that_takes_its_word_back_takes_the_move_back(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", GRANTED))
        here.now += timedelta(hours=2)
        await here.publish("wire", told("a", "The Army Corps of Engineers says nothing of the Stibnite mine yet."))

        assert here.rows("select status from matters where id = 'stibnite-permit'") == [("draft",)]
        entries = line(here, "stibnite-permit")
        assert [row[:4] for row in entries] == [
            ("status", "granted", "draft", "granted"),
            ("status", "draft", "granted", "draft"),
        ]
        assert here.rows("select count(*) from transitions where withdrawn is not null") == [(1,)]
        assert "corrected by its publisher" in here.told("desk")[-1].news[0]


async def test_another_article_holds_a_move_that_the_first_one_takes_back(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", GRANTED))
        await here.publish("daily", told("b", "The Stibnite mine has its final permit, which the Army Corps issued."))
        here.now += timedelta(hours=2)
        await here.publish("wire", told("a", "The Army Corps of Engineers says nothing of the Stibnite mine yet."))

        assert here.rows("select status from matters where id = 'stibnite-permit'") == [("granted",)]
        assert len(here.told("desk")) == 1


SUSPENDED = "MOFCOM suspends the export controls of announcement 2025-61 on gallium until 10 November 2026."


async def test_a_date_that_passes_without_word_lapses_at_its_own_moment(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        assert here.rows("select status, lapses is not null from matters where id = 'reprieve'") == [("suspended", 1)]

        here.now = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
        await here.publish("wire", told("b", "A mine reopens after winter."))

        assert here.rows("select status, lapses from matters where id = 'reprieve'") == [("lapsed", None)]
        [(seen, why)] = here.rows("select seen, why from transitions where told = 'lapsed'")
        assert datetime.fromtimestamp(seen / 1e6, UTC) == datetime(2026, 11, 11, tzinfo=UTC)
        assert "nobody has said" in why
        assert here.told("desk")[-1].status == "lapsed"
        assert here.told("desk")[-1].news[0].startswith("status: suspended \u2192 lapsed, unknown")


async def test_the_beat_lets_a_matter_lapse_though_nothing_comes_and_only_once(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))

        assert await lapse_due(here.store, here.runtime, datetime(2026, 11, 10, 23, 59, tzinfo=UTC)) == 0
        assert await lapse_due(here.store, here.runtime, datetime(2026, 11, 11, 0, 0, tzinfo=UTC)) == 1
        assert await lapse_due(here.store, here.runtime, datetime(2026, 11, 12, 0, 0, tzinfo=UTC)) == 0

        assert here.rows("select count(*) from transitions where told = 'lapsed'") == [(1,)]


async def test_a_matter_lapses_though_the_article_that_set_its_date_was_pruned(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        await here.store.write(lambda turn: remove_articles(turn.db, [1]))

        assert await lapse_due(here.store, here.runtime, datetime(2026, 11, 12, tzinfo=UTC)) == 0

        assert here.rows("select status from matters where id = 'reprieve'") == [("lapsed",)]


async def test_word_before_the_date_keeps_a_matter_from_lapsing(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))
        here.now = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
        extended = "MOFCOM extends the suspension of the export controls of announcement 2025-61 on gallium until 10 November 2027."
        await here.publish("ministry", told("b", extended, published=here.now - timedelta(minutes=5)))
        here.now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        await here.publish("wire", told("c", "A mine reopens after winter."))

        assert here.rows("select count(*) from transitions where told = 'lapsed'") == [(0,)]
        [(lapses,)] = here.rows("select lapses from matters where id = 'reprieve'")
        assert datetime.fromtimestamp(lapses / 1e6, UTC) == datetime(2027, 11, 11, tzinfo=UTC)


async def test_a_bill_that_nobody_declared_is_found_by_its_number(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", "The House passed H.R. 8888, a bill on critical minerals, by 230 to 190."))
        here.now += timedelta(days=30)
        signed = "The President signed H.R. 8888, the critical minerals bill, into law."
        await here.publish("wire", told("b", signed, published=here.now - timedelta(minutes=5)))

        assert here.rows("select id, declared, document, status from matters") == [
            ("bill-h-r-8888-119", 0, "H.R. 8888 (119)", "enacted")
        ]
        assert [(row[2], row[3]) for row in line(here, "bill-h-r-8888-119") if row[0] == "status"] == [
            (None, "passed_house"),
            ("passed_house", "enacted"),
        ]
        assert [each.change for each in here.told("desk")] == ["raised", "updated"]


async def test_a_declared_matter_takes_the_number_before_one_is_found(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", SUSPENDED))

        assert here.rows("select id from matters") == [("reprieve",)]


async def test_a_turn_that_died_before_its_commit_is_done_anew_and_leaves_one_line(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        for _ in range(2):
            with pytest.raises(RuntimeError, match="killed"):
                await here.store.write(_killed(here))
        await here.publish("wire", told("a", GRANTED))
        await here.publish("wire", told("a", GRANTED))

        assert len(line(here, "stibnite-permit")) == 1
        assert len(here.told("desk")) == 1
        assert here.rows("select count(*) from matter_articles") == [(1,)]


def _killed(here):
    """A turn that enters a transition and dies."""

    def work(turn):
        turn.matters.stand(here.runtime.rule_set.matters[0], "", Standing(status="granted"), None, here.now)
        raise RuntimeError("killed")

    return work


async def test_a_bill_of_another_field_is_no_matter(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", "The House passed H.R. 8888, a bill on school lunches, by 230 to 190."))

        assert here.rows("select id from matters") == []


async def test_a_register_that_confirms_the_vote_later_adds_evidence_in_silence(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", "The House passed H.R. 8888, a bill on critical minerals, by 230 to 190."))
        here.now += timedelta(days=2)
        action = "Passed/agreed to in House: On passage H.R. 8888 passed the House by the Yeas and Nays: 230 - 190."
        await here.publish(
            "ministry",
            entry("b", title="H.R. 8888 - Minerals Act", content_html=f"<p>{action}</p>", published=here.now),
        )

        assert [row[0] for row in line(here, "bill-h-r-8888-119")] == ["status", "evidence"]
        assert len(here.told("desk")) == 1


async def test_a_digest_tells_of_a_move_with_its_status(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", told("a", GRANTED), told("f", RUMOUR))
        here.now = datetime(2026, 3, 6, 15, 1, tzinfo=UTC)

        issue = await here.issue("weekly")

        stories = [*issue.brief, *issue.updates, *(story for section in issue.sections for story in section.stories)]
        assert [(story.headline, story.status) for story in stories] == [
            (GRANTED, "granted"),
            (RUMOUR, "rumoured"),
        ]


async def test_a_notice_that_suspends_others_moves_those_and_not_itself(tmp_path):
    notice = "商务部公告2025年第70号 暂停实施公告2025年第55号、第56号和第61号出口管制措施，至2026年11月10日。"
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("ministry", told("a", notice, language="zh"))

        assert here.rows("select id, status, standing like '%2026-11-10%' from matters order by id") == [
            ("gazette-2025-55", "suspended", 1),
            ("gazette-2025-56", "suspended", 1),
            ("reprieve", "suspended", 1),
        ]
