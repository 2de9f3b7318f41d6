"""`watcher test` on time lines: the real pipeline on a moved clock, and every mistake told with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from watcher.cli import main

RULES = """format: 1
lists:
  metals: {words: [gallium, tungsten]}
rules:
  - id: bans
    title: An export ban on a metal of ours
    severity: {urgent: {trust: authority}, else: notice}
    when: {all: [{words: [export ban]}, {words: [<metals>]}]}
    tell: [desk, phone]
    digest: weekly
    examples: {tests: [a-day]}
tests:
  - name: a-day
    rules: [bans]
    start: 2026-03-02T09:00Z
    setup:
      sources: {wire: {trust: wire}, ministry: {trust: authority}}
      routes: {desk: {}, phone: {when: "severity:urgent"}}
    steps:
      - {at: 0m, article: {id: a1, source: wire, text: "An export ban on gallium is announced."}}
      - at: 1m
        expect:
          alerts: [{rule: bans, story: a1, severity: notice, reason: raised}]
          sent: [{route: desk, says: [gallium], not_says: [tungsten]}]
          suppressed: [{route: phone, alert: a1, reason: not_routed}]
      - {at: 2m, repeat: {times: 2, every: 10s}, article: {id: z, source: wire, text: "The mine reopens in May."}}
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(more="", *, rules=RULES, swap=("", ""), words=("rules.yaml",), **files):
        (tmp_path / "rules.yaml").write_text((rules + more).replace(*swap), "utf-8")
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        code = main(["test", *words])
        return code, *capsys.readouterr()

    return run


def test_a_day_goes_as_it_is_told(run):
    assert run() == (0, "0 examples of 1 rule passed\n1 time line passed\n", "")


OTHERS = """network: any
store: {path: watcher.db}
operator: {contact: ops@example.org, route: everything}
listen: null
sources: {feed: {kind: feed, url: "https://feed.example/feed"}}
channels: {box: {kind: file, path: box.txt}}
routes: {everything: {channels: [box]}, urgent: {channels: [box], when: "severity:urgent"}}
digests: {daily: {at: "08:00", channels: [box]}}
rules: [rules.yaml]
"""


def test_a_day_goes_alike_beside_other_routes_and_digests(run):
    rules = RULES.replace("    tell: [desk, phone]\n    digest: weekly\n", "")
    later = "      - {at: 2d, digest: {}}\n      - {at: 2d, expect: {alerts: [], sent: [], suppressed: []}}\n"
    no_routes = ('      routes: {desk: {}, phone: {when: "severity:urgent"}}\n', "")

    assert run(later, rules=rules, words=(), watcher_dot_yaml=OTHERS)[::2] == (0, "")

    named = rules.replace("[{route: desk, says: [gallium], not_says: [tungsten]}]", "[]").replace(
        "phone, al", "urgent, al"
    )
    code, _, err = run(later, rules=named, swap=no_routes, words=())

    assert code == 1
    assert "route everything" in err


def test_what_was_not_met_is_told_with_the_clause_that_decided(run):
    code, out, err = run(swap=("export ban on gallium", "export ban on cobalt"))

    assert (code, out) == (1, "0 examples of 1 rule passed\n0 time lines passed, 1 failed\n")
    assert err.splitlines()[0] == (
        "rules.yaml:23:20 error[R055] a-day: expected 1 alert, got 0: a1 x bans: no_match at when.all[1] "
        "(words: <metals>: no item occurs in news)"
    )


@pytest.mark.parametrize(
    ("wrong", "place", "said"),
    [
        (("severity: notice, reason", "severity: urgent, reason"), "23:20", "got 0: there is one at 0s, rule bans"),
        (("says: [gallium]", "says: [cobalt]"), "24:18", 'without "cobalt"'),
        (("not_says: [tungsten]", "not_says: [gallium]"), "24:18", 'with "gallium"'),
        (("reason: not_routed", "reason: trial"), "25:24", "expected 1 suppressed one, got 0: there is one at 0s"),
        (
            ("[{route: desk, says: [gallium], not_says: [tungsten]}]", "[]"),
            "24:11",
            "expected no further message, got 1",
        ),
        (("story: a1, severity: notice", "story: a1, times: 2"), "23:20", "expected 2 alerts, got 1"),
    ],
)
def test_each_thing_that_differs_is_told_at_its_place(run, wrong, place, said):
    code, _, err = run(swap=wrong)

    assert code == 1
    assert f"rules.yaml:{place} error[R055] a-day: " in err
    assert said in err


