"""The JSON Schema of rule files: it takes what is shipped and documented, and refuses what the reader refuses."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.config.test_schema import fits
from tests.tools import ROOT
from watcher.config.rules.schema import rules_schema
from watcher.core.yaml.strict import load, plain

PACKS = sorted((ROOT / "rules").glob("critical-minerals/*.yaml"))
BAD = Path(__file__).parent / "data" / "rules"
SHOWN = re.compile(r"^```yaml\n(format: 1\n.*?)^```", re.MULTILINE | re.DOTALL)


@cache
def schema():
    return rules_schema()


def taken(text: str | bytes) -> bool:
    node, problems = load(text, "rules.yaml")
    assert node is not None, problems
    return fits(plain(node), schema(), schema())


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_what_is_shipped_fits(path):
    assert taken(path.read_bytes())


def test_what_is_documented_fits():
    shown = SHOWN.findall((ROOT / "docs" / "rules.md").read_text("utf-8"))
    assert len(shown) > 2
    assert [text for text in shown if not taken(text)] == []


@pytest.mark.parametrize(
    "code", ["R005", "R006", "R007", "R009", "R011", "R012", "R013", "R014", "R015", "R034", "R035"]
)
def test_what_the_reader_refuses_for_its_form_does_not_fit(code):
    assert not taken((BAD / f"{code}.yaml").read_bytes())


def rule(**changed: str) -> str:
    said = {"severity": "notice", "when": "{words: [ban]}", "require": "{count: 3, within: 1d}"} | changed
    lines = "".join(f"    {name}: {value}\n" for name, value in said.items())
    return f"format: 1\nrules:\n  - id: a\n    title: A\n    examples: {{tests: [b]}}\n{lines}"


@pytest.mark.parametrize(
    ("changed", "fit"),
    [
        ({}, True),
        ({"require": "{silent: auto, by: source, factor: 2}"}, True),
        ({"require": "{silent: often}"}, False),
        ({"require": "{count: 3}"}, False),
        ({"require": "{count: 3, within: 1d, against: 8d}"}, False),
        ({"require": "{count: 3, spike: 3, within: 1d}"}, False),
        ({"require": '{ratio: "> 40 %", of: {words: [a b]}, within: 7d}'}, True),
        ({"require": "{first: ever, by: mineral}"}, False),
        ({"require": "{sequence: [{then: {words: [deal]}, within: 3d}], by: parties}"}, True),
        ({"require": "{sequence: [{then: {words: [deal]}, not: {words: [end]}, within: 3d}], by: parties}"}, False),
        ({"when": "{all: [{event: any, material: ndpr}, {use: other}], same: sentence}"}, True),
        ({"when": "{words: [ban], material: ndpr}"}, False),
        ({"when": "{same: sentence}"}, False),
        ({"severity": "{urgent: {trust: authority}, else: notice}"}, True),
        ({"severity": "{urgent: {trust: authority}}"}, False),
    ],
)
def test_forms(changed, fit):
    assert taken(rule(**changed)) is fit


def test_every_key_has_its_sentence():
    silent = [name for name, each in schema()["definitions"]["rule"]["properties"].items() if "description" not in each]
    assert silent == []
