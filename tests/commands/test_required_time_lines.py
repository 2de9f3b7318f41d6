"""The time lines of the rule language on what falls silent and what does not follow, and one for each other kind."""

from __future__ import annotations

import pytest

from watcher.cli import main

SILENT = """format: 1
matters:
  - id: stibnite-permit
    title: Stibnite federal permits
    track: {event: permit_approval, place: stibnite, as: any}
    status: draft
  - id: cn-reprieve
    title: The suspension of the October controls
    track: {event: export_control, document: ["2025-57"], as: any}
    status: suspended
rules:
  - {id: source-silent, title: A source has gone silent, severity: notice, when: {source: "*"}, tell: desk,
     require: {silent: auto, by: source}, examples: {tests: [feed-falls-silent]}}
  - {id: stibnite-silent, title: Nothing on the Stibnite permits, severity: notice, tell: desk,
     examples: {tests: [matters-fall-silent]}, when: {matter: stibnite-permit, change: [status, evidence]},
     require: {silent: 90d}}
  - {id: reprieve-silent, title: Nothing on the reprieve, severity: notice, tell: desk,
     examples: {tests: [matters-fall-silent]}, when: {matter: cn-reprieve, change: [status, evidence]},
     require: {silent: 14d}}
  - id: follow-up
    title: No deal half a year after a memorandum
    severity: notice
    when: {event: mou_partnership, status: signed, parties: 2}
    require:
      sequence: [{not: {event: [offtake_agreement, acquisition, private_financing]}, within: 180d}]
      by: parties
    tell: desk
    examples: {tests: [mou-without-deal]}
tests:
  - name: feed-falls-silent
    rules: [source-silent]
    start: 2026-01-29T20:00Z
    setup: &setup
      sources: {metal_daily: {trust: trade_press}, mofcom: {trust: authority}}
      routes: {desk: {}}
    steps:
      - {at: 0h, repeat: {times: 25, every: 8h}, article: {id: n, source: metal_daily, text: "Round-up of the day."}}
      - {at: 239h, expect: {alerts: [], sent: []}}
      - {at: 240h, expect: {alerts: [{rule: source-silent, key: metal_daily, reason: raised}], sent: [{route: desk}]}}
      - {at: 264h, expect: {alerts: [], sent: []}}
  - name: matters-fall-silent
    rules: [stibnite-silent, reprieve-silent]
    start: 2026-02-01T00:00Z
    setup: *setup
    steps:
      - {at: 0d, article: {id: p, source: metal_daily,
         text: "The Army Corps issued the final federal permit for the Stibnite mine."}}
      - {at: 0d, article: {id: c, source: mofcom, text: "MOFCOM's announcement 2025-70 suspends the controls of
         2025-57 until 10 November 2026, the ministry said."}}
      - {at: 13d, expect: {alerts: []}}
      - at: 90d
        expect:
          alerts:
            - {rule: reprieve-silent, key: cn-reprieve, at: 14d}
            - {rule: stibnite-silent, key: stibnite-permit, at: 90d}
  - name: mou-without-deal
    rules: [follow-up]
    start: 2026-01-10T00:00Z
    setup: *setup
    steps:
      - {at: 0d, article: {id: m1, source: metal_daily,
         text: "USA Rare Earth and PolarStar Magnetics signed a memorandum of understanding."}}
      - {at: 10d, article: {id: m2, source: metal_daily,
         text: "Ionic Rare Earths and US Strategic Metals signed a memorandum of understanding."}}
      - {at: 100d, article: {id: d1, source: metal_daily,
         text: "USA Rare Earth and PolarStar Magnetics signed an offtake agreement for magnets."}}
      - {at: 200d, expect: {alerts: [{rule: follow-up, story: m2, at: 191d}]}}
"""


def counted(require: str, steps: str) -> str:
    return f"""format: 1
rules:
  - {{id: bans, title: Bans, severity: notice, when: {{words: [ban]}}, tell: desk, require: {require},
     examples: {{tests: [line]}}}}
tests:
  - name: line
    rules: [bans]
    start: 2026-03-02T10:00Z
    setup: {{sources: {{wire: {{trust: wire}}, daily: {{trust: trade_press}}}}, routes: {{desk: {{}}}}}}
    steps:
{steps}"""


def said(at: str, number: int, text: str, source: str = "wire") -> str:
    return f'      - {{at: {at}, article: {{id: a{number}, source: {source}, text: "{text}"}}}}\n'


def expected(at: str, *alerts: str) -> str:
    return f"      - {{at: {at}, expect: {{alerts: [{', '.join(alerts)}]}}}}\n"


METALS = ("Chile sets a ban on copper", "Norway weighs no ban on nickel", "Japan ends its ban on cobalt", "A tin ban")
COUNT = (
    "".join(said(at, n, METALS[n]) for n, at in enumerate(("0h", "4h", "23h", "25h")))
    + expected("26h", "{rule: bans, story: a2, at: 23h, reason: raised}")
    + said("56h", 9, "Peru lifts the ban on lead")
    + expected("60h", "{rule: bans, key: all, reason: closed}")
)
FIRST = (
    said("0h", 0, METALS[0])
    + said("1h", 1, METALS[1])
    + said("2h", 2, METALS[2], "daily")
    + expected("3h", "{rule: bans, story: a0, at: 0h}", "{rule: bans, story: a2, at: 2h}")
    + said("30d", 3, METALS[3], "daily")
    + expected("31d")
)
THEN = (
    said("0h", 0, METALS[0])
    + said("1h", 1, "Smelters of Chile halt", "daily")
    + expected("2h")
    + said("3h", 2, "Smelters of Chile halt for a month")
    + expected("4h", "{rule: bans, story: a2, at: 3h, key: wire}")
)


@pytest.mark.parametrize(
    "rules",
    [
        SILENT,
        counted("{count: 3, within: 24h}", COUNT),
        counted("{first: 365d, by: source}", FIRST),
        counted("{sequence: [{then: {words: [halt]}, within: 9h}], by: source}", THEN),
    ],
    ids=["silent", "count", "first", "then"],
)
def test_a_time_line_goes_as_it_is_told(rules, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(rules, "utf-8")
    code = main(["test", "rules.yaml"])
    out = capsys.readouterr()
    assert out.err == ""
    assert code == 0
