from __future__ import annotations

import json

import pytest

from tests.pipeline.world import CONFIG, RULES, entry, plain, world
from watcher.core.telling.messages import AlertMessage

TWO_RULES = (
    RULES
    + """\
  - id: gallium
    title: Gallium is named
    severity: notice
    when: {words: [gallium]}
    examples:
      match: ["Gallium rose.", "The gallium cargo waits."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""
)


def with_mode(mode: str) -> str:
    return RULES.replace("    when:", f"    mode: {mode}\n    when:")


def with_way(line: str) -> str:
    return RULES.replace("    when:", f"    {line}\n    when:")


async def test_a_trial_rule_is_judged_and_never_told(tmp_path):
    async with world(tmp_path, rules=with_mode("trial")) as here:
        await here.publish("wire", entry())

        assert here.reasons() == ["raised"]
        assert {reason for _, reason in here.decisions()} == {"raised", "trial"}
        assert here.rows("select count(*) from deliveries") == [(0,)]
        assert here.rows("select count(*) from digest_queue") == [(0,)]


async def test_a_paused_rule_is_not_judged(tmp_path):
    async with world(tmp_path, rules=with_mode("paused")) as here:
        await here.publish("wire", entry())

        assert here.rows("select count(*) from matches") == [(0,)]


async def test_a_rule_that_was_paused_takes_nothing_back(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())
        here.change(rules=with_mode("paused"))

        await here.publish("wire", entry(content_html="<p>The export ban on gallium holds, they say.</p>"))

        assert [told.change for told in here.told("desk")] == ["raised"]


async def test_a_rule_that_names_a_route_goes_there_only(tmp_path):
    config = CONFIG.replace("  desk: {channels: [desk]}\n", "  desk: {channels: [desk]}\n  lab: {channels: [lab]}\n")
    async with world(tmp_path, rules=with_way("tell: lab"), config=config) as here:
        await here.publish("wire", entry())

        assert len(here.told("lab")) == 1
        assert here.told("desk") == []
        assert here.decisions("route:desk") == [("raised", "not_routed")]
        assert here.decisions("digest:weekly") == [("raised", "not_routed")]


async def test_a_rule_without_a_route_goes_to_every_route_and_digest_that_takes_it(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())

        assert len(here.told("desk")) == 1
        assert here.decisions("digest:weekly") == [("raised", "in_digest")]


DECREE = "<p>An export ban on tungsten of the mills of Strelsau takes effect in June, the chancery decreed.</p>"


async def test_a_routes_query_narrows_and_the_reason_is_kept(tmp_path):
    config = CONFIG.replace("desk: {channels: [desk]}", 'desk: {channels: [desk], when: "severity:urgent"}')
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry("a"))
        await here.publish(
            "ministry", entry("b", link="https://ministry.example/b", title="Decree 7", content_html=DECREE)
        )

        assert [told.severity for told in here.told("desk")] == ["urgent"]
        assert here.decisions("route:desk") == [("raised", "not_routed"), ("raised", "told")]
        ((detail,),) = here.rows("select detail from decisions where way = 'route:desk' and reason = 'not_routed'")
        assert "severity" in detail


async def test_a_routes_query_may_ask_for_words_of_the_article(tmp_path):
    config = CONFIG.replace("desk: {channels: [desk]}", 'desk: {channels: [desk], when: "words:antimony"}')
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry("a"), entry("b", title="Export ban on antimony"))

        assert [told.headline for told in here.told("desk")] == ["Export ban on antimony"]


async def test_every_change_has_one_decision_on_every_way_and_every_telling_has_deliveries(tmp_path):
    async with world(tmp_path, rules=TWO_RULES) as here:
        await here.publish("daily", entry("a"), entry("b", title="Another export ban", content_html=""), plain("c"))
        await here.publish("ministry", entry("a"))
        await here.publish("daily", entry("a", title="Correction", content_html="<p>Gallium is free.</p>"))

        ways = len(here.runtime.routes) + len(here.runtime.digests)
        heads = here.decisions("alert")
        told = [change for change, _ in heads if change != "nothing_new"]
        others = here.rows("select count(*) from decisions where way <> 'alert'")
        assert others == [(len(told) * ways,)]
        assert all(reason for _, reason in here.decisions())
        assert here.rows(
            "select count(*) from decisions where way <> 'alert' and reason not in ('told', 'in_digest') and detail = ''"
        ) == [(0,)]
        orphans = (
            "select count(*) from decisions d where d.reason = 'told' and not exists "
            "(select 1 from occasions o join deliveries v on v.occasion = o.id where o.id = d.occasion)"
        )
        assert here.rows(orphans) == [(0,)]
        untold = (
            "select count(*) from occasions o where o.kind = 'alert' and not exists "
            "(select 1 from decisions d where d.occasion = o.id and d.reason = 'told')"
        )
        assert here.rows(untold) == [(0,)]


async def test_every_match_has_a_reason_and_history_has_no_alert(tmp_path):
    async with world(tmp_path, rules=TWO_RULES, seen=False) as here:
        await here.publish("wire", entry("a"), plain("b"))
        await here.publish("wire", entry("a"), plain("b"), entry("c", title="Second export ban"))

        found = here.rows("select rule, reason, alert is null from matches order by observation, rule")
        assert found == [
            ("bans", "first_sight", 1),
            ("gallium", "first_sight", 1),
            ("bans", "raised", 0),
            ("gallium", "raised", 0),
        ]


async def test_two_routes_to_one_channel_send_one_message(tmp_path):
    config = CONFIG.replace(
        "  desk: {channels: [desk]}\n", "  desk: {channels: [desk]}\n  more: {channels: [desk, lab]}\n"
    )
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())

        assert len(here.messages("desk")) == 1
        assert len(here.messages("lab")) == 1
        (message,) = here.messages("desk")
        assert isinstance(message, AlertMessage)
        assert message.route == "desk, more"


@pytest.mark.parametrize(("trust", "severity"), [("wire", "warning"), ("ministry", "urgent")])
async def test_severity_follows_the_first_step_that_holds(tmp_path, trust, severity):
    async with world(tmp_path) as here:
        await here.publish(trust, entry())

        assert [told.severity for told in here.told("desk")] == [severity]


async def test_an_alert_keeps_the_words_that_prove_it(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry())

        (told,) = here.told("desk")
        ((evidence,),) = here.rows("select evidence from alerts")
        ((text,),) = here.rows("select text from texts")
        assert {text[each["start"] : each["end"]] for each in json.loads(evidence)} == {"export ban"}
        assert any("export ban" in quote.text for quote in told.quotes)
        for quote in told.quotes:
            assert {quote.text[start:end] for start, end in quote.marks} == {"export ban"}
