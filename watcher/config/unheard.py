"""Routes of which nobody hears what they take, or nobody hears it in time; each is a warning.

Judges by the severities alone that a route's query surely asks for; never by what its other clauses may mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from watcher.config.model import RouteConfig
from watcher.config.naming import pairs
from watcher.config.sheet import Sheet
from watcher.core.model import Severity
from watcher.core.queries import Field, Join, Node
from watcher.core.telling.recipients import MARK, Recipient

UNHEARD = "C059"


def warn_of_unheard(sheet: Sheet, routes: Mapping[str, RouteConfig], recipients: Mapping[str, Recipient]) -> None:
    """Routes whose recipients all ask for more than it can give, or collect what is urgent."""
    at = {str(key.value): (key, block) for key, block in pairs(sheet, "routes")}
    for name, route in routes.items():
        told = [recipients.get(each.removeprefix(MARK)) for each in route.channels if each.startswith(MARK)]
        known = [each for each in told if each is not None]
        if not known or len(known) < len(route.channels):
            continue  # a channel hears of everything; of a recipient with a mistake nothing is known
        text = _unheard(known, _taken(route.query.root))
        if text:
            key, block = at[name]
            where = next((each for part in ("recipients", "when") if (each := block.get(part)) is not None), key)
            sheet.note(UNHEARD, where, ("routes", name), text, "warning")


def _unheard(told: Collection[Recipient], taken: Collection[Severity]) -> str:
    """What is wrong with telling these people of alerts of these severities; empty if nothing is."""
    words = ", ".join(each for each in Severity if each in taken)
    if not taken:
        return ""
    if all(each.hears(severity) == "never" for each in told for severity in taken):
        asks = ", ".join(f"{each.name} asks for {each.least}" for each in told)
        return f"nobody on it hears of what it takes: it takes {words}, {asks}"
    urgent = taken == {Severity.URGENT}
    if urgent and all(each.hears(Severity.URGENT) != "now" for each in told):
        late = ", ".join(f"{each.name} {each.volume}" for each in told)
        return f"it takes urgent alerts only, and nobody on it is told at once ({late}); say passes: urgent there"
    return ""


def _taken(node: Node) -> frozenset[Severity]:
    """The severities of which it may take alerts."""
    found = frozenset(Severity)
    for wanted, clause in _clauses(node):
        named = frozenset(each for each in Severity if each in clause.values)
        found &= named if wanted else found - named
    return found


def _clauses(node: Node) -> Iterator[tuple[bool, Field]]:
    """The clauses on severity that must hold (True) or must not (False)."""
    match node:
        case Field(name="severity"):
            yield True, node
        case Join(any=(), same=None):
            for child in node.all:
                yield from _clauses(child)
            yield from ((False, child) for child in node.none if isinstance(child, Field) and child.name == "severity")
