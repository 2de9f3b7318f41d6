"""Time lines over half a year of dates, matters, silences, prices and health, on what is shipped."""

from __future__ import annotations

import pytest

from watcher.cli import main

RULES = """\
format: 1
matters:
  - id: stibnite-permit
    title: Stibnite federal permits
    track: {event: permit_approval, place: stibnite, as: any}
    status: draft
  - id: cn-reprieve
    title: China's suspension of the October 2025 controls
    track: {event: export_control, document: ["2025-55", "2025-56", "2025-57", "2025-58", "2025-61", "2025-62"], as: any}
    status: suspended
rules:
  - id: stibnite-status
    title: Stibnite permit changes status
    severity: {urgent: {matter: stibnite-permit, to: [refused, revoked, remanded]}, else: warning}
    when: {matter: stibnite-permit}
    tell: government
    examples: {tests: [matters-fall-silent]}
  - {id: source-silent, title: A source has gone silent, severity: notice, when: {source: "*"}, tell: operator,
     require: {silent: auto, by: source, factor: 1.5, over: 60d, floor: 24h, floor_new: 48h}, examples: {tests: [feed-falls-silent]}}
  - {id: source-broken, title: A source fails or is back, severity: warning, tell: operator, examples: {tests: [feed-falls-silent]},
     when: {health: [failing, empty, shrunk, challenge, gone, recovered]}}
  - {id: stibnite-silent, title: Nothing on the Stibnite permits for a quarter, severity: notice, digest: weekly, examples: {tests: [matters-fall-silent]},
     when: {matter: stibnite-permit, change: [status, evidence]}, require: {silent: 90d}}
  - {id: reprieve-silent, title: Nothing on China's reprieve for a fortnight, severity: notice, digest: weekly, examples: {tests: [matters-fall-silent]},
     when: {matter: cn-reprieve, change: [status, evidence]}, require: {silent: 14d}}
  - id: deadlines
    title: A date comes near or has passed
    severity: notice
    when: {calendar: [expires, effective, comment_close, deadline], remind: [30d before, 7d before, 1d before, on the day, 1d after]}
    tell: government
    digest: weekly
    examples: {tests: [reprieve-lapses]}
  - id: mou-follow-up
    title: No deal half a year after a memorandum
    severity: notice
    when: {event: mou_partnership, status: [agreed_non_binding, signed], parties: 2}
    require:
      sequence: [{not: {event: [offtake_agreement, acquisition, private_financing]}, within: 180d}]
      by: parties
    digest: weekly
    examples: {tests: [mou-without-deal]}
  - id: ndpr-floor
    title: NdPr under the floor, falling fast, or not quoted
    severity: warning
    when: {series: ndpr_smm, below: "110 USD/kg", for: 2, rearm: "3 %"}
    tell: prices
    examples: {tests: [prices]}
tests:
  - name: matters-fall-silent
    rules: [stibnite-status, stibnite-silent, reprieve-silent]
    start: 2026-02-01T00:00Z
    steps:
      - {at: 0d, article: {id: p, text: "The Army Corps issued the final federal permit for the Stibnite mine."}}
      - {at: 0d, article: {id: c, text: "MOFCOM's announcement 2025-70 suspends the controls of 2025-57 until 10 November 2026, the ministry said.", trust: authority, source: mofcom}}
      - {at: 13d, expect: {alerts: [{rule: stibnite-status, key: stibnite-permit}]}}
      - {at: 90d, expect: {alerts: [{rule: reprieve-silent, key: cn-reprieve, at: 14d}, {rule: stibnite-silent, key: stibnite-permit, at: 90d}]}}
  - name: reprieve-lapses
    rules: [deadlines]
    start: 2026-10-01T00:00Z
    steps:
      - {at: 0d, article: {id: c, text: "The suspension of export controls on holmium and erbium runs until 10 November 2026, MOFCOM announced.", trust: authority, source: mofcom}}
      - {at: 1d, expect: {alerts: [], sent: []}}
      - {at: 42d, expect: {sent: [{route: government, times: 5, says: [10 November 2026], not_says: [expired]}]}}
  - name: mou-without-deal
    rules: [mou-follow-up]
    start: 2026-01-10T00:00Z
    steps:
      - {at: 0d,   article: {id: m1, text: "USA Rare Earth and PolarStar Magnetics signed a memorandum of understanding."}}
      - {at: 10d,  article: {id: m2, text: "Ionic Rare Earths and US Strategic Metals signed a memorandum of understanding."}}
      - {at: 100d, article: {id: d1, text: "USA Rare Earth and PolarStar Magnetics signed an offtake agreement for magnets."}}
      - {at: 200d, expect: {alerts: [{rule: mou-follow-up, story: m2, at: 191d}]}}
  - name: feed-falls-silent
    rules: [source-silent, source-broken]
    start: 2026-01-29T20:00Z
    setup:
      routes: {operator: {}}
    steps:
      - {at: 0h, repeat: {times: 25, every: 8h}, article: {id: n, source: metal_daily, text: "Round-up of the day."}}      # the last at 192h
      - {at: 239h, expect: {alerts: [], sent: []}}
      - {at: 240h, expect: {alerts: [{rule: source-silent, key: metal_daily, reason: raised}], sent: [{route: operator}]}}
      - {at: 264h, health: {source: metal_daily, state: failing}}
      - {at: 264h, expect: {alerts: [{rule: source-broken, key: metal_daily}], sent: [{route: operator, says: [failing]}]}}
  - name: prices
    rules: [ndpr-floor]
    start: 2026-01-05T12:00Z
    setup:
      sources: {ndpr_smm: {unit: USD/kg}}
    steps:
      - {at: 0d, point: {series: ndpr_smm, value: 112}}
      - {at: 1d, point: {series: ndpr_smm, value: 109.5}}
      - {at: 1d, expect: {alerts: []}}
      - {at: 2d, point: {series: ndpr_smm, value: 109}}
      - {at: 2d, expect: {alerts: [{rule: ndpr-floor, key: ndpr_smm}], sent: [{route: prices}]}}
"""


@pytest.mark.slow
def test_what_only_time_brings_comes_when_it_must(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")

    code = main(["test", "rules.yaml"])

    assert (code, *capsys.readouterr()) == (0, "0 examples of 8 rules passed\n5 time lines passed\n", "")
