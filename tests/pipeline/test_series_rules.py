"""Rules on series: a price under its floor, a fall, and one that is no longer quoted, told with what it was made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.pipeline.test_series_polled import bring
from tests.pipeline.world import World, world
from watcher.app.loading import load
from watcher.cli import main
from watcher.core.model import Point
from watcher.pipeline.judging.fired import article_of
from watcher.pipeline.judging.firing import fire_due
from watcher.stores.sqlite import SqliteStore

CONFIG = """\
store: {path: watcher.db}
operator: {contact: ops@example.org}
listen: null
sources:
  ndpr: {kind: series, url: "https://prices.example/ndpr.csv", unit: CNY/t incl VAT, convert: {to: USD/kg, vat: 1.13, fx: usdcny}}
  usdcny: {kind: series, url: "https://prices.example/usdcny.csv", unit: CNY/USD}
  plain: {kind: series, url: "https://prices.example/plain.csv", unit: USD/kg}
channels:
  prices: {kind: file, path: desk.txt}
routes:
  prices: {channels: [prices]}
rules: [rules.yaml]
"""
RULES = """\
format: 1
rules:
  - id: ndpr-floor
    title: NdPr under the floor, falling fast, or not quoted
    severity: warning
    when:
      any:
        - {series: SOURCE, below: "110 USD/kg", for: 2, rearm: "3 %"}
        - {series: SOURCE, change: "<= -5 %", within: 5d}
        - {series: SOURCE, stale: 3d}
    tell: prices
    say: [value, before, unit, source_value, vat, fx]
    examples:
      match: [{points: [112, 111, 109.5, 110.5, 109, 108]}, {points: [120, 119, 118, 117, 116, 112]}]
      skip:  [{points: [112, 111, 109.5, 110.5, 109]}, {text: "Shares fell as the $110/kg floor for NdPr was doubted."}]
"""
JOB = RULES.replace("SOURCE", "plain")
LEVEL = """\
format: 1
rules:
  - id: floor
    title: Under the floor
    severity: {urgent: {series: plain, below: "100 USD/kg"}, else: warning}
    when: {series: plain, below: "110 USD/kg", for: 2, rearm: "3 %"}
    tell: prices
    examples:
      match: [{points: [112, 109, 108]}, {points: [112, 109, 99], gives: urgent}]
      skip: [{points: [109, 108, 107]}, {points: [112, 109]}]
