"""The SARIF log of a check, held against what the standard requires of each of its objects."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.tools import ROOT
from watcher.app.codes import CODES, meaning
from watcher.app.sarif import sarif
from watcher.core.errors import Problem

MAY = {
    "log": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "invocations", "results"},
    "tool": {"driver"},
    "driver": {"name", "semanticVersion", "rules"},
    "rule": {"id", "shortDescription", "help", "defaultConfiguration"},
    "result": {"ruleId", "ruleIndex", "level", "message", "locations"},
    "region": {"startLine", "startColumn"},
}
"""The properties that we write; each object of the standard is closed, so no other name may stand there."""
MUST = {
    "log": {"version", "runs"},
    "run": {"tool"},
    "tool": {"driver"},
    "driver": {"name"},
    "rule": {"id"},
    "result": {"message"},
    "region": {"startLine"},
}
"""What the standard requires of each object (3.13.2, 3.14.6, 3.18.2, 3.19.8, 3.49.3, 3.27.11, 3.30.5)."""
LEVELS = {"none", "note", "warning", "error"}
URI = re.compile(r"(?:file:///)?[A-Za-z0-9._~!$&'()*+,;=:@%/-]+\Z")


def closed(sort, thing):
    assert MUST[sort] <= thing.keys() <= MAY[sort], (sort, thing.keys())
    return thing


def surely_sarif(text):
    """What `text` says, after every object of it was held against the standard."""
    log = closed("log", json.loads(text))
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    run = closed("run", log["runs"][0])
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    assert all(isinstance(each["executionSuccessful"], bool) for each in run["invocations"])
    driver = closed("driver", closed("tool", run["tool"])["driver"])
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])
    rules = [closed("rule", rule) for rule in driver["rules"]]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    assert all(rule["defaultConfiguration"]["level"] in LEVELS for rule in rules)
    for result in run["results"]:
        closed("result", result)
        assert result["level"] in LEVELS
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert URI.match(physical["artifactLocation"]["uri"])
        if "region" in physical:
            region = closed("region", physical["region"])
            assert all(isinstance(number, int) and number >= 1 for number in region.values())
    return run


def problem(file="my rules/a.yaml", line=3, column=7, code="R012", level="error"):
    return Problem(file=file, line=line, column=column, code=code, text='unknown kind "wrods"', level=level)


def test_a_log_has_all_that_the_standard_requires_and_nothing_else(tmp_path):
    found = [
        problem(),
        problem(line=9),
        problem(file="pack:critical-minerals/a.yaml", code="R076", level="warning"),
        problem(file="/etc/watcher/watcher.yaml", line=None, column=None, code="C001"),
    ]

    log = sarif(found, base=tmp_path / "conf", data=Path("/opt/watcher"), here=tmp_path)
    run = surely_sarif(json.dumps(log))

    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == [
        "conf/my%20rules/a.yaml",
        "conf/my%20rules/a.yaml",
        "file:///opt/watcher/rules/critical-minerals/a.yaml",
        "file:///etc/watcher/watcher.yaml",
    ]
    assert [place.get("region") for place in places][::3] == [{"startLine": 3, "startColumn": 7}, None]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["C001", "R012", "R076"]


def test_a_log_without_problems_is_one_too(tmp_path):
    run = surely_sarif(json.dumps(sarif([], base=tmp_path, data=tmp_path, here=tmp_path)))

    assert run["results"] == []


def test_every_code_that_is_reported_has_its_meaning():
    texts = [path.read_text("utf-8") for path in (ROOT / "watcher").rglob("*.py") if path.name != "codes.py"]

    used = {code for text in texts for code in re.findall(r'"([CRT]0\d\d)"', text)}

    assert len(used) > 90
    assert used - CODES.keys() == set()
    assert meaning("X999") == "a fault in what is configured"
