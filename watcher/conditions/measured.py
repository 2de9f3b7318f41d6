"""What the kinds `table` and `series` share: sources of rows or of points, by their ids or by lists of them.

Never takes a source that brings something else, where the sources are known.
"""

from __future__ import annotations

from collections.abc import Iterable

from watcher.conditions.base import Context, refusal, refuse
from watcher.core.text.spelling import did_you_mean


def asked_sources(values: Iterable[str], kind: str, brings: str, context: Context) -> tuple[str, ...]:
    """The ids that a clause of that kind asks for.

    Raises R018 for a list or source that is not there, or that brings no rows (points); of several, all at once.
    """
    found: list[str] = []
    faults: list[Exception] = []
    for value in values:
        plain = value[1:-1] if value.startswith("<") and value.endswith(">") else value
        named = context.sources.get(plain)
        if named is None and plain != value:
            hint = did_you_mean(value, [f"<{each}>" for each in context.sources])
            faults.append(refusal("R018", f'unknown list "{value}"{hint}', at=value))
            continue
        for each in named or (value,):
            fault = _fault(each, kind, brings, context)
            if fault:
                faults.append(refusal("R018", fault, at=value))
        found.extend(named or (value,))
    refuse(faults)
    return tuple(dict.fromkeys(found))


def _fault(name: str, kind: str, brings: str, context: Context) -> str:
    known = context.known_sources
    if known is None:
        return ""
    fitting = sorted(each for each in known if _brought(each, brings, context) == brings)
    if name in fitting:
        return ""
    if name in known:
        return f'the source "{name}" brings {_brought(name, brings, context)}, and {kind}: asks for {brings}'
    hint = did_you_mean(name, (*fitting, *context.sources)) or (
        f"; it is one of {', '.join(fitting)}" if fitting else f"; no source brings {brings}"
    )
    return f'unknown {kind} "{name}"{hint}'


def _brought(name: str, usual: str, context: Context) -> str:
    """What a source brings, without its unit; the usual where nobody says."""
    return context.brings.get(name, usual).partition(" ")[0]
