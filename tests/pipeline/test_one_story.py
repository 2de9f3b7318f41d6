from __future__ import annotations

from datetime import timedelta

from tests.pipeline.world import MONDAY, RULES, entry, plain, world
from watcher.core.model import Row

WEEK = timedelta(days=7)
BODY = (
    "<p>The ministry announced an export ban on gallium, in force from 1 May.</p>"
    "<p>It covers 40 tonnes a year. Traders had expected a licence. {}</p>"
)
LONG = (
    "<p>The ministry announced an export ban on gallium, in force from 1 May.</p><p>"
    + "Traders had stored the metal since autumn, and the price hardly moved on Monday morning. " * 4
    + "</p>"
)


async def test_a_second_source_with_the_same_link_is_nothing_new(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("ban"))
        here.now += timedelta(minutes=20)
        await here.publish("daily", entry("ban", guid="daily-1", title="Gallium: export ban comes in May"))

        assert len(here.told("desk")) == 1
        assert here.reasons() == ["raised", "nothing_new"]
        assert here.rows("select story_reason from articles order by number") == [("founded",), ("same_link",)]
        assert here.rows("select articles from stories") == [(2,)]


async def test_the_same_article_through_two_sources_at_once_makes_one_alert(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("ban"))
        await here.publish("daily", entry("ban"))
        await here.publish("ministry", entry("ban", link="https://wire.example/ban?utm_source=rss"))

        assert len([told for told in here.told("desk") if told.change == "raised"]) == 1
        assert here.rows("select count(distinct story), count(*) from articles") == [(1, 3)]
        assert here.rows("select count(*) from alerts") == [(1,)]


async def test_the_same_text_republished_is_one_story(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("ban", content_html=LONG))
        here.now += timedelta(days=5)
        await here.publish("daily", entry("x", link="https://daily.example/x", content_html=LONG))

        assert len(here.told("desk")) == 1
        assert here.reasons() == ["raised", "nothing_new"]
        assert here.rows("select story_reason from articles order by number") == [("founded",), ("same_text",)]


async def test_a_recurring_title_without_text_a_week_later_is_another_story(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("w1", title="Export ban: weekly list", content_html=""))
        here.now += WEEK
        await here.publish(
            "wire", entry("w2", title="Export ban: weekly list", content_html="", published=MONDAY + WEEK)
        )

        assert len(here.told("desk")) == 2
        assert here.rows("select count(distinct story) from articles") == [(2,)]


async def test_another_figure_in_the_same_template_is_another_story(tmp_path):
    async with world(tmp_path) as here:
        text = "<p>The ministry put an export ban on {} tonnes of gallium today.</p>"
        await here.publish("wire", entry("a", title="Export ban: 40 tonnes", content_html=text.format(40)))
        await here.publish("wire", entry("b", title="Export ban: 55 tonnes", content_html=text.format(55)))

        assert len(here.told("desk")) == 2


