"""What rules on series and health require over time: a replay over what is stored decides as the live run did."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline.test_health_rules import look
from tests.pipeline.test_series_polled import bring
from tests.pipeline.world import World, entry, world
from watcher.app.backtesting import backtest
from watcher.core.model import Point
from watcher.engines.reminders import fall_due
from watcher.stores.sqlite.replaying import Span
from watcher.stores.sqlite.times import from_us

CONFIG = """\
store: {path: watcher.db}
operator: {contact: ops@example.org}
listen: null
sources:
  rome: {kind: series, url: "https://prices.example/rome.csv", unit: USD/kg, zone: Europe/Rome}
  lima: {kind: series, url: "https://prices.example/lima.csv", unit: USD/kg}
  wire: {kind: feed, url: "https://wire.example/feed.xml"}
  daily: {kind: feed, url: "https://daily.example/feed.xml"}
channels:
  desk: {kind: file, path: desk.txt}
routes:
  desk: {channels: [desk]}
rules: [rules.yaml]
"""
UNDER = '{series: [rome, lima], below: "100 USD/kg"}'
OVER = '{series: [rome, lima], above: "100 USD/kg"}'
ANY = '{any: [{series: [rome, lima], below: "100 USD/kg"}, {series: [rome, lima], change: ">= 10 %", within: 2d}, {series: [rome, lima], stale: 2d}]}'
BROKEN = "{health: [failing, challenge]}"
ASKED = (
    ("count", UNDER, "{count: 2, within: 4d}"),
    ("late", UNDER, "{count: 3, within: 5d, lateness: 4d, by: source}"),
    ("spike", ANY, "{spike: 2, within: 1d, against: 3d, at_least: 2}"),
    ("silent", ANY, "{silent: 2d, by: source}"),
    ("first", UNDER, "{first: 3d, by: source}"),
    ("turned", f"{{any: [{UNDER}, {OVER}]}}", "{changed: status}"),
    ("then", UNDER, f"{{sequence: [{{then: {OVER}, within: 3d}}], by: source}}"),
    ("never", UNDER, f"{{sequence: [{{not: {OVER}, within: 2d}}], by: source}}"),
    ("share", UNDER, f'{{ratio: ">= 50 %", of: {{any: [{UNDER}, {OVER}]}}, within: 3d, at_least: 3}}'),
    ("again", BROKEN, "{count: 2, within: 3d, by: source}"),
    ("both", BROKEN, "{count: 2, within: 12h}"),
    ("back", BROKEN, "{sequence: [{not: {health: recovered}, within: 1d}], by: source}"),
    ("state", "{health: [failing, challenge, recovered]}", "{changed: status}"),
    ("quiet", BROKEN, "{silent: 1d}"),
)
EXAMPLES = "{match: [{points: [101, 99]}, {points: [102, 98]}], skip: [{points: [99]}, Nothing.]}"
TURNS = "{match: [{points: [101, 99]}, {points: [98, 102]}], skip: [{points: [99]}, Nothing.]}"
LINE = """\
  - name: of-NAME
    rules: [NAME]
    start: 2026-01-29T20:00Z
    setup: {sources: {wire: {trust: wire}, daily: {trust: wire}}, routes: {desk: {}}}
    steps:
      - {at: 1h, health: {source: wire, state: failing}}
      - {at: 1h, expect: {alerts: []}}
      - {at: 5h, health: {source: wire, state: failing}}
      - {at: 5h, expect: {alerts: [{rule: NAME}]}}
