"""A dozen mistakes of the same sorts in ElastAlert 2's rules and in Sigma's: what their own checks say of each.

Never counts what a tool cannot know: every mistake is one in words that its own guide defines.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from bench.measure import table
from bench.peers import environment

TIMEOUT_S = 120
ELASTALERT = """\
name: price floor
type: frequency
index: news-*
num_events: 3
timeframe:
  hours: 4
filter:
- query:
    query_string:
      query: "price floor"
alert:
- debug
"""
CONFIG = """\
rules_folder: rules
run_every: {minutes: 1}
buffer_time: {minutes: 15}
es_host: localhost
es_port: 9200
writeback_index: status
alert_time_limit: {days: 2}
"""
SIGMA = """\
title: Price floor
id: 5f2e8f0e-3a53-4f5e-9d30-0a9c6d1f6d11
status: experimental
description: A floor under a price
author: us
date: 2026-01-01
logsource:
  category: process_creation
  product: windows
detection:
  selection:
    CommandLine|contains: floor
  condition: selection
falsepositives:
  - none known
level: high
"""
ELASTALERT_MISTAKES = (
    ("a required key misspelt", "num_events", "num_event"),
    ("an optional key misspelt", "alert:\n", "realert_:\n  hours: 1\nalert:\n"),
    ("an unknown kind", "frequency", "frequenzy"),
    ("a unit of time misspelt", "hours: 4", "hour: 4"),
    ("a duration in words", "hours: 4", "hours: four"),
    ("a number that is a text", "num_events: 3", 'num_events: "three"'),
    ("an unknown channel", "- debug", "- debgu"),
    ("a tab indents", "  hours: 4", "\thours: 4"),
    ("a key twice", "type: frequency\n", "type: frequency\ntype: any\n"),
    ("a bracket not closed", "- debug", "[debug"),
    ("an empty condition", '      query: "price floor"', "      qurey: x"),
    ("no condition", "filter:\n", "filters:\n"),
)
SIGMA_MISTAKES = (
    ("a required key misspelt", "detection:", "detecton:"),
    ("an optional key misspelt", "falsepositives:", "falsepositive:"),
    ("an unknown kind", "category: process_creation", "category: proces_creation"),
    ("an option misspelt", "|contains", "|contians"),
    ("a level that is none", "level: high", "level: hihg"),
    ("a status that is none", "status: experimental", "status: experimentel"),
    ("a name that is not there", "condition: selection", "condition: selecton"),
    ("a tab indents", "  product", "\tproduct"),
    ("a key twice", "level: high\n", "level: high\nlevel: low\n"),
    ("a bracket not closed", "  - none known", "  [none known"),
    ("a date that is none", "2026-01-01", "2026-13-01"),
    ("a condition cut short", "condition: selection", "condition: selection and"),
)
_PLACE = re.compile(r"\bline (\d+)")


def compared() -> None:
    """Print what each tool says: whether anything, with a line, with a traceback."""
    for name, mistakes, sound in (
        ("elastalert2", ELASTALERT_MISTAKES, ELASTALERT),
        ("sigma-cli", SIGMA_MISTAKES, SIGMA),
    ):
        folder = environment(name)
        if folder is None:
            continue
        code, said = _told(name, folder, sound)
        print(f"{name}: a sound rule gives exit code {code}, {len(said.splitlines())} lines")
        plain = said.splitlines()
        rows = [_row(name, folder, sound, mistake, plain) for mistake in mistakes]
        table(("mistake", "told", "its line", "lines", "traceback"), rows)
        told, placed = sum(row[1] == "yes" for row in rows), sum(row[2] == "yes" for row in rows)
        print(f"{name}: {told} of {len(rows)} told, {placed} with their line\n")


def _row(
    name: str, folder: Path, sound: str, mistake: tuple[str, str, str], plain: list[str]
) -> tuple[str, str, str, int, str]:
    what, old, new = mistake
    text = sound.replace(old, new, 1)
    line = sound[: sound.index(old)].count("\n") + 1
    code, said = _told(name, folder, text)
    fresh = [each for each in said.splitlines() if each.strip() and each not in plain]
    told = code != 0 or any("error" in each.lower() or "warn" in each.lower() for each in fresh)
    lines = {int(each) for each in _PLACE.findall(said)}
    near = bool(lines & {line, line + 1}) and told
    return what, "yes" if told else "no", "yes" if near else "no", len(fresh), "yes" if "Traceback" in said else "no"


def _told(name: str, folder: Path, text: str) -> tuple[int, str]:
    """The exit code and words of the tool's own check of one rule."""
    with tempfile.TemporaryDirectory() as where:
        rule = Path(where) / "price_floor_moves.yml"
        rule.write_text(text, encoding="utf-8")
        config = Path(where) / "config.yaml"
        config.write_text(CONFIG, encoding="utf-8")
        (Path(where) / "rules").mkdir()
        words = {
            "elastalert2": ["elastalert-test-rule", "--schema-only", "--config", str(config), str(rule)],
            "sigma-cli": ["sigma", "check", "--fail-on-error", "--fail-on-issues", str(rule)],
        }[name]
        done = subprocess.run(
            [str(folder / "bin" / words[0]), *words[1:]],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            cwd=where,
        )
    return done.returncode, done.stdout + done.stderr
