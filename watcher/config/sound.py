"""The sound parts of a configuration that has mistakes, so that what stands beside one is checked as well.

Never guesses: a block with a mistake that others hang on is left out whole, and who asks for it is not judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from watcher.config.blocks import Top
from watcher.config.expand import Steps
from watcher.config.sheet import Sheet
from watcher.config.words import note_faults
from watcher.core.yaml.strict import plain

_BLOCKS: Final = frozenset({"recipients", "routes", "digests"})
_ALONE: Final = frozenset(
    {"after_quiet", "approve", "by", "editors", "empty", "escalate", "group", "hold", "language", "length", "limit"}
    | {"passes", "quiet", "severity", "title", "unless_new", "wait", "zone"}
)
"""Keys of these blocks that no check of another key goes by, so that the rest of a block serves without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """The file without what is wrong in it, and the names of its sections of which something was left out whole."""

    top: Top
    lost: frozenset[str]

    def knowing(self, section: str) -> Top | None:
        """What is sound, for a check that goes by that section; None if the section is not."""
        return None if section in self.lost else self.top


def sound_parts(sheet: Sheet) -> Sound:
    """Everything but sources and channels. A section whose lines are all comments counts as left out."""
    values = {str(key.value): plain(value) for key, value in sheet.root.pairs}
    given = {name: value for name, value in values.items() if value is not None or name == "listen"}
    try:
        return Sound(top=Top.model_validate(given), lost=frozenset())
    except ValidationError as error:
        note_faults(sheet, error, Top)
        faults = error
    lost = set()
    for fault in faults.errors(include_url=False):
        given, name = _without(given, fault["loc"])
        lost.add(name)
    try:
        top = Top.model_validate(given)
    except ValidationError:
        return Sound(top=Top(network="any"), lost=frozenset(Top.model_fields))
    if "network" in lost:
        # Whether private addresses are allowed nobody can say; so none is scolded.
        top = top.model_copy(update={"network": "any"})
    return Sound(top=top, lost=frozenset(lost))


def _without(given: dict[str, Any], place: Steps) -> tuple[dict[str, Any], str]:
    """The file without the fault's key, its block, or its section; and which section that was."""
    section, *path = place
    blocks = given.get(str(section))
    if section not in _BLOCKS or not path or not isinstance(blocks, dict):
        return {name: value for name, value in given.items() if name != section}, str(section)
    block = blocks.get(path[0])
    if isinstance(block, dict) and len(path) > 1 and path[1] in _ALONE:
        kept = blocks | {path[0]: {key: value for key, value in block.items() if key != path[1]}}
    else:
        kept = {name: each for name, each in blocks.items() if name != path[0]}
    return given | {section: kept}, str(section)
