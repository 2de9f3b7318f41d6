"""What a route's query asks of an article: its words, materials, places and region, as rules understand them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.core.lexicon.readings import reading
from watcher.app.clauses import name_faults, text_clause
from watcher.app.loading import load
from watcher.config import data_dir
from watcher.config.understanding import read_understander
from watcher.core.model import Severity, SourceId, Trust
from watcher.core.queries import AlertView, Names, alert_kinds, matches, parse_query

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CONTROL = reading(
    "China imposes export controls on gallium and germanium",
    "China's Ministry of Commerce imposes export controls on gallium and germanium from 1 August.",
    language="en",
)


def understander():
    found, problems = read_understander(data_dir())
    assert found is not None, problems
    return found


def query(text):
    found, problems = parse_query(text, alert_kinds(Names(), health=True))
    assert found is not None, problems
    return found


def view(**changes):
    usual = {
        "rule": "own",
        "severity": Severity.WARNING,
        "source": SourceId("wire"),
        "trust": Trust.WIRE,
        "language": "en",
        "reading": CONTROL,
    }
    return AlertView(**(usual | changes))


CLAUSE = text_clause({}, understander)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("material:gallium", True),
        ("material:gallium,lithium", True),
        ("material:lithium", False),
        ("material:critical", True),
        ("organisation:mofcom", True),
        ("place:cn", True),
        ("place:europe", False),
        ("region:cn", True),
        ("region:asia_pacific", True),
        ("region:china_region", True),
        ("region:europe", False),
        ("genre:report", True),
        ("genre:opinion,study", False),
        ("event:export_control material:germanium trust:wire", True),
        ("event:acquisition", False),
        ("event:any -material:gallium", False),
        ("-region:europe severity:warning language:en", True),
    ],
)
def test_a_route_may_ask_what_the_article_says(text, fits):
    assert matches(query(text), view(), CLAUSE)[0] is fits


def test_why_not_names_the_clause():
    assert matches(query("material:lithium"), view(), CLAUSE) == (False, "material: it is not lithium")
    assert matches(query("region:europe"), view(reading=None), CLAUSE) == (False, "region: unknown is not europe")


def test_the_rules_own_type_of_event_counts_before_what_the_article_tells():
    assert matches(query("event:stockpile"), view(event_type="stockpile"), CLAUSE)[0]
    assert not matches(query("event:export_control"), view(event_type="stockpile"), CLAUSE)[0]


def test_without_a_lexicon_nothing_is_of_any_material_or_region():
    blind = text_clause({})

    assert not matches(query("material:gallium"), view(), blind)[0]
    assert not matches(query("region:cn"), view(), blind)[0]


def test_names_that_nobody_knows_are_told_with_their_columns():
    faults = dict(
        name_faults(query("severity:urgent material:galium (region:atlantis or genre:gossip)"), understander())
    )

    assert list(faults) == [26, 41, 59]
    assert 'unknown material "galium", did you mean "gallium"' in faults[26]
    assert 'unknown region "atlantis"' in faults[41]
    assert 'unknown genre "gossip"' in faults[59]


CONFIG = """\
operator: {contact: ops@example.org, route: desk}
listen: null
sources: {wire: {kind: feed, url: "https://wire.example/feed"}}
channels: {desk: {kind: file, path: desk.txt}}
routes:
  desk: {channels: [desk]}
  metals: {under: desk, when: "severity:urgent material:galium"}
digests:
  weekly: {at: "Fri 15:00", channels: [desk], take: "region:atlantis"}
rules: [rules.yaml]
"""
RULES = """\
format: 1
rules:
  - id: bans
    title: An export ban is announced
    severity: warning
    when: {words: [export ban]}
    examples:
      match: ["Country sets an export ban on gallium.", "An export ban on antimony."]
      skip: ["The mine reopens in May.", "Nothing happened."]
"""


def test_a_configuration_that_asks_for_them_does_not_start(tmp_path: Path):
    (tmp_path / "watcher.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")

    loaded, problems = load(tmp_path / "watcher.yaml", {}, NOW)

    assert loaded is None
    assert [(each.line, each.column, each.code) for each in problems if each.level == "error"] == [
        (7, 57, "R017"),
        (9, 61, "R017"),
    ]


def test_a_rule_of_ones_own_reaches_a_route_for_events_that_its_articles_may_report(tmp_path: Path):
    text = CONFIG.replace("galium", "gallium").replace("region:atlantis", "event:export_control")
    text = text.replace("{channels: [desk]}\n  metals", '{channels: [desk], when: "event:export_control"}\n  metals')
    (tmp_path / "watcher.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")

    loaded, problems = load(tmp_path / "watcher.yaml", {}, NOW)

    assert loaded is not None, problems
