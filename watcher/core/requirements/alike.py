"""Whether two forms of a rule ask the same over time, whatever else differs; reads their long forms, judges nothing."""

from __future__ import annotations

import json

_ASKING = ("when", "narrow", "require")
"""The keys of a rule that what is kept of its requirement hangs on, beside the lists and conditions it leans on."""


def ask_alike(one: str, two: str) -> bool:
    """Whether what was kept for one expanded form of a rule holds for another."""
    return _asking(one) == _asking(two)


def _asking(expanded: str) -> object:
    form = json.loads(expanded) if expanded else {}
    rule = form.pop("rule", {})
    return {key: rule.get(key) for key in _ASKING}, form
