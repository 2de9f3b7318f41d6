from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from watcher.config import Config, load_config
from watcher.config.intervals import budget_text
from watcher.config.schema import json_schema
from watcher.core.polls import Adaptive

MINUTE = timedelta(minutes=1)


def read(folder: Path, source: str, top: str = "") -> tuple[Config | None, list[str]]:
    path = folder / "watcher.yaml"
    path.write_text(
        f"{top}\nsources:\n  wire: {{kind: feed, url: 'https://wire.example/feed', {source}}}\n", encoding="utf-8"
    )
    config, problems = load_config(path, {})
    return config, [problem.text for problem in problems if problem.level == "error"]


@pytest.mark.parametrize(
    ("source", "every", "bounds"),
    [
        ("every: 20m", 20 * MINUTE, None),
        ("every: auto", 15 * MINUTE, (5 * MINUTE, 360 * MINUTE, True)),
        ("every: {}", 15 * MINUTE, (5 * MINUTE, 360 * MINUTE, True)),
        ("every: {min: 30m, max: 1d}", 30 * MINUTE, (30 * MINUTE, timedelta(days=1), True)),
        ("every: {max: 10m}", 10 * MINUTE, (5 * MINUTE, 10 * MINUTE, True)),
        ("every: auto, cache: revalidate_only", 15 * MINUTE, (5 * MINUTE, 360 * MINUTE, False)),
    ],
)
def test_an_interval_is_a_duration_or_learned(tmp_path, source, every, bounds):
    config, problems = read(tmp_path, source)

    assert problems == []
    assert config is not None
    (wire,) = config.sources.values()
    expected = bounds and Adaptive(least=bounds[0], most=bounds[1], obeys_freshness=bounds[2])
    assert (wire.every, wire.adaptive) == (every, expected)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("every: atuo", 'must be "auto", not "atuo"'),
        ("every: {mni: 30m}", 'unknown key "mni", did you mean "min"?'),
        ("every: {min: 2m}", "min: 2m is too often for a learned interval; at least 5m"),
        ("every: {min: 1h, max: 20m}", "max: 20m is less than min, 1h"),
        ("every: 30s", "30s is too often; at least 1m; with network: any, 1s"),
        ("every: five minutes", 'must be "auto", not "five minutes"'),
        ("every: 5 minutes", '"5 minutes" is no duration; write 5m (s, m, h, d, w)'),
        ("contact: requierd", "is not allowed"),
        (
            "contact: required",
            "operator.contact is missing; name an address or a page there: it goes into the User-Agent",
        ),
    ],
)
def test_a_slip_is_told_with_what_was_meant(tmp_path, source, said):
    config, problems = read(tmp_path, source)

    assert config is None
    assert len(problems) == 1
    assert said in problems[0]


def test_who_names_a_contact_may_ask_where_it_is_required(tmp_path):
    assert read(tmp_path, "contact: required", "operator: {contact: ops@example.org}")[1] == []
    assert read(tmp_path, "contact: required, enabled: false")[1] == []


@pytest.mark.parametrize(("budget", "an_hour"), [("4/h", 4), ("12/d", 0.5), ("0.5/h", 0.5), ("12/h", 12)])
def test_a_budget_is_polls_an_hour_or_a_day(tmp_path, budget, an_hour):
    config, _ = read(tmp_path, "every: auto", f"polling: {{budget: {budget}}}")

    assert config is not None
    assert config.polls_an_hour == an_hour
    assert budget_text(an_hour) == {"0.5/h": "12/d"}.get(budget, budget)


@pytest.mark.parametrize("budget", ["4", "4/m", "0/h", "13/h", "-1/h", "many", "[4/h]"])
def test_no_other_budget_is_taken(tmp_path, budget):
    config, problems = read(tmp_path, "every: auto", f"polling: {{budget: {budget}}}")

    assert config is None
    assert "polling.budget" in problems[0]


def test_the_schema_knows_all_three_forms_and_the_budget_as_it_is_written():
    schema = json_schema()
    text = json.dumps(schema)

    assert schema["definitions"]["PollingConfig"]["properties"]["budget"]["default"] == "4/h"
    assert '"const": "auto"' in text or '"enum": ["auto"]' in text
