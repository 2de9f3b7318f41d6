"""The guide to rules: every rule file in it loads, together with the pack."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from watcher.config import data_dir
from watcher.config.lexicon import read_inflections
from watcher.config.rules import load_rules, read_rule_files
from watcher.config.understanding import read_understander

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
FILES = [
    block for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL) if "format: 1" in block
]


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