"""
DAY = timedelta(days=1)


async def publish(here: World, *values: str, source: str = "plain") -> None:
    """One more point a day, at midnight, seen at nine."""
    for value in values:
        here.now += DAY
        await bring(here, source, Point(at=here.now.replace(hour=0), value=value))


def told(here: World) -> list[tuple[str, str, str]]:
    return [(each.headline, each.change, each.news[0]) for each in here.told("prices")]


async def test_under_the_floor_for_two_points_is_told_once_and_again_once_it_was_armed(tmp_path):
    async with world(tmp_path, rules=JOB, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "111", "109.5", "110.5", "109")
        assert told(here) == []
        await publish(here, "108")
        assert told(here) == [("plain: below 110 USD/kg, for 2, rearm 3 %, 2026-03-08", "raised", "value: 108 USD/kg")]
        await publish(here, "111", "109", "108")
        assert len(told(here)) == 1
        assert here.rows("select subject, state from alerts") == [("series:plain/below", "open")]
        await publish(here, "113.5")
        assert here.rows("select state from alerts") == [("closed",)]
        await publish(here, "109", "108.5")
        assert [each[1:] for each in told(here)[1:]] == [("raised", "value: 108.5 USD/kg")]
        assert here.told("prices")[1].news[1] == "before: 109 USD/kg (2026-03-13)"
        assert here.told("prices")[1].news[-1] == "points: 109 (2026-03-13), 108.5 (2026-03-14)"


async def test_a_series_that_begins_below_is_silent_and_a_point_can_be_replaced(tmp_path):
    async with world(tmp_path, rules=LEVEL, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "109", "108", "107")
        assert told(here) == []
        first = here.now.replace(hour=0) - 2 * DAY
        await bring(here, "plain", Point(at=first, value="110"))
        assert [each[0] for each in told(here)] == ["plain: below 110 USD/kg, for 2, rearm 3 %, 2026-03-05"]
        await bring(here, "plain", Point(at=first + 2 * DAY, value="106"))
        await bring(here, "plain", Point(at=first + 2 * DAY, value="106"))
        assert len(told(here)) == 1, "it fired at that point already"
        assert here.rows("select kind, mark from observations where kind = 'point'") == [("point", "live")]


async def test_a_first_sight_is_history_and_a_rule_begins_with_the_next_point(tmp_path):
    async with world(tmp_path, rules=LEVEL, config=CONFIG, seen=False) as here:
        start = here.now.replace(hour=0)
        await bring(here, "plain", *(Point(at=start + n * DAY, value=v) for n, v in enumerate(["112", "109", "108"])))
        assert told(here) == []
        here.change(rules=LEVEL.replace("110", "111"))
        here.now += 3 * DAY
        await bring(here, "plain", Point(at=start + 3 * DAY, value="107"))
        assert told(here) == []
        await publish(here, "115", "109", "99")
        assert [each[1] for each in told(here)] == ["raised"]
        assert here.told("prices")[0].severity == "urgent"


async def test_a_converted_value_is_judged_and_told_with_unit_tax_and_rate(tmp_path):
    rules = JOB.replace("plain", "ndpr")
    async with world(tmp_path, rules=rules, config=CONFIG, sources=("ndpr", "usdcny")) as here:
        day = datetime(2026, 3, 3, tzinfo=UTC)
        here.now = day + timedelta(hours=9)
        await bring(here, "usdcny", Point(at=day, value="7.05"))
        await bring(here, "ndpr", Point(at=day, value="900000"))
        here.now += DAY
        await bring(here, "ndpr", Point(at=day + DAY, value="868000"))
        assert told(here) == []
        here.now += DAY
        await bring(here, "ndpr", Point(at=day + 2 * DAY, value="860000"))
        (alert,) = here.told("prices")
        assert alert.news[:5] == (
            "value: 107.9520492 USD/kg",
            "before: 108.9562543 USD/kg (2026-03-04)",
            "source_value: 860000 CNY/t incl VAT",
            "vat: 1.13 (taken out)",
            "fx: 7.05 CNY/USD of 2026-03-03 (usdcny)",
        )


async def test_points_that_wait_for_their_rate_are_judged_when_it_comes(tmp_path):
    rules = JOB.replace("plain", "ndpr")
    async with world(tmp_path, rules=rules, config=CONFIG, sources=("ndpr", "usdcny")) as here:
        day = datetime(2026, 3, 3, tzinfo=UTC)
        here.now = day + timedelta(days=2, hours=9)
        await bring(
            here, "ndpr", *(Point(at=day + n * DAY, value=v) for n, v in enumerate(["900000", "868000", "860000"]))
        )
        assert told(here) == []
        await bring(here, "usdcny", Point(at=day, value="7.05"))
        assert len(told(here)) == 1


async def test_what_is_no_longer_quoted_is_told_by_a_timer_even_after_a_restart(tmp_path):
    async with world(tmp_path, rules=JOB, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "111")
        await here.store.close()
        here.store = await SqliteStore.open(tmp_path / "watcher.db")
        due = here.now.replace(hour=0) + 3 * DAY
        assert await fire_due(here.store, here.runtime, due - timedelta(seconds=1)) == 0
        assert await fire_due(here.store, here.runtime, due + timedelta(hours=5)) == 1
        assert await fire_due(here.store, here.runtime, due + 5 * DAY) == 0
        ((subject, raised),) = here.rows("select subject, raised from alerts")
        assert subject == "series:plain/stale"
        assert datetime.fromtimestamp(raised / 1e6, UTC) == due
        assert "no point for 3d, the last of 2026-03-04 00:00 UTC" in here.told("prices")[0].news[0]
        here.now += 4 * DAY
        await publish(here, "111")
        assert here.rows("select state from alerts") == [("closed",)]
        await here.store.close()


TWO = JOB + JOB.partition("rules:\n")[2].replace("ndpr-floor", "other-floor")


async def test_a_timer_with_a_fault_is_set_aside_alone_within_a_poll_and_by_the_beat(tmp_path, monkeypatch, caplog):
    def faulty(runtime, source, found, asked):
        if found.rule.id == "ndpr-floor":
            raise KeyError("no such thing")
        return article_of(runtime, source, found, asked)

    async with world(tmp_path, rules=TWO, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "111")
        monkeypatch.setattr("watcher.pipeline.judging.firing.article_of", faulty)
        due = here.now.replace(hour=0) + 3 * DAY
        assert await fire_due(here.store, here.runtime, due) == 1

        assert [each.rule for each in here.told("prices")] == ["other-floor"]
        assert here.rows("select count(*) from firings where due is not null") == [(0,)]
        assert caplog.text.count("series.failed") == 1
        aside = "select id from occasions where id like 'notice:set-aside:%'"
        assert here.rows(aside) == [("notice:set-aside:ndpr-floor on plain:1",)]

        here.now = due + 4 * DAY
        await publish(here, "109", "108")
        assert [each.rule for each in here.told("prices")] == ["other-floor"] * 2
        assert here.rows("select count(*) from points") == [(4,)], "the points are kept though a rule on them fails"
        assert len(here.rows(aside)) == 2


async def test_points_that_cannot_be_read_hold_up_no_rule_that_begins(tmp_path, caplog):
    rules = RULES.replace("SOURCE", "plain").replace("ndpr-floor", "later-floor")
    async with world(tmp_path, rules=LEVEL, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112")
        await here.store.write(lambda turn: turn.db.execute("update points set rate = 'odd', rate_at = 1"))
        here.change(rules=rules)
        assert [await fire_due(here.store, here.runtime, here.now + n * DAY) for n in range(2)] == [0, 0]
        assert caplog.text.count("series.failed") == 1
        assert here.rows("select rule, due from firings where clause like '%any[2]%'") == [("later-floor", None)]


FAULTS = """\
format: 1
rules:
  - id: faulty
    title: Faults
    severity: notice
    when:
      any:
