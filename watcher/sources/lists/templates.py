"""Placeholders in queries and bodies: a small closed set, checked when the configuration is read.

Never runs anything: a placeholder is a name with an offset and a format, and what has no value leaves its pair out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from watcher.core.text.spelling import did_you_mean
from watcher.core.values import parse_duration
from watcher.sources.lists.times import read_moment

_PLACE: Final = re.compile(r"\{([A-Za-z][^{}\"']*)\}")
_MOMENT: Final = re.compile(r"(?P<name>today|yesterday|now|since)(?:(?P<sign>[+-])(?P<offset>\w+))?(?::(?P<form>.+))?")
_LOOKED_UP: Final = re.compile(r"(?P<where>cursor|found)\.(?P<name>\w+)(?::(?P<form>.+))?")
_COUNTED: Final = ("page", "start")
_DIRECTIVE: Final = re.compile(r"%(.)")
_DIRECTIVES: Final = "YmdHMSyjBbz%"
_KNOWN: Final = ("today", "yesterday", "now", "page", "start", "cursor.NAME", "found.NAME")
_DAY: Final = timedelta(days=1)

Template = str | int | float | bool | None | list["Template"] | dict[str, "Template"]
"""A value as it may stand in a query or body, placeholders in its texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What placeholders stand for. `start` is the first number of the page, `since` where the last window ended."""

    now: datetime
    zone: tzinfo = UTC
    page: int = 1
    start: int = 1
    cursor: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None


def placeholders(template: object) -> Iterator[str]:
    """Every placeholder of a template, without its braces."""
    match template:
        case str():
            yield from _PLACE.findall(template)
        case list() | tuple():
            for each in template:
                yield from placeholders(each)
        case Mapping():
            for each in template.values():
                yield from placeholders(each)
        case _:
            pass


def tells_time(template: object) -> bool:
    """Whether what is made of the template differs from one moment to the next."""
    return any(_MOMENT.fullmatch(each) for each in placeholders(template))


def is_since(name: str) -> bool:
    """Whether a placeholder stands for the end of the last window."""
    found = _MOMENT.fullmatch(name)
    return found is not None and found["name"] == "since"


def check(template: object, *, counted: bool, cursor: Collection[str] | None, found: bool, since: bool = False) -> None:
    """Raise ValueError for a placeholder that is none, or that nothing will fill.

    Args: `counted`: pages are counted; `cursor`: the names kept from one poll to the next, None for any; `found`:
    something is looked up on a page first; `since`: the end of the last window is kept.
    """
    for name in placeholders(template):
        looked_up = _LOOKED_UP.fullmatch(name)
        if name in _COUNTED:
            if not counted:
                raise ValueError(f"{{{name}}} needs pages:, which says how they are counted")
        elif looked_up:
            _check_form(name, looked_up["form"])
            if looked_up["where"] == "found" and not found:
                raise ValueError(f"{{{name}}} needs discover:, which says where it is found")
            if looked_up["where"] == "cursor" and cursor is not None and looked_up["name"] not in cursor:
                hint = did_you_mean(looked_up["name"], cursor) or "; name it under cursor:"
                raise ValueError(f"{{{name}}} is not kept{hint}")
        elif is_since(name) and not since:
            raise ValueError(f"{{{name}}} is for feeds; a list keeps its place by cursor:")
        else:
            _check_moment(name, ("since", *_KNOWN) if since else _KNOWN)


def _check_moment(name: str, known: Collection[str]) -> None:
    found = _MOMENT.fullmatch(name)
    if found is None:
        hint = did_you_mean(name, known) or f"; there are {', '.join(f'{{{each}}}' for each in known)}"
        raise ValueError(f"unknown placeholder {{{name}}}{hint}")
    if found["offset"]:
        parse_duration(found["offset"])
    _check_form(name, found["form"])


def _check_form(name: str, form: str | None) -> None:
    wrong = [sign for sign in _DIRECTIVE.findall(form or "") if sign not in _DIRECTIVES]
    if wrong or (form and form not in {"s", "ms", "date", "iso"} and "%" not in form):
        said = f"%{wrong[0]}" if wrong else f'"{form}"'
        raise ValueError(f"{{{name}}}: {said} is no form; write s, ms, date, iso or one like %Y%m%d%H%M%S")


def fill(template: object, values: Values) -> Template:
    """The template with its placeholders filled; None for a text in which one has no value, which leaves it out.

    A text that is nothing but {page} or {start} becomes a number.
    """
    match template:
        case str():
            return _filled(template, values)
        case list() | tuple():
            return [each for each in (fill(each, values) for each in template) if each is not None]
        case Mapping():
            pairs = ((str(key), None if each is None else fill(each, values)) for key, each in template.items())
            return {key: each for key, each in pairs if each is not None or template[key] is None}
        case bool() | int() | float() | None:
            return template
        case _:
            return str(template)


def _filled(text: str, values: Values) -> Template:
    whole = _PLACE.fullmatch(text)
    if whole is not None and whole[1] in _COUNTED:
        return values.page if whole[1] == "page" else values.start
    pieces: list[str] = []
    done = 0
    for found in _PLACE.finditer(text):
        value = _value(found[1], values)
        if value is None:
            return None
        pieces += (text[done : found.start()], value)
        done = found.end()
    return "".join((*pieces, text[done:]))


def _value(name: str, values: Values) -> str | None:
    if name in _COUNTED:
        return str(values.page if name == "page" else values.start)
    looked_up = _LOOKED_UP.fullmatch(name)
    if looked_up is not None:
        return _known(looked_up, values)
    found = _MOMENT.fullmatch(name)
    assert found is not None, "what is no placeholder is refused with the configuration"
    offset = parse_duration(found["offset"]) if found["offset"] else timedelta()
    day_before = _DAY if found["name"] == "yesterday" else timedelta()
    base = values.now if found["name"] != "since" or values.since is None else values.since
    at = base.astimezone(values.zone) + (offset if found["sign"] == "+" else -offset) - day_before
    return _written(at, found["form"] or ("iso" if found["name"] in {"now", "since"} else "date"))


def _known(place: re.Match[str], values: Values) -> str | None:
    """What was kept or found; with a form, the time that it states in that form, if it states one."""
    known = (values.cursor if place["where"] == "cursor" else values.found).get(place["name"])
    if known is None or place["form"] is None:
        return known
    at, flags = read_moment(known)
    if at is None:
        return None
    at = at.replace(tzinfo=values.zone) if flags else at
    return _written(at.astimezone(values.zone), place["form"])


def _written(at: datetime, form: str) -> str:
    match form:
        case "s":
            return str(int(at.timestamp()))
        case "ms":
            return str(int(at.timestamp()) * 1_000)
        case "date":
            return at.date().isoformat()
        case "iso":
            return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case _:
            return at.strftime(form)
