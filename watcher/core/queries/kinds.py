"""The kinds that a query may name, with their options and what a value must be; never reads or judges a query.

Source: the rule language, sections 3 and 8. Kinds and options of that language that are not here are not known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

import re2

from watcher.core.event_types import EVENT_TYPES, SOURCE_HEALTH
from watcher.core.model import Severity, Trust
from watcher.core.text.languages import CODES_OF_OURS, is_language
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.words import item_fault
from watcher.core.values import parse_time

Fault = tuple[str, str] | None
"""Code and text of what is wrong with a value, or None."""

STATES = ("open", "acknowledged", "closed")
"""States of the alerts on an article, as a search asks for them."""
OF_ALERTS = ("open", "acknowledged", "snoozed", "closed")
"""States of one alert."""
PLACES = ("title", "highlights", "lead", "body", "caption", "table", "profile", "related")
ZONE_NAMES = (*PLACES, "top", "news", "anywhere")
OF_ARTICLES = ("organisation", "material", "place", "genre", "region")
"""Kinds that ask what the alert's article says; their names are the lexicon's, held against it by who has it."""
TRUSTS = tuple(trust.value for trust in Trust if trust is not Trust.UNKNOWN)
GROUP_OPTIONS = frozenset({"same"})
_FEW = 8
REGEX_CHARACTERS = 1_000
REGEX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that a query may use.

    None where they are not known: any rule, route or source is then taken, but no list, since nobody could say
    what it holds.
    """

    rules: Collection[str] | None = None
    routes: Collection[str] | None = None
    sources: Collection[str] | None = None
    lists: Collection[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryKind:
    """One kind: its options, the check of a value, and whether it has a sentence that `same` can bind."""

    check: Callable[[str], Fault]
    options: frozenset[str] = frozenset()
    sentence_bound: bool = False


def search_kinds(names: Names) -> dict[str, QueryKind]:
    """The kinds of a search over stored articles."""
    return _shared(names) | {"after": QueryKind(check=date_fault), "before": QueryKind(check=date_fault)}


def alert_kinds(names: Names, *, health: bool = False) -> dict[str, QueryKind]:
    """The kinds of a route's `when`, a digest's `take` and a silence: what an alert can be asked.

    Args: health: `event:source_health` may be asked for too.
    """
    events = ("any", *EVENT_TYPES, SOURCE_HEALTH) if health else ("any", *EVENT_TYPES)
    said = {name: QueryKind(check=lambda _: None) for name in OF_ARTICLES}
    return (
        _shared(names)
        | said
        | {
            "event": QueryKind(check=lambda value: _one_of("event", value, events)),
            "state": QueryKind(check=lambda value: _one_of("state", value, OF_ALERTS)),
            "route": QueryKind(check=lambda value: _named("route", value, names.routes, "R040")),
        }
    )


def _shared(names: Names) -> dict[str, QueryKind]:
    """The kinds that every place has."""
    events = ("any", *EVENT_TYPES)
    return {
        "event": QueryKind(check=lambda value: _one_of("event", value, events)),
        "words": QueryKind(
            check=lambda value: words_fault(value, names.lists),
            options=frozenset({"in", "language"}),
            sentence_bound=True,
        ),
        "regex": QueryKind(check=regex_fault, options=frozenset({"in"}), sentence_bound=True),
        "source": QueryKind(check=lambda value: _listed("source", value, names)),
        "trust": QueryKind(check=lambda value: _one_of("trust", value, TRUSTS)),
        "language": QueryKind(check=language_fault),
        "rule": QueryKind(check=lambda value: _named("rule", value, names.rules, "R017")),
        "severity": QueryKind(check=_severity_fault),
        "state": QueryKind(check=lambda value: _one_of("state", value, STATES)),
        "story": QueryKind(check=lambda _: None),
    }


def option_fault(name: str, value: str) -> Fault:
    """What is wrong with a value of an option, or None."""
    match name:
        case "in" if value == "chrome":
            return "R022", 'zone "chrome" cannot be asked for'
        case "in" if value not in ZONE_NAMES:
            hint = did_you_mean(value, ZONE_NAMES) or f"; allowed: {', '.join(ZONE_NAMES)}"
            return "R022", f'unknown zone "{value}"{hint}'
        case "same" if value not in ("sentence", "paragraph"):
            return "R013", f'same is "{value}"; allowed: sentence, paragraph'
        case "language":
            return language_fault(value)
    return None


def words_fault(value: str, lists: Collection[str] | None) -> Fault:
    """What is wrong with an item of words: no letter to look for, or a list that nobody defined."""
    if value.startswith("<") and value.endswith(">"):
        if lists is None:
            return "R018", f'"{value}": lists of rule files are not known here; write the words'
        near = did_you_mean(value, [f"<{name}>" for name in lists])
        return None if value[1:-1] in lists else ("R018", f'unknown list "{value}"{near}')
    fault = item_fault(value)
    return ("R030", fault) if fault else None


def regex_fault(pattern: str) -> Fault:
    """What RE2 holds against a pattern, or that it finds the empty text."""
    if len(pattern) > REGEX_CHARACTERS:
        return "R028", f"a pattern has at most {REGEX_CHARACTERS:,} characters"
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = REGEX_BYTES
    try:
        found = re2.compile(pattern, options)
    except re2.error as error:
        cause = error.args[0] if error.args else error
        return "R028", f'RE2 refuses "{pattern}": {cause.decode() if isinstance(cause, bytes) else cause}'
    if any((match := found.search(sample)) is not None and not match.group() for sample in ("", "a", " ", "a b")):
        return "R029", "this pattern can match nothing at all"
    return None


def date_fault(value: str) -> Fault:
    """That the value is no date, or a time without zone."""
    try:
        parse_time(value)
    except ValueError as error:
        return "R027", str(error)
    return None


def instant(value: str) -> datetime | None:
    """The moment that a date (its first, in UTC) or a time with zone names, or None."""
    try:
        return parse_time(value)
    except ValueError:
        return None


def _one_of(noun: str, value: str, allowed: Collection[str]) -> Fault:
    """That the value is none of a closed set, which is named where it is short and no member is near."""
    if value in allowed:
        return None
    known = f"; allowed: {', '.join(allowed)}" if len(allowed) <= _FEW else ""
    return "R017", f'unknown {noun} "{value}"{did_you_mean(value, allowed) or known}'


def _severity_fault(value: str) -> Fault:
    """That the value is no severity."""
    allowed = ", ".join(Severity)
    return None if value in tuple(Severity) else ("R009", f'severity is "{value}"; allowed: {allowed}')


def language_fault(value: str) -> Fault:
    """That the value can be no language code."""
    return None if is_language(value) else ("R017", f'unknown language "{value}"; write its code: {CODES_OF_OURS}')


def _named(noun: str, value: str, known: Collection[str] | None, code: str) -> Fault:
    """That no known name fits the value, which may be a glob."""
    if known is None or any(fnmatchcase(name, value) for name in known):
        return None
    return code, f'unknown {noun} "{value}"{did_you_mean(value, known)}'


def _listed(noun: str, value: str, names: Names) -> Fault:
    """As `_named`, for a kind that also takes lists."""
    if value.startswith("<"):
        return words_fault(value, names.lists)
    return _named(noun, value, names.sources, "R017")


Kinds = Mapping[str, QueryKind]