def test_what_was_decided_instead_is_told_where_nothing_came(run):
    again = (
        '      - {at: 1h, article: {id: a2, source: wire, copies: a1, text: "An export ban on gallium is announced."}}\n'
        "      - {at: 2h, expect: {alerts: [{rule: bans, story: a2}], sent: [{rule: bans, route: phone}]}}\n"
    )

    code, _, err = run(again)

    assert code == 1
    assert "expected 1 alert, got 0: at 1h: rule bans, story a1, severity notice, reason nothing_new" in err


def test_copies_revisions_restarts_and_issues_are_seen(run):
    code, out, err = run(
        """      - {at: 3m, repeat: {times: 3, every: 1m}, article: {id: b, source: wire, text: "An export ban on gallium is announced."}}
      - {at: 10m, expect: {alerts: [], sent: [], suppressed: [{rule: bans, story: a1, reason: nothing_new, times: 3}]}}
      - {at: 20m, restart: {down: 2h}}
      - {at: 3h, revise: {id: a1, text: "There will be no ban at all."}}
      - {at: 4h, expect: {alerts: [{rule: bans, reason: retracted}], sent: [{route: desk, says: [changed the article]}]}}
      - {at: 5h, article: {id: c1, source: ministry, text: "The ministry confirms an export ban on tungsten."}}
      - {at: 6h, expect: {alerts: [{rule: bans, severity: urgent, at: 5h}], sent: [{route: desk}, {route: phone, alert: c1}], suppressed: []}}
      - {at: 6d, digest: {}}
      - {at: 6d, expect: {issues: [{digest: weekly, stories: [a1, c1], updates: []}]}}
"""
    )

    assert (code, err) == (0, "")
    assert out.endswith("1 time line passed\n")


def test_a_step_is_not_repeated_beyond_a_hundred_years(run):
    code, _, err = run(swap=("repeat: {times: 2, every: 10s}", "repeat: {times: 1000, every: 5200w}"))

    assert code == 78
    assert "rules.yaml:26:26 error[R025] the last of them lies more than a hundred years after the start" in err


@pytest.mark.parametrize("start", ["9999-12-31T23:00Z", "0001-01-01T00:00Z"])
def test_a_test_does_not_lie_at_the_calendars_ends(run, start):
    code, _, err = run(swap=("2026-03-02T09:00Z", start))

    assert code == 78
    assert f'rules.yaml:15:12 error[R027] "{start}" lies outside the years 1900 to 2199' in err


def test_the_lists_of_a_test_stand_in_for_those_of_the_rules(run):
    code, _, err = run(
        swap=("      sources: {wire", "      lists: {metals: [cobalt]}\n      sources: {wire"),
    )

    assert code == 1
    assert "no_match at when.all[1]" in err


def test_an_article_that_comes_twice_is_a_mistake(run):
    again = '      - {at: 3m, article: {id: a1, source: wire, text: "The mine closes."}}\n'

    code, _, err = run(again)

    assert code == 78
    said = 'article "a1" comes twice; give it another id, or other words by revise:'
    assert err.splitlines()[0] == f"rules.yaml:27:9 error[R010] {said}"


def test_a_faulty_setup_is_told_where_it_stands(run):
    code, _, err = run(swap=("phone: {when:", "phone: {whn:"))

    assert code == 1
    assert 'rules.yaml:18:26 error[C002] routes.phone: unknown key "whn", did you mean "when"?' in err


