from __future__ import annotations

from datetime import timedelta

from tests.pipeline.world import MONDAY, entry, world


async def test_a_report_of_the_same_hides_no_retraction(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        await here.publish("daily", entry())
        assert here.rows("select a.source from alerts al join articles a on a.number = al.article") == [("wire",)]

        await here.publish("wire", entry(title="Ministry speaks", content_html="<p>Never mind.</p>"))

        assert [told.change for told in here.told("desk")] == ["raised", "retracted"]


async def test_a_comma_raises_nothing_again_on_a_closed_alert(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        await here.publish("daily", entry())
        await here.publish("wire", entry(title="Ministry speaks", content_html="<p>Never mind.</p>"))
        here.now = MONDAY + timedelta(hours=2)
        await here.publish("daily", entry(title="Ministry announces export ban, on gallium"))

        assert [told.change for told in here.told("desk")] == ["raised", "retracted"]
