"""How a status reads and how firm it is; it never decides what a status is.

One idea: the firmer the fact, the more ink. Every status has one of five looks, told apart without colour.
"""

from __future__ import annotations

from typing import Literal

Look = Literal["done", "official", "said", "heard", "exit"]

# Source: the statuses of the event types' ladders and exits, sorted by what a reader may rely on. Whatever is not
# named here is "said": open, until somebody says how firm it is.
_LOOKS: dict[Look, frozenset[str]] = {
    "done": frozenset(
        [
            "approved",
            "passed",
            "passed_house",
            "passed_senate",
            "enacted",
            "signed",
            "in_force",
            "effective",
            "completed",
            "confirmed",
            "established",
            "granted",
            "awarded",
            "closed",
            "started",
            "filled",
            "listed",
            "imposed",
            "final",
        ]
    ),
    "official": frozenset(
        [
            "announced",
            "agreed",
            "committee_reported",
            "introduced",
            "fast_tracked",
            "final_eis",
            "initiated",
            "preliminary",
            "extended",
        ]
    ),
    "heard": frozenset(["rumoured", "reported", "claimed", "unconfirmed"]),
    "exit": frozenset(
        [
            "suspended",
            "denied",
            "expired",
            "withdrawn",
            "revoked",
            "lapsed",
            "abandoned",
            "eased",
            "refused",
            "rejected",
            "cancelled",
            "dropped",
        ]
    ),
}
_LOOK_OF = {status: look for look, statuses in _LOOKS.items() for status in statuses}

# Words that differ from the status with its underscores taken away.
_WORDS = {
    "rumoured": "Reported, not confirmed",
    "denied": "Denied",
    "final_eis": "Final EIS",
    "lapsed": "Lapsed, unknown",
}

_HEDGES = {
    "rumoured": ("Not confirmed.", "The text hedges, names nobody who could know, or only asks."),
    "denied": ("Denied.", "The text says that it did not happen."),
}


def status_words(status: str) -> str:
    """The status as a chip says it: sentence case, never capitals (`in_force` reads `In force`)."""
    words = status.replace("_", " ").strip()
    return _WORDS.get(status, words[:1].upper() + words[1:])


def look(status: str) -> Look:
    """How much ink the status gets; an extension of it (`suspended to 10 Nov`) looks like its first word."""
    key = status.casefold().replace(" ", "_")
    return _LOOK_OF.get(key) or _LOOK_OF.get(key.split("_", 1)[0]) or "said"


def hedge(status: str | None) -> tuple[str, str] | None:
    """The doubt that a status asks for, in a word and a sentence, or None where it asks for none."""
    return None if status is None else _HEDGES.get(status)
