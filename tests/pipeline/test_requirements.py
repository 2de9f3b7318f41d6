"""Requirements over time through the pipeline with a real store: what is counted, what is told, what ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.world import MONDAY, entry, world
from watcher.app.account_words import account_words, starred
from watcher.app.explaining import account
from watcher.config import data_dir
from watcher.config.understanding import read_understander
from watcher.core.model import Article, Trust, Zone, ZoneSpan
from watcher.core.requirements.state import Ruling
from watcher.core.text.reading import reading_of
from watcher.pipeline.judging.catching_up import catch_up
from watcher.pipeline.judging.requiring import require_due
from watcher.pipeline.judging.sightings import origins_named, pruned
from watcher.stores.sqlite.alerts import SqliteAlerts
from watcher.stores.sqlite.evidence import EvidenceTable
from watcher.stores.sqlite.renaming import rename
from watcher.stores.sqlite.sessions import snapshot
from watcher.stores.sqlite.upkeep import Keep, prune

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rules(require: str, when: str = "{words: [export ban]}") -> str:
    return f"""\
format: 1
rules:
  - id: bans
    title: Many export bans
    severity: {{urgent: {{trust: authority}}, else: warning}}
    when: {when}
    require: {require}
    examples:
      match: ["Country sets an export ban on gallium.", "An export ban on antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""


METALS = ["gallium", "antimony", "tungsten", "graphite", "bismuth", "tellurium", "indium"]


def ban(number: int, at=None, **changes):
    metal, land = METALS[number % len(METALS)], f"Land{number}"
    text = f"{land} sets an export ban on {metal} from quarter {number}."
    return entry(
        f"ban{number}",
        title=text,
        content_html=f"<p>{text} Its miners of {metal} were told.</p>",
        published=at,
        **changes,
    )


async def test_the_third_story_within_a_day_is_told_with_the_items_that_made_it(tmp_path):
    async with world(tmp_path, rules=rules("{count: 3, within: 24h}")) as here:
        for number in range(4):
            await here.publish("wire", ban(number, here.now))
            here.now += 4 * HOUR
        here.now += 2 * DAY
        await here.publish("wire", ban(5, here.now))

        assert here.reasons() == ["not_yet", "not_yet", "raised", "nothing_new", "not_yet"]
        [told] = here.told("desk")
        assert told.news[0] == "third story within 24 hours"
        assert [line.partition(": ")[2] for line in told.news[1:]] == [
            "Land0 sets an export ban on gallium from quarter 0. (wire.example)",
            "Land1 sets an export ban on antimony from quarter 1. (wire.example)",
        ]
        assert here.rows("select subject, state from alerts") == [("key:all@2026-03-02T17:00:00Z", "closed")]
        assert ("closed", "closed") in here.decisions("alert")


async def test_history_feeds_the_count_and_tells_nobody(tmp_path):
    async with world(tmp_path, rules=rules("{count: 3, within: 24h}"), seen=False) as here:
        await here.publish("wire", *[ban(number, here.now - HOUR) for number in range(5)])
        assert here.reasons() == ["first_sight"] * 5
        assert here.told("desk") == []

        here.now += HOUR
        await here.publish("wire", ban(7, here.now))
        assert here.reasons()[5:] == ["raised"]


async def test_silence_is_told_at_its_hour_and_ends_with_the_next_article(tmp_path):
    async with world(tmp_path, rules=rules("{silent: 24h, by: source}")) as here:
        await here.publish("wire", ban(1, here.now))
        here.now += 30 * HOUR
        assert await require_due(here.store, here.runtime, here.now) == 1

        [told] = here.told("desk")
        assert told.news == ("wire: nothing for 24 hours; last 2 Mar 09:00 (due 2026-03-03 09:00 UTC, told late)",)
        assert "Land1 sets" in told.headline
        assert here.rows("select subject, raised from alerts") == [
            ("key:wire@2026-03-03T09:00:00Z", int((MONDAY + DAY).timestamp() * 1_000_000))
        ]
        assert await require_due(here.store, here.runtime, here.now) == 0

        await here.publish("wire", ban(2, here.now))
        assert here.rows("select state from alerts") == [("closed",)]
        assert here.reasons() == ["not_yet", "raised", "not_yet"]


async def test_a_new_rule_goes_through_the_history_in_silence_and_then_begins(tmp_path):
    async with world(tmp_path) as here:
        for number in range(2):
            await here.publish("wire", ban(number, here.now))
            here.now += HOUR
        told = len(here.told("desk"))
        here.change(rules=rules("{count: 3, within: 24h}"))
        assert await catch_up(here.store, here.runtime, here.now) == 1
        assert await catch_up(here.store, here.runtime, here.now) == 0
        assert here.rows("select count(*) from requirement_states") == [(1,)]
        assert len(here.told("desk")) == told

        await here.publish("wire", ban(2, here.now))
        assert here.told("desk")[-1].news[0] == "third story within 24 hours"


async def test_what_is_kept_of_a_rule_that_is_gone_is_dropped(tmp_path):
    async with world(tmp_path, rules=rules("{silent: 24h}")) as here:
        await here.publish("wire", ban(0, here.now))
        here.change(rules=rules("{silent: 36h}"))
        await catch_up(here.store, here.runtime, here.now)
        assert here.rows("select count(*), count(distinct version) from requirement_states") == [(1, 1)]

        here.now += 30 * HOUR
        assert await require_due(here.store, here.runtime, here.now) == 0
        here.now += 6 * HOUR
        assert await require_due(here.store, here.runtime, here.now) == 1


async def test_why_says_what_is_required_and_how_that_stands(tmp_path):
    async with world(tmp_path, rules=rules("{count: 3, within: 24h, by: source}")) as here:
        for number in range(4):
            await here.publish("wire", ban(number, here.now - (2 * DAY if number == 3 else timedelta(0))))

        with snapshot(here.folder / "watcher.db") as turn:
            table = EvidenceTable(turn)
            [subject] = [row[0] for row in here.rows("select subject from alerts")]
            assert table.find(subject) == (3, "bans")
            first, late = (account(table, here.runtime.rule_set, number, []) for number in (1, 4))
        said = "\n".join(account_words(first, starred))
        assert "requires count 3 stories within 1d, by source; now:" in said
        assert f"wire: 3 of 3 in the newest window; met since {MONDAY:%Y-%m-%dT%H:%M:%S}Z, and not ended" in said
        assert "not_yet: it counts; what the rule requires is not met" in said
        assert "late: it was first seen too long after" in "\n".join(account_words(late, starred))


SEQUENCE = """\
format: 1
rules:
  - id: follow-up
    title: No deal after a memorandum
    severity: notice
    when: {event: mou_partnership, status: signed, parties: 2}
    require:
      sequence: [{not: {event: [offtake_agreement, acquisition, private_financing]}, within: 180d}]
      by: parties
    examples:
      match:
        - "USA Rare Earth and PolarStar Magnetics signed a memorandum of understanding."
        - "Ionic Rare Earths and US Strategic Metals signed a memorandum of understanding."
      skip: ["The mine reopens in May.", "Nothing happened."]
"""


async def test_no_deal_half_a_year_after_a_memorandum(tmp_path):
    async with world(tmp_path, rules=SEQUENCE) as here:
        start = here.now
        for day, text in (
            (0, "USA Rare Earth and PolarStar Magnetics signed a memorandum of understanding."),
            (10, "Ionic Rare Earths and US Strategic Metals signed a memorandum of understanding."),
            (100, "USA Rare Earth and PolarStar Magnetics signed an offtake agreement for magnets."),
        ):
            here.now = start + day * DAY
            await here.publish("wire", entry(f"m{day}", title=text, content_html=f"<p>{text}</p>", published=here.now))
        here.now = start + 191 * DAY
        assert await require_due(here.store, here.runtime, here.now) == 1

        [told] = here.told("desk")
        assert told.headline.endswith(
            "(Ionic Rare Earths and US Strategic Metals signed a memorandum of understanding.)"
        )
        assert told.news == (
            "ionic_rare_earths+us_strategic_metals: nothing of the kind within 180 days of 12 Mar 09:00",
        )
        assert told.quotes
        [(raised,)] = here.rows("select raised from alerts")
        assert raised == int((start + 191 * DAY).timestamp() * 1_000_000)


async def test_two_origins_make_a_story_and_a_copy_none(tmp_path):
    when = "{words: [export ban]}"
    async with world(tmp_path, rules=rules("{sources: 2, within: 48h}", when)) as here:
        text = "Land sets an export ban on gallium, according to Asian Metal."
        await here.publish("wire", entry("a", title=text, content_html=f"<p>{text}</p>", published=here.now))
        await here.publish("daily", entry("b", title=text, content_html=f"<p>{text}</p>", published=here.now))
        assert here.reasons() == ["not_yet", "not_yet"]

        await here.publish("ministry", entry("c", title="Land sets an export ban on gallium", published=here.now))
        assert here.rows("select count(distinct story) from articles") == [(1,)]
        assert here.reasons()[-1] == "raised"
        assert here.told("desk")[0].news[0] == "2 sources of their own within 48 hours"
        assert here.rows("select substr(subject, 1, 6) from alerts") == [("story:",)]


MATTERS = """\
format: 1
matters:
  - id: stibnite-permit
    title: Stibnite federal permits
    track: {event: permit_approval, place: stibnite, as: any}
    status: draft
rules:
  - id: stibnite-silent
    title: Nothing on the Stibnite permits for a quarter
    severity: notice
    when: {matter: stibnite-permit, change: [status, evidence]}
    require: {silent: 90d, by: matter}
    examples:
      match:
        - {text: "The Army Corps granted the final permit for the Stibnite mine.", was: draft}
        - {text: "The Army Corps revoked the final permit for the Stibnite mine.", was: granted}
      skip:
        - "The mine at Stibnite hires drillers."
        - "Nothing happened."
"""


async def test_a_matter_falls_silent_and_a_new_rule_knows_since_when(tmp_path):
    text = "The Army Corps of Engineers issued the final federal permit for the Stibnite mine."
    async with world(tmp_path, rules=MATTERS) as here:
        await here.publish("wire", entry("p", title=text, content_html=f"<p>{text}</p>", published=here.now))
        here.change(rules=MATTERS.replace("silent: 90d", "silent: 60d"))
        here.now += 10 * DAY
        await catch_up(here.store, here.runtime, here.now)
        here.now += 49 * DAY
        assert await require_due(here.store, here.runtime, here.now) == 0
        here.now += DAY
        assert await require_due(here.store, here.runtime, here.now) == 1

        assert here.rows("select rule, subject from alerts") == [
            ("stibnite-silent", "key:stibnite-permit@2026-05-01T09:00:00Z")
        ]
        assert here.told("desk")[-1].news == ("stibnite-permit: nothing for 60 days; last 2 Mar 09:00",)


async def test_what_fails_in_a_turn_leaves_nothing_and_the_next_turn_makes_it_whole(tmp_path, monkeypatch):
    async with world(tmp_path, rules=rules("{count: 3, within: 24h}")) as here:
        for number in range(2):
            await here.publish("wire", ban(number, here.now))
        before = here.rows("select state from requirement_states")
        with monkeypatch.context() as broken:
            broken.setattr(SqliteAlerts, "write", _killed)
            with pytest.raises(KeyboardInterrupt):
                await here.publish("wire", ban(2, here.now))
        assert here.rows("select state from requirement_states") == before
        assert here.reasons() == ["not_yet", "not_yet"]

        await here.publish("wire", ban(2, here.now))
        assert here.reasons() == ["not_yet", "not_yet", "raised"]
        assert len(here.told("desk")) == 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


async def test_one_document_or_several_decide_alike(tmp_path):
    async def decided(folder, batches):
        folder.mkdir()
        async with world(folder, rules=rules("{count: 2, within: 2h, by: source}")) as here:
            bans = [ban(number, MONDAY - timedelta(minutes=7 * (6 - number))) for number in range(6)]
            for start, end in batches:
                await here.publish("wire", *bans[start:end])
            states = here.rows("select rule, key, due, until, state from requirement_states")
            return here.reasons(), here.rows("select subject, state, raised from alerts"), states

    whole = await decided(tmp_path / "one", [(0, 6)])
    parts = await decided(tmp_path / "many", [(0, 1), (1, 3), (3, 6)])

    assert whole == parts
    assert whole[0] == ["not_yet", "raised", *["nothing_new"] * 4]


async def test_a_trial_counts_and_tells_nobody_and_a_revision_counts_once(tmp_path):
    trial = rules("{count: 3, within: 24h}").replace("    severity", "    mode: trial\n    severity")
    async with world(tmp_path, rules=trial) as here:
        await here.publish("wire", ban(0, here.now))
        await here.publish(
            "wire", replace(ban(0, here.now), content_html="<p>An export ban on gallium, corrected.</p>")
        )
        await here.publish("wire", ban(1, here.now))
        assert here.reasons() == ["not_yet"] * 3
        await here.publish("wire", ban(2, here.now))

        assert here.reasons()[-1] == "raised"
        assert here.told("desk") == []
        assert ("raised", "trial") in here.decisions("route:desk")


async def test_a_source_that_is_called_otherwise_goes_on_where_it_was(tmp_path):
    async with world(tmp_path, rules=rules("{silent: 24h, by: source}")) as here:
        await here.publish("wire", ban(0, here.now))
        here.now += 25 * HOUR
        await require_due(here.store, here.runtime, here.now)
        await here.store.write(lambda turn: turn.db.execute("delete from source_state where source = 'daily'"))
        await here.store.write(lambda turn: rename(turn.db, "wire", "daily"))
        assert here.rows("select key from requirement_states") == [("daily",)]

        await here.publish("daily", ban(1, here.now))
        assert here.rows("select subject, state from alerts") == [("key:daily@2026-03-03T09:00:00Z", "closed")]


EVERY = {
    "count": "{count: 2, within: 3h, lateness: 3h}",
    "sources": "{sources: 2, within: 48h}",
    "spike": "{spike: 2, within: 2h, against: 4h, at_least: 2}",
    "ratio": '{ratio: "> 40 %", of: {words: [quarter]}, within: 5h, at_least: 2}',
    "silent": "{silent: auto, by: source, floor_new: 2h}",
    "first": "{first: 20h, by: [source, language]}",
    "sequence": "{sequence: [{then: {words: [antimony]}, within: 9h}, {not: {words: [bismuth]}, within: 2h}], by: source}",
}


@pytest.mark.parametrize("kind", EVERY)
async def test_history_gone_through_is_what_was_lived_through(tmp_path, kind):
    async with world(tmp_path, rules=rules(EVERY[kind]), seen=False) as here:
        await here.publish("wire", *[ban(number, here.now - number * 7 * HOUR) for number in range(3)])
        await here.see("daily", "ministry")
        for number in range(3, 12):
            here.now += timedelta(minutes=67)
            await here.publish("daily", ban(number, here.now - timedelta(hours=number % 4)))
            if number % 3 == 0:
                await here.publish("wire", replace(ban(number, here.now), link="https://wire.example/copy"))
                changed = ban(number, here.now, flags=())
                await here.publish("daily", replace(changed, content_html="<p>An export ban, corrected. Antimony.</p>"))
        await require_due(here.store, here.runtime, here.now)
        lived = here.rows("select * from requirement_states")
        assert lived
        assert ("raised" in here.reasons()) is (kind in {"count", "spike", "ratio", "first"})

        for table in ("states", "rules"):
            await here.store.write(lambda turn, of=table: turn.db.execute(f"delete from requirement_{of}"))
        await catch_up(here.store, here.runtime, here.now)
        assert here.rows("select * from requirement_states") == lived


async def test_a_new_date_is_word_on_the_matter_too(tmp_path):
    text = "The Army Corps issued the final federal permit for the Stibnite mine, which expires on 10 November 2026."
    async with world(tmp_path, rules=MATTERS) as here:
        await here.publish("wire", entry("p", title=text, content_html=f"<p>{text}</p>", published=here.now))
        here.now += DAY
        later = text.replace("10 November 2026", "12 December 2026")
        await here.publish("daily", entry("q", title=later, content_html=f"<p>{later}</p>", published=here.now))
        assert [row[0] for row in here.rows("select change from transitions order by number")] == ["status", "date"]
        assert here.reasons("stibnite-silent") == ["not_yet", "not_yet"]


async def test_what_can_decide_nothing_any_more_is_dropped_and_what_can_is_kept(tmp_path):
    async with world(tmp_path, rules=rules("{count: 2, within: 2h, by: source}")) as here:
        await here.publish("wire", ban(0, here.now))
        for number in (1, 2):
            await here.publish("daily", ban(number, here.now))
        for hours, kept in ((26, ["daily", "wire"]), (27, ["daily"])):
            now = here.now + hours * HOUR - timedelta(minutes=30)
            await here.store.write(lambda turn, at=now: prune(turn.db, {}, Keep(articles=None, bodies=None), at))
            assert [row[0] for row in here.rows("select key from requirement_states")] == kept


def _article(publisher: str, trust: Trust, text: str) -> Article:
    return replace(
        pruned("", Ruling(rule="r", key="", at=MONDAY, number=1, reason=None)),
        publisher=publisher,
        trust=trust,
        text=text,
        zones=(ZoneSpan(zone=Zone.LEAD, start=0, end=len(text)),),
    )


@pytest.mark.parametrize(
    ("publisher", "trust", "text", "origins"),
    [
        ("Mining Paper", Trust.TRADE_PRESS, "Gallium rose.", ("mining paper",)),
        ("Mining Paper", Trust.TRADE_PRESS, "Gallium rose, according to Asian Metal.", ("asian_metal",)),
        ("Asian Metal", Trust.TRADE_PRESS, "Gallium rose.", ("asian_metal",)),
        ("Asian Metal", Trust.TRADE_PRESS, "Gallium rose, Reuters reported.", ("reuters",)),
        ("All the News", Trust.AGGREGATOR, "Gallium rose.", ()),
        ("All the News", Trust.AGGREGATOR, "Gallium rose, according to Asian Metal.", ("asian_metal",)),
        ("Buy Now", Trust.PROMOTION, "Gallium will rise.", ()),
    ],
)
def test_whose_word_an_article_rests_on(publisher, trust, text, origins):
    article = _article(publisher, trust, text)
    understander, _ = read_understander(data_dir())
    assert origins_named(article, reading_of(article), understander) == origins


async def test_a_rule_is_hidden_while_the_other_has_an_open_alert_of_the_same_key(tmp_path):
    hider = rules("{count: 2, within: 24h, by: source}")
    text = hider + hider.partition("rules:\n")[2].replace("id: bans", "id: some").replace(
        "    require: {count: 2", "    hidden_by: bans\n    require: {count: 3"
    )
    async with world(tmp_path, rules=text) as here:
        for number in range(3):
            await here.publish("wire", ban(number, here.now))
            here.now += HOUR
        await here.publish("daily", ban(4, here.now))
        assert [each.rule for each in here.told("desk")] == ["bans"]
        subjects = here.rows("select subject from alerts order by subject")
        assert subjects == [("key:wire@2026-03-02T10:00:00Z",), ("key:wire@2026-03-02T11:00:00Z",)]
        assert here.rows("select distinct detail from decisions where reason = 'hidden'") == [("hidden by bans",)]

        here.change(rules=text.replace("count: 3", "count: 1"))
        await here.publish("daily", ban(5, here.now, link="https://daily.example/5"))
        assert [each.rule for each in here.told("desk")][1:] == ["bans"], "both begin with it: the hider first"
        assert len(here.rows("select 1 from decisions where reason = 'hidden' and way = 'route:desk'")) == 2


NOT_SO = "<p>Correction: our word of a measure was wrong, there is none.</p>"


def taken_back(number: int, at):
    return replace(ban(number, at), title=f"Correction of note {number}", content_html=NOT_SO)


async def test_an_alert_that_a_retracted_article_made_is_told_as_withdrawn_and_closed(tmp_path):
    async with world(tmp_path, rules=rules("{count: 2, within: 48h}")) as here:
        for number in range(2):
            await here.publish("wire", ban(number, here.now))
        await here.publish("wire", taken_back(0, here.now))
        await here.publish("wire", ban(2, here.now))

        assert [told.change for told in here.told("desk")] == ["raised", "retracted", "raised"]
        assert "holds no longer" in here.told("desk")[1].news[-1]
        assert [row[0] for row in here.rows("select state from alerts")] == ["closed", "open"]


async def test_an_alert_that_holds_without_a_retracted_article_stays(tmp_path):
    async with world(tmp_path, rules=rules("{count: 2, within: 48h}")) as here:
        for number in range(3):
            await here.publish("wire", ban(number, here.now))
        await here.publish("wire", taken_back(2, here.now))

        assert [told.change for told in here.told("desk")] == ["raised"]
        assert here.rows("select state from alerts") == [("open",)]


async def test_another_title_swallows_no_timer_that_fell_due_meanwhile(tmp_path):
    asked = rules("{silent: 24h, by: source}")
    async with world(tmp_path, rules=asked) as here:
        await catch_up(here.store, here.runtime, here.now)
        await here.publish("wire", ban(0, here.now))
        here.now += 2 * DAY
        here.change(rules=asked.replace("Many export bans", "Many bans"))
        assert await catch_up(here.store, here.runtime, here.now) == 0
        assert await require_due(here.store, here.runtime, here.now) == 1

        here.change(rules=asked.replace("24h", "25h"))
        assert await catch_up(here.store, here.runtime, here.now) == 1
