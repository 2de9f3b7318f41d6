"""Silences, acknowledging and snoozing in time lines: what they hold back is expected under `suppressed`."""

from __future__ import annotations

import pytest

from watcher.cli import main

RULES = """format: 1
rules:
  - id: bans
    title: An export ban
    severity: {urgent: {trust: authority}, else: notice}
    when: {words: [export ban]}
    tell: desk
    digest: weekly
    examples: {tests: [a-day]}
tests:
  - name: a-day
    rules: [bans]
    start: 2026-03-02T09:00Z
    setup:
      sources: {wire: {trust: wire}, ministry: {trust: authority}}
      routes: {desk: {%s}}
    steps:
      - {at: 0m, article: {id: a1, source: wire, text: "An export ban on gallium is announced."}}
      - {at: 30s, article: {id: z, source: wire, text: "The mine reopens in May."}}
      - {at: 1m, expect: {alerts: [{rule: bans, story: a1}], sent: [{route: desk}], suppressed: []}}
"""
ACKNOWLEDGED = """\
      - {at: 2m, acknowledge: {alert: a1, rule: bans, by: Anna}}
      - {at: 3m, revise: {id: a1, text: "An export ban on gallium worth $75 million is announced."}}
      - at: 4m
        expect:
          alerts: [{rule: bans, reason: updated}]
          sent: []
          suppressed: [{route: desk, alert: a1, reason: snoozed}]
"""
SNOOZED = """\
      - {at: 2m, snooze: {alert: a1, for: 4h}}
      - {at: 3m, revise: {id: a1, text: "An export ban on gallium worth $75 million is announced."}}
      - {at: 4h, expect: {sent: []}}
      - {at: 4h2m, expect: {sent: [{route: desk, reason: updated, says: ["Snoozed by test"]}], suppressed: []}}
"""
SILENCED = """\
      - {at: 2m, silence: {query: "source:wire", until: 2h, reason: stocktaking}}
      - {at: 3m, article: {id: b, source: wire, text: "An export ban on tungsten ore is told by others."}}
      - at: 4m
        expect:
          alerts: [{rule: bans, story: b}]
          sent: []
          suppressed: [{route: desk, alert: b, reason: silenced}, {digest: weekly, alert: b, reason: silenced}]
      - {at: 3h, article: {id: c, source: wire, text: "Cobalt now falls under an export ban as well."}}
      - {at: 3h1m, expect: {sent: [{route: desk, alert: c}]}}
"""
REMINDED = """\
      - {at: 31m, expect: {sent: [{route: desk, reason: reminded, says: ["Reminder 1 of 3", "nobody has acknowledged"]}]}}
      - {at: 32m, restart: {down: 2h}}
      - {at: 2h33m, expect: {sent: [{route: desk, says: ["Reminder 2 of 3"]}]}}
      - {at: 2h34m, acknowledge: a1}
      - {at: 20h, expect: {sent: []}}
"""
MUTED = """\
      - {at: 2h, article: {id: b, source: wire, text: "An export ban on tungsten ore is told by others."}}
      - {at: 3h, expect: {alerts: [{rule: bans, story: b}], sent: [], suppressed: [{route: desk, alert: b, reason: muted}]}}
      - {at: 4h, article: {id: c, source: ministry, text: "Ministry: cobalt falls under an export ban too."}}
      - {at: 5h, expect: {sent: [{route: desk, alert: c, severity: urgent}]}}
      - {at: 22h, expect: {sent: [{route: desk, alert: b}], suppressed: []}}
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(steps: str, route: str = "") -> tuple[int, str]:
        (tmp_path / "rules.yaml").write_text(RULES % route + steps, "utf-8")
        return main(["test", "rules.yaml"]), "".join(capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("steps", "route"),
    [
        (ACKNOWLEDGED, ""),
        (SNOOZED, ""),
        (SILENCED, ""),
        (REMINDED, "escalate: {after: 30m, repeat: 1h, times: 3}"),
        (MUTED, 'mute: {from: "10:00", to: "07:00"}, passes: urgent'),
    ],
)
def test_what_people_and_windows_hold_back_is_expected(run, steps, route):
    code, said = run(steps, route)
    assert (said, code) == ("0 examples of 1 rule passed\n1 time line passed\n", 0)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("acknowledge: {alert: a2}", 'error[R056] unknown article "a2"; known: a1'),
        ("acknowledge: {alert: a1, rule: ban}", 'error[R056] unknown rule "ban", did you mean "bans"?'),
        ("snooze: {alert: a1}", "error[R054] snooze needs exactly one of for and until"),
        ("snooze: {alert: a1, for: 4 hours}", "error[R025]"),
        ('silence: {query: "rule:bans", until: 3h}', 'error[R007] a silence has no "reason"'),
        ('silence: {query: "severity:loud", until: 3h, reason: x}', ':45 error[R009] severity is "loud"'),
    ],
)
def test_a_deed_that_cannot_be_is_told_at_its_place(run, step, says):
    code, said = run(f"      - {{at: 2m, {step}}}\n")
    assert code in {1, 78}
    assert says in said


def test_a_deed_on_an_alert_that_is_not_there_is_no_success(run):
    code, said = run(
        '      - {at: 2m, article: {id: b, source: wire, text: "The plant is sold."}}\n      - {at: 3m, acknowledge: b}\n'
    )
    assert code == 1
    assert "there is no open alert on b" in said
