"""The states of a source that rules on health ask for, and which of them an event is; never when that is told.

Source: the rule language, section 3, `health`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from watcher.core.watching.episodes import HealthEvent

RECOVERED: Final = "recovered"
STATES: Final = ("failing", "empty", "shrunk", "challenge", "gone", RECOVERED)
_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "broken": "failing",
        "login": "failing",
        "consent": "failing",
        "parked": "failing",
        "layout": "failing",
        "challenge": "challenge",
        "gone": "gone",
        "empty": "empty",
        "shrunk": "shrunk",
    }
)


def state_of(event: HealthEvent) -> str | None:
    """The state that a source entered; None for what is none of them, such as a gap in a list."""
    state = _OF.get(event.kind)
    return RECOVERED if event.over and state is not None else state
