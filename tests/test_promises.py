"""The table of promises in the README: every row has a figure and names tests, and no figure is larger than they show."""

from __future__ import annotations

import ast
import json
import re

import pytest

from tests.config.test_bad_files import FILES
from tests.core.test_schedules import ZONES
from tests.network.test_guard import HOSTS_OF_HOME
from tests.parse.test_bombs import SAMPLE, bombs
from tests.test_secrets import SECRETS
from tests.tools import ROOT

ROW = re.compile(r"^\| (?P<promise>[A-Za-z][^|]+) \| (?P<figure>[^|]*) \| (?P<proofs>\[tests/[^|]+) \|$", re.MULTILINE)
ROWS = [found.groupdict() for found in ROW.finditer((ROOT / "README.md").read_text(encoding="utf-8"))]
PROOF = re.compile(r"\]\((tests/[^)]+)\)")


def figure(words: str) -> int:
    """The number that stands before these words in the table."""
    (found,) = re.findall(rf"([\d,]+) {words}", "\n".join(row["figure"] for row in ROWS))
    return int(found.replace(",", ""))


def test_the_table_is_found_whole():
    assert len(ROWS) >= 14


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["promise"][:40])
def test_every_promise_has_a_figure_and_tests_that_exist(row):
    proofs = PROOF.findall(row["proofs"])

    assert row["figure"].strip()
    assert proofs
    for proof in proofs:
        found = ast.parse((ROOT / proof).read_text(encoding="utf-8")).body
        names = [each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert any(name.startswith("test_") for name in names), proof


def test_no_figure_is_larger_than_what_the_tests_try():
    assert figure("in the quick tests\\), 31") <= len(SAMPLE)
    assert figure("zones") <= len(ZONES)
    assert figure("faulty configurations") <= len(FILES)
    assert figure("faulty rule files") <= len(list((FILES[0].parent.parent / "rules").glob("R*.yaml")))
    assert figure("more of this machine") <= 2 * len(HOSTS_OF_HOME)
    assert figure("secrets planted") <= len(SECRETS)


def test_no_figure_is_larger_than_the_hostile_sets(shared):
    assert figure("hostile feeds") <= len(bombs(shared))
    for words, name in (
        ("hostile spellings", "ssrf_urls"),
        ("faults of HTTP", "http_faults"),
        ("formulas", "csv_formula"),
        ("lines for Slack", "slack_injection"),
        ("templates that do harm", "jinja_hostile"),
    ):
        assert figure(words) <= len(json.loads((shared / "hostile" / f"{name}.json").read_text("utf-8"))), name
