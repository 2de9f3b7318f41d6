"""The guide to rules: every rule file in it loads, together with the pack."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from watcher.conditions import KINDS
from watcher.config import data_dir
from watcher.config.lexicon import read_inflections
from watcher.config.rules import load_rules, read_rule_files
from watcher.config.understanding import read_understander

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
SOURCES = [path for path in (GUIDE.parents[1] / "watcher").rglob("*.py") if path.name != "codes.py"]
"""Where codes are reported; `codes.py` has the meaning of all that the language knows."""
FILES = [
    block for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL) if "format: 1" in block
]


ROWS = re.findall(r"^\| `(\{.*\})` \| ", GUIDE.read_text("utf-8"), re.MULTILINE)


def test_the_table_of_clauses_has_every_kind_and_each_is_taken():
    lines = "".join(f"  clause-{number}: {row}\n" for number, row in enumerate(ROWS))
    files, _ = read_rule_files(["pack:critical-minerals"], Path.cwd(), data_dir())

    _, problems = load_rules(
        [*files, ("table.yaml", f"format: 1\nconditions:\n{lines}".encode())],
        inflections=read_inflections(data_dir()),
        understanding=lambda: read_understander(data_dir())[0],
    )

    assert {re.match(r"\{(\w+)", row)[1] for row in ROWS} == {*KINDS, "use"}
    assert [str(problem) for problem in problems if problem.level == "error"] == []


def test_every_code_of_a_mistake_is_in_the_table_and_no_other():
    table = GUIDE.read_text("utf-8").split("\n| code | meaning |", 1)[1].split("\n\n", 1)[0]
    said = [code for line in table.splitlines()[2:] for code in re.findall(r"R\d{3}", line.split("|")[1])]
    sources = (path.read_text("utf-8") for path in SOURCES)
    used = {code for text in sources for code in re.findall(r'"(R0\d\d)"', text)}

    assert sorted(said) == sorted(used)


@pytest.mark.parametrize("text", FILES, ids=lambda text: text.split("\n")[1])
def test_a_file_of_the_guide_loads_beside_the_pack(text):
    files, _ = read_rule_files(["pack:critical-minerals"], Path.cwd(), data_dir())

    rule_set, problems = load_rules(
        [*files, ("mine.yaml", text.encode())],
        inflections=read_inflections(data_dir()),
        understanding=lambda: read_understander(data_dir())[0],
    )

    assert [str(problem) for problem in problems if problem.level == "error"] == []
    assert rule_set is not None
