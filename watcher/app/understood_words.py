"""What was understood of an article, in words for a terminal: genre, events with their proof, names."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.core.events.model import Event
from watcher.core.lexicon.model import Named
from watcher.core.telling.alerts import words_of
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.understanding.understander import Understood

_MOST_NAMES = 24
_MOST_QUOTED = 240


def understood_words(understood: Understood, text: str) -> Iterator[str]:
    """The lines."""
    account = understood.account
    cues = ", ".join(dict.fromkeys(f'"{_safe(text[cue.start : cue.end])}"' for cue in account.cues))
    yield f"  genre       {words_of(account.genre)}{f', by {cues}' if cues else ''}"
    if not account.events:
        yield "  events      none"
    for event in account.events:
        yield from _event_words(event, text)
    if understood.named:
        yield f"  names       {'; '.join(_names(understood.named))}"


def _event_words(event: Event, text: str) -> Iterator[str]:
    told = "reports" if event.reported else "mentions"
    unsure = "" if event.sure else ", unsure"
    start, end = event.sentence
    yield f"  {told:<11} {words_of(event.type)}: {words_of(event.status)}{unsure} ({_safe(event.why)})"
    yield f'                "{_safe(text[start:end])[:_MOST_QUOTED]}"'
    roles = [f"{role.part} {_safe(role.name)}{' (implied)' if role.implied else ''}" for role in event.roles]
    if roles:
        yield f"                {'; '.join(dict.fromkeys(roles))}"


def _names(named: tuple[Named, ...]) -> list[str]:
    """Each thing once, in the order in which it is first named."""
    every = list(dict.fromkeys(f"{_safe(each.name)} ({each.sort.value})" for each in named))
    more = len(every) - _MOST_NAMES
    return [*every[:_MOST_NAMES], f"{more} more"] if more > 0 else every


def _safe(text: str) -> str:
    return one_line(plain_safe(text))
