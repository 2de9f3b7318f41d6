"""One bad file per mistake: each says at its end what is said of it, word by word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.kinds import TABLES
from watcher.config import load_config

FOLDER = Path(__file__).parent / "data" / "bad"
FILES = sorted(FOLDER.glob("*.yaml"))
CANARY = "canary-7f3a-hunter2"


def said(path, folder):
    """The problems of a copy beside a rule file and with an environment that holds a canary."""
    copy = folder / "watcher.yaml"
    copy.write_bytes(path.read_bytes())
    copy.chmod(0o600)
    (folder / "my-rules.yaml").write_text("format: 1\n", "utf-8")
    data = folder / "data"
    (data / "rules" / "critical-minerals").mkdir(parents=True)
    environ = {"CANARY": CANARY, "EMPTY": ""}
    config, problems = load_config(copy, environ, tables=TABLES, data=data)
    assert (config is None) == any(problem.level == "error" for problem in problems)
    return [str(problem).replace(str(copy), "").removeprefix(":").strip() for problem in problems]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_file_is_told_word_by_word(path, tmp_path):
    expected = [
        line.removeprefix("# says: ") for line in path.read_text("utf-8").splitlines() if line.startswith("# says: ")
    ]

    lines = said(path, tmp_path)

    assert expected
    assert lines == expected
    assert CANARY not in "\n".join(lines)


def test_there_is_a_file_for_every_mistake_that_people_make():
    assert len(FILES) >= 60
