"""`require` in rule files: every kind with its defaults, and every mistake at its place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import yaml

from watcher.config.rules.expand import expanded_yaml
from watcher.config.rules.loading import load_rules

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def load(require: str, when: str = "{words: [export ban]}"):
    text = f"""\
format: 1
rules:
  - id: bans
    title: Bans
    severity: notice
    when: {when}
    require: {require}
    examples: {{match: ["An export ban.", "The export ban."], skip: ["Nothing.", "Nil."]}}
"""
    return load_rules([("r.yaml", text.encode())])


def asked(require: str):
    rules, problems = load(require)
    assert rules is not None, [str(problem) for problem in problems]
    return rules.rules[0].require


@pytest.mark.parametrize(
    ("require", "kind", "said"),
    [
        ("{count: 3, within: 24h}", "count", {"n": 3, "within": DAY, "distinct": "stories", "by": ("all",)}),
        ("{count: 3, within: 24h, of: articles, by: source}", "count", {"distinct": "articles", "by": ("source",)}),
        ("{sources: 2}", "sources", {"n": 2, "within": 2 * DAY, "by": ("story",), "lateness": DAY}),
        ("{spike: 3, within: 1d}", "spike", {"against": 8 * DAY, "at_least": 5}),
        ("{spike: 3, within: 1d, against: 30d, at_least: 9}", "spike", {"against": 30 * DAY, "at_least": 9}),
        ('{ratio: "> 40 %", of: {words: [ban]}, within: 7d}', "ratio", {"at_least": 20}),
        ("{silent: 24h}", "silent", {"silence": DAY}),
        ("{silent: auto, by: source}", "silent", {"silence": None, "factor": Decimal("1.5"), "over": 60 * DAY}),
        ("{silent: auto, factor: 2, floor: 3h}", "silent", {"factor": Decimal(2), "floor": 3 * HOUR}),
        ("{first: 365d, by: source}", "first", {"gap": 365 * DAY}),
        ("{first: ever, by: [source, language]}", "first", {"gap": None, "by": ("source", "language")}),
        ("{changed: status}", "changed", {"changed": ("status",), "by": ("story",)}),
        ("{count: 3, within: 2d, lateness: 36h}", "count", {"lateness": 36 * HOUR}),
    ],
)
def test_every_kind_is_read_with_its_defaults(require, kind, said):
    found = asked(require)
    assert found.kind == kind
    assert {name: getattr(found, name) for name in said} == said


def test_a_sequence_has_its_steps_in_order():
    found = asked("{sequence: [{then: {words: [deal]}, within: 3d}, {not: {words: [end]}, within: 9d}], by: source}")
    assert [(step.denied, step.within) for step in found.steps] == [(False, 3 * DAY), (True, 9 * DAY)]
    assert [node.path for node in found.nodes] == ["require.sequence[0].then", "require.sequence[1].not"]


def test_a_share_is_compared_without_rounding():
    share = asked('{ratio: "> 40 %", of: {words: [ban]}, within: 7d}').share
    assert [share.holds(part, 10) for part in (4, 5)] == [False, True]
    both = asked('{ratio: "5 to 10 %", of: {words: [ban]}, within: 7d}').share
    assert [both.holds(part, 100) for part in (4, 5, 10, 11)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("require", "said"),
    [
        ("[count]", "7:14 error[R008] require must be a mapping, not a list"),
        ("{cuont: 3}", '7:15 error[R006] unknown key "cuont" in require, did you mean "count"?'),
        ("{by: source}", "7:14 error[R007] require has no kind; it is one of count, sources, spike, ratio, silent"),
        ("{count: 3, within: 1d, againts: 8d}", '7:37 error[R006] unknown key "againts" in require; it has count'),
        ("{count: 3, within: 1d, against: 8d}", '7:37 error[R032] "against" belongs to spike, not to count'),
        ("{silent: 24h, factor: 2}", '7:28 error[R032] "factor" belongs to silent: auto'),
        ('{count: "3", within: 1d}', '7:22 error[R008] count must be a whole number from 1 to 1000, not "3"; write it'),
        ("{count: 0, within: 1d}", "7:22 error[R008] count must be a whole number from 1 to 1000, not 0"),
        ("{count: 3, within: 1 day}", '7:33 error[R025] "1 day" is no duration; write 1d'),
        ("{silent: often}", '7:23 error[R025] "often" is no duration; write 15m (s, m, h, d, w) or auto'),
        ("{count: 3, within: 2s}", "7:33 error[R025] within is at least 10s"),
        ("{count: 3, within: 1d, of: words}", '7:41 error[R013] of is "words"; allowed: stories, articles'),
        ("{ratio: 40, of: {words: [ban]}, within: 7d}", '7:22 error[R008] "ratio" must be a text, not a number'),
        ('{ratio: "40 %", of: {words: [ban]}, within: 7d}', '7:22 error[R026] "40 %" is no share; say "> 40 %"'),
        ("{ratio: > 40 %}", "error"),
        ("{ratio: '> 4 %', of: {wrods: [ban]}, within: 7d}", '7:36 error[R012] unknown kind "wrods", did you mean'),
        ("{changed: colour}", '7:24 error[R037] unknown field "colour" in changed; it is one of status, amount'),
        ("{changed: status, by: matter}", "7:36 error[R037] what this rule judges (article) has no field"),
        ("{first: 365d, by: [all, source]}", '7:32 error[R037] "all" in by stands alone'),
        ("{sequence: [{within: 3d}], by: source}", '7:26 error[R034] a step needs "then" or "not"'),
        ("{sequence: [{then: {words: [x y]}}], by: source}", '7:27 error[R034] then needs "within"'),
        ("{sequence: [], by: source}", "7:25 error[R016] sequence: is empty; leave it out"),
        ("{silent: auto, factor: much}", "7:37 error[R008] factor must be a number, not much"),
    ],
)
def test_every_mistake_is_told_at_its_place(require, said):
    rules, problems = load(require)
    assert rules is None
    assert any(said in str(problem) for problem in problems), [str(problem) for problem in problems]


DATES = "{calendar: expires, remind: on the day}"
STATES = "{health: failing}"


@pytest.mark.parametrize(
    ("when", "require"),
    [
        (DATES, "{count: 3, within: 7d}"),
        (DATES, "{first: ever, by: material}"),
        (DATES, "{sequence: [{then: {calendar: effective, remind: on the day}, within: 30d}], by: source}"),
        (STATES, "{spike: 3, within: 1d, by: [source, status]}"),
        (STATES, "{changed: status}"),
        (STATES, '{ratio: "> 40 %", of: {health: [failing, recovered]}, within: 7d}'),
    ],
)
def test_what_happens_besides_articles_is_asked_for_over_time(when, require):
    rules, problems = load(require, when)
    assert rules is None, "its examples show texts"
    assert {problem.code for problem in problems if problem.level == "error"} <= {"R050", "R052", "R054"}, problems


@pytest.mark.parametrize(
    ("when", "require", "said"),
    [
        (DATES, "{sources: 2}", "7:15 error[R037] a rule on calendar takes no sources: an entry is one thing"),
        (DATES, "{changed: date}", "7:15 error[R037] a rule on calendar takes no changed: an entry that moves is told"),
        (STATES, "{sources: 2}", "7:15 error[R037] a rule on health takes no sources: what happens to a source is"),
        (STATES, "{changed: date}", '7:24 error[R037] what this rule judges (health) has no field "date"'),
        (STATES, "{first: ever, by: material}", 'what this rule judges (health) has no field "material"'),
        (
            STATES,
            "{sequence: [{then: {words: deal}, within: 3d}], by: source}",
            "7:33 error[R024] a rule on health judges no articles: this never holds; ask of health here too",
        ),
    ],
)
def test_what_has_no_meaning_besides_articles_is_refused_with_the_reason(when, require, said):
    rules, problems = load(require, when)
    assert rules is None
    assert any(said in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_the_long_form_and_the_version_hold_what_is_required():
    short, _ = load("{sequence: [{then: {words: deal}, within: 3d}], by: source}")
    long, _ = load("{sequence: [{then: {words: [deal]}, within: 3d}], by: [source]}")
    other, _ = load("{sequence: [{then: {words: [deal]}, within: 4d}], by: [source]}")
    assert short is not None
    assert long is not None
    assert other is not None
    assert short.rules[0].version == long.rules[0].version != other.rules[0].version
    shown = yaml.safe_load(expanded_yaml(short))["rules"][0]["require"]
    assert shown == {"sequence": [{"then": {"words": ["deal"]}, "within": "3d"}], "by": ["source"]}