CLAUSE
    examples:
      match: [{points: [1, 2]}, {points: [1, 2]}]
      skip: [{points: [2]}, {points: [1]}]
"""


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (
            "{series: plain, below: 1 USD/kg, stale: 3d}",
            "R031] series needs exactly one of below, above, change, stale; found below, stale",
        ),
        ("{series: plain}", "R031] series needs exactly one of below, above, change, stale; found none of them"),
        ("{series: plain, stale: 3d, for: 2}", 'R032] "for" belongs to below and above, not to stale'),
        ("{series: plain, below: 1 USD/kg, within: 3d}", 'R032] "within" belongs to change, not to below'),
        ('{series: plain, change: "<= -5 %"}', 'R034] change needs "within": over how long, such as 5d'),
        ("{series: plains, stale: 3d}", 'R018] unknown series "plains", did you mean "plain"?'),
        ("{series: plain, below: 100}", 'R026] "100" has no unit; plain is in USD/kg: say "100 USD/kg"'),
        (
            "{series: ndpr, below: 100 CNY/kg}",
            'R026] "100 CNY/kg": ndpr is in USD/kg; ask for that, or let the source convert',
        ),
        ("{series: plain, below: 1 USD/kg, rearm: 0.4}", 'R026] "0.4" is no share; say "3 %"'),
        ('{series: plain, change: "5", within: 5d}', 'R026] "5" is no change; say "<= -5 %"'),
        ("{series: plain, stale: 3 days}", 'R025] "3 days" is no duration; write 3d (s, m, h, d, w)'),
        ("{series: plain, stale: 999999w}", 'R025] "999999w" is longer than a hundred years; write 36500d at most'),
        ("{series: plain, below: 1 USD/kg, remind: 3d}", 'R032] "remind" belongs to calendar, not to series'),
    ],
)
async def test_what_check_says_of_faults(tmp_path, clause, said):
    (tmp_path / "watcher.yaml").write_text(CONFIG)
    (tmp_path / "rules.yaml").write_text(FAULTS.replace("CLAUSE", f"        - {clause}"))

    _, problems = load(tmp_path / "watcher.yaml", {}, datetime(2026, 3, 2, tzinfo=UTC))

    assert any(said in str(problem) and str(problem).startswith("rules.yaml:8:") for problem in problems), problems


async def test_a_correction_closes_an_alert_only_by_taking_back_what_fired(tmp_path):
    async with world(tmp_path, rules=LEVEL, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "109", "108", "114", "109", "10.7")
        first, last = here.now.replace(hour=0) - 5 * DAY, here.now.replace(hour=0)
        here.now += timedelta(hours=1)
        await bring(here, "plain", Point(at=first, value="112.5"))
        await bring(here, "plain", Point(at=last, value="107"))
        assert here.rows("select state from alerts") == [("open",)]
        assert len(told(here)) == 2

        here.now += timedelta(hours=1)
        await bring(here, "plain", Point(at=last, value="111"))
        assert here.rows("select state from alerts") == [("closed",)]
        assert told(here)[2:] == [
            (
                "plain: below 110 USD/kg, for 2, rearm 3 %, 2026-03-08",
                "retracted",
                "points were corrected: 109 (2026-03-07), 111 (2026-03-08); it no longer fires",
            )
        ]
        await bring(here, "plain", Point(at=last, value="107"))
        await publish(here, "106")
        assert [each[1] for each in told(here)[3:]] == ["raised"], "it was still armed, and fires once"
        assert main(["--config", str(tmp_path / "watcher.yaml"), "db", "check"]) == 0


async def test_a_clause_of_the_severity_that_may_fire_again_closes_nothing(tmp_path):
    async with world(tmp_path, rules=LEVEL, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "109", "99", "105")
        assert here.rows("select state, severity from alerts") == [("open", "urgent")]


async def test_only_a_newer_point_ends_that_a_series_is_stale(tmp_path):
    async with world(tmp_path, rules=JOB, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "113")
        newest = here.now.replace(hour=0)
        for value in ("111.8", "111.9"):
            here.now += 6 * DAY
            await fire_due(here.store, here.runtime, here.now)
            await bring(here, "plain", Point(at=newest - DAY, value=value))
            await bring(here, "plain", Point(at=newest, value=value))
        assert here.rows("select state from alerts") == [("open",)]
        assert here.rows("select count(*) from firings where due is not null") == [(0,)]

        await publish(here, "113")
        assert here.rows("select state from alerts") == [("closed",)]
        here.now += 3 * DAY
        await publish(here, "113")
        assert [each[1:] for each in told(here)] == [
            ("raised", "series: no point for 3d, the last of 2026-03-04 00:00 UTC"),
            ("raised", "series: no point for 3d, the last of 2026-03-17 00:00 UTC"),
        ]


async def test_a_text_about_a_point_takes_an_id_that_nothing_has(tmp_path):
    async with world(tmp_path, rules=LEVEL, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "109")
        last = here.now.replace(hour=0) + DAY
        for value in ("108", "118", "107", "117"):
            await bring(here, "plain", Point(at=last, value=value))
        assert [each[1] for each in told(here)] == ["raised", "retracted"] * 2


async def test_what_a_point_ends_bears_the_observation_of_what_it_makes_fire(tmp_path):
    rules = LEVEL.replace("when: {series: plain, below", "when:\n      any:\n        - {series: plain, below")
    rules = rules.replace('rearm: "3 %"}\n', 'rearm: "3 %"}\n        - {series: plain, above: "119 USD/kg", for: 1}\n')
    async with world(tmp_path, rules=rules, config=CONFIG, sources=("plain",)) as here:
        await publish(here, "112", "109", "108", "120")
        closed, raised = (
            here.rows("select observation from decisions where way = 'alert' and reason = ? order by number", reason)
            for reason in ("closed", "raised")
        )
        assert len(raised) == 2
        assert closed == raised[1:]
        assert main(["--config", str(tmp_path / "watcher.yaml"), "db", "check"]) == 0
