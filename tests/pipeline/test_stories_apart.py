from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.world import entry, world


async def test_two_firms_under_one_short_title_are_two_alerts(tmp_path):
    async with world(tmp_path) as here:
        halts = [entry(slug, title="Export ban", content_html="") for slug in ("abc", "xyz")]
        await here.publish("wire", *halts)

        assert here.reasons() == ["raised", "raised"]


async def test_two_sources_with_one_short_title_and_other_links_are_two_alerts(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("a", title="Export ban", content_html=""))
        await here.publish("daily", entry("b", title="Export ban", content_html="", link="https://daily.example/b"))

        assert here.reasons() == ["raised", "raised"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("US announces new export ban on Chinese magnets", "EU announces new export ban on Chinese magnets"),
        ("China sets export ban on gallium to US firms", "China sets export ban on gallium to UK firms"),
        ("China will set the export ban on gallium today", "China will not set the export ban on gallium today"),
    ],
)
async def test_another_name_in_the_same_template_is_another_story(tmp_path, one, two):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("a", title=one, content_html=""))
        await here.publish("daily", entry("b", title=two, content_html="", link="https://daily.example/b"))

        assert here.reasons() == ["raised", "raised"]


async def test_another_firm_in_the_same_notice_is_another_story(tmp_path):
    notice = (
        "<p>The securities of {0} Minerals Ltd will be placed in an export ban review at the request of the company, "
        "pending the release of an announcement. The review will remain in place until the earlier of the start of "
        "normal trading or when the announcement is released to the market by {0}.</p>"
    )
    async with world(tmp_path) as here:
        for slug in ("Aruma", "Zenith"):
            await here.publish("wire", entry(slug, title="Export ban review", content_html=notice.format(slug)))

        assert here.reasons() == ["raised", "raised"]


async def test_a_page_that_many_articles_link_to_makes_no_story(tmp_path):
    async with world(tmp_path) as here:
        page = "https://firm.example/news"
        await here.publish(
            "wire",
            *(
                entry(f"g{n}", title=f"{word}: an export ban", link=page, content_html=f"<p>{word} is named.</p>")
                for n, word in enumerate(("Antimony", "Bismuth", "Chromium"))
            ),
        )
        here.now += timedelta(days=60)
        late = entry(
            "d", title="Dysprosium: an export ban", link=page, content_html="<p>It is new.</p>", published=here.now
        )
        await here.publish("daily", late)

        assert here.reasons() == ["raised"] * 4


async def test_a_notice_to_subscribers_makes_no_story(tmp_path):
    notice = "<p>" + "This report, an export ban included, is for subscribers only; sign in to read on. " * 4 + "</p>"
    async with world(tmp_path) as here:
        for word in ("China stops gallium sales", "Chile halts lithium talks"):
            await here.publish("wire", entry(word[:5], title=word, content_html=notice))

        assert here.reasons() == ["raised", "raised"]


async def test_a_source_whose_links_change_from_poll_to_poll_raises_once(tmp_path):
    async with world(tmp_path) as here:
        for turn in range(3):
            link = f"https://wire.example/read?session={turn}x"
            await here.publish("wire", entry(f"g{turn}", link=link, content_html=""))
            here.now += timedelta(minutes=15)

        assert here.reasons().count("raised") == 1
