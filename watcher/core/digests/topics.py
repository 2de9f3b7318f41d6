"""The titles of an issue's sections: the event types' own titles; it never decides a type."""

from __future__ import annotations

from watcher.core.event_types import EVENT_TYPES

OTHER = "other"


def topic_title(event_type: str | None) -> str:
    """The title of a topic; a type of the user's own reads as its name without underscores."""
    if event_type is None or event_type == OTHER:
        return "Other news"
    return EVENT_TYPES.get(event_type, event_type.replace("_", " ").capitalize())
