"""The tools of the house find nothing: format, lint, strict types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "--output-format", "concise", "."),
    "types": ("mypy",),
}


@pytest.mark.parametrize("name", TOOLS)
def test_nothing_is_found(name):
    tool, *arguments = TOOLS[name]
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