async def test_a_more_trusted_publisher_updates_the_alert_and_the_update_says_so(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("daily", entry("ban"))
        here.now += timedelta(hours=1)
        await here.publish("ministry", entry("ban"))

        first, update = here.told("desk")
        assert (first.change, first.severity) == ("raised", "warning")
        assert update.change == "severity_raised"
        assert update.severity == "urgent"
        assert update.news == (
            "now also from wire.example, authority",
            "severity warning rises to urgent",
        )
        assert update.alert == first.alert
        assert here.rows("select id, thread from occasions where kind = 'alert' order by at") == [
            (f"alert:{first.alert}:1", None),
            (f"alert:{first.alert}:2", f"alert:{first.alert}:1"),
        ]


async def test_a_less_trusted_publisher_is_nothing_new(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("ministry", entry("ban"))
        await here.publish("daily", entry("ban"))

        assert here.reasons() == ["raised", "nothing_new"]


async def test_a_revision_with_another_figure_updates_and_says_which(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(content_html=BODY.format("")))
        here.now += timedelta(hours=1)
        await here.publish("wire", entry(content_html=BODY.format("").replace("1 May", "1 June 2027")))

        raised, updated = here.told("desk")
        assert (raised.change, updated.change) == ("raised", "updated")
        assert "2027" in updated.news[0]
        assert updated.article == raised.article


async def test_a_revision_with_another_comma_is_nothing_new(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(content_html=BODY.format("")))
        here.now += timedelta(hours=1)
        done = await here.publish(
            "wire", entry(content_html=BODY.format("More soon.").replace("gallium, in", "gallium in"))
        )

        assert done.revised == 1
        assert here.reasons() == ["raised", "nothing_new"]
        assert len(here.told("desk")) == 1


async def test_a_revision_that_denies_it_updates(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(content_html=BODY.format("")))
        await here.publish(
            "wire", entry(content_html=BODY.format("").replace("announced an", "denied that it planned an"))
        )

        assert here.told("desk")[1].news == ("what was said is now denied or negated",)


async def test_a_revision_that_no_longer_says_it_is_a_retraction_told_once(tmp_path):
    gone = entry(title="Ministry speaks of gallium", content_html="<p>The ministry corrected an earlier report.</p>")
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.now += timedelta(hours=1)
        await here.publish("wire", gone)
        here.now += timedelta(hours=1)
        await here.publish("wire", gone)
        await here.publish("wire", entry(title=gone.title, content_html="<p>The ministry said no more of it.</p>"))

        raised, retracted = here.told("desk")
        assert retracted.change == "retracted"
        assert retracted.alert == raised.alert
        assert retracted.news == ("wire.example changed the article; what matched is no longer in it",)
        assert here.rows("select state from alerts") == [("closed",)]


async def test_a_retracted_alert_is_raised_again_when_the_words_come_back(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        await here.publish("wire", entry(title="Ministry speaks", content_html="<p>Nothing was decided.</p>"))
        await here.publish("wire", entry())

        assert [told.change for told in here.told("desk")] == ["raised", "retracted", "raised"]
        assert [told.occasion[-1] for told in here.told("desk")] == ["1", "2", "3"]


async def test_a_revision_of_history_is_silent_unless_a_figure_changed(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", entry(content_html=BODY.format("")))
        await here.publish("wire", entry(content_html=BODY.format("A clerk confirmed it.")))

        assert here.reasons() == ["first_sight", "first_sight"]
        assert here.told("desk") == []

        await here.publish("wire", entry(content_html=BODY.format("").replace("1 May", "15 June")))

        assert [told.change for told in here.told("desk")] == ["raised"]


async def test_history_that_comes_to_match_by_a_revision_is_told(tmp_path):
    async with world(tmp_path, seen=False) as here:
        await here.publish("wire", plain("mine"))
        await here.publish("wire", entry("mine"))

        assert [told.change for told in here.told("desk")] == ["raised"]


async def test_a_rule_says_nothing_of_what_was_stored_before_it_was_loaded(tmp_path):
    async with world(
        tmp_path,
        rules=RULES.replace("[export ban]", "[antimony]")
        .replace("gallium", "antimony")
        .replace("An export ban on antimony.", "Antimony."),
    ) as here:
        await here.publish("wire", entry(content_html=BODY.format("")))
        here.change(rules=RULES)

        await here.publish("wire", entry(content_html=BODY.format("A clerk confirmed it.")))

        assert here.reasons() == ["first_sight"]
        assert here.told("desk") == []


async def test_a_changed_rule_takes_nothing_back(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry(content_html=BODY.format("")))
        here.change(
            rules=RULES.replace("[export ban]", "[antimony]")
            .replace("gallium", "antimony")
            .replace("An export ban on antimony.", "Antimony.")
        )

        await here.publish("wire", entry(content_html=BODY.format("A clerk confirmed it.")))

        assert [told.change for told in here.told("desk")] == ["raised"]
        assert here.rows("select state from alerts") == [("open",)]


async def test_the_same_guid_under_another_link_stays_one_article(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("ban"), plain("two"), plain("three"))
        done = await here.publish(
            "wire", entry("ban", link="https://wire.example/export-ban-on-gallium"), plain("two"), plain("three")
        )

        assert done.new == 0
        assert here.rows("select count(*) from articles") == [(3,)]
        assert len(here.told("desk")) == 1


async def test_a_row_of_a_table_alerts_by_its_key_and_every_change_of_it_is_news(tmp_path):
    def row(status: str) -> Row:
        return Row(key="FR-7", label="Export ban on gallium", fields=(("status", status), ("office", "Trade")))

    async with world(tmp_path) as here:
        await here.publish("daily", row("planned"))
        await here.publish("daily", row("planned"))
        await here.publish("daily", row("in force"))

        assert [told.change for told in here.told("desk")] == ["raised", "updated"]
        assert here.told("desk")[1].news == ("status: planned -> in force",)
        assert here.rows("select subject from alerts") == [("row:daily/FR-7",)]
        assert here.rows("select distinct kind from observations") == [("row",)]


async def test_rows_with_the_same_words_are_alerts_of_their_own(tmp_path):
    async with world(tmp_path) as here:
        rows = [Row(key=f"FR-{n}", label="Export ban on gallium", fields=(("status", "planned"),)) for n in range(2)]
        await here.publish("daily", *rows)

        assert [told.change for told in here.told("desk")] == ["raised", "raised"]


async def test_a_changed_row_of_history_is_told(tmp_path):
    def row(status: str) -> Row:
        return Row(key="FR-7", label="Export ban on gallium", fields=(("status", status),))

    async with world(tmp_path, seen=False) as here:
        await here.publish("daily", row("planned"))
        await here.publish("daily", row("in force"))

        assert [told.change for told in here.told("desk")] == ["raised"]


AMOUNTS = """\
format: 1
rules:
  - id: bans
    title: Public money for gallium
    severity: warning
    when: {all: [{words: [gallium]}, {amount: ">= 5 million USD"}]}
    examples:
      match: ["A grant of $8 million for gallium.", "A gallium plant wins a grant of $9 million."]
      skip: ["A grant of $2 million for gallium.", "Nothing happened."]
"""


def grant(words: str, **changes):
    return entry("ban", content_html=f"<p>The ministry gave the gallium plant a grant of {words}.</p>", **changes)


async def test_another_publishers_correction_of_a_sum_updates_once_and_names_both_sums(tmp_path):
    async with world(tmp_path, rules=AMOUNTS) as here:
        for source, words in (
            ("wire", "$75 million"),
            ("daily", "$57 million, not $75 million"),
            ("ministry", "$75 million"),
        ):
            here.now += timedelta(minutes=20)
            await here.publish(source, grant(words))

        raised, updated, trusted = here.told("desk")
        assert (raised.change, updated.change) == ("raised", "updated")
        assert updated.news == ("amount changed: $75 million before, $57 million now",)
        assert trusted.news == ("now also from wire.example, authority",)
        assert here.rows("select count(distinct story) from articles") == [(1,)]


async def test_a_revision_that_corrects_a_sum_names_the_one_before(tmp_path):
    async with world(tmp_path, rules=AMOUNTS) as here:
        await here.publish("wire", grant("$75 million"))
        await here.publish("wire", grant("$57 million, not $75 million as reported before"))

        assert here.told("desk")[1].news == ("figures changed: $75 million before, $57 million now",)