CONFIG = """store: {path: watcher.db}
operator: {contact: ops@example.org}
sources:
  wire: {kind: feed, url: "https://wire.example/feed", trust: wire}
channels: {desk: {kind: file, path: desk.txt}}
routes: {desk: {channels: [desk]}, phone: {channels: [desk], when: "severity:urgent"}}
digests: {weekly: {at: "Fri 15:00", channels: [desk]}}
rules: [rules.yaml]
"""
ALONE = """format: 1
tests:
  - name: from-the-configuration
    rules: [bans]
    start: 2026-03-02T09:00Z
    steps:
      - {at: 0m, article: {id: a1, source: wire, text: "An export ban on gallium is announced."}}
      - {at: 1m, expect: {sent: [{route: desk}]}}
"""


def test_time_lines_beside_the_configuration_run_on_its_sources_and_routes(run):
    code, out, err = run(words=(), watcher_dot_yaml=CONFIG, tests__bans_dot_rules_dot_yaml=ALONE)

    assert (code, err) == (0, "")
    assert out.endswith("2 time lines passed\n")


def test_a_file_of_time_lines_alone_runs_on_the_rules_of_the_configuration(run):
    code, out, err = run(
        words=("tests/bans.rules.yaml",), watcher_dot_yaml=CONFIG, tests__bans_dot_rules_dot_yaml=ALONE
    )

    assert (code, err) == (0, "")
    assert out.endswith("1 time line passed\n")


def test_a_route_that_the_configuration_lacks_is_told_before_anything_runs(run):
    wrong = ALONE.replace("route: desk", "route: dsk").replace("source: wire", "source: wires")
    code, _, err = run(words=(), watcher_dot_yaml=CONFIG, tests__bans_dot_rules_dot_yaml=wrong)

    assert code == 78
    assert 'tests/bans.rules.yaml:7:44 error[R056] unknown source "wires", did you mean "wire"?' in err
    assert 'tests/bans.rules.yaml:8:42 error[R056] unknown route "dsk", did you mean "desk"?' in err


def test_one_time_line_is_run_by_its_name(run):
    code, out, _ = run(words=("rules.yaml", "--only", "another"))

    assert (code, out) == (0, "0 examples of 1 rule passed\n")


def test_the_time_lines_of_the_guide_go_as_it_says(run):
    guide = (Path(__file__).resolve().parents[2] / "docs" / "testing-rules.md").read_text("utf-8")
    written = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)

    assert len(written) == 2, "a day of articles, and a source that fails"
    for rules in written:
        assert run(rules=rules) == (0, "0 examples of 1 rule passed\n1 time line passed\n", "")


HEALTH = """format: 1
rules:
  - id: flaky
    title: A source fails twice in a day
    severity: notice
    when: {health: failing}
    require: {count: 2, within: 1d, by: source}
    tell: desk
    examples: {tests: [twice]}
tests:
  - name: twice
    rules: [flaky]
    start: 2026-03-02T09:00Z
    setup: {sources: {wire: {trust: wire}}, routes: {desk: {}}}
    steps:
      - {at: 1m, health: {source: wire, state: failing}}
      - {at: 1h, health: {source: wire, state: recovered}}
      - {at: 2h, expect: {alerts: [], sent: []}}
      - {at: 5h, health: {source: wire, state: failing}}
      - {at: 6h, expect: {alerts: [{rule: flaky, key: wire, at: 5h}], sent: [{route: desk, key: wire, at: 5h}]}}
"""


def test_a_source_that_fails_again_is_believed_to_when_the_test_says_so(run):
    assert run(rules=HEALTH) == (0, "0 examples of 1 rule passed\n1 time line passed\n", "")


def test_a_state_that_is_no_news_says_so(run):
    _, _, err = run(rules=HEALTH, swap=("recovered", "failing"))
    of_key = run(rules=HEALTH, swap=("key: wire, at: 5h}]}}", "key: daily}]}}"))[2]

    assert "got 0: failing of wire says nothing new: it is taken for broken since 2026-03-02 09:01" in err
    assert "expected 1 message, got 0: there is one at 5h, route desk, rule flaky, key" in of_key


def test_what_ends_an_alert_on_a_source_has_the_time_at_which_it_is_well(run):
    once = HEALTH.replace("    require: {count: 2, within: 1d, by: source}\n", "")
    _, _, err = run(rules=once)

    assert "at 1m: rule flaky, key source:wire, severity notice, reason raised; at 1h: rule flaky" in err
