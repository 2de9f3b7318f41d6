"""The inflection tables as the loader hands them over, for tests of the pure core."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from watcher.core.text.inflection import Inflection

_FOLDER = Path(__file__).resolve().parents[3] / "rules" / "lexicon" / "inflection"


@cache
def inflections() -> dict[str, Inflection]:
    return {
        path.stem: Inflection.from_plain(yaml.safe_load(path.read_text("utf-8")))
        for path in sorted(_FOLDER.glob("*.yaml"))
    }