"""


def rules(names: tuple[str, ...]) -> str:
    lines = ["format: 1", "rules:"]
    for name, when, require in (each for each in ASKED if each[0] in names):
        shown = TURNS if name == "turned" else EXAMPLES
        shown = shown if "series" in when else "{tests: [none]}"
        lines += [f"  - id: {name}", f"    title: Of {name}", "    severity: notice", f"    when: {when}"]
        lines += [f"    require: {require}", "    tell: desk", f"    examples: {shown}"]
    return "\n".join(lines) + "\n"


Steps = list[tuple[str, int, int]]
STEPS = ("rome", "lima", "late", "correct", "wire", "daily", "well", "rest", "article")


async def step(here: World, what: str, hours: int, value: int) -> None:
    """One thing that happens, so many hours later; before it, the beat does what is due."""
    here.now += timedelta(hours=hours)
    await fall_due(here.store, here.runtime, lambda: here.now)
    if what in {"rome", "lima", "late", "correct"}:
        back = {"late": 60, "correct": 24}.get(what, 1)
        at = (here.now - timedelta(hours=back)).replace(hour=23, minute=0) - timedelta(days=1)
        source = "lima" if what == "lima" else "rome"
        await bring(here, source, Point(at=at, value=str(value)))
    elif what in {"wire", "daily"}:
        for _ in range(3):
            await look(here, ok=False, source=what, trouble="broken" if value < 100 else "challenge")
    elif what == "well":
        await look(here, ok=True, source="wire")
    elif what == "article":
        await here.publish("wire", entry(f"a{here.now:%d%H}"))


def live(here: World) -> list[tuple[object, ...]]:
    found = here.rows(
        "select o.seen, m.rule, m.severity, m.reason from matches m join observations o on o.number = m.observation "
    )
    back = here.rows(
        "select d.at, al.rule, al.severity, d.reason from decisions d join alerts al on al.id = d.alert "
        "where d.reason = 'retracted' and d.way = 'alert'"
    )
    return sorted((from_us(at), *rest) for at, *rest in (*found, *back))


async def lived(folder: Path, steps: Steps) -> set[str]:
    """Live through it, and hold a replay against it; the reasons that were decided."""
    start = datetime(2026, 3, 26, 9, tzinfo=UTC)  # clocks go forward in Rome on the 29th
    text = rules(tuple(name for name, _, _ in ASKED if name not in HEALTH)) + health_rules()
    async with world(folder, rules=text, config=CONFIG, sources=("rome", "lima", "wire", "daily"), start=start) as here:
        for each in steps:
            await step(here, *each)
        here.now += timedelta(days=6)
        await fall_due(here.store, here.runtime, lambda: here.now)
        done = backtest(folder / "watcher.db", here.runtime, Span(since=None, until=here.now))
        decided = sorted((each.at, each.rule, each.severity, each.reason) for each in done.decided)
        assert decided == live(here)
        assert all(each.then is not None for each in done.decided if each.reason != "retracted")
        return {f"{each.rule} {each.reason}" for each in done.decided}


HEALTH = ("again", "both", "back", "state", "quiet")


def health_rules() -> str:
    """The rules on health, each with the least of a time line."""
    made = rules(HEALTH).split("rules:\n", 1)[1]
    for name in HEALTH:
        made = made.replace("{tests: [none]}", f"{{tests: [of-{name}]}}", 1)
    return made + "tests:\n" + "".join(LINE.replace("NAME", name) for name in HEALTH)


def run(steps: Steps) -> set[str]:
    memory = Path("/dev/shm")  # a database written to disk step by step takes ten times as long
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        return asyncio.run(lived(Path(folder), steps))


any_steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(1, 40), st.integers(90, 112)), min_size=6, max_size=30
)


def test_every_kind_is_met_and_replayed():
    steps: Steps = []
    for value in (104, 98, 103, 97, 111, 96, 95):
        steps += [("rome", 20, value), ("lima", 4, 200 - value)]
    steps += [
        ("wire", 5, 90),
        ("daily", 1, 90),
        ("well", 4, 0),
        ("wire", 5, 110),
        ("wire", 5, 110),
        ("correct", 10, 108),
        ("rest", 40, 0),
    ]
    reasons = run(steps)
    assert {f"{name} raised" for name, _, _ in ASKED} <= reasons


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(any_steps)
def test_a_replay_decides_what_was_decided(steps):
    run(steps)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_steps)
def test_a_replay_decides_what_was_decided_whatever_happens(steps):
    run(steps)
