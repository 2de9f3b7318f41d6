"""What stands beside a mistake is checked as if the mistake were not there, and only real errors are told."""

from __future__ import annotations

import pytest

from tests.config.kinds import TABLES
from watcher.config import load_config

FILE = """\
operator: {contact: ops@example.org, route: desk}
network: any
sources:
  home: {kind: feed, url: "http://127.0.0.1:9/feed", every: 5s}
channels:
  desk: {kind: file}
recipients:
  kenji: {to: desk}
routes:
  desk: {recipients: [kenji]}
  urgent: {under: desk, when: "severity:urgent"}
digests:
  weekly: {at: "Fri 15:00", channels: [desk]}
rules: [my-rules.yaml]
"""


def codes(tmp_path, *changes):
    """The codes of all errors once that is written instead."""
    text = FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "watcher.yaml").write_text(text, "utf-8")
    (tmp_path / "my-rules.yaml").write_text("format: 1\n", "utf-8")
    _, problems = load_config(tmp_path / "watcher.yaml", {}, tables=TABLES, data=tmp_path)
    return [problem.code for problem in problems if problem.level == "error"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{to: desk}", "{to: desk, zone: Tokyo}", "C006"),
        ("{to: desk}", "{to: desk, volum: daily}", "C002"),
        ("{to: desk}", "{zone: UTC}", "C003"),
        ("{recipients: [kenji]}", "{recipients: {kenji: 1}}", "C004"),
        ("{recipients: [kenji]}", "{recipients: [kenji], wait: 5 parsecs}", "C006"),
        ('{at: "Fri 15:00", channels: [desk]}', '{at: "Fry 15:00", channels: [desk]}', "C006"),
        ("network: any", "network: anny", "C005"),
        ("network: any", "network: any\nlisten: {port: none}", "C004"),
        ("network: any", "network: any\nnonsense: 1", "C002"),
        ("routes:\n", "routes: [desk]\nrouts:\n", None),
    ],
)
def test_one_slip_makes_no_other(tmp_path, old, new, code):
    found = codes(tmp_path, (old, new))

    assert found == [code] if code is not None else "C013" not in found and "C015" not in found


def test_slips_in_several_blocks_are_told_at_once(tmp_path):
    found = codes(
        tmp_path,
        ("{to: desk}", "{to: dutty, zone: Tokyo}"),
        ("channels: [desk]}\nrules", 'channels: [desk], hold: 8d, title: ""}\nrules'),
        ('"severity:urgent"', '"severity:critical", quiet: 1h, wait: 2h'),
    )

    assert sorted(found) == ["C006", "C006", "C010", "C040", "R009", "R042"]
