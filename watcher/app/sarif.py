"""Problems as SARIF 2.1.0, which code hosts and editors show beside the lines; never reads a file that it names.

Source: OASIS SARIF 2.1.0, sections 3.13 (log), 3.14 (run), 3.19 (driver), 3.27 (result), 3.30 (region), 3.49 (rules).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from watcher import __version__
from watcher.app.codes import meaning
from watcher.config.rules.files import PACK
from watcher.core.errors import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Sequence[Problem], *, base: Path, data: Path, here: Path) -> dict[str, object]:
    """The log of one check.

    Args: base - the folder that the names of rule files are told from; data - where packs lie; here - the folder that
    the log's own names are told from. All three are absolute.
    """
    codes = sorted({problem.code for problem in problems})
    places = _Places(base=base, data=data, here=here)
    driver = {"name": "watcher", "semanticVersion": __version__, "rules": [_rule(code, problems) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(problem, codes.index(problem.code), places) for problem in problems],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, problems: Sequence[Problem]) -> dict[str, object]:
    """What is told of a code once."""
    level = next(problem.level for problem in problems if problem.code == code)
    text = {"text": meaning(code)}
    return {"id": code, "shortDescription": text, "help": text, "defaultConfiguration": {"level": level}}


def _result(problem: Problem, index: int, places: _Places) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": places.uri(problem.file)}}
    if problem.line is not None:
        location["region"] = {"startLine": problem.line, "startColumn": problem.column or 1}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.level,
        "message": {"text": problem.text},
        "locations": [{"physicalLocation": location}],
    }


class _Places:
    """Where the files of problems lie."""

    def __init__(self, *, base: Path, data: Path, here: Path) -> None:
        self._base, self._data, self._here = base, data, here

    def uri(self, name: str) -> str:
        """A file's name as a URI: from the folder `here` if it lies in it, else whole."""
        pack = name.startswith(PACK)
        path = self._data / "rules" / name.removeprefix(PACK) if pack else self._base / name
        if path.is_relative_to(self._here):
            return quote(path.relative_to(self._here).as_posix())
        return path.as_uri()
